/** Steps that every benefit's trace is made of: a parameter read, a product, a year total. */
import { type Exact, ROUNDINGS, type Rounding, ratioOf, showExact, toFen, yuanOf } from '../../kernel/exact.ts';
import { type Fen, formatPpm, formatYuanGrouped } from '../../kernel/fen.ts';
import { lookup, type PolicyBook, type PolicyValue } from '../book.ts';
import type { PolicyKey } from '../policy-keys.ts';
import type { TraceStep } from '../trace.ts';

/** What a parameter of the book gives, in words: «13 个月», «0.4%». */
export function policyStep(policy: PolicyValue, value: number, valueText: string, words = ''): TraceStep {
  return { kind: 'table', label: policy.name, words, valueText, value, source: policy.source };
}

export function monthsStep(policy: PolicyValue, months: number, words = ''): TraceStep {
  return policyStep(policy, months, `${months} 个月`, words);
}

export function ratioStep(policy: PolicyValue, ratioPpm: number, words = ''): TraceStep {
  return { ...policyStep(policy, ratioPpm, formatPpm(ratioPpm), words), kind: 'rate' };
}

export function moneyStep(policy: PolicyValue, amountFen: number, words = ''): TraceStep {
  return policyStep(policy, amountFen, formatYuanGrouped(amountFen), words);
}

export function textStep(policy: PolicyValue, words: string, valueText = String(policy.value)): TraceStep {
  return { kind: 'rule', label: policy.name, words, valueText, source: policy.source };
}

/** A fact of the question that is no amount: years, a date, a list. */
export function factStep(label: string, valueText: string, words = ''): TraceStep {
  return { kind: 'input', label, words, valueText };
}

/** amount × ratio, rounded once. */
export function shareOf(amountFen: number, ratioPpm: number, rounding: Rounding = 'FEN'): Fen {
  return toFen(yuanOf(amountFen).mul(ratioOf(ratioPpm)), rounding);
}

export function shareStep(label: string, amountFen: number, ratioPpm: number, resultFen: number): TraceStep {
  const words = `${formatYuanGrouped(amountFen)} × ${formatPpm(ratioPpm)}，${ROUNDINGS.FEN.words}。`;
  return { kind: 'multiply', label, words, valueText: formatYuanGrouped(resultFen), value: resultFen };
}

export function timesStep(label: string, amountFen: number, count: number, unit: string, resultFen: number): TraceStep {
  const words = `${formatYuanGrouped(amountFen)} × ${count} ${unit}。`;
  return { kind: 'multiply', label, words, valueText: formatYuanGrouped(resultFen), value: resultFen };
}

/** The value of a parameter that is a whole number. @throws DomainError POL-001 */
export function lookupWhole(
  book: PolicyBook,
  region: string,
  key: PolicyKey,
  on: string,
): PolicyValue & { readonly value: number } {
  const found = lookup(book, region, key, on);
  return { ...found, value: Number(found.value) };
}

/** «30.67 年». */
export function yearsText(years: Exact): string {
  return `${showExact(years, 4)} 年`;
}
