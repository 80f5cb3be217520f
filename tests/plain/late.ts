/** 滞纳金、利息 in plain fractions: 社会保险法第八十六条, 征缴暂行条例第十三条, D-CAL-03…05, TY-LATE-01, HB-BILL-06, HB-DEF. */
import { dayText, monthNumber, nextDay, nextMonth, yearOf } from './days.ts';
import { decimal, type Fraction, nearest, plus, times, whole } from './fraction.ts';

/** 按日 2‰ until the law of 2011-07-01, 万分之五 since. Nothing before the decree of 1999-01-22. */
export function dailyRate(arrearsOn: string): Fraction | undefined {
  if (arrearsOn < '1999-01-22') return undefined;
  return arrearsOn < '2011-07-01' ? decimal('0.002') : decimal('0.0005');
}

export function lateFee(overdueFen: bigint, rate: Fraction, days: number): bigint {
  return nearest(times(whole(overdueFen), rate, whole(days)));
}

/** 太原: bills of January to November are without charge until 31 December, those of December until 20 January. */
export function taiyuanGrace(billMonth: string): string {
  const year = yearOf(billMonth);
  return monthNumber(billMonth) <= 11 ? dayText(year, 12, 31) : dayText(year + 1, 1, 20);
}

/** 湖北: the first day of the month after the one the money is for. */
export function hubeiStart(period: string): string {
  return `${nextMonth(period)}-01`;
}

/** 缓缴 of 2022: free until the end of 2023. */
export const DEFERRAL_GRACE = '2023-12-31';

/** Counted day by day: each day at the rate of its own year over 365, one rounding at the end (D-CAL-05). */
export function interest(
  principalFen: bigint,
  first: string,
  last: string,
  rateOf: (year: number) => Fraction,
): { readonly days: number; readonly fen: bigint } {
  let days = 0;
  const daysOfYear = new Map<number, number>();
  for (let day = first; day <= last; day = nextDay(day)) {
    days += 1;
    daysOfYear.set(yearOf(day), (daysOfYear.get(yearOf(day)) ?? 0) + 1);
  }
  const years = [...daysOfYear].map(([year, count]) => times(rateOf(year), [BigInt(count), 365n]));
  return { days, fen: nearest(times(whole(principalFen), plus(...years))) };
}
