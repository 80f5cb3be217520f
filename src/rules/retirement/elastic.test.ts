import { describe, expect, it } from 'vitest';
import { month } from '../../kernel/month.ts';
import { createBook } from '../book.ts';
import { type ElasticWish, elasticRetirement } from './elastic.ts';

/** 1970-01, male: 61 years 4 months, 2031-05; 60 years in 2030-01. */
function choose(shiftMonths: number, more: Partial<ElasticWish> = {}) {
  const wish: ElasticWish = { group: 'male', birth: month('1970-01'), shiftMonths, ...more };
  return elasticRetirement(createBook(), '100000', '2026-11-21', wish);
}

describe('弹性退休', () => {
  it('lets someone go back to the original age, no further', () => {
    expect(choose(-16, { contributionMonths: 186 })).toMatchObject({ allowed: true, chosenMonth: '2030-01' });
    const tooEarly = choose(-17, { contributionMonths: 300 });
    expect(tooEarly.allowed).toBe(false);
    expect(tooEarly.reasons).toEqual(['2029-12 早于原法定退休年龄 60 岁（2030-01）']);
  });

  it('asks the months of the chosen year: 186 in 2030, 180 in 2029', () => {
    expect(choose(-16, { contributionMonths: 185 }).reasons).toEqual([
      '累计缴费 185 个月，不满 2030 年退休的最低缴费年限 186 个月',
    ]);
    expect(choose(-1, { contributionMonths: 191 }).allowed).toBe(false);
    expect(choose(-1, { contributionMonths: 192 }).allowed).toBe(true);
  });

  it('names the condition nobody gave facts for', () => {
    expect(choose(-1)).toMatchObject({
      allowed: true,
      unchecked: ['累计缴费是否满 2031 年退休的最低缴费年限 192 个月'],
    });
  });

  it('gives at most 36 months either way, and all reasons together', () => {
    expect(choose(36, { employerAgrees: true })).toMatchObject({ allowed: true, chosenMonth: '2034-05' });
    expect(choose(37, { employerAgrees: true }).reasons).toEqual(['延迟 37 个月，超过最长 36 个月']);
    expect(choose(37).reasons).toEqual(['延迟 37 个月，超过最长 36 个月', '延迟退休须所在单位与本人协商一致']);
    expect(choose(-40, { contributionMonths: 100 }).reasons).toEqual([
      '提前 40 个月，超过最长 36 个月',
      '2028-01 早于原法定退休年龄 60 岁（2030-01）',
      '累计缴费 100 个月，不满 2028 年退休的最低缴费年限 180 个月',
    ]);
  });

  it('keeps women of 50 within 36 months of 55, though the original age is 60 months away', () => {
    // 1990-01: 55 years in 2045-01; 36 months earlier is 2042-01, 52 years.
    const young = { group: 'female_50', birth: month('1990-01'), contributionMonths: 240 } as const;
    expect(choose(-36, young)).toMatchObject({
      allowed: true,
      chosenMonth: '2042-01',
      chosenAge: { years: 52, months: 0 },
    });
    expect(choose(-37, young).allowed).toBe(false);
  });

  it('is not for those whose month came before 2025', () => {
    const before = { birth: month('1964-12'), employerAgrees: true };
    expect(choose(3, before).reasons).toEqual(['法定退休时间 2024-12 在弹性退休办法施行以前，不适用']);
    expect(choose(0, before).allowed).toBe(true);
  });
});
