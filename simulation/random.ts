import { sequenceOf, TWO_32 } from '../city/random.ts';

/** Chance that can be repeated, in parts of one: every figure of a run follows from its seed. */
export type Random = {
  /** In [0, 1). */
  next(): number;
  /** Whole, both ends included. */
  int(from: number, to: number): number;
  chance(probability: number): boolean;
  pick<T>(from: readonly T[]): T | undefined;
};

/** Another one gives every seed another life. */
const WARM_UP = 15;

export function randomOf(seed: string): Random {
  const sequence = sequenceOf(seed, WARM_UP);
  const next = (): number => sequence() / TWO_32;
  const int = (from: number, to: number): number => from + Math.floor(next() * (to - from + 1));
  return {
    next,
    int,
    chance: (probability) => next() < probability,
    pick: (from) => from[int(0, from.length - 1)],
  };
}
