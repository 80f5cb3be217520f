import { expect, it } from 'vitest';
import { month } from '../kernel/month.ts';
import { createBook } from './book.ts';
import { explainContribution } from './explain-contribution.ts';
import { compileRules } from './month-rules.ts';

const book = createBook();
const rules = compileRules(book, '420500', month('2023-04'));

it('tells the drawer of the design: 2,987.65 → 2,990 → 3,450 → 16 % → 552.00', () => {
  const trace = explainContribution(rules, 'pension', { basis: 'DECLARED', fen: 298765 }, 1, 'employer');
  expect(trace.title).toBe('企业职工基本养老保险 · 单位部分 · 2023年4月');
  expect(trace.result).toBe(55200);
  const seen = trace.steps.map((step) => [step.kind, step.valueText]);
  expect(seen).toEqual([
    ['input', '2,987.65 元/月'],
    ['round', '2,990'],
    ['clamp', '3,450'],
    ['rate', '16%'],
    ['multiply', '552.00'],
    ['result', '552.00'],
  ]);
  const clamp = trace.steps[2];
  expect(clamp?.clamp).toEqual({ lower: 345000, upper: 1800000, value: 299000 });
  expect(clamp?.words).toBe('2,990 低于下限 3,450，按下限。');
  expect(clamp?.source).toMatchObject({ from: '2022-07-01', to: '2023-06-30', status: 'verified' });
  expect(trace.steps[3]?.source?.docNo).toBe('国办发〔2019〕13号');
  expect(trace.steps[4]?.words).toBe('3,450 × 16% = 552.0000，四舍五入到分，逐人逐险种。');
});

it('shows class and stage factor of a halved injury rate (HB-RATE-04)', () => {
  const suizhou = compileRules(book, '421300', month('2021-11'));
  const trace = explainContribution(suizhou, 'injury', { basis: 'APPROVED', fen: 1118000 }, 1, 'employer');
  expect(trace.steps.map((step) => step.valueText)).toEqual(['11,180 元/月', '0.2%', '50%', '11.18', '11.18']);
  expect(trace.steps[2]?.words).toBe('0.2% × 50% = 0.1%。');
});

it('ends with what is due when the employer part is waived', () => {
  const wage = { basis: 'APPROVED', fen: 345000 } as const;
  const year2020 = compileRules(book, '420500', month('2020-03'));
  const relief = explainContribution(year2020, 'pension', wage, 1, 'employer', { modifiers: { relief: true } });
  expect([relief.result, relief.steps.at(-1)?.valueText]).toEqual([0, '0.00']);
  expect(relief.steps.some((step) => step.source?.article === '认定单注3')).toBe(true);
  const deferred = explainContribution(rules, 'pension', wage, 1, 'employer', { modifiers: { deferred: true } });
  expect([deferred.result, deferred.steps.at(-1)?.valueText]).toEqual([0, '0.00']);
});

it('marks a test parameter', () => {
  const overlay = createBook([{ region: '420500', key: 'base.lower', from: '2023-04', to: '2023-04', value: 400000 }]);
  const tried = compileRules(overlay, '420500', month('2023-04'));
  const trace = explainContribution(tried, 'pension', { basis: 'DECLARED', fen: 298765 }, 1, 'person');
  expect(trace.result).toBe(32000);
  expect(trace.steps[2]?.source).toMatchObject({ title: '测试参数', overlay: true });
});
