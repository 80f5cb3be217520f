/**
 * Rows for the work-calendar table, 2004–2026, from the package chinese-days (its data follow the State Council's yearly notices).
 * They seed the table; every later year is imported from its notice (D-CAL-06). Not part of `index.ts`: the browser never needs it.
 */
import chineseDays from 'chinese-days';
import type { CalendarRow } from '../kernel/calendar.ts';
import { addDays, type CivilDate } from '../kernel/month.ts';

/** The package treats years after the last as ordinary weeks: they must stay unpublished. */
export const SEED_YEARS = { first: 2004, last: 2026 } as const;
const FIRST_DAY = `${SEED_YEARS.first}-01-01` as CivilDate;
const LAST_DAY = `${SEED_YEARS.last}-12-31` as CivilDate;

export function calendarSeedRows(): CalendarRow[] {
  const rows: CalendarRow[] = [];
  for (let day = FIRST_DAY; day <= LAST_DAY; day = addDays(day, 1)) {
    rows.push({ day, working: chineseDays.isWorkday(day) });
  }
  return rows;
}
