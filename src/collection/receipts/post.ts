import { sumFen } from '../../kernel/fen.ts';
import { dateOf, type Moment } from '../../kernel/month.ts';
import type { Ctx } from '../../platform/context.ts';
import { listDueIdsOfBill } from '../bills/dues-store.ts';
import { changeBill, listBillNosInState, lockBill } from '../bills/store.ts';
import { settleDues } from '../due-store.ts';
import { announce } from '../facts.ts';
import { amountsOf, listReceiptsOfBill, markReceiptsAllocated, markReceiptsPosted } from './store.ts';

/** Bills that ④ looks at; each is judged again under its own lock. */
export const listBillsToPost = (ctx: Pick<Ctx, 'tx' | 'region'>): Promise<string[]> =>
  listBillNosInState(ctx.tx, ctx.region, ['TAX_POSTED']);

/** Bills that ⑤ looks at. */
export const listBillsToAllocate = (ctx: Pick<Ctx, 'tx' | 'region'>): Promise<string[]> =>
  listBillNosInState(ctx.tx, ctx.region, ['SS_POSTED']);

/** ④ 社保登账, every four hours: what the tax side has posted up to the slot enters our books. Idempotent. */
export const postReceipts = async (ctx: Ctx, slot: Moment): Promise<number> =>
  count(await listBillsToPost(ctx), (billNo) => postBill(ctx, billNo, slot));

/** ⑤ 实收分配, 02:00 of the day after ④: the dues of the bill are settled, the money becomes income by part. Idempotent. */
export const allocateReceipts = async (ctx: Ctx, slot: Moment): Promise<number> =>
  count(await listBillsToAllocate(ctx), (billNo) => allocateBill(ctx, billNo, slot));

async function count(billNos: readonly string[], work: (billNo: string) => Promise<boolean>): Promise<number> {
  let done = 0;
  for (const billNo of billNos) if (await work(billNo)) done += 1;
  return done;
}

/** ④ of one bill; false when it is not its turn. */
export async function postBill(ctx: Ctx, billNo: string, slot: Moment): Promise<boolean> {
  const bill = await lockBill(ctx.tx, ctx.region, billNo);
  if (bill?.state !== 'TAX_POSTED' || !bill.taxPostedAt || bill.taxPostedAt > slot) return false;
  const receipts = await listReceiptsOfBill(ctx.tx, ctx.region, billNo);
  await markReceiptsPosted(ctx.tx, ctx.region, billNo, slot);
  for (const receipt of receipts) {
    // A part that was booked before another one went back is booked already.
    if (receipt.state !== 'MATCHED' || receipt.ssPostedAt) continue;
    await announce(ctx, {
      type: 'RECEIPT_POSTED',
      receiptNo: receipt.receiptNo,
      billNo,
      amounts: amountsOf(receipt.lines),
    });
  }
  await changeBill(ctx.tx, ctx.region, billNo, 'SS_POSTED', { ss_posted_at: slot });
  return true;
}

/** ⑤ of one bill; false when it is not its turn, or money of it went back. */
export async function allocateBill(ctx: Ctx, billNo: string, slot: Moment): Promise<boolean> {
  const bill = await lockBill(ctx.tx, ctx.region, billNo);
  if (bill?.state !== 'SS_POSTED' || !bill.ssPostedAt || dateOf(bill.ssPostedAt) >= dateOf(slot)) return false;
  const receipts = (await listReceiptsOfBill(ctx.tx, ctx.region, billNo)).filter(
    (receipt) => receipt.state === 'MATCHED',
  );
  if (sumFen(receipts, (receipt) => receipt.totalFen) < bill.totalFen) return false;
  await settleDues(ctx.tx, ctx.region, await listDueIdsOfBill(ctx.tx, ctx.region, billNo), 'RECEIPT', billNo, slot);
  await markReceiptsAllocated(ctx.tx, ctx.region, billNo, slot);
  for (const receipt of receipts) {
    if (receipt.allocatedAt) continue;
    await announce(ctx, {
      type: 'ALLOCATED',
      receiptNo: receipt.receiptNo,
      billNo,
      employerNo: bill.employerNo,
      amounts: amountsOf(receipt.lines),
    });
  }
  await changeBill(ctx.tx, ctx.region, billNo, 'ALLOCATED', { allocated_at: slot });
  return true;
}
