import {
  type CivilDate,
  civilDate,
  dateOf,
  isCivilDate,
  lastDay,
  type Moment,
  type Month,
  monthOf,
  parseMoment,
} from '../../src/kernel/month.ts';
import { type BillCancel, type BillIssue, billSumsDiffer, type ItemOutcome } from '../../wire/index.ts';
import type { TaxCtx } from '../act.ts';
import type { TaxPart } from '../contract.ts';
import type { TaxBill, TaxBillLine } from '../model.ts';
import {
  billLines,
  cancelRemembered,
  extendBill,
  findBill,
  insertBill,
  lockBill,
  lockNumber,
  moveBill,
  rememberCancel,
} from '../store.ts';
import { findEmployer, type TaxEmployer } from '../store-employers.ts';
import { taxItemOf } from '../words.ts';

const ACCEPTED: ItemOutcome = { result: 'accepted' };
const refusal = (number: number, detail: string): ItemOutcome => ({
  result: 'refused',
  code: `TZ-WIR-${number}`,
  detail,
});

/**
 * 征集通知单 (wire.md §3.2): a new number becomes an OPEN bill; under a known number only the deadline may move. A bill that overtook the
 * registration of its employer, which travels in a stream of its own, waits for it (wire.md §2 «Order»).
 */
export async function receiveBill(ctx: TaxCtx, bill: BillIssue): Promise<ItemOutcome> {
  const { tx, region } = ctx;
  await lockNumber(tx, region, bill.billNo);
  if (await cancelRemembered(tx, region, bill.billNo)) {
    return refusal(404, `${bill.billNo} 已先行撤销`);
  }
  const known = await lockBill(tx, region, bill.billNo);
  if (known) return receiveAgain(ctx, known, bill);
  if (bill.region !== region) return refusal(210, `统筹区 ${bill.region} 不属本机关`);
  if (bill.payerType !== 'EMPLOYER' || !bill.employerNo) return refusal(301, '本机关只受理单位缴费人的单据');
  const employer = await findEmployer(tx, region, bill.employerNo);
  if (!employer) return { result: 'waiting', entity: `employer:${bill.employerNo}`, code: 'TZ-WIR-301' };
  const wrong = contentProblem(ctx.now, bill, employer);
  if (wrong) return wrong;
  await insertBill(tx, region, { ...bill, employerNo: bill.employerNo }, employer.name, ctx.now);
  return ACCEPTED;
}

/** Checks 302, 305–309. */
function contentProblem(now: Moment, bill: BillIssue, employer: TaxEmployer): ItemOutcome | undefined {
  const sums = billSumsDiffer(bill);
  if (sums) return refusal(302, sums);
  if (!isCivilDate(bill.validThrough)) return refusal(305, `缴费截止日期 ${bill.validThrough} 不是日期`);
  if (bill.validThrough < dateOf(now)) return refusal(305, `缴费截止日期 ${bill.validThrough} 已过`);
  const issuedMonth = monthOf(dateOf(parseMoment(bill.issuedAt) ?? now));
  const seen = new Set<string>();
  for (const line of bill.lines) {
    const unmapped = partsOf(line).find((part) => !taxItemOf(line.ins, part, lastDay(line.month as Month)));
    if (unmapped) return refusal(306, `${line.ins} ${unmapped} 没有对应的征收品目`);
    const insured = employer.insurances.find((one) => one.ins === line.ins);
    if (!insured) return refusal(307, `${employer.employerNo} 未参加 ${line.ins}`);
    if (line.month < insured.from || line.month > issuedMonth) {
      return refusal(308, `${line.ins} ${line.month}：应在 ${insured.from} 至 ${issuedMonth} 之间`);
    }
    const key = `${line.ins}|${line.kind}|${line.month}`;
    if (seen.has(key)) return refusal(309, key);
    seen.add(key);
  }
  return undefined;
}

/** Parts of a line that carry money: each is a 品目 of its own. */
function partsOf(line: BillIssue['lines'][number]): TaxPart[] {
  const amounts = [
    ['EMPLOYER', line.employerFen],
    ['PERSON', line.personFen],
    ['INTEREST', line.interestFen],
    ['LATE', line.lateFen],
  ] as const;
  return amounts.filter(([, fen]) => fen !== 0).map(([part]) => part);
}

async function receiveAgain(ctx: TaxCtx, known: TaxBill, bill: BillIssue): Promise<ItemOutcome> {
  if (known.employerNo !== bill.employerNo || known.issuedAt !== parseMoment(bill.issuedAt)) {
    return refusal(304, `${bill.billNo} 开具于 ${known.issuedAt}`);
  }
  if (known.state === 'VOID') return refusal(404, `${bill.billNo} 已撤销`);
  if (!sameContent(known, await billLines(ctx.tx, ctx.region, bill.billNo), bill)) {
    return refusal(303, '同一单据号只能变更缴费截止日期');
  }
  if (bill.validThrough === known.validThrough) return ACCEPTED;
  if (known.state === 'EXPIRED') return refusal(405, `${bill.billNo} 已于 ${known.validThrough} 过期`);
  if (known.state === 'POSTED') return refusal(403, `${bill.billNo} 已缴费`);
  if (!isCivilDate(bill.validThrough) || bill.validThrough < dateOf(ctx.now)) {
    return refusal(305, `缴费截止日期 ${bill.validThrough}`);
  }
  await extendBill(ctx.tx, ctx.region, bill.billNo, civilDate(bill.validThrough));
  return ACCEPTED;
}

function sameContent(known: TaxBill, lines: readonly TaxBillLine[], bill: BillIssue): boolean {
  const ours = lines.map(
    (l) =>
      `${l.insurance}|${l.kind}|${l.month}|${l.persons}|${l.baseFen}|${l.employerFen}|${l.personFen}|${l.interestFen}|${l.lateFen}|${l.offsetFen}`,
  );
  const theirs = bill.lines.map(
    (l) =>
      `${l.ins}|${l.kind}|${l.month}|${l.persons}|${l.baseFen}|${l.employerFen}|${l.personFen}|${l.interestFen}|${l.lateFen}|${l.offsetFen ?? 0}`,
  );
  return (
    known.totalFen === bill.totalFen &&
    known.kind === bill.kind &&
    (known.replaces ?? undefined) === bill.replaces &&
    ours.sort().join() === theirs.sort().join()
  );
}

/**
 * 申请撤销 (wire.md §3.2): granted unless the bill was invoiced or paid. Whoever locks the row first wins; the other is told. A number
 * never seen is granted and remembered, so that the bill is refused when it comes after all.
 */
export async function cancelBill(ctx: TaxCtx, cancel: BillCancel, replyTo: string): Promise<ItemOutcome> {
  const { tx, region, now } = ctx;
  await lockNumber(tx, region, cancel.billNo);
  const bill = await lockBill(tx, region, cancel.billNo);
  const reason = bill && REFUSED_IN[bill.state];
  if (!bill) await rememberCancel(tx, region, cancel.billNo, cancel.reason, now);
  else if (!reason && bill.state !== 'VOID') await moveBill(tx, region, bill.billNo, 'VOID', now);
  await ctx.tell({
    stream: 'bills',
    type: 'bill.cancelAnswer',
    entity: `bill:${cancel.billNo}`,
    body: { billNo: cancel.billNo, granted: !reason, ...(reason ? { reason } : {}), at: now },
    replyTo,
  });
  return ACCEPTED;
}

const REFUSED_IN: Partial<Record<TaxBill['state'], 'INVOICED' | 'PAYING' | 'PAID'>> = {
  INVOICED: 'INVOICED',
  PAYING: 'PAYING',
  POSTED: 'PAID',
};

/** 过期作废 (HB-BILL-05): an OPEN bill whose deadline passed before `day`. Both sides do this by the document; nothing is sent. */
export async function expireBill(ctx: TaxCtx, billNo: string, day: CivilDate): Promise<boolean> {
  const bill = await lockBill(ctx.tx, ctx.region, billNo);
  if (bill?.state !== 'OPEN' || bill.validThrough >= day) return false;
  await moveBill(ctx.tx, ctx.region, billNo, 'EXPIRED', ctx.now);
  return true;
}

/** Body of `bill.state`. A bill over its deadline is EXPIRED whether or not the night's job has written it down. */
export async function billStateOf(ctx: Pick<TaxCtx, 'tx' | 'region' | 'now'>, billNo: string) {
  const bill = await findBill(ctx.tx, ctx.region, billNo);
  const state = bill
    ? bill.state === 'OPEN' && bill.validThrough < dateOf(ctx.now)
      ? 'EXPIRED'
      : bill.state
    : (await cancelRemembered(ctx.tx, ctx.region, billNo))
      ? 'VOID'
      : 'UNKNOWN';
  return { billNo, state, ...(bill?.ticketNo ? { ticketNo: bill.ticketNo } : {}), asOf: ctx.now, moneySeq: 0 };
}
