import { describe, expect, it } from 'vitest';
import { createBook } from '../book.ts';
import { annuityDivisor } from './annuity.ts';
import rows from './divisor-rows.json' with { type: 'json' };

const book = createBook();
const NATION = '100000';

function divisor(years: number, months: number, on = '2025-01'): string {
  return annuityDivisor(book, NATION, on, { years, months }).trace.result;
}

describe('计发月数', () => {
  it('gives every row of the table to the month (40 to 69 years, 0 to 11 months)', () => {
    const table = Object.entries(rows);
    expect(table).toHaveLength(30);
    for (const [years, columns] of table) {
      expect(columns).toHaveLength(12);
      columns.forEach((attested, months) => {
        expect(Number(divisor(Number(years), months)), `${years} 岁 ${months} 个月`).toBe(Number(attested));
      });
    }
  });

  it.each([
    // 济南市答复 2025: 60 years 1 month, 50 years 1 month; the others from 核定表.
    [60, 1, '138.4'],
    [50, 1, '194.6'],
    [45, 1, '215.7'],
    [50, 3, '193.8'],
    [50, 5, '192.9'],
    [51, 2, '189.2'],
    [51, 11, '185.4'],
    [55, 1, '169.5'],
    [55, 2, '169'],
    [55, 3, '168.5'],
    [55, 4, '168'],
    [60, 2, '137.8'],
    [60, 3, '137.3'],
    [61, 1, '131.4'],
  ])('is what sheets attest: %i years %i months is %s', (years, months, attested) => {
    expect(divisor(years, months)).toBe(attested);
  });

  it('goes by the whole age until 2024-12', () => {
    expect(divisor(60, 11, '2024-12')).toBe('139');
    expect(divisor(60, 11, '2025-01')).toBe('132.6');
  });

  it('ends where the table ends: 70 years, and nothing beyond', () => {
    expect(divisor(70, 0)).toBe('56');
    expect(() => divisor(70, 1)).toThrow('缺政策参数：计发月数（71 岁）');
    expect(() => divisor(39, 11)).toThrow('缺政策参数：计发月数（39 岁）');
  });

  it('shows both rows, the interpolation and the rule with its source', () => {
    const { trace } = annuityDivisor(book, NATION, '2025-01', { years: 60, months: 1 });
    const interpolation = trace.steps.find((step) => step.valueText === '线性内插');
    // 139 − 7/12 = 138.41666…
    expect(interpolation?.words).toBe('139 −（139 − 132）× 1 ÷ 12 = 138.4166…，四舍五入到 0.1。');
    expect(interpolation?.source?.title).toContain('济南市');
    expect(trace.resultText).toBe('138.4 个月');
  });
});
