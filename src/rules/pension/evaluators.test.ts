/** A second evaluator of the pension in plain BigInt fractions, written from the formula's words and not from the code, against the one of record on random lives. */
import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { exact } from '../../kernel/exact.ts';
import { fen } from '../../kernel/fen.ts';
import { createBook, withGiven } from '../book.ts';
import { pension } from './pension.ts';

/** numerator over denominator. */
type Part = readonly [bigint, bigint];

const halfUp = ([n, d]: Part): bigint => (2n * n + d) / (2n * d);
const times = (...parts: Part[]): Part => parts.reduce(([n, d], [a, b]) => [n * a, d * b], [1n, 1n]);
const plus = ([n, d]: Part, [a, b]: Part): Part => [n * b + a * d, d * b];

type Place = {
  /** Share of the base for a transitional year, per 1000. */
  readonly perMille: bigint;
  /** Years are counted to hundredths, or exactly as months over 12. */
  readonly hundredths: boolean;
  readonly wageToFen: boolean;
  readonly floorAtOne: boolean;
  readonly upToJiao: boolean;
};

const PLACES: Readonly<Record<string, Place>> = {
  '421000': { perMille: 12n, hundredths: true, wageToFen: true, floorAtOne: false, upToJiao: false },
  '370000': { perMille: 13n, hundredths: true, wageToFen: true, floorAtOne: false, upToJiao: false },
  '140000': { perMille: 13n, hundredths: false, wageToFen: false, floorAtOne: false, upToJiao: true },
  '320000': { perMille: 12n, hundredths: false, wageToFen: false, floorAtOne: false, upToJiao: true },
  '150000': { perMille: 12n, hundredths: false, wageToFen: false, floorAtOne: true, upToJiao: false },
  '120000': { perMille: 10n, hundredths: true, wageToFen: false, floorAtOne: false, upToJiao: false },
};

type Life = {
  readonly baseYuan: number;
  readonly months: number;
  readonly early: number;
  readonly accountFen: number;
  readonly divisorTenths: number;
  /** Ten-thousandths. */
  readonly index: number;
  readonly earlyIndex: number;
};

/** All in fen. */
function plainly(place: Place, life: Life): bigint[] {
  const base: Part = [BigInt(life.baseYuan) * 100n, 1n];
  const wageAt = (index: number): Part => {
    const wage = times(base, [BigInt(index), 10_000n]);
    return place.wageToFen ? [halfUp(wage), 1n] : wage;
  };
  const yearsOf = (months: number): Part =>
    place.hundredths ? [halfUp([BigInt(months) * 100n, 12n]), 100n] : [BigInt(months), 12n];
  const basic = halfUp(times(plus(base, wageAt(life.index)), [1n, 2n], yearsOf(life.months), [1n, 100n]));
  const account = halfUp([BigInt(life.accountFen) * 10n, BigInt(life.divisorTenths)]);
  const earlyIndex = place.floorAtOne && life.earlyIndex < 10_000 ? 10_000 : life.earlyIndex;
  const transitional = halfUp(times(wageAt(earlyIndex), yearsOf(life.early), [place.perMille, 1000n]));
  const sum = basic + account + transitional;
  return [basic, account, transitional, place.upToJiao ? ((sum + 9n) / 10n) * 10n : sum];
}

const life = fc.record({
  baseYuan: fc.integer({ min: 3000, max: 15_000 }),
  months: fc.integer({ min: 180, max: 540 }),
  early: fc.integer({ min: 1, max: 180 }),
  accountFen: fc.integer({ min: 0, max: 100_000_000 }),
  divisorTenths: fc.integer({ min: 560, max: 2330 }),
  index: fc.integer({ min: 4000, max: 30_000 }),
  earlyIndex: fc.integer({ min: 4000, max: 30_000 }),
});

describe('two evaluators of the pension agree', () => {
  it.each(Object.entries(PLACES))('in %s, on random lives', (region, place) => {
    const book = createBook();
    const check = fc.property(life, (facts) => {
      const asked = withGiven(book, { 'pension.calcBase': facts.baseYuan * 100 });
      const answer = pension(
        asked,
        region,
        { on: '2026-06', baseOn: '2026-06' },
        {
          years: exact(facts.months).div(12),
          preAccountYears: exact(facts.early).div(12),
          accountFen: fen(facts.accountFen),
          divisor: { months: exact(facts.divisorTenths).div(10), steps: [] },
          index: { index: exact(facts.index).div(10_000) },
          transitionIndex: { index: exact(facts.earlyIndex).div(10_000) },
          otherFen: fen(0),
        },
      );
      const { basicFen, accountFen, transitionalFen, totalFen } = answer;
      expect([basicFen, accountFen, transitionalFen, totalFen].map(BigInt)).toEqual(plainly(place, facts));
    });
    fc.assert(check, { numRuns: 4000 });
  });
});
