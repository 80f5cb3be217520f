import { sumFen } from '../../kernel/fen.ts';
import type { Insurance } from '../../kernel/insurance.ts';
import { dateOf, type Moment } from '../../kernel/month.ts';
import type { Ctx } from '../../platform/context.ts';
import type { Bill, BillPorts } from '../bills/model.ts';
import { changeBill, findBill, findNewerBillOfDues, listBillLines, lockBill, setDuesLive } from '../bills/store.ts';
import { announce, type PartAmount } from '../facts.ts';
import {
  amountsOf,
  insertReceipt,
  listReceiptsOfBill,
  lockReceipt,
  markTreasured,
  type Receipt,
  type ReceiptLine,
  setReceiptLines,
  setReceiptState,
  unsettle,
} from './store.ts';

type Applied = { readonly result: 'accepted' } | { readonly result: 'parked'; readonly reason: string };
const ACCEPTED: Applied = { result: 'accepted' };

/** Reasons of 挂账; money is never refused, only parked (wire §2). */
export const SUSPENSE_REASONS = {
  NO_BILL: '没有这张单据',
  LATE_PAID: '过了截止日期缴款',
  DOUBLE: '同一单据重复到账',
  AMOUNT: '分项合计与总额不符',
  REVOKED_BILL: '单据已撤销',
  SUPERSEDING: '等新开的单据作废',
  MISMATCH: '金额或险种不符',
} as const;

/** ③ 税务登账: the money of a bill. */
export async function applyReceipt(
  ctx: Ctx,
  receipt: Omit<Receipt, 'state' | 'suspenseReason' | 'ssPostedAt' | 'allocatedAt'>,
  ports: BillPorts,
): Promise<Applied> {
  const wrongSum = sumFen(receipt.lines, (line) => line.fen) !== receipt.totalFen;
  const waiting: Receipt = {
    ...receipt,
    state: 'SUSPENSE',
    suspenseReason: wrongSum ? 'AMOUNT' : 'NO_BILL',
    ssPostedAt: null,
    allocatedAt: null,
  };
  if (!(await insertReceipt(ctx.tx, ctx.region, waiting, ctx.now))) return ACCEPTED;
  if (wrongSum) return { result: 'parked', reason: 'AMOUNT' };
  return applyReceiptToBill(ctx, waiting, ports);
}

/** Finds out what a receipt means for its bill by the times of the events, not of their arrival (wire §4). */
export async function applyReceiptToBill(ctx: Ctx, receipt: Receipt, ports: BillPorts): Promise<Applied> {
  const bill = receipt.billNo ? await lockBill(ctx.tx, ctx.region, receipt.billNo) : undefined;
  if (!bill) return park(ctx, receipt, 'NO_BILL');
  if (dateOf(receipt.paidAt) > bill.deadline) return park(ctx, receipt, 'LATE_PAID');
  switch (bill.state) {
    case 'REVOKED':
      return park(ctx, receipt, 'REVOKED_BILL');
    case 'SS_POSTED':
    case 'ALLOCATED':
      return park(ctx, receipt, 'DOUBLE');
    case 'EXPIRED':
      if (bill.released) return reattach(ctx, bill, receipt, ports);
      return match(ctx, bill, receipt);
    default:
      return match(ctx, bill, receipt);
  }
}

async function park(ctx: Ctx, receipt: Receipt, reason: keyof typeof SUSPENSE_REASONS): Promise<Applied> {
  await setReceiptState(ctx.tx, ctx.region, receipt.receiptNo, 'SUSPENSE', reason, ctx.now);
  return { result: 'parked', reason };
}

/** A valid payment whose dues had been let go: they come back, unless a newer bill of them was invoiced or paid. */
async function reattach(ctx: Ctx, bill: Bill, receipt: Receipt, ports: BillPorts): Promise<Applied> {
  const newer = await findNewerBillOfDues(ctx.tx, ctx.region, bill.billNo);
  if (!newer) {
    await changeBill(ctx.tx, ctx.region, bill.billNo, undefined, { released: false, released_at: null });
    await setDuesLive(ctx.tx, ctx.region, bill.billNo, true);
    return match(ctx, { ...bill, released: false }, receipt);
  }
  if (newer.state === 'ISSUED' || newer.state === 'PUSHED') {
    const unsent = newer.state === 'ISSUED' && (await ports.cancelUnsent(ctx.tx, `bill:${newer.billNo}`, 'bill.issue'));
    if (unsent) {
      await setDuesLive(ctx.tx, ctx.region, newer.billNo, false);
      await changeBill(ctx.tx, ctx.region, newer.billNo, 'REVOKED', {
        revoke_asked_at: ctx.now,
        revoked_at: ctx.now,
        released: true,
        released_at: ctx.now,
      });
      return reattach(ctx, bill, receipt, ports);
    }
    await ports.enqueue(ctx.tx, {
      type: 'bill.cancel',
      entity: `bill:${newer.billNo}`,
      body: { billNo: newer.billNo, reason: 'SUPERSEDED', requestedAt: ctx.now },
    });
    await changeBill(ctx.tx, ctx.region, newer.billNo, 'REVOKING', { revoke_asked_at: ctx.now });
    return park(ctx, receipt, 'SUPERSEDING');
  }
  if (newer.state === 'REVOKING') return park(ctx, receipt, 'SUPERSEDING');
  return park(ctx, receipt, 'DOUBLE');
}

type Split = ReadonlyMap<Insurance, number>;
const splitOf = (amounts: readonly { insurance: Insurance; fen: number }[]): Split => {
  const split = new Map<Insurance, number>();
  for (const { insurance, fen } of amounts) split.set(insurance, (split.get(insurance) ?? 0) + fen);
  return split;
};
const equalSplit = (a: Split, b: Split): boolean =>
  [...new Set([...a.keys(), ...b.keys()])].every((insurance) => (a.get(insurance) ?? 0) === (b.get(insurance) ?? 0));

/**
 * Judges all receipts of a bill together: the first by paidAt that pays it whole counts, a later one is DOUBLE; parts add up (PARTIAL)
 * until they make the whole; another sum or split is MISMATCH.
 */
async function match(ctx: Ctx, bill: Bill, receipt: Receipt): Promise<Applied> {
  const all = (await listReceiptsOfBill(ctx.tx, ctx.region, bill.billNo)).filter(
    (one) => dateOf(one.paidAt) <= bill.deadline && one.suspenseReason !== 'AMOUNT',
  );
  const lines = await listBillLines(ctx.tx, ctx.region, bill.billNo);
  const owed = splitOf(lines.map((line) => ({ insurance: line.insurance, fen: line.totalFen })));
  const counted: Receipt[] = [];
  const whole = all.find((one) => one.totalFen === bill.totalFen && equalSplit(splitOf(one.lines), owed));
  if (whole) counted.push(whole);
  else {
    let sum = 0;
    for (const one of all) {
      if (sum >= bill.totalFen) break;
      counted.push(one);
      sum += one.totalFen;
    }
  }
  for (const one of all) {
    const counts = counted.includes(one);
    if (counts && one.state !== 'MATCHED')
      await setReceiptState(ctx.tx, ctx.region, one.receiptNo, 'MATCHED', null, ctx.now);
    if (!counts && (one.state !== 'SUSPENSE' || one.suspenseReason !== 'DOUBLE')) {
      await setReceiptState(ctx.tx, ctx.region, one.receiptNo, 'SUSPENSE', 'DOUBLE', ctx.now);
    }
  }
  const received = sumFen(counted, (one) => one.totalFen);
  const fits = equalSplit(splitOf(counted.flatMap((one) => one.lines)), owed);
  const state = received < bill.totalFen ? 'PARTIAL' : received === bill.totalFen && fits ? 'TAX_POSTED' : 'MISMATCH';
  const last = counted.at(-1);
  await changeBill(ctx.tx, ctx.region, bill.billNo, state, {
    ...(bill.invoicedAt ? {} : { invoiced_at: last?.invoicedAt ?? last?.paidAt ?? null }),
    ...(bill.ticketNo ? {} : { ticket_no: last?.ticketNo ?? null }),
    tax_posted_at: last?.postedAt ?? null,
    paid_at: last?.paidAt ?? null,
  });
  return counted.some((one) => one.receiptNo === receipt.receiptNo) ? ACCEPTED : { result: 'parked', reason: 'DOUBLE' };
}

/** A bill that turned up after its money (restored backup): the waiting receipts attach themselves. */
export async function attachReceipts(ctx: Ctx, billNo: string, ports: BillPorts): Promise<void> {
  for (const receipt of await listReceiptsOfBill(ctx.tx, ctx.region, billNo)) {
    if (receipt.state === 'SUSPENSE' && receipt.suspenseReason === 'NO_BILL')
      await applyReceiptToBill(ctx, receipt, ports);
  }
}

/** 冲正: the whole receipt goes back; before ④ nothing was booked, after it counter entries are, and rights are withdrawn. */
export async function applyReversed(
  ctx: Ctx,
  message: { readonly receiptNo: string; readonly reversedAt: Moment },
): Promise<Applied> {
  const receipt = await lockReceipt(ctx.tx, ctx.region, message.receiptNo);
  if (!receipt) return { result: 'parked', reason: 'TZ-WIR-408' };
  if (receipt.state === 'REVERSED') return ACCEPTED;
  await setReceiptState(ctx.tx, ctx.region, receipt.receiptNo, 'REVERSED', null, ctx.now);
  const bill = receipt.billNo ? await lockBill(ctx.tx, ctx.region, receipt.billNo) : undefined;
  if (!bill || receipt.state === 'SUSPENSE') return ACCEPTED;
  const stage = receipt.allocatedAt ? 'ALLOCATED' : receipt.ssPostedAt ? 'SS_POSTED' : 'TAX_POSTED';
  await announce(ctx, {
    type: 'RECEIPT_REVERSED',
    receiptNo: receipt.receiptNo,
    billNo: bill.billNo,
    stage,
    amounts: amountsOf(receipt.lines),
  });
  if (stage === 'ALLOCATED') await unsettle(ctx.tx, ctx.region, bill.billNo);
  if (stage === 'TAX_POSTED') {
    const others = (await listReceiptsOfBill(ctx.tx, ctx.region, bill.billNo)).filter(
      (one) => one.receiptNo !== receipt.receiptNo,
    );
    if (others.length > 0) {
      await match(ctx, bill, others[0] as Receipt);
      return ACCEPTED;
    }
    const overdue = dateOf(ctx.now) > bill.deadline;
    await changeBill(ctx.tx, ctx.region, bill.billNo, overdue ? 'EXPIRED' : bill.acceptedAt ? 'INVOICED' : 'PUSHED', {
      tax_posted_at: null,
      paid_at: null,
      ...(overdue ? { expired_at: ctx.now } : {}),
    });
  }
  return ACCEPTED;
}

/** 更正: insurance or period only, the total stays; booked money moves between funds by voucher. */
export async function applyCorrected(
  ctx: Ctx,
  message: { readonly receiptNo: string; readonly lines: readonly ReceiptLine[] },
): Promise<Applied> {
  const receipt = await lockReceipt(ctx.tx, ctx.region, message.receiptNo);
  if (!receipt) return { result: 'parked', reason: 'TZ-WIR-408' };
  if (sumFen(message.lines, (line) => line.fen) !== receipt.totalFen) return { result: 'parked', reason: 'AMOUNT' };
  await setReceiptLines(ctx.tx, ctx.region, receipt.receiptNo, message.lines);
  const before: PartAmount[] = amountsOf(receipt.lines);
  const after: PartAmount[] = amountsOf(message.lines);
  if (receipt.ssPostedAt) {
    await announce(ctx, {
      type: 'RECEIPT_CORRECTED',
      receiptNo: receipt.receiptNo,
      stage: receipt.allocatedAt ? 'ALLOCATED' : 'SS_POSTED',
      before,
      after,
    });
    return ACCEPTED;
  }
  const bill = receipt.billNo ? await findBill(ctx.tx, ctx.region, receipt.billNo) : undefined;
  if (bill && (bill.state === 'MISMATCH' || bill.state === 'TAX_POSTED' || bill.state === 'PARTIAL')) {
    await match(ctx, bill, { ...receipt, lines: message.lines });
  }
  return ACCEPTED;
}

/** 上解、入库: kept; ④ and ⑤ never wait for it. */
export async function applyTreasured(
  ctx: Ctx,
  message: { readonly receiptNo: string; readonly treasuredAt: Moment },
): Promise<Applied> {
  const known = await markTreasured(ctx.tx, ctx.region, message.receiptNo, message.treasuredAt);
  return known ? ACCEPTED : { result: 'parked', reason: 'TZ-WIR-408' };
}
