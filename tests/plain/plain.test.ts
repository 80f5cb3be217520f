/** The second evaluator is second: it shares nothing with the first, and is asked often enough. */
import { describe, expect, it } from 'vitest';
import { readSources } from '../source-files.ts';
import { CASES } from './cases.ts';
import { daysFromTo, daysIn, monthsOn, nextDay } from './days.ts';
import { above, decimal, nearest, yuanText } from './fraction.ts';

const EVALUATORS = ['fraction', 'days', 'contribution', 'late', 'account', 'retirement', 'pension'];

describe('the plain evaluator', () => {
  it('imports nothing but its own fractions and days', () => {
    const files = readSources().filter(({ path }) => EVALUATORS.some((name) => path === `tests/plain/${name}.ts`));
    expect(files).toHaveLength(EVALUATORS.length);
    for (const { path, text } of files) {
      const targets = [...text.matchAll(/from\s+'([^']+)'/g)].map((match) => match[1]);
      expect(
        targets.filter((target) => !/^\.\/(fraction|days)\.ts$/.test(target ?? '')),
        path,
      ).toEqual([]);
    }
  });

  it('is held against the program on at least 100,000 lives', () => {
    expect(Object.values(CASES).reduce((sum, count) => sum + count, 0)).toBeGreaterThanOrEqual(100_000);
  });

  it('rounds and counts as one does by hand', () => {
    expect([nearest([5n, 2n]), nearest([49n, 20n]), nearest([7n, 3n]), above([7n, 3n]), above([6n, 3n])]).toEqual([
      3n,
      2n,
      2n,
      3n,
      2n,
    ]);
    expect(decimal('0.0397')).toEqual([397n, 10_000n]);
    expect([yuanText(0n), yuanText(5n), yuanText(86_940n)]).toEqual(['0.00', '0.05', '869.40']);
    expect([daysIn(2024, 2), daysIn(2100, 2), daysIn(2000, 2), daysIn(2023, 4)]).toEqual([29, 28, 29, 30]);
    expect([nextDay('2024-02-28'), nextDay('2023-02-28'), nextDay('2023-12-31')]).toEqual([
      '2024-02-29',
      '2023-03-01',
      '2024-01-01',
    ]);
    // AT-05: 4-1 to 4-12; a leap year whole; nothing backwards.
    expect([daysFromTo('2023-04-01', '2023-04-12'), daysFromTo('2024-01-01', '2024-12-31')]).toEqual([12, 366]);
    expect(daysFromTo('2023-05-01', '2023-04-30')).toBe(0);
    expect(monthsOn('1965-01', 60 * 12 + 1)).toBe('2025-02');
  });
});
