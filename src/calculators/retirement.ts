/** 退休的计算器 (rules: retirement/). */
import type { Month } from '../kernel/month.ts';
import { elasticRetirement, minimumContribution, RETIREMENT_GROUPS, statutoryRetirement } from '../rules/index.ts';
import { type Calculator, calculator, wrongInput } from './calculator.ts';
import { choice, flag, monthField, NATION, optional, regionField, whole } from './fields.ts';

const GROUP = choice('人员类别', RETIREMENT_GROUPS);
const BIRTH = monthField('出生年月');

/** Outside the lives any rule speaks of. CALC-005. */
function plausibleBirth(birth: Month): Month {
  if (birth >= '1900-01' && birth <= '2100-12') return birth;
  throw wrongInput('出生年月须在 1900-01 至 2100-12 之间', 'birthMonth');
}

const retirementDate = calculator({
  name: 'retirement-date',
  title: '法定退休时间（渐进式延迟）',
  topic: 'retirement',
  example: { group: 'male', birthMonth: '1965-01' },
  fields: { group: GROUP, birthMonth: BIRTH, region: optional(regionField()) },
  run: ({ group, birthMonth, region = NATION }, { book, asOf }) => {
    const answer = statutoryRetirement(book, region, asOf, group, plausibleBirth(birthMonth));
    const { delayMonths, age, retirementMonth, originalMonth, trace } = answer;
    const result = { delayMonths, ageYears: age.years, ageMonths: age.months, retirementMonth };
    return { result: { ...result, originalRetirementMonth: originalMonth }, trace };
  },
});

const minContribution = calculator({
  name: 'min-contribution',
  title: '最低缴费年限',
  topic: 'retirement',
  example: { retirementYear: 2030 },
  fields: { retirementYear: whole('退休年份', 1950, 2150), region: optional(regionField()) },
  run: ({ retirementYear, region = NATION }, { book }) => {
    const { name, value, source } = minimumContribution(book, region, retirementYear);
    const valueText = `${value} 个月`;
    const steps = [{ kind: 'result', label: name, words: `${retirementYear} 年退休。`, valueText, source }] as const;
    return { result: { months: value }, trace: { title: '最低缴费年限', result: value, resultText: valueText, steps } };
  },
});

const elastic = calculator({
  name: 'elastic-retirement',
  title: '弹性退休能否选择',
  topic: 'retirement',
  example: { group: 'male', birthMonth: '1970-01', shiftMonths: -12, contributionMonths: 240 },
  fields: {
    group: GROUP,
    birthMonth: BIRTH,
    shiftMonths: whole('提前（−）或延迟（+）的月数', -600, 600),
    employerAgrees: optional(flag('单位是否同意')),
    contributionMonths: optional(whole('累计缴费月数', 0, 900)),
    region: optional(regionField()),
  },
  run: ({ birthMonth, shiftMonths, group, employerAgrees, contributionMonths, region = NATION }, { book, asOf }) => {
    const answer = elasticRetirement(book, region, asOf, {
      group,
      birth: plausibleBirth(birthMonth),
      shiftMonths,
      ...(employerAgrees === undefined ? {} : { employerAgrees }),
      ...(contributionMonths === undefined ? {} : { contributionMonths }),
    });
    const { allowed, reasons, unchecked, chosenMonth, chosenAge, statutory, trace } = answer;
    return {
      result: {
        allowed,
        reasons,
        ...(unchecked.length > 0 ? { unchecked } : {}),
        retirementMonth: chosenMonth,
        ageYears: chosenAge.years,
        ageMonths: chosenAge.months,
        statutoryMonth: statutory.retirementMonth,
      },
      trace,
    };
  },
});

export const RETIREMENT_CALCULATORS: readonly Calculator[] = [retirementDate, minContribution, elastic];
