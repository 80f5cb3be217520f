import { describe, expect, it } from 'vitest';
import { addMonths, month, monthIndex } from '../../kernel/month.ts';
import { createBook } from '../book.ts';
import rows from './delay-rows.json' with { type: 'json' };
import { minimumContribution, RETIREMENT_GROUPS, type RetirementGroup, statutoryRetirement } from './statutory.ts';

const book = createBook();

function row(group: RetirementGroup, birth: string): unknown[] {
  const { age, retirementMonth, delayMonths } = statutoryRetirement(book, '100000', '2026-11-21', group, month(birth));
  return [birth, age.years, age.months, retirementMonth, delayMonths];
}

/** The decision's own words, step by step: every so many births one month more, from the first birth month on. */
function plainDelay(group: RetirementGroup, birth: string): number {
  const [first, every, most] = {
    male: ['1965-01', 4, 36],
    female_55: ['1970-01', 4, 36],
    female_50: ['1975-01', 2, 60],
  }[group] as [string, number, number];
  let delay = 0;
  for (let cursor = month(first); cursor <= birth && delay < most; cursor = addMonths(cursor, every)) delay += 1;
  return delay;
}

describe('渐进式延迟法定退休年龄', () => {
  it('gives all 408 rows of the three tables', () => {
    const all = RETIREMENT_GROUPS.flatMap((group) => rows[group].map((official) => ({ group, official })));
    expect(all).toHaveLength(408);
    for (const { group, official } of all) expect(row(group, String(official[0])), group).toEqual(official);
  });

  it('delays the first month at once: 1965-01 is 2025-02, not 2025-01', () => {
    expect(row('male', '1965-01')).toEqual(['1965-01', 60, 1, '2025-02', 1]);
    expect(row('male', '1964-12')).toEqual(['1964-12', 60, 0, '2024-12', 0]);
    expect(row('female_55', '1969-12')).toEqual(['1969-12', 55, 0, '2024-12', 0]);
    expect(row('female_50', '1974-12')).toEqual(['1974-12', 50, 0, '2024-12', 0]);
  });

  it('stays at the most after the tables: 63, 58 and 55 years', () => {
    expect(row('male', '1977-01')).toEqual(['1977-01', 63, 0, '2040-01', 36]);
    expect(row('female_55', '1999-07')).toEqual(['1999-07', 58, 0, '2057-07', 36]);
    expect(row('female_50', '1985-01')).toEqual(['1985-01', 55, 0, '2040-01', 60]);
  });

  it('agrees with a step-by-step count over a century of births', () => {
    for (const group of RETIREMENT_GROUPS) {
      for (let index = monthIndex(month('1930-01')); index <= monthIndex(month('2030-12')); index += 1) {
        const birth = addMonths(month('0000-01'), index);
        expect(row(group, birth)[4], `${group} ${birth}`).toBe(plainDelay(group, birth));
      }
    }
  });
});

describe('最低缴费年限', () => {
  it.each([
    [2024, 180],
    [2029, 180],
    [2030, 186],
    [2031, 192],
    [2032, 198],
    [2033, 204],
    [2034, 210],
    [2035, 216],
    [2036, 222],
    [2037, 228],
    [2038, 234],
    [2039, 240],
    [2060, 240],
  ])('is, for %i, %i months', (year, months) => {
    expect(minimumContribution(book, '100000', year).value).toBe(months);
  });

  it('is missing, not guessed, before any source', () => {
    expect(() => minimumContribution(book, '100000', 1999)).toThrow('缺政策参数：最低缴费年限（全国 1999-12-31）');
  });
});
