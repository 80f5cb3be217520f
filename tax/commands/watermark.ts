import { addMs, type Moment } from '../../src/kernel/month.ts';
import type { TaxCtx } from '../act.ts';
import { oldestUnposted, raiseWatermark } from '../store.ts';

/**
 * 到账水位 (wire.md §3.3): everything paid until `paidThrough` is in the money stream. The caller holds the money lock alone, so nothing
 * earlier is on its way; one millisecond back, because the next act may carry this very moment when the clock stands still. Money taken
 * and not yet posted (现金待登账) keeps the level below it.
 */
export async function sendWatermark(ctx: TaxCtx): Promise<Moment> {
  const waiting = await oldestUnposted(ctx.tx, ctx.region);
  const reached = addMs(waiting && waiting < ctx.now ? waiting : ctx.now, -1);
  const paidThrough = await raiseWatermark(ctx.tx, ctx.region, reached, ctx.now);
  await ctx.tell({
    stream: 'money',
    type: 'tax.watermark',
    entity: `watermark:${ctx.region}`,
    body: { paidThrough, moneySeq: 0 },
  });
  return paidThrough;
}
