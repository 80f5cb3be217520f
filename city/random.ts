/**
 * Chance that can be repeated: every figure of a city follows from its seed (sfc32 over a hash of the seed's text). Whole numbers only, so
 * that the same seed gives the same city on every machine.
 */
export type Random = {
  /** Whole, both ends included. */
  int(from: number, to: number): number;
  /** True in so many of ten thousand cases. */
  chance(perTenThousand: number): boolean;
  pick<T>(from: readonly [T, ...T[]]): T;
  /** The value of one of the rows, each as often as its weight says. */
  weighted<T>(from: readonly [Weighted<T>, ...Weighted<T>[]]): T;
  /** Around zero, between -1000 and 1000, the middle more often: the sum of four draws. */
  bell(): number;
};

export type Weighted<T> = readonly [weight: number, value: T];

const WARM_UP = 12;
export const TWO_32 = 4_294_967_296;

function hash(text: string): number {
  let value = 2_166_136_261;
  for (let i = 0; i < text.length; i += 1) value = Math.imul(value ^ text.charCodeAt(i), 16_777_619);
  return value >>> 0;
}

/** Whole numbers from 0 below 2³², one after the other; the first `warmUp` are left out. */
export function sequenceOf(seed: string, warmUp: number): () => number {
  let [a, b, c, d] = [hash(seed), hash(`${seed}/b`), hash(`${seed}/c`), 1];
  const next = (): number => {
    const sum = (((a + b) | 0) + d) | 0;
    d = (d + 1) | 0;
    a = b ^ (b >>> 9);
    b = (c + (c << 3)) | 0;
    c = (((c << 21) | (c >>> 11)) + sum) | 0;
    return sum >>> 0;
  };
  for (let i = 0; i < warmUp; i += 1) next();
  return next;
}

export function randomOf(seed: string): Random {
  const next = sequenceOf(seed, WARM_UP);
  const int = (from: number, to: number): number => from + Math.floor((next() / TWO_32) * (to - from + 1));
  return {
    int,
    chance: (perTenThousand) => int(1, 10_000) <= perTenThousand,
    pick: (from) => from[int(0, from.length - 1)] as (typeof from)[number],
    weighted(from) {
      const total = from.reduce((sum, [weight]) => sum + weight, 0);
      let at = int(1, total);
      for (const [weight, value] of from) {
        at -= weight;
        if (at <= 0) return value;
      }
      return from[0][1];
    },
    bell: () => Math.floor((int(-1000, 1000) + int(-1000, 1000) + int(-1000, 1000) + int(-1000, 1000)) / 4),
  };
}
