import { describe, expect, it } from 'vitest';
import { fen } from '../../kernel/fen.ts';
import { createBook } from '../book.ts';
import { averageIndex, type IndexYear } from './average-index.ts';

const book = createBook();
const year = (no: number, base: number, wage: number, months = 12): IndexYear => ({
  year: no,
  baseFen: fen(base * 100),
  averageWageFen: fen(wage * 100),
  months,
});

describe('平均缴费指数', () => {
  it('keeps each year between 0.6 and 3 and weighs it by its months', () => {
    // 2000/4000 = 0.5 → 0.6; 5000/5000 = 1; 20000/5000 = 4 → 3. (0.6×12 + 1×6 + 3×12) ÷ 30 = 49.2 ÷ 30 = 1.64
    const years = [year(2015, 2000, 4000), year(2016, 5000, 5000, 6), year(2017, 20000, 5000)];
    const { trace, yearly } = averageIndex(book, '100000', '2026-01', years, undefined);
    expect(trace.result).toBe('1.64');
    expect(yearly.map(({ index }) => index.toString())).toEqual(['0.6', '1', '3']);
  });

  it('counts gaps as zero where the region divides by the months due (京津陕浙滇)', () => {
    // (1×12 + 1×12) ÷ 36 months due = 0.6666…
    const years = [year(2020, 5000, 5000), year(2022, 6000, 6000)];
    for (const region of ['110000', '120000', '330000', '530000', '610000']) {
      expect(averageIndex(book, region, '2026-01', years, 36).trace.result).toBe('0.66666667');
    }
    expect(averageIndex(book, '420000', '2026-01', years, 36).trace.result).toBe('1');
  });
});
