/** 基金账: double-entry vouchers per insurance fund, written in the transaction of the fact they follow. */
import type { CollectionFact } from '../collection/index.ts';
import type { Ctx } from '../platform/context.ts';
import { countCorrections, insertVouchers } from './store.ts';
import { vouchersOf } from './vouchers.ts';

export {
  ACCOUNTS,
  type AccountCode,
  type Balance,
  type Book,
  type Entry,
  type Voucher,
  type VoucherKind,
} from './model.ts';
export { listBalances, listVouchers, type VoucherFilter } from './store.ts';

/** Subscribed once by the composition root: `subscribe(fundListener)`. The same fact told twice books once. */
export async function fundListener(ctx: Ctx, fact: CollectionFact): Promise<void> {
  const numbered = fact.type === 'RECEIPT_CORRECTED' || fact.type === 'SETTLEMENT_MOVED';
  const number = numbered ? (await countCorrections(ctx.tx, ctx.region, fact.receiptNo)) + 1 : 0;
  await insertVouchers(ctx.tx, ctx.region, vouchersOf(ctx, fact, number));
}
