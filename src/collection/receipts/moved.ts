/** 更正 of booked money: the cash moves between the funds at once; what it had settled moves only with the dues. */
import type { Ctx } from '../../platform/context.ts';
import type { Bill } from '../bills/model.ts';
import { changeBill } from '../bills/store.ts';
import { announce } from '../facts.ts';
import { fits } from './judge.ts';
import { dropMoved, insertMoved, listMoved } from './moved-store.ts';
import { amountsOf, partReceipts, type Receipt, type ReceiptLine } from './store.ts';

/** The receipt has its new lines already. */
export async function bookCorrection(
  ctx: Ctx,
  bill: Bill,
  receipt: Receipt,
  lines: readonly ReceiptLine[],
): Promise<void> {
  const moved = { receiptNo: receipt.receiptNo, before: amountsOf(receipt.lines), after: amountsOf(lines) };
  await announce(ctx, {
    type: 'RECEIPT_CORRECTED',
    ...moved,
    stage: receipt.allocatedAt ? 'ALLOCATED' : 'SS_POSTED',
  });
  if (!receipt.allocatedAt) return;
  if (!bill.settledAt) return announce(ctx, { type: 'SETTLEMENT_MOVED', ...moved });
  // The months stay paid, by what the money was; a person is told until the bill's money fits it again (wire §3.6: never silently).
  await insertMoved(ctx.tx, ctx.region, receipt.receiptNo, receipt.lines, ctx.now);
  if (await fits(ctx, bill)) await dropMoved(ctx.tx, ctx.region, bill.billNo);
}

/** Before money of a booked bill goes back: its dues are owed again, and from now on its receipts have settled what they are. */
export async function unsettle(ctx: Ctx, billNo: string): Promise<void> {
  for (const { receiptNo, settled, lines } of await listMoved(ctx.tx, ctx.region, billNo)) {
    await announce(ctx, {
      type: 'SETTLEMENT_MOVED',
      receiptNo,
      before: amountsOf(settled),
      after: amountsOf(lines),
    });
  }
  await dropMoved(ctx.tx, ctx.region, billNo);
  await partReceipts(ctx.tx, ctx.region, billNo);
  await changeBill(ctx.tx, ctx.region, billNo, undefined, { settled_at: null });
}
