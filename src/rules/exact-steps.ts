/** Steps of a trace for what is no input in fen and no rate: rows of tables, named rules, exact numbers. */

import type { PolicyByKey } from '../../policy/index.ts';
import { DomainError } from '../kernel/errors.ts';
import { formatYuanGrouped } from '../kernel/fen.ts';
import type { PolicyValue } from './book.ts';
import type { TraceStep } from './trace.ts';

export function figureStep(kind: TraceStep['kind'], label: string, valueText: string, words = ''): TraceStep {
  return { kind, label, words, valueText };
}

/** A value or rule of the book, shown in its own words. */
export function policyStep({ name, source }: PolicyValue, valueText: string, words = ''): TraceStep {
  return { kind: 'rule', label: name, words, valueText, source };
}

export function amountStep(kind: TraceStep['kind'], label: string, amountFen: number, words: string): TraceStep {
  return { kind, label, words, valueText: formatYuanGrouped(amountFen), value: amountFen };
}

/** One row of a table of the book. @throws DomainError POL-001 when the table has no such row. */
export function rowOf(
  table: PolicyValue & { readonly value: PolicyByKey },
  row: string | number,
  words: string,
): number {
  const value = Object.hasOwn(table.value, row) ? table.value[row] : undefined;
  if (value !== undefined) return value;
  throw new DomainError({
    code: 'POL-001',
    message: `缺政策参数：${table.name}（${words}）`,
    why: '文件的表里没有这一行，系统不推算。',
    next: '请核对输入；确有文件规定的，请系统管理员录入后重试。',
    field: table.key,
  });
}
