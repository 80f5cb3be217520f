/** 江苏 2024 (JH-ADJ-01) by the table of acceptance test AT-14, and the mechanism for other plans. */
import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { exact } from '../../kernel/exact.ts';
import { fen } from '../../kernel/fen.ts';
import { civilDate } from '../../kernel/month.ts';
import { createBook, withGiven } from '../book.ts';
import { ageExtra, pensionAdjustment, wholeYears } from './adjustment.ts';

const book = createBook();

/** Years, pension before, age at the end of 2023 → by years, by pension, by age, a month, seven months (fen). */
const AT_14 = [
  [32, 356_000, 76, 5_750, 1_424, 2_900, 13_174, 92_218],
  [12, 198_635, 64, 2_550, 795, 0, 6_445, 45_115],
  [25, 287_040, 70, 4_350, 1_148, 2_100, 10_698, 74_886],
  [41, 523_380, 83, 7_550, 2_094, 3_900, 16_644, 116_508],
] as const;

function adjusted(years: string, pensionFen: number, age: number, asked = book) {
  return pensionAdjustment(asked, '320831', 2024, { years: exact(years), pensionFen: fen(pensionFen), age }).result;
}

describe('江苏 2024 养老金调整 (AT-14)', () => {
  it.each(AT_14)('%i years, %i fen, aged %i', (years, before, age, byYears, byPension, extra, total, seven) => {
    expect(adjusted(String(years), before, age)).toEqual({
      fixedFen: 3_100,
      byYearsFen: byYears,
      byPensionFen: byPension,
      ageExtraFen: extra,
      totalFen: total,
      pensionAfterFen: before + total,
      backPayMonths: 7,
      backPayFen: seven,
    });
  });

  it('sums to 469.61 a month — as the table adds up — and 3287.27 paid out', () => {
    const all = AT_14.map(([years, before, age]) => adjusted(String(years), before, age));
    expect(all.reduce((sum, each) => sum + each.totalFen, 0)).toBe(46_961);
    expect(all.reduce((sum, each) => sum + (each.backPayFen ?? 0), 0)).toBe(328_727);
  });

  it('counts only full years: 15.99 is 15 × 1.70 = 25.50, 16 adds 1.80', () => {
    expect(adjusted('15.99', 0, 60).byYearsFen).toBe(2_550);
    expect(adjusted('16', 0, 60).byYearsFen).toBe(2_730);
  });

  it('gives nothing under the minimum: 0 and 15 years alike', () => {
    expect([adjusted('0', 0, 60).byYearsFen, adjusted('14', 0, 60).byYearsFen]).toEqual([2_550, 2_550]);
  });

  it.each([
    [69, 0],
    [70, 2_100],
    [74, 2_100],
    [75, 2_900],
    [79, 2_900],
    [80, 3_900],
    [101, 3_900],
  ])('aged %i: %i fen', (age, expected) => {
    expect(adjusted('20', 0, age).ageExtraFen).toBe(expected);
  });

  it('reads the age off the birth date at the end of 2023', () => {
    const extra = (birth: string): number => ageExtra(book, '320000', 2024, civilDate(birth)).result;
    expect([extra('1953-12-31'), extra('1954-01-01'), extra('1948-12-31'), extra('1943-12-31')]).toEqual([
      2_100, 0, 2_900, 3_900,
    ]);
    expect(ageExtra(book, '320000', 2024, civilDate('1954-01-01'), civilDate('2024-01-01')).result).toBe(2_100);
  });

  it('agrees with the notice read year by year', () => {
    const person = fc.record({
      months: fc.integer({ min: 0, max: 720 }),
      before: fc.integer({ min: 0, max: 3_000_000 }),
      age: fc.integer({ min: 40, max: 110 }),
    });
    fc.assert(
      fc.property(person, ({ months, before, age }) => {
        let byYears = 0;
        for (let year = 1; year <= Math.floor(months / 12); year += 1) {
          byYears += year <= 15 ? 170 : year <= 25 ? 180 : 200;
        }
        const byPension = (BigInt(before) * 4n + 500n) / 1000n;
        const extra = age >= 80 ? 3_900 : age >= 75 ? 2_900 : age >= 70 ? 2_100 : 0;
        const facts = { years: exact(months).div(12), pensionFen: fen(before), age };
        const { totalFen } = pensionAdjustment(book, '320000', 2024, facts).result;
        expect(totalFen).toBe(3_100 + Math.max(byYears, 2_550) + Number(byPension) + extra);
      }),
      { numRuns: 2000 },
    );
  });

  it('leaves out who retired later, with the reason (ADJ-001)', () => {
    const facts = { years: exact(30), pensionFen: fen(300_000), age: 60 };
    const ask = (retiredOn: string) => pensionAdjustment(book, '320000', 2024, { ...facts, retiredOn }).result.totalFen;
    expect(() => ask('2024-01-05')).toThrow('ADJ-001：不在调整范围：2024-01-05 退休');
    expect(() => ask('2024-01')).toThrow('ADJ-001');
    expect([ask('2023-12-31'), ask('2023-12')]).toEqual([9_650, 9_650]); // 31 + 25.5 + 18 + 10 + 12 = 96.50
  });

  it('names what is missing for another province or year', () => {
    const facts = { years: exact(30), pensionFen: fen(300_000), age: 60 };
    expect(() => pensionAdjustment(book, '420000', 2024, facts)).toThrow(
      '缺政策参数：养老金定额调整（湖北省 2024-01-01）',
    );
    expect(() => pensionAdjustment(book, '320000', 2025, facts)).toThrow('（江苏省 2025-01-01）');
  });
});

describe('北京 2014 (京人社养发〔2014〕48号): by the level of the pension, no share of it', () => {
  const beijing = (years: number, pensionFen: number, age: number) =>
    pensionAdjustment(book, '110000', 2014, { years: exact(years), pensionFen: fen(pensionFen), age }).result;

  it('30 years, 2500, aged 70: 150 + 105 + 110 = 365 a month, three months paid in March', () => {
    expect(beijing(30, 250_000, 70)).toEqual({
      fixedFen: 15_000,
      byYearsFen: 10_500,
      byPensionFen: 0,
      ageExtraFen: 11_000,
      totalFen: 36_500,
      pensionAfterFen: 286_500,
      backPayMonths: 3,
      backPayFen: 109_500,
    });
  });

  /** Pension before → fixed part. A range never falls behind the top of the one below: 2923, 3870, 4840. */
  it.each([
    [277_299, 15_000],
    [277_300, 15_000],
    [280_000, 12_300],
    [282_300, 10_000],
    [300_000, 10_000],
    [377_000, 10_000],
    [379_000, 8_000],
    [380_000, 7_000],
    [477_000, 7_000],
    [478_000, 6_000],
    [600_000, 6_000],
  ])('%i fen: %i', (before, expected) => {
    expect(beijing(20, before, 60).fixedFen).toBe(expected);
  });

  it('gives 35 yuan under ten years and lifts to 1463: 1200 + 150 + 35 = 1385, 78 more', () => {
    expect(beijing(9, 120_000, 60)).toMatchObject({
      byYearsFen: 3_500,
      floorTopUpFen: 7_800,
      pensionAfterFen: 146_300,
    });
    expect(beijing(10, 200_000, 60).byYearsFen).toBe(3_500);
    expect(beijing(11, 200_000, 60).byYearsFen).toBe(3_850);
  });

  it('starts the age part at 65', () => {
    expect([64, 65, 69, 70, 75, 80].map((age) => beijing(20, 300_000, age).ageExtraFen)).toEqual([
      0, 9_000, 9_000, 11_000, 13_000, 15_000,
    ]);
  });
});

describe('a plan of another make is data', () => {
  it('pays all years by one range, part years up, rounded up to the jiao', () => {
    const other = withGiven(book, {
      'adjust.yearsMode': 'SINGLE',
      'adjust.yearsCount': 'UP',
      'adjust.rounding': 'JIAO_UP',
    });
    // 20.1 years count 21, all at 1.80 = 37.80; 1986.35 × 0.4 % = 7.9454 → 8.00
    expect(adjusted('20.1', 198_635, 60, other)).toMatchObject({ byYearsFen: 3_780, byPensionFen: 800 });
  });

  it('counts months where a plan does: 15.5 years = 25.50 + 0.90', () => {
    expect(adjusted('15.5', 0, 60, withGiven(book, { 'adjust.yearsCount': 'EXACT' })).byYearsFen).toBe(2_640);
  });
});

describe('周岁', () => {
  it('counts the birthday itself; 29 February comes on 1 March of other years', () => {
    expect(wholeYears('1978-12-31', '2018-12-31')).toBe(40);
    expect(wholeYears('1979-01-01', '2018-12-31')).toBe(39);
    expect([wholeYears('1944-02-29', '2023-02-28'), wholeYears('1944-02-29', '2023-03-01')]).toEqual([78, 79]);
  });
});
