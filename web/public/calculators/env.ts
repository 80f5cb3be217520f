/** What the calculators stand on in a browser: the policy book, the work calendar, the day in China by this device's clock. */
import type { Env } from '../../../src/calculators/index.ts';
import { type CalendarRow, type WorkCalendar, workCalendar } from '../../../src/kernel/calendar.ts';
import { type CalendarExceptions, daysOfYear } from '../../../src/kernel/calendar-file.ts';
import { type CivilDate, dateOf, momentFromMs } from '../../../src/kernel/month.ts';
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

export function rowsOf(years: CalendarExceptions): CalendarRow[] {
  return Object.entries(years).flatMap(([year, exceptions]) => daysOfYear(year, exceptions));
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
