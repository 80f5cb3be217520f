import { sumFen } from '../../kernel/fen.ts';
import { dateOf, type Moment } from '../../kernel/month.ts';
import type { Ctx } from '../../platform/context.ts';
import { ACCEPTED, type Applied, parked } from '../applied.ts';
import { duesUnchanged, setDuesLive } from '../bills/dues-store.ts';
import type { Bill, BillPorts } from '../bills/model.ts';
import { release } from '../bills/release.ts';
import { changeBill, findNewerBillOfDues, lockBill } from '../bills/store.ts';
import { announce } from '../facts.ts';
import { isOwedAgain, judge, makeUp, match } from './judge.ts';
import { bookCorrection, unsettle } from './moved.ts';
import {
  amountsOf,
  findReceipt,
  insertReceipt,
  listWaitingReceiptNos,
  lockReceipt,
  markTreasured,
  type Receipt,
  type ReceiptLine,
  saveEarly,
  setReceiptLines,
  setReceiptState,
  takeEarly,
} from './store.ts';

/** Reasons of 挂账; money is never refused, only parked (wire §2). */
export const SUSPENSE_REASONS = {
  NO_BILL: '没有这张单据',
  LATE_PAID: '过了截止日期缴款',
  DOUBLE: '同一单据重复到账',
  AMOUNT: '分项合计与总额不符',
  REVOKED_BILL: '单据已撤销',
  SUPERSEDING: '等新开的单据作废',
  SETTLED: '费用已另行处理',
  PARTIAL: '金额不足',
  MISMATCH: '金额或险种不符',
  ARREARS: '已登账的费款被冲正，欠费待处理',
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
  const applied: Applied = wrongSum ? parked('AMOUNT') : await applyReceiptToBill(ctx, waiting, ports);
  for (const { kind, message } of await takeEarly(ctx.tx, ctx.region, receipt.receiptNo)) {
    if (kind === 'CORRECTED') await applyCorrected(ctx, message as CorrectedMessage, ports);
    if (kind === 'REVERSED') await applyReversed(ctx, message as ReversedMessage);
    if (kind === 'TREASURED') await applyTreasured(ctx, message as TreasuredMessage);
  }
  return applied;
}

/** Finds out what a receipt means for its bill by the times of the events, not of their arrival (wire §4). */
async function applyReceiptToBill(ctx: Ctx, receipt: Receipt, ports: BillPorts): Promise<Applied> {
  const bill = receipt.billNo ? await lockBill(ctx.tx, ctx.region, receipt.billNo) : undefined;
  if (!bill) return park(ctx, receipt, 'NO_BILL');
  if (dateOf(receipt.paidAt) > bill.deadline) return park(ctx, receipt, 'LATE_PAID');
  switch (bill.state) {
    case 'REVOKED':
      return park(ctx, receipt, 'REVOKED_BILL');
    case 'SS_POSTED':
    case 'ALLOCATED':
      if (bill.released) return park(ctx, receipt, 'SETTLED');
      if (!(await isOwedAgain(ctx, bill))) return park(ctx, receipt, 'DOUBLE');
      return (await makeUp(ctx, bill)) ? ACCEPTED : park(ctx, receipt, 'PARTIAL');
    case 'EXPIRED':
      if (bill.released) return reattach(ctx, bill, receipt, ports);
      return count(ctx, bill, receipt);
    default:
      return count(ctx, bill, receipt);
  }
}

/** With the other receipts of its bill. */
async function count(ctx: Ctx, bill: Bill, receipt: Receipt): Promise<Applied> {
  const counted = await match(ctx, bill);
  return counted.length === 0 || counted.some((one) => one.receiptNo === receipt.receiptNo)
    ? ACCEPTED
    : parked('DOUBLE');
}

async function park(ctx: Ctx, receipt: Receipt, reason: keyof typeof SUSPENSE_REASONS): Promise<Applied> {
  await setReceiptState(ctx.tx, ctx.region, receipt.receiptNo, 'SUSPENSE', reason, ctx.now);
  return parked(reason);
}

/** A valid payment whose dues had been let go: they come back, unless a newer bill of them was invoiced or paid. */
async function reattach(ctx: Ctx, bill: Bill, receipt: Receipt, ports: BillPorts): Promise<Applied> {
  const newer = await findNewerBillOfDues(ctx.tx, ctx.region, bill.billNo);
  if (!newer) {
    if (!(await duesUnchanged(ctx.tx, ctx.region, bill.billNo))) return park(ctx, receipt, 'SETTLED');
    await changeBill(ctx.tx, ctx.region, bill.billNo, undefined, { released: false, released_at: null });
    await setDuesLive(ctx.tx, ctx.region, bill.billNo, true);
    await announce(ctx, { type: 'BILL_REVIVED', billNo: bill.billNo });
    return count(ctx, { ...bill, released: false }, receipt);
  }
  if (newer.state === 'ISSUED' || newer.state === 'PUSHED') {
    const unsent = newer.state === 'ISSUED' && (await ports.cancelUnsent(ctx.tx, `bill:${newer.billNo}`, 'bill.issue'));
    if (unsent) {
      await release(ctx, newer.billNo, 'REVOKED', { revoke_asked_at: ctx.now, revoked_at: ctx.now });
      return reattach(ctx, bill, receipt, ports);
    }
    await ports.enqueue(ctx.tx, {
      type: 'bill.cancel',
      entity: `bill:${newer.billNo}`,
      body: { billNo: newer.billNo, reason: 'SUPERSEDED', requestedAt: ctx.now },
    });
    await changeBill(ctx.tx, ctx.region, newer.billNo, 'REVOKING', {
      revoke_asked_at: newer.revokeAskedAt ?? ctx.now,
    });
    return park(ctx, receipt, 'SUPERSEDING');
  }
  // An expired newer bill may still turn out to have been paid in time: wait until it is released.
  if (newer.state === 'REVOKING' || newer.state === 'EXPIRED') return park(ctx, receipt, 'SUPERSEDING');
  return park(ctx, receipt, 'DOUBLE');
}

/** Money that waited for its bill, or for a newer bill of the same dues to go, is tried again. Returns how many found their place. */
export async function attachWaiting(ctx: Ctx, ports: BillPorts): Promise<number> {
  let attached = 0;
  for (const reason of ['NO_BILL', 'SUPERSEDING']) {
    for (const receiptNo of await listWaitingReceiptNos(ctx.tx, ctx.region, reason)) {
      const receipt = (await lockReceiptAndBill(ctx, receiptNo))?.receipt;
      if (!receipt?.billNo || receipt.state !== 'SUSPENSE' || receipt.suspenseReason !== reason) continue;
      const applied = await applyReceiptToBill(ctx, receipt, ports);
      if (applied.result === 'accepted') attached += 1;
    }
  }
  return attached;
}

type ReversedMessage = { readonly receiptNo: string; readonly reversedAt: Moment };
type CorrectedMessage = { readonly receiptNo: string; readonly lines: readonly ReceiptLine[] };
type TreasuredMessage = { readonly receiptNo: string; readonly treasuredAt: Moment };

/** Told before the receipt it is about: kept until that comes. */
async function early(
  ctx: Ctx,
  kind: Parameters<typeof saveEarly>[3],
  message: { readonly receiptNo: string },
): Promise<Applied> {
  await saveEarly(ctx.tx, ctx.region, message.receiptNo, kind, message, ctx.now);
  return parked('NO_RECEIPT');
}

/** 冲正: the whole receipt goes back; before ④ nothing was booked, after it counter entries are, and rights are withdrawn. */
export async function applyReversed(ctx: Ctx, message: ReversedMessage): Promise<Applied> {
  const found = await lockReceiptAndBill(ctx, message.receiptNo);
  if (!found) return early(ctx, 'REVERSED', message);
  const { receipt, bill } = found;
  if (receipt.state === 'REVERSED') return ACCEPTED;
  const stage = receipt.allocatedAt ? 'ALLOCATED' : receipt.ssPostedAt ? 'SS_POSTED' : 'TAX_POSTED';
  const wasCounted = receipt.state === 'MATCHED';
  const wasBooked = wasCounted && stage !== 'TAX_POSTED';
  // Booked money stays visible on its bill with counter entries; what it had settled is owed again.
  if (bill && wasBooked) await unsettle(ctx, bill.billNo);
  await setReceiptState(ctx.tx, ctx.region, receipt.receiptNo, 'REVERSED', null, message.reversedAt);
  if (!bill) return ACCEPTED;
  if (wasCounted) {
    await announce(ctx, {
      type: 'RECEIPT_REVERSED',
      receiptNo: receipt.receiptNo,
      billNo: bill.billNo,
      stage,
      amounts: amountsOf(receipt.lines),
    });
  }
  await judge(ctx, bill, wasBooked ? { receiptNo: receipt.receiptNo, at: message.reversedAt } : undefined);
  return ACCEPTED;
}

/** 更正: insurance or period only, the total stays; booked money moves between funds by voucher. */
export async function applyCorrected(ctx: Ctx, message: CorrectedMessage, ports: BillPorts): Promise<Applied> {
  const found = await lockReceiptAndBill(ctx, message.receiptNo);
  if (!found) return early(ctx, 'CORRECTED', message);
  const { receipt, bill } = found;
  if (sumFen(message.lines, (line) => line.fen) !== receipt.totalFen) return parked('AMOUNT');
  await setReceiptLines(ctx.tx, ctx.region, receipt.receiptNo, message.lines);
  if (bill && receipt.ssPostedAt && receipt.state === 'MATCHED')
    await bookCorrection(ctx, bill, receipt, message.lines);
  if (receipt.state === 'SUSPENSE' && receipt.suspenseReason === 'AMOUNT') {
    await setReceiptState(ctx.tx, ctx.region, receipt.receiptNo, 'SUSPENSE', 'NO_BILL', ctx.now);
    return applyReceiptToBill(ctx, { ...receipt, lines: message.lines, suspenseReason: 'NO_BILL' }, ports);
  }
  if (bill) await judge(ctx, bill);
  return ACCEPTED;
}

/** 上解、入库: kept; ④ and ⑤ never wait for it. */
export async function applyTreasured(ctx: Ctx, message: TreasuredMessage): Promise<Applied> {
  const known = await markTreasured(ctx.tx, ctx.region, message.receiptNo, message.treasuredAt);
  return known ? ACCEPTED : early(ctx, 'TREASURED', message);
}

/** The bill's row first, then the receipt's: the order in which everything here locks. */
async function lockReceiptAndBill(
  ctx: Ctx,
  receiptNo: string,
): Promise<{ receipt: Receipt; bill: Bill | undefined } | undefined> {
  const seen = await findReceipt(ctx.tx, ctx.region, receiptNo);
  if (!seen) return undefined;
  const bill = seen.billNo ? await lockBill(ctx.tx, ctx.region, seen.billNo) : undefined;
  const receipt = await lockReceipt(ctx.tx, ctx.region, receiptNo);
  return receipt && { receipt, bill };
}
