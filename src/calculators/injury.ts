/** 工伤待遇的计算器 (docs: calculators; rules: benefits/injury). */
import { type DisabilityGrade, disabilityGrant } from '../rules/index.ts';
import { type Calculator, calculator } from './calculator.ts';
import { dateField, NATION, optional, regionField, whole, yuan } from './fields.ts';
import { amount } from './write.ts';

const injuryGrant = calculator({
  name: 'injury-grant',
  title: '一次性伤残补助金',
  topic: 'injury',
  example: { grade: 7, ownWage: '5000.00' },
  fields: {
    grade: whole('伤残等级', 1, 10),
    ownWage: yuan('本人工资'),
    region: optional(regionField()),
    on: optional(dateField('发生日期')),
  },
  run: ({ grade, ownWage, region = NATION, on }, { book, asOf }) => {
    const trace = disabilityGrant(book, region, on ?? asOf, grade as DisabilityGrade, ownWage);
    return { result: { oneOffDisabilityGrant: amount(trace.result) }, trace };
  },
});

export const INJURY_CALCULATORS: readonly Calculator[] = [injuryGrant];
