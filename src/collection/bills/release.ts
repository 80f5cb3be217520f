import type { Ctx } from '../../platform/context.ts';
import { announce } from '../facts.ts';
import { setDuesLive } from './dues-store.ts';
import type { BillState } from './model.ts';
import { type BillChange, changeBill } from './store.ts';

/** The bill counts no more: its dues can be billed again, its printed form says so. */
export async function release(
  ctx: Ctx,
  billNo: string,
  state?: BillState,
  change: Omit<BillChange, 'released' | 'released_at'> = {},
): Promise<void> {
  await setDuesLive(ctx.tx, ctx.region, billNo, false);
  await changeBill(ctx.tx, ctx.region, billNo, state, { ...change, released: true, released_at: ctx.now });
  await announce(ctx, { type: 'BILL_VOIDED', billNo });
}
