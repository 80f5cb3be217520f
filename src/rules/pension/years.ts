/** 缴费年限的小数位: regions count the same months differently (30.67, 12.9167, 493/12), which moves the pension by cents. */
import { type Exact, exact, roundDecimals, showExact } from '../../kernel/exact.ts';
import { findValue, type PolicyBook } from '../book.ts';
import { figureStep, policyStep } from '../exact-steps.ts';
import type { TraceStep } from '../trace.ts';

const DECIMALS: Readonly<Record<string, number>> = { DECIMALS_2: 2, DECIMALS_4: 4 };

/** Years written within this many months of a whole month (41.0833 for 493/12) are that month. */
const NEAR_MONTH = exact(1).div(100);

export type CountedYears = { readonly years: Exact; readonly step: TraceStep };

/** Years as the region writes them. A region with no such rule takes them as they come. */
export function countedYears(book: PolicyBook, region: string, on: string, given: Exact, label: string): CountedYears {
  const rule = findValue(book, region, 'pension.yearPrecision', on);
  const name = String(rule?.value ?? 'AS_WRITTEN');
  const decimals = DECIMALS[name];
  if (rule && decimals !== undefined) {
    const years = roundDecimals(given, decimals);
    const words = `${label} ${showExact(given)}，四舍五入到 ${decimals} 位小数。`;
    return { years, step: { ...policyStep(rule, `${showExact(years)} 年`, words), label } };
  }
  const months = name === 'MONTHS' ? wholeMonths(given) : undefined;
  if (rule && months !== undefined) {
    const step = { ...policyStep(rule, `${months}/12 年`, '月数 ÷ 12，不舍入。'), label };
    return { years: exact(months).div(12), step };
  }
  return { years: given, step: figureStep('input', label, `${showExact(given)} 年`, '按所写的年限。') };
}

function wholeMonths(years: Exact): bigint | undefined {
  const months = years.mul(12);
  const nearest = months.add(1, 2).floor();
  return months.sub(nearest).abs().compare(NEAR_MONTH) < 0 ? nearest.n : undefined;
}
