/** The kernel's months by the million: names are made once and looked up afterwards. */
import { type CivilDate, lastDay, type Month, monthFromIndex } from '../src/kernel/month.ts';
import type { Random } from './random.ts';

const ZERO = 48;
const NAMES: Month[] = [];
const DAYS: number[] = [];
const TWO_DIGITS = Array.from({ length: 32 }, (_, day) => String(day).padStart(2, '0'));

function indexOf(month: Month): number {
  const digit = (at: number): number => month.charCodeAt(at) - ZERO;
  return (digit(0) * 1000 + digit(1) * 100 + digit(2) * 10 + digit(3)) * 12 + digit(5) * 10 + digit(6) - 1;
}

function nameOf(index: number): Month {
  const known = NAMES[index];
  if (known) return known;
  const name = monthFromIndex(index);
  NAMES[index] = name;
  return name;
}

export const addMonths = (month: Month, count: number): Month => nameOf(indexOf(month) + count);
export const monthsBetween = (from: Month, to: Month): number => indexOf(to) - indexOf(from);

export function daysIn(month: Month): number {
  const index = indexOf(month);
  const days = DAYS[index] ?? Number(lastDay(month).slice(8));
  DAYS[index] = days;
  return days;
}

export const dayOf = (month: Month, day: number): CivilDate => `${month}-${TWO_DIGITS[day]}` as CivilDate;

export const dayIn = (random: Random, month: Month): CivilDate => dayOf(month, random.int(1, daysIn(month)));
