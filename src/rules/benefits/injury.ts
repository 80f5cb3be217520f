/** 工伤保险待遇 (工伤保险条例第三十至四十一条、第六十四条). Amounts fen a month unless said otherwise. */
import { type Fen, fen, formatYuanGrouped } from '../../kernel/fen.ts';
import { lookupByKey, type PolicyBook } from '../book.ts';
import { inputStep, resultStep, type Trace } from '../trace.ts';

/** 伤残等级 1 (heaviest) to 10. */
export type DisabilityGrade = 1 | 2 | 3 | 4 | 5 | 6 | 7 | 8 | 9 | 10;

/**
 * 一次性伤残补助金: own wage × the months of the grade (第三十五至三十七条).
 * @param ownWageFen 本人工资, fen a month, already within its limits.
 * @throws DomainError POL-001
 */
export function disabilityGrant(
  book: PolicyBook,
  region: string,
  on: string,
  grade: DisabilityGrade,
  ownWageFen: Fen,
): Trace {
  const table = lookupByKey(book, region, 'injury.grantMonths', on);
  const months = table.value[grade] ?? 0;
  const result = fen(ownWageFen * months);
  const words = `${formatYuanGrouped(ownWageFen)} × ${months} 个月。`;
  return {
    title: '一次性伤残补助金',
    result,
    resultText: formatYuanGrouped(result),
    steps: [
      inputStep('本人工资', ownWageFen),
      {
        kind: 'table',
        label: `${grade} 级的月数`,
        words: '',
        valueText: `${months} 个月`,
        value: months,
        source: table.source,
      },
      { kind: 'multiply', label: '相乘', words, valueText: formatYuanGrouped(result), value: result },
      resultStep('一次性伤残补助金', result),
    ],
  };
}
