/** 法定退休年龄 under the progressive delay (全国人大常委会 2024-09-13 决定; 2025-01-01 起) and 最低缴费年限. */
import {
  addCalendarMonths,
  addMonths,
  type CivilDate,
  type Month,
  month,
  monthOf,
  monthsBetween,
} from '../../kernel/month.ts';
import { findValue, lookup, lookupByKey, type PolicyBook, type PolicyValue } from '../book.ts';
import { figureStep, policyStep, rowOf } from '../exact-steps.ts';
import { type Age, ageText } from '../pension/annuity.ts';
import type { Trace, TraceStep } from '../trace.ts';

export const RETIREMENT_GROUPS = ['male', 'female_55', 'female_50'] as const;
export type RetirementGroup = (typeof RETIREMENT_GROUPS)[number];

export const RETIREMENT_GROUP_NAMES: Readonly<Record<RetirementGroup, string>> = {
  male: '男职工',
  female_55: '原法定退休年龄 55 周岁的女职工',
  female_50: '原法定退休年龄 50 周岁的女职工',
};

export type Retirement = {
  readonly delayMonths: number;
  readonly age: Age;
  readonly retirementMonth: Month;
  /** Under the age before the reform. */
  readonly originalMonth: Month;
  readonly originalYears: number;
  readonly trace: Trace<Month>;
};

/**
 * delay = 0 before the first affected birth month, else min(⌊months since it ÷ step⌋ + 1, maximum): the first step is delayed at once.
 * Born after the official table: the maximum.
 * @throws DomainError POL-001
 */
export function statutoryRetirement(
  book: PolicyBook,
  region: string,
  on: string,
  group: RetirementGroup,
  birth: Month,
): Retirement {
  const name = RETIREMENT_GROUP_NAMES[group];
  const ages = lookupByKey(book, region, 'retirement.originalAge', on);
  const firsts = lookupByKey(book, region, 'retirement.firstBirthMonth', on);
  const stepTable = lookupByKey(book, region, 'retirement.stepBirthMonths', on);
  const maxTable = lookupByKey(book, region, 'retirement.maxDelay', on);
  const originalYears = rowOf(ages, group, name);
  const first = monthOfNumber(rowOf(firsts, group, name));
  const step = rowOf(stepTable, group, name);
  const max = rowOf(maxTable, group, name);

  const since = monthsBetween(first, birth);
  const delayMonths = since < 0 ? 0 : Math.min(Math.floor(since / step) + 1, max);
  const ageMonths = originalYears * 12 + delayMonths;
  const age = { years: Math.floor(ageMonths / 12), months: ageMonths % 12 };
  const retirementMonth = addMonths(birth, ageMonths);
  const steps: TraceStep[] = [
    figureStep('input', '出生年月', birth, name),
    policyStep(ages, `${originalYears} 岁`),
    policyStep(firsts, first),
    {
      ...figureStep('rule', '延迟月数', `${delayMonths} 个月`, delayWords(since, step, max)),
      source: stepTable.source,
    },
    figureStep('sum', '法定退休年龄', ageText(age), `${originalYears} 岁 + ${delayMonths} 个月。`),
    figureStep('result', '退休年月', retirementMonth, `${birth} + ${ageText(age)}。`),
  ];
  const trace = { title: '法定退休时间', result: retirementMonth, resultText: retirementMonth, steps };
  return {
    delayMonths,
    age,
    retirementMonth,
    originalMonth: addMonths(birth, originalYears * 12),
    originalYears,
    trace,
  };
}

/**
 * The month in which somebody reached the age of retirement, when that is past for certain on a day; of the two ages of women the later.
 * Undefined where it is not, or where the book has no age for the day: whoever asks only wants to point at it.
 */
export function retiredSince(
  book: PolicyBook,
  region: string,
  on: CivilDate,
  sex: 'male' | 'female',
  birth: CivilDate,
): Month | undefined {
  const group: RetirementGroup = sex === 'male' ? 'male' : 'female_55';
  if (!findValue(book, region, 'retirement.originalAge', on)) return undefined;
  const reached = addMonths(monthOf(birth), retirementAgeMonths(book, region, on, group, monthOf(birth)));
  return reached < monthOf(on) ? reached : undefined;
}

/** The statutory age of the law of a day, in months: the delayed one where the delay is in force. @throws DomainError POL-001 */
function retirementAgeMonths(
  book: PolicyBook,
  region: string,
  on: CivilDate,
  group: RetirementGroup,
  birth: Month,
): number {
  if (findValue(book, region, 'retirement.firstBirthMonth', on)) {
    const { age } = statutoryRetirement(book, region, on, group, birth);
    return age.years * 12 + age.months;
  }
  return rowOf(lookupByKey(book, region, 'retirement.originalAge', on), group, RETIREMENT_GROUP_NAMES[group]) * 12;
}

export type WorkingAge = {
  readonly within: boolean;
  /** The bound it was measured by: from which age, or up to which. */
  readonly bound: Age;
  readonly side: 'young' | 'old';
};

/** 法定劳动年龄: from the youngest age of work to the day on which the statutory age of retirement is reached. @throws DomainError POL-001 */
export function workingAge(
  book: PolicyBook,
  region: string,
  on: CivilDate,
  group: RetirementGroup,
  birth: CivilDate,
): WorkingAge & { readonly source: PolicyValue } {
  const from = lookup(book, region, 'retirement.labourAgeFrom', on);
  const fromYears = Number(from.value);
  if (on < addCalendarMonths(birth, fromYears * 12)) {
    return { within: false, bound: { years: fromYears, months: 0 }, side: 'young', source: from };
  }
  const months = retirementAgeMonths(book, region, on, group, monthOf(birth));
  const bound = { years: Math.floor(months / 12), months: months % 12 };
  const within = on < addCalendarMonths(birth, months);
  return { within, bound, side: 'old', source: lookup(book, region, 'retirement.originalAge', on) };
}

function delayWords(since: number, step: number, max: number): string {
  if (since < 0) return '出生在首个延迟的年月以前，不延迟。';
  const raw = Math.floor(since / step) + 1;
  const formula = `相隔 ${since} 个月，每 ${step} 个月延迟 1 个月：⌊${since} ÷ ${step}⌋ + 1 = ${raw}`;
  return raw > max ? `${formula}，最多 ${max}。` : `${formula}。`;
}

/** 196501 → 1965-01. */
function monthOfNumber(compact: number): Month {
  const text = String(compact);
  return month(`${text.slice(0, 4)}-${text.slice(4)}`);
}

/** 最低缴费年限, months, of the year in which someone retires (15 years; +6 months a year from 2030 to 20 years). @throws DomainError POL-001 */
export function minimumContribution(book: PolicyBook, region: string, year: number): PolicyValue {
  return lookup(book, region, 'retirement.minContribution', `${year}-12-31`);
}
