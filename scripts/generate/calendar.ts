import { weekday } from '../../src/kernel/month.ts';
import { calendarSeedRows } from '../../src/rules/calendar-seed.ts';
import type { Generated } from '../generate.ts';

/** web/public/calculators/calendar.json: a year's days that are worked though a weekend or free though a weekday («0101 0129 …»), for the calculators in the browser. */
export function browserCalendar(): Generated {
  const years: Record<string, string[]> = {};
  for (const { day, working } of calendarSeedRows()) {
    const year = years[day.slice(0, 4)] ?? [];
    years[day.slice(0, 4)] = year;
    const weekend = weekday(day as Parameters<typeof weekday>[0]) % 6 === 0;
    if (weekend === working) year.push(day.slice(5).replace('-', ''));
  }
  const lines = Object.entries(years).map(([year, days]) => [year, days.join(' ')]);
  return new Map([['web/public/calculators/calendar.json', `${JSON.stringify(Object.fromEntries(lines), null, 2)}\n`]]);
}
