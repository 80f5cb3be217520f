import type { Problem } from '../../kernel/errors.ts';
import { refuse } from '../../kernel/errors.ts';
import { type CivilDate, dateOf, type Moment } from '../../kernel/month.ts';
import type { Ctx } from '../../platform/context.ts';
import { ACCEPTED, type Applied, parked } from '../applied.ts';
import { attachWaiting } from '../receipts/apply.ts';
import type { Bill, BillPorts } from './model.ts';
import { release } from './release.ts';
import { anyBillInState, changeBill, listBillNosInState, lockBill } from './store.ts';

const INVOICED_PROBLEM: Problem = {
  code: 'BILL-010',
  message: '该单据已在税务开票，不能撤销',
  why: '税务已经开票，单据由税务处理。',
  next: '请缴费；没缴的过期后自动作废，可重新开单。',
};

/** Why a bill cannot be revoked now (HB-BILL-10). */
export function revokeProblem(bill: Bill): Problem | undefined {
  switch (bill.state) {
    case 'ISSUED':
    case 'PUSHED':
      return undefined;
    case 'REVOKING':
      return { code: 'BILL-013', message: '已请税务作废，正在等回执', next: '不用再办，税务回执后费用回到未开单。' };
    case 'REVOKED':
      return { code: 'BILL-014', message: '该单据已经撤销', next: '不用再办。' };
    case 'EXPIRED':
      return {
        code: 'BILL-005',
        message: '该单据已过期作废，请重新生成',
        next: '不用撤销，直接重新开单。',
        link: { label: '去开单', to: '/items/bill.issue' },
      };
    case 'INVOICED':
      return INVOICED_PROBLEM;
    default:
      return {
        code: 'CAN-002',
        message: '费款已缴，不能撤销',
        why: '税务已经收到费款。',
        next: '多缴的请办多缴退费。',
        link: { label: '去办多缴退费', to: '/items/refund.emp' },
      };
  }
}

/** 撤销: at once where the document has not been sent; otherwise the tax side is asked, and the dues stay bound until it grants. */
export async function revokeBill(
  ctx: Ctx,
  billNo: string,
  ports: BillPorts,
  reason = 'USER',
): Promise<'REVOKED' | 'REVOKING'> {
  const bill = await lockBill(ctx.tx, ctx.region, billNo);
  if (!bill) refuse({ code: 'BILL-012', message: '没有这张单据', next: '请核对单据号。' }, 404);
  const problem = revokeProblem(bill);
  if (problem) refuse(problem, 409);
  if (bill.state === 'ISSUED' && (await ports.cancelUnsent(ctx.tx, `bill:${billNo}`, 'bill.issue'))) {
    await release(ctx, billNo, 'REVOKED', { revoke_asked_at: ctx.now, revoked_at: ctx.now });
    return 'REVOKED';
  }
  await ports.enqueue(ctx.tx, {
    type: 'bill.cancel',
    entity: `bill:${billNo}`,
    body: { billNo, reason, requestedAt: ctx.now },
  });
  // Asked before and not answered (an invoice came and went): the employer has waited since then (design §9.5).
  await changeBill(ctx.tx, ctx.region, billNo, 'REVOKING', { revoke_asked_at: bill.revokeAskedAt ?? ctx.now });
  return 'REVOKING';
}

/** T's `received` for bill.issue. */
export async function markPushed(ctx: Ctx, billNo: string, at: Moment): Promise<void> {
  const bill = await lockBill(ctx.tx, ctx.region, billNo);
  if (bill && !bill.pushedAt) {
    await changeBill(ctx.tx, ctx.region, billNo, bill.state === 'ISSUED' ? 'PUSHED' : undefined, { pushed_at: at });
  }
}

/** T's `accepted`: 税务已接收. */
export async function markAccepted(ctx: Ctx, billNo: string, at: Moment): Promise<void> {
  await markPushed(ctx, billNo, at);
  await changeBill(ctx.tx, ctx.region, billNo, undefined, { accepted_at: at, push_problem: null });
}

/** T refused the document: shown as 失败, to be cancelled and issued again. */
export async function markRefused(ctx: Ctx, billNo: string, code: string): Promise<void> {
  await changeBill(ctx.tx, ctx.region, billNo, undefined, { push_problem: code });
}

/** ② 税务开票. */
export async function applyInvoiced(
  ctx: Ctx,
  message: { readonly billNo: string; readonly ticketNo: string; readonly invoicedAt: Moment },
): Promise<Applied> {
  const bill = await lockBill(ctx.tx, ctx.region, message.billNo);
  if (!bill) return parked('TZ-WIR-401');
  const noted = { invoiced_at: message.invoicedAt, ticket_no: message.ticketNo };
  switch (bill.state) {
    case 'ISSUED':
    case 'PUSHED':
    case 'REVOKING':
      // Invoiced too late (the tax side must void it): our scan lets the bill expire all the same.
      if (dateOf(message.invoicedAt) > bill.deadline) return parked('INVOICED_AFTER_DEADLINE');
      await changeBill(ctx.tx, ctx.region, bill.billNo, 'INVOICED', noted);
      return ACCEPTED;
    case 'EXPIRED':
      // Invoiced in time, only the notice is late: it is alive again while its dues are still bound.
      if (dateOf(message.invoicedAt) <= bill.deadline && !bill.released) {
        await changeBill(ctx.tx, ctx.region, bill.billNo, 'INVOICED', noted);
        return ACCEPTED;
      }
      await changeBill(ctx.tx, ctx.region, bill.billNo, undefined, noted);
      return dateOf(message.invoicedAt) <= bill.deadline ? ACCEPTED : parked('INVOICED_AFTER_DEADLINE');
    case 'REVOKED':
      return parked('INVOICED_AFTER_GRANT');
    default:
      if (!bill.invoicedAt) await changeBill(ctx.tx, ctx.region, bill.billNo, undefined, noted);
      return ACCEPTED;
  }
}

/** The tax side voided the invoice: open again before the deadline, expired after it. */
export async function applyInvoiceVoided(
  ctx: Ctx,
  message: { readonly billNo: string; readonly ticketNo: string; readonly voidedAt: Moment },
): Promise<Applied> {
  const bill = await lockBill(ctx.tx, ctx.region, message.billNo);
  if (!bill) return parked('TZ-WIR-401');
  if (bill.state !== 'INVOICED') return ACCEPTED;
  if (dateOf(message.voidedAt) <= bill.deadline) {
    await changeBill(ctx.tx, ctx.region, bill.billNo, 'PUSHED', { invoiced_at: null, ticket_no: null });
  } else {
    await changeBill(ctx.tx, ctx.region, bill.billNo, 'EXPIRED', { expired_at: ctx.now });
  }
  return ACCEPTED;
}

type CancelAnswer = { readonly billNo: string; readonly granted: boolean; readonly at: Moment };

/** The answer to a cancellation: only the tax side grants it. */
export async function applyCancelAnswer(ctx: Ctx, message: CancelAnswer, ports: BillPorts): Promise<Applied> {
  const bill = await lockBill(ctx.tx, ctx.region, message.billNo);
  if (!bill) return parked('TZ-WIR-401');
  if (message.granted) {
    if (await grant(ctx, bill, message.at)) await attachWaiting(ctx, ports);
    return ACCEPTED;
  }
  // Answered: a later asking counts from its own day.
  const state = bill.state === 'REVOKING' ? 'INVOICED' : undefined;
  await changeBill(ctx.tx, ctx.region, bill.billNo, state, { revoke_asked_at: null });
  // A newer bill that stands makes the money that waited for its end a double.
  await attachWaiting(ctx, ports);
  return ACCEPTED;
}

/** The tax side never takes money for the bill again, whatever it has become here since it was asked. True: its dues are free. */
async function grant(ctx: Ctx, bill: Bill, at: Moment): Promise<boolean> {
  const granted = { revoke_asked_at: bill.revokeAskedAt ?? at, revoked_at: bill.revokedAt ?? at };
  switch (bill.state) {
    case 'ISSUED':
    case 'PUSHED':
    case 'INVOICED':
    case 'REVOKING':
    case 'EXPIRED':
      // An expired bill that has let its dues go has nothing more to give.
      if (bill.released) return false;
      await release(ctx, bill.billNo, 'REVOKED', granted);
      return true;
    case 'REVOKED':
      return false;
    default:
      // Its reversal is on its way (money has a stream of its own), and lets the bill go then.
      await changeBill(ctx.tx, ctx.region, bill.billNo, undefined, granted);
      return false;
  }
}

const UNINVOICED = ['ISSUED', 'PUSHED'] as const;

/** Bills that the scan of a day looks at; each is judged again under its own lock. */
export const listBillsToExpire = (ctx: Pick<Ctx, 'tx' | 'region'>, businessDay: CivilDate): Promise<string[]> =>
  listBillNosInState(ctx.tx, ctx.region, UNINVOICED, { deadlineBefore: businessDay });

/** Whether it would look at any. */
export const anyToExpire = (region: string, businessDay: CivilDate) => anyBillInState(region, UNINVOICED, businessDay);

/** 00:05: bills past their deadline that were not invoiced expire; their dues stay bound until no valid payment can still arrive. */
export async function expireBills(ctx: Ctx, businessDay: CivilDate): Promise<number> {
  let expired = 0;
  for (const billNo of await listBillsToExpire(ctx, businessDay)) {
    if (await expireBill(ctx, billNo, businessDay)) expired += 1;
  }
  return expired;
}

/** One bill of the scan; false when it is not its turn. */
export async function expireBill(ctx: Ctx, billNo: string, businessDay: CivilDate): Promise<boolean> {
  const bill = await lockBill(ctx.tx, ctx.region, billNo);
  if ((bill?.state !== 'ISSUED' && bill?.state !== 'PUSHED') || bill.deadline >= businessDay) return false;
  await changeBill(ctx.tx, ctx.region, billNo, 'EXPIRED', { expired_at: ctx.now });
  return true;
}

/**
 * The tax side says that every payment up to `paidThrough` has been told: expired bills whose last day is over by then let their dues go.
 * The caller makes sure that all money up to the watermark has been applied.
 */
export async function releaseByWatermark(ctx: Ctx, paidThrough: Moment): Promise<number> {
  const day = dateOf(paidThrough);
  const candidates = await listBillNosInState(ctx.tx, ctx.region, ['EXPIRED'], {
    deadlineBefore: day,
    released: false,
  });
  for (const billNo of candidates) {
    const bill = await lockBill(ctx.tx, ctx.region, billNo);
    if (bill?.state === 'EXPIRED' && !bill.released) await release(ctx, billNo);
  }
  return candidates.length;
}

/** The answer to a question about one bill: it also lets an expired bill go. */
export async function applyBillState(
  ctx: Ctx,
  message: { readonly billNo: string; readonly state: string; readonly asOf: Moment },
): Promise<Applied> {
  const bill = await lockBill(ctx.tx, ctx.region, message.billNo);
  const gone = message.state === 'VOID' || message.state === 'EXPIRED' || message.state === 'UNKNOWN';
  if (bill?.state === 'EXPIRED' && !bill.released && gone && dateOf(message.asOf) > bill.deadline) {
    await release(ctx, bill.billNo);
  }
  return ACCEPTED;
}
