/** A second evaluator in plain BigInt rationals, written from the text of D-CAL-01…05, against the one of record. */
import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { INSURANCES } from '../kernel/insurance.ts';
import { addDays, civilDate, month } from '../kernel/month.ts';
import { createBook } from './book.ts';
import { evaluate, evaluateColumns, type WageFact } from './contribution.ts';
import { explainContribution } from './explain-contribution.ts';
import { lateCharges } from './late-charges.ts';
import { compileRules } from './month-rules.ts';

const overlaid = (lower: number, upper: number, factor: number) =>
  createBook([
    { region: '420500', key: 'base.lower', from: '2023-04', to: '2023-04', value: lower },
    { region: '420500', key: 'base.upper', from: '2023-04', to: '2023-04', value: upper },
    { region: '420500', key: 'rate.injury.stageFactor', from: '2023-04', to: '2023-04', value: factor },
  ]);

/** Tenths of a percent of a percent, straight from HB-RATE-01 and HB-RATE-03. */
const PER_100_000 = {
  pension: [16_000n, 8_000n],
  unemployment: [700n, 300n],
  injury: [[200n, 400n, 700n, 900n, 1_100n, 1_300n, 1_600n, 1_900n], 0n],
} as const;

function half(numerator: bigint, denominator: bigint): bigint {
  const whole = numerator / denominator;
  return 2n * (numerator - whole * denominator) >= denominator ? whole + 1n : whole;
}

function naive(
  insurance: (typeof INSURANCES)[number],
  wage: WageFact,
  injuryClass: number,
  limits: [number, number],
  fifths: bigint,
) {
  let base = BigInt(wage.fen);
  if (wage.basis === 'DECLARED') {
    base = half(base, 1000n) * 1000n;
    if (base < BigInt(limits[0])) base = BigInt(limits[0]);
    if (base > BigInt(limits[1])) base = BigInt(limits[1]);
  }
  const [employer, person] = PER_100_000[insurance];
  const injury = typeof employer !== 'bigint';
  const rate = injury ? (employer[injuryClass - 1] ?? 0n) * fifths : employer * 10n;
  return {
    baseFen: Number(base),
    employerFen: Number(half(base * rate, 1_000_000n)),
    personFen: Number(half(base * person, 100_000n)),
  };
}

const wages = fc.record({
  basis: fc.constantFrom('DECLARED' as const, 'APPROVED' as const),
  fen: fc.oneof(fc.integer({ min: 0, max: 5_000_000 }), fc.integer({ min: 0, max: 999_999_999_99 })),
});

describe('two evaluators agree', () => {
  it('on contributions, their batch form and their explanation', () => {
    const limits = fc.tuple(fc.integer({ min: 1, max: 6000 }), fc.integer({ min: 0, max: 20000 }));
    fc.assert(
      fc.property(
        fc.array(fc.tuple(wages, fc.integer({ min: 1, max: 8 })), { minLength: 1, maxLength: 20 }),
        limits,
        fc.integer({ min: 1, max: 15 }),
        (people, [lowerYuan, span], tenths) => {
          const [lower, upper] = [lowerYuan * 100, (lowerYuan + span) * 100];
          const rules = compileRules(overlaid(lower, upper, tenths * 100_000), '420500', month('2023-04'));
          for (const insurance of INSURANCES) {
            const columns = evaluateColumns(rules, insurance, {
              count: people.length,
              wageFen: Float64Array.from(people, ([wage]) => wage.fen),
              approved: Uint8Array.from(people, ([wage]) => (wage.basis === 'APPROVED' ? 1 : 0)),
              injuryClass: Uint8Array.from(people, ([, injuryClass]) => injuryClass),
            });
            people.forEach(([wage, injuryClass], i) => {
              const expected = naive(insurance, wage, injuryClass, [lower, upper], BigInt(tenths));
              expect(evaluate(rules, insurance, wage, injuryClass)).toEqual(expected);
              expect(columns.baseFen[i]).toBe(expected.baseFen);
              expect(columns.employerFen[i]).toBe(expected.employerFen);
              expect(columns.personFen[i]).toBe(expected.personFen);
              expect(explainContribution(rules, insurance, wage, injuryClass, 'employer').result).toBe(
                expected.employerFen,
              );
              expect(explainContribution(rules, insurance, wage, injuryClass, 'person').result).toBe(
                expected.personFen,
              );
            });
          }
        },
      ),
      { numRuns: 150 },
    );
  });

  it('on late fee and interest, counted day by day', () => {
    const rate = { region: '420000', key: 'interest.annualRate', to: null };
    const book = createBook([
      { ...rate, from: '2022-01', value: 61_200 },
      { ...rate, from: '2023-01', value: 39_700 },
    ]);
    const rates: Record<string, bigint> = { '2022': 612n, '2023': 397n };
    fc.assert(
      fc.property(
        fc.integer({ min: 1, max: 9_999_999_999 }),
        fc.nat(500),
        fc.integer({ min: -3, max: 200 }),
        (principalFen, offset, length) => {
          const lateFrom = addDays(civilDate('2022-01-01'), offset);
          const until = addDays(lateFrom, length - 1);
          let days = 0n;
          let yearly = 0n;
          for (let day = lateFrom; day <= until; day = addDays(day, 1)) {
            days += 1n;
            yearly += rates[day.slice(0, 4)] ?? 0n;
          }
          const found = lateCharges(book, '420500', { insurance: 'pension', principalFen, lateFrom, until });
          expect(BigInt(found.days)).toBe(days);
          expect(BigInt(found.lateFeeFen)).toBe(half(BigInt(principalFen) * 5n * days, 10_000n));
          expect(BigInt(found.interestFen)).toBe(half(BigInt(principalFen) * yearly, 10_000n * 365n));
        },
      ),
      { numRuns: 200 },
    );
  });
});
