import chineseDays from 'chinese-days';
import { addDays, type CivilDate, weekday, weekdayName } from '../src/kernel/month.ts';

/**
 * The tax bureau's working days, for the day a voucher can be printed (before the 2nd working day: TZ-WIR-501) and for how dates read. The library holds published
 * years only; a later year counts as not published and the answer is null.
 */
const LAST_PUBLISHED_YEAR = 2026;

/** A date that decides, with its weekday and whether it is a weekend that is worked: 4月23日（周日，补班）. */
export function dayInWords(day: CivilDate): string {
  const weekend = weekday(day) === 0 || weekday(day) === 6;
  const madeUp = weekend && Number(day.slice(0, 4)) <= LAST_PUBLISHED_YEAR && chineseDays.isWorkday(day);
  return `${Number(day.slice(5, 7))}月${Number(day.slice(8, 10))}日（${weekdayName(day)}${madeUp ? '，补班' : ''}）`;
}

export function workdayAfter(day: CivilDate, count: number): CivilDate | null {
  let current = day;
  for (let left = count; left > 0; ) {
    current = addDays(current, 1);
    if (Number(current.slice(0, 4)) > LAST_PUBLISHED_YEAR) return null;
    if (chineseDays.isWorkday(current)) left -= 1;
  }
  return current;
}
