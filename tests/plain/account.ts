/** 个人账户 in plain fractions: 国发〔1997〕26号, 国发〔2005〕38号, 劳办发〔1997〕116号. */
import { decimal, type Fraction, nearest, plus, times, whole } from './fraction.ts';

/** 11 % until the end of 2005, 8 % since. */
export function creditRatio(month: string): string | undefined {
  if (month < '1998-01') return undefined;
  return month <= '2005-12' ? '0.11' : '0.08';
}

/** 记账利率 as published each year. */
export const RATES: Readonly<Record<number, string>> = {
  2016: '0.0831',
  2017: '0.0712',
  2018: '0.0829',
  2019: '0.0761',
  2020: '0.0604',
  2021: '0.0669',
  2022: '0.0612',
  2023: '0.0397',
  2024: '0.0262',
  2025: '0.015',
};

export type Year = {
  readonly opening: bigint;
  readonly rate: Fraction;
  /** January first. */
  readonly credits: readonly bigint[];
};

export type YearEnd = { readonly openingInterest: bigint; readonly principal: bigint; readonly interest: bigint };

/** 月积数法: money of month n bears interest for the 12 − n + 1 months that are left, its own included. */
export function byMonths({ opening, rate, credits }: Year): YearEnd {
  let interest: Fraction = whole(0);
  credits.forEach((credit, index) => {
    const monthsLeft = 12 - index;
    interest = plus(interest, times(whole(credit), [BigInt(monthsLeft), 12n], rate));
  });
  return {
    openingInterest: nearest(times(whole(opening), rate)),
    principal: credits.reduce((sum, credit) => sum + credit, 0n),
    interest: nearest(interest),
  };
}

/** 年度计算法: the year's money at i × 1.083 ÷ 2. */
export function byYear(year: Year): YearEnd {
  const { openingInterest, principal } = byMonths(year);
  return {
    openingInterest,
    principal,
    interest: nearest(times(whole(principal), year.rate, decimal('1.083'), [1n, 2n])),
  };
}
