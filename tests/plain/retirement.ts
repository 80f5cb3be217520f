/** 延迟退休, 最低缴费年限, 弹性退休, 计发月数, read off the decision of 2024-09-13 and 国发〔2005〕38号 by counting, not by formula. */
import { monthsOn } from './days.ts';

export type Group = 'male' | 'female_55' | 'female_50';

type Plan = { readonly age: number; readonly first: string; readonly every: number; readonly most: number };

export const PLANS: Readonly<Record<Group, Plan>> = {
  male: { age: 60, first: '1965-01', every: 4, most: 36 },
  female_55: { age: 55, first: '1970-01', every: 4, most: 36 },
  female_50: { age: 50, first: '1975-01', every: 2, most: 60 },
};

/** One month for the first `every` birth months, two for the next, … */
function delayOf(group: Group, birth: string): number {
  const { first, every, most } = PLANS[group];
  let delay = 0;
  for (let start = first; start <= birth && delay < most; start = monthsOn(start, every)) delay += 1;
  return delay;
}

export type Retirement = { readonly delay: number; readonly ageMonths: number; readonly month: string };

export function retirementOf(group: Group, birth: string): Retirement {
  const delay = delayOf(group, birth);
  const ageMonths = PLANS[group].age * 12 + delay;
  return { delay, ageMonths, month: monthsOn(birth, ageMonths) };
}

/** 180 months until 2029, six more with each year from 2030 on, 240 from 2039. Nothing is known before 2006. */
export function minimumMonths(year: number): number | undefined {
  if (year < 2006) return undefined;
  let months = 180;
  for (let each = 2030; each <= year && months < 240; each += 1) months += 6;
  return months;
}

export type Wish = {
  readonly group: Group;
  readonly birth: string;
  readonly shift: number;
  readonly agreed: boolean | undefined;
  readonly paid: number | undefined;
};

/** How many conditions stand against it. */
export function objections({ group, birth, shift, agreed, paid }: Wish): number {
  if (shift === 0) return 0;
  const { ageMonths, month } = retirementOf(group, birth);
  const chosenAge = ageMonths + shift;
  const chosenMonth = monthsOn(birth, chosenAge);
  const failed = [month < '2025-01', Math.abs(shift) > 36];
  if (shift > 0) failed.push(agreed !== true);
  else {
    failed.push(chosenAge < PLANS[group].age * 12);
    failed.push(paid !== undefined && paid < (minimumMonths(Number(chosenMonth.slice(0, 4))) ?? 0));
  }
  return failed.filter(Boolean).length;
}

/** 国发〔2005〕38号附件: ages 40 to 70. */
const DIVISORS = [
  233, 230, 226, 223, 220, 216, 212, 208, 204, 199, 195, 190, 185, 180, 175, 170, 164, 158, 152, 145, 139, 132, 125,
  117, 109, 101, 93, 84, 75, 65, 56,
];

/** Tenths of a month: by the whole age until 2024, since 2025 on the straight line to the next row, to the nearest tenth. */
export function divisorTenths(years: number, months: number, toTheMonth: boolean): number | undefined {
  const row = DIVISORS[years - 40];
  if (row === undefined) return undefined;
  if (months === 0 || !toTheMonth) return row * 10;
  const next = DIVISORS[years - 39];
  if (next === undefined) return undefined;
  // Twelfths of a tenth: row × 12 × 10 − (row − next) × months × 10.
  const twelfths = row * 120 - (row - next) * months * 10;
  return Math.floor((twelfths * 2 + 12) / 24);
}
