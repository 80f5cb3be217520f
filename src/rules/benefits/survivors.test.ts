/** 人社部发〔2021〕18号 and the figures two provinces published. */
import { describe, expect, it } from 'vitest';
import { exact } from '../../kernel/exact.ts';
import { fen } from '../../kernel/fen.ts';
import { createBook } from '../book.ts';
import { survivorsBenefit } from './survivors.ts';

const book = createBook();
const base = fen(100_000);

function months(years: string, yearsDrawn?: string): number {
  const drawn = yearsDrawn === undefined ? {} : { yearsDrawn: exact(yearsDrawn) };
  return survivorsBenefit(book, '100000', '2025-06-01', { years: exact(years), baseFen: base, ...drawn }).result.months;
}

describe('遗属待遇', () => {
  /** 3 under five, 6 under ten, 9 to fifteen, then one a year or part of a year, at most 24. */
  it.each([
    ['0.5', 3],
    ['4.99', 3],
    ['5', 6],
    ['9.99', 6],
    ['10', 9],
    ['15', 9],
    ['15.01', 10],
    ['16', 10],
    ['17.5', 12],
    ['29.01', 24],
    ['30', 24],
    ['41', 24],
  ])('%s years: %i months', (years, expected) => {
    expect(months(years)).toBe(expected);
  });

  /** Years, years drawn: the months above less one a year drawn, part years up, at least 9. */
  it.each([
    ['30', '0', 24],
    ['30', '0.1', 23],
    ['30', '4.5', 19],
    ['30', '15', 9],
    ['30', '20', 9],
    ['20', '3', 11],
    ['15', '1', 9],
  ])('%s years, %s drawn: %i months', (years, drawn, expected) => {
    expect(months(years, drawn)).toBe(expected);
  });

  it('湖北 2025 as published: funeral 7831, fifteen years about 35240 (9 × 3915.5 = 35239.5)', () => {
    const { result } = survivorsBenefit(book, '420500', '2025-03-01', { years: exact(15) });
    expect(result).toMatchObject({ baseFen: 391_550, funeralFen: 783_100, pensionFen: 3_523_950 });
    expect(result.totalFen).toBe(783_100 + 3_523_950);
  });

  it('江苏 2023 as published: base 5015, a pensioner at least 2 + 9 = 11 months, 55165', () => {
    const facts = { years: exact(15), yearsDrawn: exact(20) };
    const { result } = survivorsBenefit(book, '320000', '2023-08-08', facts);
    expect(result).toMatchObject({ baseFen: 501_500, months: 9, totalFen: 5_516_500 });
  });

  it('has no rule before 2021-09 and no base of an unknown year', () => {
    const facts = { years: exact(15) };
    expect(() => survivorsBenefit(book, '420000', '2021-08-31', facts)).toThrow(/POL-001/);
    expect(() => survivorsBenefit(book, '420000', '2026-06-01', facts)).toThrow('（湖北省 2025-12-31）');
    expect(() => survivorsBenefit(book, '100000', '2025-06-01', facts)).toThrow('本省城镇居民人均可支配收入');
  });
});
