import fc from 'fast-check';
import { describe, it } from 'vitest';
import { byMonths, byYear, creditRatio, RATES, type YearEnd } from './account.ts';
import { fenOf, forAll, monthIn, mustAnswer, near } from './agree.ts';
import { CASES } from './cases.ts';
import { decimal, nearest, times, whole, yuanText } from './fraction.ts';

function written(opening: bigint, { openingInterest, principal, interest }: YearEnd) {
  return {
    openingInterest: yuanText(openingInterest),
    currentPrincipal: yuanText(principal),
    currentInterest: yuanText(interest),
    closing: yuanText(opening + openingInterest + principal + interest),
  };
}

/** A published year, or a rate said by the asker; 2015 and 2026 have none. */
const rates = fc.oneof(
  fc.constantFrom(...Object.entries(RATES)).map(([year, rate]) => ({ year: Number(year), rate, said: false })),
  fc.integer({ min: 0, max: 100_000 }).map((ppm) => ({ year: 2010, rate: (ppm / 1_000_000).toFixed(6), said: true })),
);

describe('个人账户', () => {
  it('what a month credits: 11 % until 2005, 8 % since', () => {
    const period = fc.oneof(fc.constantFrom('1997-12', '1998-01', '2005-12', '2006-01'), monthIn(1996, 2026));
    forAll(fc.tuple(period, near([625n, 1875n], 3_000_000)), CASES.credit, ([on, fen]) => {
      const ratio = creditRatio(on);
      const figures = ratio !== undefined && { ratio, credit: yuanText(nearest(times(whole(fen), decimal(ratio)))) };
      mustAnswer('credit-ratio', { period: on, base: yuanText(fen) }, figures || { error: 'POL-001' });
    });
  });

  it('月积数法', () => {
    const lives = fc.record({
      opening: fenOf(200_000_000),
      credits: fc.array(fc.oneof(fc.constant(0n), fenOf(400_000)), { minLength: 12, maxLength: 12 }),
      rates,
    });
    forAll(lives, CASES.accountByMonths, ({ opening, credits, rates: { year, rate, said } }) => {
      const creditsByMonth = Object.fromEntries(credits.map((fen, index) => [String(index + 1), yuanText(fen)]));
      const question = { method: 'month_product', year, opening: yuanText(opening), creditsByMonth };
      const end = byMonths({ opening, rate: decimal(rate), credits });
      mustAnswer('account-interest', { ...question, ...(said ? { rate } : {}) }, written(opening, end));
    });
  });

  it('年度计算法', () => {
    const lives = fc.record({ opening: fenOf(200_000_000), principal: fenOf(5_000_000), rates });
    forAll(lives, CASES.accountByYear, ({ opening, principal, rates: { year, rate, said } }) => {
      const question = { method: 'annual', year, opening: yuanText(opening), currentPrincipal: yuanText(principal) };
      const end = byYear({ opening, rate: decimal(rate), credits: [principal] });
      mustAnswer('account-interest', { ...question, ...(said ? { rate } : {}) }, written(opening, end));
    });
  });

  it('has no rate for years no source gives', () => {
    for (const year of [1990, 2015, 2026, 2100]) {
      const question = { method: 'annual', year, opening: '1.00', currentPrincipal: '1.00' };
      mustAnswer('account-interest', question, { error: 'POL-001' });
    }
  });
});
