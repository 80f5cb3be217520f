/** 计发月数 (国发〔2005〕38号附件; to the month since 2025-01). */
import { type Exact, exact, roundDecimals, showExact } from '../../kernel/exact.ts';
import { lookup, lookupByKey, type PolicyBook } from '../book.ts';
import { figureStep, policyStep, rowOf } from '../exact-steps.ts';
import type { Trace } from '../trace.ts';

export type Age = { readonly years: number /** 0 to 11. */; readonly months: number };

/** The divisor in months (138.4) with how it came; the trace's result is text, as written. */
export type AnnuityDivisor = { readonly divisor: Exact; readonly trace: Trace<string> };

export function ageText({ years, months }: Age): string {
  return months === 0 ? `${years} 岁` : `${years} 岁 ${months} 个月`;
}

/**
 * The divisor of the account for an age at retirement: the table's row at whole ages; between them by the rule in force.
 * @throws DomainError POL-001 outside the table
 */
export function annuityDivisor(book: PolicyBook, region: string, on: string, age: Age): AnnuityDivisor {
  const table = lookupByKey(book, region, 'annuity.divisor', on);
  const partYear = lookup(book, region, 'annuity.partYear', on);
  const low = tenths(rowOf(table, age.years, `${age.years} 岁`));
  const rows = [policyStep(table, `${showExact(low)} 个月`, `${age.years} 岁一行。`)];
  const interpolated = age.months > 0 && partYear.value === 'INTERPOLATE_TENTHS';
  const divisor = interpolated ? between() : low;
  const valueText = `${showExact(divisor)} 个月`;
  const trace = {
    title: `计发月数 · ${ageText(age)}`,
    result: showExact(divisor),
    resultText: valueText,
    steps: [figureStep('input', '退休年龄', ageText(age)), ...rows, figureStep('result', '计发月数', valueText)],
  };
  return { divisor, trace };

  function between(): Exact {
    const next = age.years + 1;
    const high = tenths(rowOf(table, next, `${next} 岁`));
    const inexact = low.sub(low.sub(high).mul(age.months).div(12));
    const formula = `${showExact(low)} −（${showExact(low)} − ${showExact(high)}）× ${age.months} ÷ 12 = ${showExact(inexact, 4)}`;
    rows.push(policyStep(table, `${showExact(high)} 个月`, `${next} 岁一行。`));
    rows.push(policyStep(partYear, '线性内插', `${formula}，四舍五入到 0.1。`));
    return roundDecimals(inexact, 1);
  }
}

function tenths(count: number): Exact {
  return exact(count).div(10);
}
