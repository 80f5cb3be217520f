import { workCalendar } from '../src/kernel/calendar.ts';
import type { Law } from '../src/parameters/index.ts';
import { calendarSeedRows } from '../src/rules/calendar-seed.ts';
import { compileRules, createBook } from '../src/rules/index.ts';
import { REGION } from './city.ts';

/** Round limits for the benchmark only: the months after the published ones have none. */
export function cityLaw(region: string): Law {
  const value = (key: string, amount: number) => ({ region, key, from: '2023-04', to: null, value: amount });
  const book = createBook([
    value('base.lower', 400_000),
    value('base.upper', 1_700_000),
    value('rate.injury.stageFactor', 1_000_000),
  ]);
  return { book, calendar: workCalendar(calendarSeedRows()), rules: (of, on) => compileRules(book, of, on) };
}

export const CITY_LAW = cityLaw(REGION);
