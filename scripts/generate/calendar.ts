import { writeExceptions } from '../../src/kernel/calendar-file.ts';
import { calendarSeedRows } from '../../src/rules/calendar-seed.ts';
import type { Generated } from '../generate.ts';

/** web/public/calculators/calendar.json: the exceptions of every year («0101 0129 …»), for the calculators in the browser. */
export function browserCalendar(): Generated {
  const byYear = Map.groupBy(calendarSeedRows(), ({ day }) => day.slice(0, 4));
  const lines = [...byYear].map(([year, days]) => [year, writeExceptions(days)]);
  return new Map([['web/public/calculators/calendar.json', `${JSON.stringify(Object.fromEntries(lines), null, 2)}\n`]]);
}
