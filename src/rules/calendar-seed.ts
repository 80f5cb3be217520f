/**
 * Rows for the work-calendar table, 2004–2026, from the package chinese-days (its data follow the State Council's yearly notices).
 * Used once, to seed the table; every later year is imported from its notice (D-CAL-06). Not part of `index.ts`: the browser never needs it.
 */
import chineseDays from 'chinese-days';
import type { CalendarRow } from '../kernel/calendar.ts';
import { addDays, type CivilDate } from '../kernel/month.ts';

const FIRST_DAY = '2004-01-01' as CivilDate;
/** The package treats years after this one as ordinary weeks: they must stay unpublished. */
const LAST_DAY = '2026-12-31' as CivilDate;

export function calendarSeedRows(): CalendarRow[] {
  const rows: CalendarRow[] = [];
  for (let day = FIRST_DAY; day <= LAST_DAY; day = addDays(day, 1)) {
    rows.push({ day, working: chineseDays.isWorkday(day) });
  }
  return rows;
}
