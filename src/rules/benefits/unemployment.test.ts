/** 社会保险法第四十六条 and the yearly papers on 稳岗返还. */
import { describe, expect, it } from 'vitest';
import { fen } from '../../kernel/fen.ts';
import { createBook, withGiven } from '../book.ts';
import { skillSubsidy, stableJobRefund, unemploymentBenefit, unemploymentDuration } from './unemployment.ts';

const book = createBook();
const NATION = '100000';

describe('领取期限', () => {
  /** Months contributed, months left over from before → most months. */
  it.each([
    [11, 0, 0],
    [12, 0, 12],
    [59, 0, 12],
    [60, 0, 18],
    [119, 0, 18],
    [120, 0, 24],
    [480, 0, 24],
    [75, 3, 21],
    [75, 6, 24],
    [75, 7, 24],
    [11, 5, 5],
    [12, 24, 24],
  ])('%i months and %i unclaimed: %i', (contributed, unclaimed, expected) => {
    expect(unemploymentDuration(book, NATION, '2024-01-01', contributed, unclaimed).result).toBe(expected);
  });

  it('cites the law of its day', () => {
    const article = (on: string) =>
      unemploymentDuration(book, NATION, on, 60, 0).steps.find((step) => step.source)?.source?.title;
    expect([article('2011-06-30'), article('2011-07-01')]).toEqual(['失业保险条例', '社会保险法']);
  });
});

describe('失业保险金', () => {
  it('上海 2340 from 2026-07 for the first twelve months; month 13 and earlier days are missing', () => {
    expect(unemploymentBenefit(book, '310000', '2026-07-01', 12).result).toBe(234_000);
    expect(() => unemploymentBenefit(book, '310000', '2026-07-01', 13)).toThrow(
      '失业保险金标准（上海市 领取第 13 个月）',
    );
    expect(() => unemploymentBenefit(book, '310000', '2026-06-30', 1)).toThrow(/POL-001/);
  });

  it('others only by what came with the question: 2010 × 90 % = 1809', () => {
    expect(() => unemploymentBenefit(book, '420500', '2024-01-01', 1)).toThrow('缺政策参数：失业保险金标准（宜昌市');
    const given = withGiven(book, { 'wage.minimum': 201_000, 'unemployment.benefitRatio': 900_000 });
    expect(unemploymentBenefit(given, '420500', '2024-01-01', 1).result).toBe(180_900);
  });
});

describe('稳岗返还', () => {
  /** Year, percent of large and of small employers. */
  it.each([
    [2019, 50, 50],
    [2020, 50, 100],
    [2021, 30, 60],
    [2022, 50, 90],
    [2023, 30, 60],
    [2024, 30, 60],
    [2025, 50, 90],
  ])('%i: %i and %i %% of 12000', (year, large, small) => {
    const paid = fen(1_200_000);
    expect(stableJobRefund(book, NATION, year, 'large', paid).result).toBe(12_000 * large);
    expect(stableJobRefund(book, NATION, year, 'small', paid).result).toBe(12_000 * small);
  });

  it('is missing for 2026', () => {
    expect(() => stableJobRefund(book, NATION, 2026, 'large', fen(1))).toThrow(
      '稳岗返还比例（大型企业）（全国 2026-12-31）',
    );
  });
});

describe('技能提升补贴', () => {
  const facts = { level: 4, contributedMonths: 36, monthsSinceCertificate: 12 } as const;

  it('1000, 1500, 2000 by level', () => {
    const cap = (level: 3 | 4 | 5) => skillSubsidy(book, NATION, '2020-06-01', { ...facts, level }).result.amountFen;
    expect([cap(5), cap(4), cap(3)]).toEqual([100_000, 150_000, 200_000]);
  });

  it('says every failing condition; 12 months were enough from 2022 to 2025', () => {
    const late = { ...facts, contributedMonths: 12, monthsSinceCertificate: 13 };
    expect(skillSubsidy(book, NATION, '2021-12-31', late).result.reasons).toHaveLength(2);
    expect(skillSubsidy(book, NATION, '2022-01-01', late).result.reasons).toEqual(['证书核发已超过 12 个月']);
    expect(() => skillSubsidy(book, NATION, '2026-01-01', facts)).toThrow('技能提升补贴缴费月数');
  });
});
