import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { ask, forAll, monthIn, mustAnswer } from './agree.ts';
import { CASES } from './cases.ts';
import { monthText, nextMonth } from './days.ts';
import { divisorTenths, type Group, minimumMonths, objections, PLANS, retirementOf } from './retirement.ts';

const GROUPS = Object.keys(PLANS) as Group[];

describe('退休', () => {
  it.each(GROUPS)('%s: every birth month from 1900 to 2100', (group) => {
    let asked = 0;
    for (let birthMonth = '1900-01'; birthMonth <= '2100-12'; birthMonth = nextMonth(birthMonth)) {
      const { delay, ageMonths, month } = retirementOf(group, birthMonth);
      asked += 1;
      mustAnswer(
        'retirement-date',
        { group, birthMonth },
        {
          delayMonths: delay,
          ageYears: Math.floor(ageMonths / 12),
          ageMonths: ageMonths % 12,
          retirementMonth: month,
        },
      );
    }
    expect(asked).toBe(201 * 12);
  });

  it('最低缴费年限 of every year', () => {
    for (let retirementYear = 1950; retirementYear <= 2150; retirementYear += 1) {
      const months = minimumMonths(retirementYear);
      mustAnswer('min-contribution', { retirementYear }, months === undefined ? { error: 'POL-001' } : { months });
    }
  });

  it('弹性退休: allowed when nothing stands against it, every reason told', () => {
    const lives = fc.record({
      group: fc.constantFrom(...GROUPS),
      birth: fc.oneof(monthIn(1963, 1992), fc.constantFrom('1965-01', '1964-12', '1976-09', '1981-12', '1984-11')),
      shift: fc.oneof(fc.integer({ min: -70, max: 70 }), fc.constantFrom(-37, -36, -1, 0, 1, 36, 37)),
      agreed: fc.constantFrom(true, false, undefined),
      paid: fc.oneof(fc.constant(undefined), fc.integer({ min: 170, max: 250 })),
    });
    forAll(lives, CASES.elastic, (wish) => {
      const { group, birth, shift, agreed, paid } = wish;
      const question = {
        group,
        birthMonth: birth,
        shiftMonths: shift,
        employerAgrees: agreed,
        contributionMonths: paid,
      };
      const against = objections(wish);
      mustAnswer('elastic-retirement', question, { allowed: against === 0 });
      const { reasons } = ask('elastic-retirement', question);
      expect(reasons, JSON.stringify(question)).toHaveLength(against);
    });
  });
});

describe('计发月数', () => {
  it.each([
    ['2024-12', false],
    ['2025-01', true],
  ] as const)('of every age, retiring in %s', (retirementMonth, toTheMonth) => {
    for (let ageYears = 38; ageYears <= 72; ageYears += 1) {
      for (let ageMonths = 0; ageMonths < 12; ageMonths += 1) {
        const tenths = divisorTenths(ageYears, ageMonths, toTheMonth);
        const written = tenths === undefined ? undefined : String(tenths / 10);
        const expected = written === undefined ? { error: 'POL-001' } : { payoutMonths: written };
        mustAnswer('payout-months', { ageYears, ageMonths, retirementMonth }, expected);
      }
    }
    expect(monthText(2025, 1)).toBe('2025-01');
  });
});
