import type { Month } from '../src/kernel/month.ts';
import type { World } from './world.ts';

/** Placeholder until the plain evaluator stands. */
export async function recompute(_world: World, _seed: string, _from: Month): Promise<string[]> {
  return [];
}
