/** 工伤保险条例, by hand: every figure is the article's months or share times the wage. */
import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { fen } from '../../kernel/fen.ts';
import { createBook, withGiven } from '../book.ts';
import {
  careAllowance,
  type DisabilityGrade,
  disabilityAllowance,
  disabilityGrant,
  endingGrants,
  injuryOwnWage,
} from './injury.ts';
import { DEPENDANT_KINDS, type DependantKind, deathGrant, dependantAllowances, injuryFuneral } from './injury-death.ts';

const book = createBook();
const NATION = '100000';
const ON = '2024-06-01';
const wage = fen(500_000);

/** Grade, months of one-off grant, percent of monthly allowance (第三十五至三十七条). */
const GRADES: readonly (readonly [DisabilityGrade, number, number])[] = [
  [1, 27, 90],
  [2, 25, 85],
  [3, 23, 80],
  [4, 21, 75],
  [5, 18, 70],
  [6, 16, 60],
  [7, 13, 0],
  [8, 11, 0],
  [9, 9, 0],
  [10, 7, 0],
];

describe('伤残', () => {
  it.each(GRADES)('grade %i: %i months, %i %%', (grade, months, percent) => {
    expect(disabilityGrant(book, NATION, ON, grade, wage).result).toBe(months * 500_000);
    const allowance = disabilityAllowance(book, NATION, ON, grade, wage)?.result;
    if (percent === 0) expect(allowance).toBeUndefined();
    else expect(allowance).toEqual({ allowanceFen: percent * 5_000, payer: grade <= 4 ? 'fund' : 'employer' });
  });

  it('tops an allowance up to the minimum wage: 3000 × 60 % = 1800, 2010 − 1800 = 210', () => {
    const given = withGiven(book, { 'wage.minimum': 201_000 });
    expect(disabilityAllowance(given, NATION, ON, 6, fen(300_000))?.result).toEqual({
      allowanceFen: 180_000,
      payer: 'employer',
      topUpFen: 21_000,
      payableFen: 201_000,
    });
    expect(disabilityAllowance(given, NATION, ON, 1, wage)?.result).toMatchObject({ topUpFen: 0, payableFen: 450_000 });
  });

  it('holds the own wage between 60 % and 300 % of 7000: 4200 and 21000 (第六十四条)', () => {
    const given = withGiven(book, { 'injury.localAverageWage': 700_000 });
    const own = (averageFen: number): number => injuryOwnWage(given, NATION, ON, fen(averageFen)).result;
    expect([419_999, 420_000, 420_001, 2_100_000, 2_100_001].map(own)).toEqual([
      420_000, 420_000, 420_001, 2_100_000, 2_100_000,
    ]);
  });

  it('gives care by the local average wage: 50, 40, 30 % of 7000 (第三十四条)', () => {
    const given = withGiven(book, { 'injury.localAverageWage': 700_000 });
    const care = (level: 'full' | 'most' | 'part'): number => careAllowance(given, NATION, ON, level).result;
    expect([care('full'), care('most'), care('part')]).toEqual([350_000, 280_000, 210_000]);
  });

  it('names the local average wage where it is not known', () => {
    expect(() => careAllowance(book, '420500', ON, 'full')).toThrow('缺政策参数：统筹地区上年度职工月平均工资');
  });

  it('knows no regulation before 2011', () => {
    expect(() => disabilityGrant(book, NATION, '2010-12-31', 5, wage)).toThrow(/POL-001/);
  });
});

describe('一次性医疗、就业补助金 of a province', () => {
  it('江苏 in amounts, 山东 in months of 7000', () => {
    expect(endingGrants(book, '320831', ON, 7)?.result).toEqual({ medicalFen: 12_000_000, employmentFen: 4_500_000 });
    const given = withGiven(book, { 'injury.localAverageWage': 700_000 });
    expect(endingGrants(given, '370000', ON, 7)?.result).toEqual({
      medicalFen: 13 * 700_000,
      employmentFen: 20 * 700_000,
    });
  });

  it('none for grades 1–4; 湖北 is missing, not borrowed', () => {
    expect(endingGrants(book, '320000', ON, 4)).toBeUndefined();
    expect(() => endingGrants(book, '420500', ON, 7)).toThrow('缺政策参数：一次性工伤医疗补助金');
  });
});

describe('工亡', () => {
  /** Year of death and the grant as published: 20 × the income of the year before. */
  it.each([
    [2015, 576_880],
    [2021, 876_680],
    [2024, 1_036_420],
    [2025, 1_083_760],
    [2026, 1_130_040],
  ])('%i: %i yuan', (year, yuan) => {
    expect(deathGrant(book, NATION, year).result).toBe(yuan * 100);
  });

  it('names a year without figures; a given income wins', () => {
    expect(() => deathGrant(book, NATION, 2027)).toThrow('全国城镇居民人均可支配收入（年）（全国 2026-12-31）');
    const given = withGiven(book, { 'income.nationalUrban': 6_000_000 });
    expect(deathGrant(given, NATION, 2027).result).toBe(120_000_000);
  });

  it('funeral: six months of 7000', () => {
    const given = withGiven(book, { 'injury.localAverageWage': 700_000 });
    expect(injuryFuneral(given, NATION, ON).result).toBe(4_200_000);
  });

  it('dependants within the wage are not cut: 40 + 30 + 30 % of 6000 is the wage itself', () => {
    const { result } = dependantAllowances(book, NATION, ON, fen(600_000), ['spouse', 'other', 'other']);
    expect(result).toEqual({ amountsFen: [240_000, 180_000, 180_000], totalFen: 600_000, capped: false });
  });

  it('adds ten points for someone alone: a widow 50 %, an orphan 40 %, a lonely parent 40 %', () => {
    const full = (kind: 'spouse_lonely' | 'orphan' | 'parent_lonely'): number =>
      dependantAllowances(book, NATION, ON, fen(600_000), [kind]).result.totalFen;
    expect([full('spouse_lonely'), full('orphan'), full('parent_lonely')]).toEqual([300_000, 240_000, 240_000]);
  });

  it('cuts to the wage by the same ratio, the rest to the last: 40+30+40 % → 4/11, 3/11, 4/11 of 6000', () => {
    const { result, steps } = dependantAllowances(book, NATION, ON, fen(600_000), ['spouse', 'other', 'orphan']);
    // 24000/11 = 2181.818…, 18000/11 = 1636.363…, the rest 6000 − 2181.82 − 1636.36 = 2181.82
    expect(result).toEqual({ amountsFen: [218_182, 163_636, 218_182], totalFen: 600_000, capped: true });
    const spread = steps.find((step) => step.valueText === '按比例');
    expect(spread?.source?.status).toBe('unverified');
    expect(spread?.words).toContain('尾差归最后一人');
  });

  it('never pays more than the wage, never less than the tables where they fit (第三十九条)', () => {
    const percent: Readonly<Record<DependantKind, bigint>> = {
      spouse: 40n,
      spouse_lonely: 50n,
      other: 30n,
      child: 30n,
      parent: 30n,
      other_lonely: 40n,
      parent_lonely: 40n,
      orphan: 40n,
    };
    const kinds = fc.array(fc.constantFrom(...(Object.keys(DEPENDANT_KINDS) as DependantKind[])), { maxLength: 8 });
    fc.assert(
      fc.property(fc.integer({ min: 0, max: 10_000_000 }), kinds, (wageFen, kin) => {
        const { amountsFen, totalFen, capped } = dependantAllowances(book, NATION, ON, fen(wageFen), kin).result;
        const full = kin.map((kind) => Number((BigInt(wageFen) * percent[kind] * 2n + 100n) / 200n));
        const sum = full.reduce((total, each) => total + each, 0);
        expect(capped).toBe(sum > wageFen);
        expect(totalFen).toBe(Math.min(sum, wageFen));
        expect(amountsFen.reduce((total: number, each) => total + each, 0)).toBe(totalFen);
        amountsFen.forEach((each, i) => {
          expect(each).toBeGreaterThanOrEqual(0);
          // The last may take up to half a fen of rounding from each of the others.
          expect(each).toBeLessThanOrEqual((full[i] ?? 0) + kin.length);
        });
        if (!capped) expect(amountsFen).toEqual(full);
      }),
      { numRuns: 2000 },
    );
  });
});
