/** 基本养老金 in plain fractions, from the formula's words (国发〔2005〕38号) and what each province's 核定表 show of its rounding. All money in fen. */
import { above, decimal, type Fraction, less, nearest, plus, times, whole } from './fraction.ts';

export type Place = {
  readonly region: string;
  /** Share of the indexed wage for a transitional year. */
  readonly coefficient: Fraction;
  /** Years counted to so many decimals; undefined: months over twelve as they are. */
  readonly decimals?: number;
  readonly wageToFen?: true;
  /** An index below 1 counts as 1 in the transitional part (内蒙古). */
  readonly floorAtOne?: true;
  /** The transitional part of the mean of base and indexed wage (四川). */
  readonly meanWage?: true;
  readonly upToJiao?: true;
  /** Pays a share of the rise over the old way that no source tells for the day asked (江苏 from 2026): the question has to. */
  readonly phased?: true;
};

export const PLACES: readonly Place[] = [
  { region: '421000', coefficient: decimal('0.012'), decimals: 2, wageToFen: true },
  { region: '370000', coefficient: decimal('0.013'), decimals: 2, wageToFen: true },
  { region: '140000', coefficient: decimal('0.013'), upToJiao: true },
  { region: '320000', coefficient: decimal('0.012'), upToJiao: true, phased: true },
  { region: '150000', coefficient: decimal('0.012'), floorAtOne: true },
  { region: '120000', coefficient: decimal('0.010'), decimals: 2 },
  { region: '360000', coefficient: decimal('0.013'), decimals: 4 },
  { region: '230000', coefficient: decimal('0.012') },
  { region: '430000', coefficient: decimal('0.013'), decimals: 2 },
  { region: '510000', coefficient: decimal('0.013'), meanWage: true },
];

export type Life = {
  readonly base: bigint;
  readonly months: number;
  /** Months before the account. */
  readonly early: number;
  readonly account: bigint;
  readonly divisor: Fraction;
  readonly index: Fraction;
  /** Of the transitional part. */
  readonly earlyIndex: Fraction;
  readonly other: bigint;
};

export type Parts = {
  readonly basic: bigint;
  readonly account: bigint;
  readonly transitional: bigint;
  readonly total: bigint;
};

export function pensionOf(place: Place, life: Life): Parts {
  const base = whole(life.base);
  const wageAt = (index: Fraction): Fraction => {
    const wage = times(base, index);
    return place.wageToFen ? whole(nearest(wage)) : wage;
  };
  const years = (months: number): Fraction => {
    const scale = 10n ** BigInt(place.decimals ?? 0);
    return place.decimals === undefined ? [BigInt(months), 12n] : [nearest([BigInt(months) * scale, 12n]), scale];
  };
  const mean = (wage: Fraction): Fraction => times(plus(base, wage), [1n, 2n]);
  const [over, under] = life.divisor;

  const basic = nearest(times(mean(wageAt(life.index)), years(life.months), [1n, 100n]));
  const account = nearest([life.account * under, over]);
  const earlyIndex = place.floorAtOne && less(life.earlyIndex, whole(1)) ? whole(1) : life.earlyIndex;
  const earlyWage = place.meanWage ? mean(wageAt(earlyIndex)) : wageAt(earlyIndex);
  const transitional = nearest(times(earlyWage, years(life.early), place.coefficient));
  const sum = basic + account + transitional + life.other;
  return { basic, account, transitional, total: place.upToJiao ? above([sum, 10n]) * 10n : sum };
}
