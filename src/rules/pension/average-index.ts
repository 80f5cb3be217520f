/** 平均缴费指数: each year's wage against the average wage, within its limits, weighted by the months paid. */
import { type Exact, exact, ratioOf, roundDecimals, showExact, yuanOf } from '../../kernel/exact.ts';
import type { Fen } from '../../kernel/fen.ts';
import { lookup, type PolicyBook, type PolicyValue } from '../book.ts';
import { figureStep, policyStep } from '../exact-steps.ts';
import { plainYuan, type Trace, type TraceStep } from '../trace.ts';

export type IndexYear = {
  readonly year: number;
  /** Monthly average of the contribution bases of the months paid. */
  readonly baseFen: Fen;
  /** 月社平: the average wage the region compares with (last year's or this year's). */
  readonly averageWageFen: Fen;
  readonly months: number;
};

export type AverageIndex = {
  /** Rounded half-up to eight decimals. */
  readonly average: Exact;
  readonly yearly: readonly { readonly year: number; readonly index: Exact }[];
  readonly trace: Trace<string>;
};

/**
 * Σ (year's index × months) ÷ months paid, or ÷ months due where the region counts gaps as zero (应缴年限).
 * @param dueMonths 应缴月数; asked only where the region's denominator is `DUE`; at least the months paid.
 * @throws DomainError POL-001
 */
export function averageIndex(
  book: PolicyBook,
  region: string,
  on: string,
  years: readonly IndexYear[],
  dueMonths: number | undefined,
): AverageIndex {
  const lower = lookup(book, region, 'pension.index.lower', on);
  const upper = lookup(book, region, 'pension.index.upper', on);
  const rule = lookup(book, region, 'pension.index.denominator', on);
  const steps: TraceStep[] = [ratioStep(lower), ratioStep(upper)];
  const yearly = years.map((each) => {
    const index = clampIndex(yuanOf(each.baseFen).div(yuanOf(each.averageWageFen)), lower, upper);
    const formula = `${plainYuan(each.baseFen)} ÷ ${plainYuan(each.averageWageFen)}，${each.months} 个月。`;
    steps.push(figureStep('divide', `${each.year} 年指数`, showExact(index), formula));
    return { year: each.year, index, months: each.months };
  });
  const paid = yearly.reduce((sum, { months }) => sum + months, 0);
  const due = rule.value === 'DUE' && dueMonths !== undefined;
  const denominator = due ? dueMonths : paid;
  const total = yearly.reduce((sum, { index, months }) => sum.add(index.mul(months)), exact(0));
  const average = roundDecimals(total.div(denominator), 8);
  const words = due ? `应缴 ${denominator} 个月，断缴的月份按 0 计。` : `实际缴费 ${denominator} 个月。`;
  const resultText = showExact(average);
  steps.push(policyStep(rule, due ? '应缴年限' : '实际缴费年限', words));
  steps.push(figureStep('result', '平均缴费指数', resultText, `${showExact(total)} ÷ ${denominator}。`));
  return { average, yearly, trace: { title: '平均缴费指数', result: resultText, resultText, steps } };
}

function clampIndex(index: Exact, lower: PolicyValue, upper: PolicyValue): Exact {
  const low = ratioOf(Number(lower.value));
  const high = ratioOf(Number(upper.value));
  if (index.compare(low) < 0) return low;
  return index.compare(high) > 0 ? high : index;
}

function ratioStep(policy: PolicyValue): TraceStep {
  return policyStep(policy, showExact(ratioOf(Number(policy.value))));
}
