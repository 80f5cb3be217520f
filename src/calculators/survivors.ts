/** 遗属待遇的计算器 (rules: benefits/survivors). */
import { type SurvivorsBenefit, survivorsBenefit, type Trace } from '../rules/index.ts';
import { type Answer, type Calculator, calculator } from './calculator.ts';
import { dateField, NATION, optional, regionField, yearCount, yuan } from './fields.ts';
import { amount } from './write.ts';

function answered(trace: Trace<SurvivorsBenefit>): Answer {
  const { months, baseFen, funeralFen, pensionFen, totalFen } = trace.result;
  const result = {
    months,
    baseMonth: amount(baseFen),
    funeral: amount(funeralFen),
    pension: amount(pensionFen),
    total: amount(totalFen),
  };
  return { result, trace };
}

const FACTS = {
  years: yearCount('缴费年限（实际加视同）'),
  baseMonth: optional(yuan('月基数')),
  region: optional(regionField()),
  on: optional(dateField('死亡日期')),
} as const;

const active = calculator({
  name: 'survivors-active',
  title: '遗属待遇：在职人员',
  topic: 'survivors',
  example: { years: 17.5, baseMonth: '3915.50' },
  fields: FACTS,
  run: ({ years, baseMonth, region = NATION, on }, { book, asOf }) => {
    const facts = { years, ...(baseMonth === undefined ? {} : { baseFen: baseMonth }) };
    return answered(survivorsBenefit(book, region, on ?? asOf, facts));
  },
});

const retired = calculator({
  name: 'survivors-retired',
  title: '遗属待遇：退休人员',
  topic: 'survivors',
  example: { years: 30, yearsDrawn: 4.5, baseMonth: '3915.50' },
  fields: { ...FACTS, yearsDrawn: yearCount('已领取基本养老金年数') },
  run: ({ years, yearsDrawn, baseMonth, region = NATION, on }, { book, asOf }) => {
    const facts = { years, yearsDrawn, ...(baseMonth === undefined ? {} : { baseFen: baseMonth }) };
    return answered(survivorsBenefit(book, region, on ?? asOf, facts));
  },
});

export const SURVIVORS_CALCULATORS: readonly Calculator[] = [active, retired];
