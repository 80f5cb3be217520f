import { createHash } from 'node:crypto';
import type { TaxCtx } from './act.ts';
import type { FaultName } from './contract.ts';
import { countHit, lockFault, nextDraw } from './store-faults.ts';

const MILLION = 1_000_000;

/** 0 … 999,999 from the seed, the number of the draw and the fault: the same seed repeats the same run. */
function drawOf(seed: number, draw: number, name: string): number {
  return createHash('sha256').update(`${seed}/${draw}/${name}`).digest().readUIntBE(0, 6) % MILLION;
}

/** Does the fault desk bend this act? Never outside demo and test. */
export async function planted(ctx: TaxCtx, name: FaultName): Promise<boolean> {
  if (ctx.mode === 'production') return false;
  const fault = await lockFault(ctx.tx, ctx.region, name);
  if (!fault) return false;
  const { seed, draw } = await nextDraw(ctx.tx, ctx.region);
  if (drawOf(seed, draw, name) >= fault.ppm) return false;
  await countHit(ctx.tx, ctx.region, name);
  return true;
}
