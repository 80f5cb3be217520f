/** 基本养老金年度调整的计算器 (rules: benefits/adjustment). */
import { type Adjustment, type AdjustmentFacts, ageExtra, pensionAdjustment, type Trace } from '../rules/index.ts';
import { type Answer, type Calculator, calculator, wrongInput } from './calculator.ts';
import { dateField, optional, regionField, whole, yearCount, yuan } from './fields.ts';
import { amount } from './write.ts';

/** The plan the two `js2024` questions ask about: 江苏, 2024. */
const JIANGSU = '320000';
const YEAR = 2024;

function answered(trace: Trace<Adjustment>): Answer {
  const { backPayMonths, backPayFen, floorTopUpFen, ...parts } = trace.result;
  const result = {
    fixed: amount(parts.fixedFen),
    byYears: amount(parts.byYearsFen),
    byPension: amount(parts.byPensionFen),
    ageExtra: amount(parts.ageExtraFen),
    ...(floorTopUpFen === undefined ? {} : { floorTopUp: amount(floorTopUpFen) }),
    total: amount(parts.totalFen),
    pensionAfter: amount(parts.pensionAfterFen),
    ...(backPayFen === undefined ? {} : { backPayMonths, backPay: amount(backPayFen) }),
  };
  return { result, trace };
}

const PERSON = {
  pensionBefore: yuan('调整前月基本养老金'),
  years: yearCount('缴费年限'),
  retiredOn: optional(dateField('退休日期')),
} as const;

function factsOf(
  pensionFen: AdjustmentFacts['pensionFen'],
  years: AdjustmentFacts['years'],
  age: number,
  retiredOn: string | undefined,
): AdjustmentFacts {
  return { pensionFen, years, age, ...(retiredOn === undefined ? {} : { retiredOn }) };
}

const js2024 = calculator({
  name: 'adjust-js2024',
  title: '江苏 2024 年养老金调整',
  topic: 'adjustment',
  example: { region: '320831', pensionBefore: '3560.00', years: 32, ageOn20231231: 76 },
  fields: { region: optional(regionField()), ...PERSON, ageOn20231231: whole('2023年12月31日的周岁', 0, 150) },
  run: ({ region = JIANGSU, pensionBefore, years, ageOn20231231, retiredOn }, { book }) =>
    answered(pensionAdjustment(book, region, YEAR, factsOf(pensionBefore, years, ageOn20231231, retiredOn))),
});

const yearly = calculator({
  name: 'pension-adjustment',
  title: '年度养老金调整（各地各年）',
  topic: 'adjustment',
  example: { region: '320000', year: 2024, pensionBefore: '2870.40', years: 25, age: 70 },
  fields: { region: regionField(), year: whole('调整年度', 1990, 2100), ...PERSON, age: whole('计算日的周岁', 0, 150) },
  run: ({ region, year, pensionBefore, years, age, retiredOn }, { book }) =>
    answered(pensionAdjustment(book, region, year, factsOf(pensionBefore, years, age, retiredOn))),
});

const js2024Age = calculator({
  name: 'adjust-js2024-age',
  title: '江苏 2024 年高龄倾斜',
  topic: 'adjustment',
  example: { birthDate: '1953-12-31', asOf: '2023-12-31' },
  fields: {
    birthDate: dateField('出生日期'),
    asOf: optional(dateField('计算日')),
    region: optional(regionField()),
  },
  run: ({ birthDate, asOf, region = JIANGSU }, { book }) => {
    if (asOf !== undefined && birthDate > asOf) throw wrongInput('出生日期晚于计算日。', 'birthDate');
    const trace = ageExtra(book, region, YEAR, birthDate, asOf);
    return { result: { ageExtra: amount(trace.result) }, trace };
  },
});

export const ADJUSTMENT_CALCULATORS: readonly Calculator[] = [js2024, js2024Age, yearly];
