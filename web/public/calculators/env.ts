/** What the calculators stand on in a browser: the policy book, the work calendar, the day in China by this device's clock. */
import type { Env } from '../../../src/calculators/index.ts';
import { type CalendarRow, type WorkCalendar, workCalendar } from '../../../src/kernel/calendar.ts';
import { addDays, type CivilDate, civilDate, dateOf, momentFromMs, weekday } from '../../../src/kernel/month.ts';
import { sha256Hex } from '../../../src/rules/hash.ts';
import { createBook, POLICY_FILES } from '../../../src/rules/index.ts';
import exceptions from './calendar.json' with { type: 'json' };

const book = createBook();
let calendar: WorkCalendar | undefined;

/** @param asOf a day a shared link was made for; else today. */
export function browserEnv(asOf?: CivilDate): Env {
  calendar ??= workCalendar(rowsOf(exceptions));
  return { book, calendar, asOf: asOf ?? today() };
}

export function today(): CivilDate {
  return dateOf(momentFromMs(Date.now()));
}

/** Whole years from their exceptions: days that are worked though a weekend, or free though a weekday. */
export function rowsOf(years: Readonly<Record<string, string>>): CalendarRow[] {
  const rows: CalendarRow[] = [];
  for (const [year, text] of Object.entries(years)) {
    const odd = new Set(text.split(' '));
    for (let day = civilDate(`${year}-01-01`); day.startsWith(year); day = addDays(day, 1)) {
      const weekend = weekday(day) === 0 || weekday(day) === 6;
      rows.push({ day, working: weekend === odd.has(day.slice(5).replace('-', '')) });
    }
  }
  return rows;
}

let version: string | undefined;

/** 参数版本: a digest of all policy data and the date of its newest document, so that a figure can be traced to its data. */
export function policyVersion(): string {
  if (version === undefined) {
    const dates = POLICY_FILES.flatMap((file) => Object.values(file.sources).map(({ date }) => date)).sort();
    version = `${dates.at(-1) ?? ''}-${sha256Hex(JSON.stringify(POLICY_FILES)).slice(0, 8)}`;
  }
  return version;
}
