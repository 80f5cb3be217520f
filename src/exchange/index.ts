import {
  type BillCancelAnswer,
  type BillInvoiced,
  type BillInvoiceVoided,
  type BillState,
  createEndpoint,
  type EmployerLink,
  type Endpoint,
  type Handler,
  type ItemContext,
  type ItemOutcome,
  type PaymentCorrected,
  type PaymentPosted,
  type PaymentReversed,
  type PaymentTreasured,
  type ReconCase,
  type ReconDetail,
  type ReconDetailRequest,
  type ReconTotals,
  type Signer,
  type Stream,
  type TaxWatermark,
  type Transport,
  type VerifyKey,
  type WireReceiptLine,
} from '../../wire/index.ts';
import {
  applyBillState,
  applyCancelAnswer,
  applyCorrected,
  applyInvoiced,
  applyInvoiceVoided,
  applyReceipt,
  applyReversed,
  applyTreasured,
  attachWaiting,
  type BillPorts,
  markAccepted,
  markPushed,
  markRefused,
  type ReceiptLine,
  releaseByWatermark,
} from '../collection/index.ts';
import type { Insurance } from '../kernel/insurance.ts';
import type { CivilDate, Moment, Month } from '../kernel/month.ts';
import { dateOf } from '../kernel/month.ts';
import type { Actor, Ctx } from '../platform/context.ts';
import type { Tx } from '../platform/db.ts';
import type { Services } from '../platform/services.ts';
import type { Employer } from '../registry/index.ts';
import {
  type Asked,
  closeResolved,
  isUnderWay,
  nameBillDifferences,
  openBillsToAsk,
  withoutCase,
} from './open-bills.ts';
import {
  applyTheirCase,
  applyTheirDetail,
  applyTheirTotals,
  detailFor,
  lookAgain,
  openDifference,
  type ReconSender,
  sendTotals,
  unsettledDays,
} from './recon.ts';
import { lockOpenWatermark, markWatermarkApplied, saveEmployerLink, saveWatermark, setBillsState } from './store.ts';

export { listCases, listRuns, type ReconCaseRow } from './store.ts';

export type ExchangeOptions = {
  readonly services: Services;
  readonly signer: Signer;
  readonly taxKeys: readonly VerifyKey[];
  readonly send: Transport;
};

/** A transaction of its own for each piece of work. */
export type Act = <T>(work: (ctx: Ctx) => Promise<T>) => Promise<T>;

export type AgencyExchange = {
  readonly endpoint: Endpoint;
  readonly bills: BillPorts;
  /** 单位登记信息: the full record, whenever it was made or changed. */
  readonly syncEmployer: (
    ctx: Ctx,
    employer: Employer,
    insurances: readonly { insurance: Insurance; from: Month }[],
  ) => Promise<void>;
  /** 02:30, 日终对账 of a day, and the days before that are not settled, each in a transaction of its own. Returns the rows of our totals. */
  readonly reconcile: (act: Act, day: CivilDate) => Promise<number>;
  /** Lets expired bills go whose watermark has been reached. */
  readonly releaseDue: () => Promise<number>;
  /** What the tax side has of a bill now; null when it does not answer. */
  readonly askBill: (billNo: string) => Promise<BillState | null>;
};

/** More open bills than this are not asked about one by one: then a person looks. */
const ASKED_MAX = 1_000;

const WIRE_ACTOR: Actor = { kind: 'wire', id: 'tax', name: '税务端' };

/** Our side of the wire: hands each item to the owning module's command in the item's own transaction (wire.md §5). */
export function createAgencyExchange(options: ExchangeOptions): AgencyExchange {
  const { services } = options;
  const { region, db, clock, log } = services;
  const taxParty = `tax.${region}`;

  const ctxOf = (item: Pick<ItemContext, 'tx' | 'now'>): Ctx => ({
    tx: item.tx,
    region,
    now: item.now,
    actor: WIRE_ACTOR,
  });
  const handler =
    <B>(apply: (ctx: Ctx, body: B, item: ItemContext) => Promise<ItemOutcome>): Handler =>
    (item, body) =>
      apply(ctxOf(item), body as B, item);

  // 税有我无: the money stream is compared once more, and what is missing is sent again (wire.md §3.6).
  let askAgain = false;

  const handlers: Record<string, Handler> = {
    'employer.link': handler<EmployerLink>(async (ctx, body) => {
      await saveEmployerLink(ctx.tx, region, body, ctx.now);
      return { result: 'accepted' };
    }),
    'bill.invoiced': handler<BillInvoiced>((ctx, body) => applyInvoiced(ctx, moments(body))),
    'bill.invoiceVoided': handler<BillInvoiceVoided>((ctx, body) => applyInvoiceVoided(ctx, moments(body))),
    'bill.cancelAnswer': handler<BillCancelAnswer>((ctx, body) => applyCancelAnswer(ctx, moments(body), bills)),
    'bill.state': handler<BillState>((ctx, body) => applyBillState(ctx, moments(body))),
    'payment.posted': handler<PaymentPosted>((ctx, body) =>
      applyReceipt(
        ctx,
        {
          receiptNo: body.receiptNo,
          billNo: body.billNo ?? null,
          basis: body.basis,
          payer: body.employerNo ?? body.personNo ?? '',
          ticketNo: body.ticketNo,
          invoicedAt: (body.invoicedAt ?? null) as Moment | null,
          paidAt: body.paidAt as Moment,
          postedAt: body.postedAt as Moment,
          totalFen: body.totalFen,
          channel: body.channel,
          lines: receiptLines(body.lines),
        },
        bills,
      ),
    ),
    'payment.treasured': handler<PaymentTreasured>((ctx, body) => applyTreasured(ctx, moments(body))),
    'payment.reversed': handler<PaymentReversed>((ctx, body) => applyReversed(ctx, moments(body))),
    'payment.corrected': handler<PaymentCorrected>((ctx, body) =>
      applyCorrected(ctx, { receiptNo: body.receiptNo, lines: receiptLines(body.lines) }, bills),
    ),
    'tax.watermark': handler<TaxWatermark>(async (ctx, body) => {
      await saveWatermark(ctx.tx, region, body.paidThrough as Moment, body.moneySeq);
      return { result: 'accepted' };
    }),
    'recon.totals': handler<ReconTotals>(async (ctx, body) => {
      await applyTheirTotals(
        ctx,
        { day: body.day as CivilDate, rows: body.rows, openBills: body.openBills },
        sendRecon,
      );
      return { result: 'accepted' };
    }),
    'recon.detailRequest': handler<ReconDetailRequest>(async (ctx, body, item) => {
      const detail = await detailFor(ctx, {
        day: body.day as CivilDate,
        ins: body.ins,
        direction: body.direction,
        page: body.page,
      });
      await enqueue(ctx.tx, 'recon', 'recon.detail', `recon:${body.day}:${item.itemId}`, detail);
      return { result: 'accepted' };
    }),
    'recon.detail': handler<ReconDetail>(async (ctx, body) => {
      const { ins, direction, page, pages, rows } = body;
      const day = body.day as CivilDate;
      const opened = await applyTheirDetail(ctx, day, { insurance: ins, direction, page, pages, rows }, sendRecon);
      askAgain ||= opened.some((difference) => difference.kind === 'THEIRS_ONLY');
      return { result: 'accepted' };
    }),
    'recon.case': handler<ReconCase>(async (ctx, body) => {
      await applyTheirCase(ctx, body);
      return { result: 'accepted' };
    }),
  };

  const endpoint: Endpoint = createEndpoint({
    db,
    self: `agency.${region}`,
    peers: [{ party: taxParty, send: options.send, keys: options.taxKeys }],
    signer: options.signer,
    handlers,
    onDelivery: async ({ tx, item, state, code, at }) => {
      if (item.type !== 'bill.issue') return;
      const ctx: Ctx = { tx, region, now: clock.now(), actor: WIRE_ACTOR };
      const billNo = item.entity.slice('bill:'.length);
      if (state === 'received') await markPushed(ctx, billNo, at);
      if (state === 'accepted') await markAccepted(ctx, billNo, at);
      if (state === 'refused' || state === 'dead') await markRefused(ctx, billNo, code ?? 'TZ-WIR-901');
    },
    clock,
    log: { warn: (facts, message) => log.warn(facts, message) },
  });

  const enqueue = (tx: Tx, stream: Stream, type: string, entity: string, body: unknown): Promise<string> =>
    endpoint.enqueue(tx, { peer: taxParty, stream, type, entity, body });
  const sendRecon: ReconSender = async (ctx, type, entity, body) => {
    // Each question and each total is a message of its own; nothing may wait behind another day's.
    await enqueue(ctx.tx, 'recon', type, entity, body);
  };
  const bills: BillPorts = {
    enqueue: (tx, item) => enqueue(tx, 'bills', item.type, item.entity, item.body),
    cancelUnsent: (tx, entity, type) => endpoint.cancelUnsent(tx, entity, type),
  };

  const inOwnName = <T>(work: (ctx: Ctx) => Promise<T>): Promise<T> =>
    db.transaction().execute((tx) => work({ tx, region, now: clock.now(), actor: WIRE_ACTOR }));

  /** Open bills whose totals differ are asked about one by one, outside any transaction; a peer that is down is asked another time. */
  const askOpenBills = async (): Promise<void> => {
    const due = await inOwnName(openBillsToAsk);
    if (!due) return;
    const asked: Asked[] = [];
    for (const bill of due.ours.slice(0, ASKED_MAX)) {
      if (!bill.accepted) continue;
      const answer = await askBill(bill.billNo);
      if (!answer) return;
      asked.push({ bill, says: answer.state });
    }
    askAgain ||= asked.some(isUnderWay);
    await inOwnName(async (ctx) => {
      for (const difference of await withoutCase(ctx, nameBillDifferences(due.day, due.ours, due.theirs, asked))) {
        await openDifference(ctx, difference, sendRecon);
      }
      await closeResolved(ctx, due, asked, sendRecon);
      await setBillsState(ctx.tx, region, due.day, 'NAMED');
    });
  };

  /** `bill.query` (wire.md §3.2), within its 5 s; null when the tax side does not answer. What it says takes effect here. */
  const askBill = async (billNo: string): Promise<BillState | null> => {
    let answer: BillState;
    try {
      answer = (await endpoint.query('bill.query', { billNo }, taxParty)) as BillState;
    } catch (err) {
      log.warn({ err, billNo }, 'bill.query not answered');
      return null;
    }
    await inOwnName((ctx) => applyBillState(ctx, moments(answer)));
    return answer;
  };

  return {
    endpoint,
    bills,
    askBill: async (billNo) => {
      const answer = await askBill(billNo);
      // The money is there and not here (TRK-001): its receipt is asked for at once.
      if (answer?.state === 'POSTED') askAgain = true;
      return answer;
    },
    syncEmployer: async (ctx, employer, insurances) => {
      await enqueue(ctx.tx, 'registry', 'employer.sync', `employer:${employer.employerNo}`, {
        employerNo: employer.employerNo,
        uscc: employer.uscc,
        name: employer.name,
        region,
        office: region,
        insurances: insurances.map(({ insurance, from }) => ({
          ins: insurance,
          from,
          state: 'ACTIVE',
          mode: 'ASSESSED',
        })),
        state: 'ACTIVE',
        stateFrom: dateOf(ctx.now),
        asOf: ctx.now,
      });
    },
    reconcile: async (act, day) => {
      const told = await act(async (ctx) =>
        sendTotals(ctx, day, await endpoint.appliedThrough(ctx.tx, taxParty, 'money'), sendRecon),
      );
      for (const before of await act((ctx) => unsettledDays(ctx, day))) {
        await act((ctx) => lookAgain(ctx, before, sendRecon));
      }
      return told;
    },
    releaseDue: async () => {
      if (askAgain) {
        askAgain = false;
        // A peer that does not answer now has its own resends; this was only the quicker way.
        await endpoint.hello(taxParty).catch((err) => log.warn({ err }, 'stream.hello failed'));
      }
      await askOpenBills();
      return db.transaction().execute(async (tx) => {
        const mark = await lockOpenWatermark(tx, region);
        if (!mark || (await endpoint.appliedThrough(tx, taxParty, 'money')) < mark.moneySeq) return 0;
        const ctx: Ctx = { tx, region, now: clock.now(), actor: WIRE_ACTOR };
        const released = await releaseByWatermark(ctx, mark.paidThrough);
        await attachWaiting(ctx, bills);
        await markWatermarkApplied(tx, region, mark.paidThrough);
        return released;
      });
    },
  };
}

/** Times on the wire are our fixed-length moments already; only their type says less. */
function moments<B>(body: B): { [K in keyof B]: B[K] extends string ? B[K] & Moment : B[K] } {
  return body as never;
}

function receiptLines(lines: readonly WireReceiptLine[]): ReceiptLine[] {
  return lines.map((line) => ({
    insurance: line.ins as Insurance,
    part: line.part,
    fen: line.fen,
    monthFrom: line.monthFrom,
    monthTo: line.monthTo,
  }));
}
