import chineseDays from 'chinese-days';
import { addDays, type CivilDate } from '../src/kernel/month.ts';

/**
 * The tax bureau's working days, for the day a voucher can be printed (before the 2nd working day: TZ-WIR-501). The library holds published
 * years only; a later year counts as not published and the answer is null.
 */
const LAST_PUBLISHED_YEAR = 2026;

export function workdayAfter(day: CivilDate, count: number): CivilDate | null {
  let current = day;
  for (let left = count; left > 0; ) {
    current = addDays(current, 1);
    if (Number(current.slice(0, 4)) > LAST_PUBLISHED_YEAR) return null;
    if (chineseDays.isWorkday(current)) left -= 1;
  }
  return current;
}
