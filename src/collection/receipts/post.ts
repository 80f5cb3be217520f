import { dateOf, type Moment } from '../../kernel/month.ts';
import type { Ctx } from '../../platform/context.ts';
import { listDueIdsOfBill } from '../bills/dues-store.ts';
import { changeBill, listBillNosInState, lockBill } from '../bills/store.ts';
import { settleDues } from '../due-store.ts';
import { announce } from '../facts.ts';
import { amountsOf, listReceiptsOfBill, markReceiptsAllocated, markReceiptsPosted } from './store.ts';

/** ④ 社保登账, every four hours: what the tax side has posted up to the slot enters our books. Idempotent. */
export async function postReceipts(ctx: Ctx, slot: Moment): Promise<number> {
  let posted = 0;
  for (const billNo of await listBillNosInState(ctx.tx, ctx.region, ['TAX_POSTED'])) {
    const bill = await lockBill(ctx.tx, ctx.region, billNo);
    if (bill?.state !== 'TAX_POSTED' || !bill.taxPostedAt || bill.taxPostedAt > slot) continue;
    const receipts = (await listReceiptsOfBill(ctx.tx, ctx.region, billNo)).filter(
      (receipt) => receipt.state === 'MATCHED',
    );
    await markReceiptsPosted(ctx.tx, ctx.region, billNo, slot);
    for (const receipt of receipts) {
      await announce(ctx, {
        type: 'RECEIPT_POSTED',
        receiptNo: receipt.receiptNo,
        billNo,
        amounts: amountsOf(receipt.lines),
      });
    }
    await changeBill(ctx.tx, ctx.region, billNo, 'SS_POSTED', { ss_posted_at: slot });
    posted += 1;
  }
  return posted;
}

/** ⑤ 实收分配, 02:00 of the day after ④: the dues of the bill are settled, the money becomes income by part. Idempotent. */
export async function allocateReceipts(ctx: Ctx, slot: Moment): Promise<number> {
  let allocated = 0;
  for (const billNo of await listBillNosInState(ctx.tx, ctx.region, ['SS_POSTED'])) {
    const bill = await lockBill(ctx.tx, ctx.region, billNo);
    if (bill?.state !== 'SS_POSTED' || !bill.ssPostedAt || dateOf(bill.ssPostedAt) >= dateOf(slot)) continue;
    const receipts = (await listReceiptsOfBill(ctx.tx, ctx.region, billNo)).filter(
      (receipt) => receipt.state === 'MATCHED',
    );
    if (receipts.length === 0) continue;
    await settleDues(ctx.tx, ctx.region, await listDueIdsOfBill(ctx.tx, ctx.region, billNo), 'RECEIPT', billNo, slot);
    await markReceiptsAllocated(ctx.tx, ctx.region, billNo, slot);
    for (const receipt of receipts) {
      await announce(ctx, {
        type: 'ALLOCATED',
        receiptNo: receipt.receiptNo,
        billNo,
        employerNo: bill.employerNo,
        amounts: amountsOf(receipt.lines),
      });
    }
    await changeBill(ctx.tx, ctx.region, billNo, 'ALLOCATED', { allocated_at: slot });
    allocated += 1;
  }
  return allocated;
}
