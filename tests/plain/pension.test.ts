import fc from 'fast-check';
import { describe, it } from 'vitest';
import { fenOf, forAll, mustAnswer } from './agree.ts';
import { CASES } from './cases.ts';
import { above, type Fraction, yuanText } from './fraction.ts';
import { type Life, PLACES, type Place, pensionOf } from './pension.ts';

const index = fc.integer({ min: 4000, max: 30_000 });

const lives = fc.record({
  place: fc.constantFrom(...PLACES),
  base: fc.bigInt(300_000n, 1_500_000n),
  months: fc.integer({ min: 180, max: 540 }),
  early: fc.integer({ min: 0, max: 180 }),
  account: fenOf(100_000_000),
  divisorTenths: fc.integer({ min: 560, max: 2330 }),
  index: fc.oneof(index, fc.constantFrom(9999, 10_000, 10_001, 6000)),
  earlyIndex: fc.oneof(index, fc.constantFrom(9999, 10_000, 10_001)),
  other: fc.oneof(fc.constant(0n), fenOf(50_000)),
});

type Drawn = typeof lives extends fc.Arbitrary<infer T> ? T : never;

const tenThousandths = (count: number): Fraction => [BigInt(count), 10_000n];

function lifeOf(drawn: Drawn): Life {
  return {
    ...drawn,
    divisor: [BigInt(drawn.divisorTenths), 10n],
    index: tenThousandths(drawn.index),
    earlyIndex: tenThousandths(drawn.earlyIndex),
  };
}

function questionOf(drawn: Drawn) {
  return {
    region: drawn.place.region,
    retirementMonth: '2026-06',
    calcBase: yuanText(drawn.base),
    years: `${drawn.months}/12`,
    preAccountYears: `${drawn.early}/12`,
    accountBalance: yuanText(drawn.account),
    payoutMonths: (drawn.divisorTenths / 10).toFixed(1),
    averageIndex: (drawn.index / 10_000).toFixed(4),
    transitionIndex: (drawn.earlyIndex / 10_000).toFixed(4),
    otherComponents: yuanText(drawn.other),
    ...(drawn.place.phased ? { oldTransitional: '0.00', newMethodShare: '1' } : {}),
  };
}

describe('月基本养老金', () => {
  it('basic, account and transitional part and their sum, as each province rounds', () => {
    forAll(lives, CASES.pension, (drawn) => {
      const { basic, account, transitional, total } = pensionOf(drawn.place, lifeOf(drawn));
      mustAnswer('pension', questionOf(drawn), {
        basic: yuanText(basic),
        account: yuanText(account),
        transitional: yuanText(transitional),
        total: yuanText(total),
      });
    });
  });

  it('rounds the wage and the sum as the asker says, against the region', () => {
    const asked = fc.record({ drawn: lives, wage: fc.boolean(), jiao: fc.boolean() });
    forAll(asked, CASES.pensionRounding, ({ drawn, wage, jiao }) => {
      const { wageToFen: _, ...unrounded } = drawn.place;
      const place: Place = wage ? { ...unrounded, wageToFen: true } : unrounded;
      const parts = pensionOf(place, lifeOf(drawn));
      const sum = parts.basic + parts.account + parts.transitional + drawn.other;
      const totalRounding = jiao ? 'ceil_to_jiao' : 'cent';
      mustAnswer(
        'pension',
        { ...questionOf(drawn), indexWageRoundToCent: wage, totalRounding },
        { basic: yuanText(parts.basic), total: yuanText(jiao ? above([sum, 10n]) * 10n : sum) },
      );
    });
  });
});
