/** What an outside caller relies on: the names of the calculators, of the fields they read and of the figures they answer. A rename breaks someone's file. */
import { describe, expect, it } from 'vitest';
import { workCalendar } from '../kernel/calendar.ts';
import { civilDate } from '../kernel/month.ts';
import { calendarSeedRows } from '../rules/calendar-seed.ts';
import { createBook } from '../rules/index.ts';
import { answerLine, CALCULATORS, type Calculator, findCalculator } from './index.ts';

const env = { book: createBook(), calendar: workCalendar(calendarSeedRows()), asOf: civilDate('2026-11-21') };

function ask(calculator: Calculator, question: unknown, explain = false): Record<string, unknown> {
  return JSON.parse(answerLine(calculator, JSON.stringify(question), env, explain));
}

type Promised = {
  /** Field names, space apart. */
  readonly in: string;
  readonly out: string;
  /** A question whose answer has every figure; without it the example's. */
  readonly question?: Readonly<Record<string, unknown>>;
};

const SHARES = { unit: '0.1', person: '0.01' };
const WOMAN = {
  registeredUnemployed: true,
  formerlyEmployedLocally: true,
  flexibleWithFileHosting: true,
  lastUnitMonths: 14,
  appliedOn: '2019-10-16',
  insured: ['pension', 'medical'],
  sex: 'female',
  birth: '1978-12-31',
  region: '371003',
  year: 2019,
};

const PROMISED: Readonly<Record<string, Promised>> = {
  contribution: {
    in: 'base rates region period injuryClass stageFactor insurances',
    out: 'pension.unit pension.person unemployment.unit unemployment.person injury.unit injury.person unitTotal personTotal total',
    question: { base: '3450', rates: { pension: SHARES, unemployment: SHARES, injury: SHARES } },
  },
  'base-clamp': { in: 'region period declared', out: 'base' },
  'wage-to-ten': { in: 'averageWage', out: 'declared' },
  'base-limits': {
    in: 'region year tier monthlyAverageWage lowerRatio upperRatio roundTo',
    out: 'standard lower upper',
  },
  flexible: { in: 'base totalRate accountRate', out: 'total account pooled' },
  undeclared: { in: 'lastMonthPayable', out: 'payable' },
  'rate-by-date': { in: 'region insurance period', out: 'unitRate personRate' },
  'account-interest': {
    in: 'method year rate opening creditsByMonth currentPrincipal',
    out: 'openingInterest currentPrincipal currentInterest closing',
  },
  'credit-ratio': { in: 'period base', out: 'ratio credit' },
  pension: {
    in: 'region calcBase years preAccountYears accountBalance payoutMonths averageIndex indexWage transitionIndex transitionIndexWage transitionCoefficient otherComponents indexWageRoundToCent totalRounding',
    out: 'basic account transitional total',
  },
  'payout-months': { in: 'ageYears ageMonths', out: 'payoutMonths' },
  'retirement-date': { in: 'group birthMonth', out: 'delayMonths ageYears ageMonths retirementMonth' },
  'min-contribution': { in: 'retirementYear', out: 'months' },
  'elastic-retirement': {
    in: 'group birthMonth shiftMonths employerAgrees contributionMonths',
    out: 'allowed reasons',
  },
  'late-fee': { in: 'overdue days dailyRate', out: 'lateFee' },
  'late-fee-rate': { in: 'arrearsDate', out: 'dailyRate' },
  'late-fee-taiyuan': { in: 'region billMonth paidOn', out: 'lateFeeApplies days start' },
  'late-fee-hubei': { in: 'region period noticeReissuedOn', out: 'interestAndLateFeeApply startDateIfApplies' },
  deferral: { in: 'region deferredIn paidOn', out: 'lateFeeApplies' },
  'back-pay-window': { in: 'region current target', out: 'onlineAllowed' },
  'monthly-close': { in: 'region month closeDay', out: 'closeDate' },
  'notice-expiry': { in: 'issuedOn workingDays', out: 'payBy' },
  'unemployment-duration': { in: 'contributionMonths unclaimedMonths', out: 'maxMonths' },
  'injury-grant': { in: 'grade ownWage', out: 'oneOffDisabilityGrant' },
  'injury-allowance': { in: 'grade ownWage minWage', out: 'allowance payer topUp payable' },
  'injury-own-wage': { in: 'avg12mWage localAverageWage', out: 'ownWage' },
  'injury-care': { in: 'level localAverageWage', out: 'careAllowance' },
  'injury-death-grant': { in: 'deathYear lastYearNationalUrbanIncome', out: 'oneOffDeathGrant' },
  'injury-funeral': { in: 'localAverageWage', out: 'funeral' },
  'injury-dependants': { in: 'ownWage dependants', out: 'amounts total capped' },
  'survivors-active': { in: 'years baseMonth', out: 'months funeral pension total' },
  'survivors-retired': { in: 'years yearsDrawn baseMonth', out: 'months funeral pension total' },
  'adjust-js2024': {
    in: 'region pensionBefore years ageOn20231231',
    out: 'fixed byYears byPension ageExtra total pensionAfter',
  },
  'adjust-js2024-age': { in: 'birthDate asOf', out: 'ageExtra' },
  'amount-words': { in: 'amount', out: 'words' },
  'id-number': {
    in: 'number today convert15To18',
    out: 'valid birthDate sex upgraded',
    // Fifteen digits of an area never given out.
    question: { number: '429999900101001', convert15To18: true },
  },
  uscc: { in: 'code', out: 'valid' },
  'subsidy-4050': {
    in: 'region year registeredUnemployed formerlyEmployedLocally flexibleWithFileHosting lastUnitMonths appliedOn insured sex birth groups refusedJobs unemploymentBenefit2019 businessRegistered2019 credit_blacklist ui_in_year used_up last_unit_lt_1y reserved_relation business_owner npo_legal_rep law_firm refused_service',
    out: 'eligible amount reasons',
    question: WOMAN,
  },
  'transfer-pooled': { in: 'monthlyBasesSince1998 rate', out: 'pooledTransfer' },
  'resident-year-extra': { in: 'region years', out: 'extra' },
  tracking: { in: 'siPostedAt stages', out: 'allocatedAt order' },
};

function at(answer: unknown, path: string): unknown {
  return path
    .split('.')
    .reduce<unknown>(
      (inner, key) => (typeof inner === 'object' && inner !== null ? Reflect.get(inner, key) : undefined),
      answer,
    );
}

describe.each(Object.entries(PROMISED))('%s', (name, promised) => {
  const calculator = findCalculator(name);

  it('reads and answers the fields it promises', () => {
    if (!calculator) throw new Error(`no calculator ${name}`);
    const fields = Object.keys(calculator.fields.shape);
    expect(promised.in.split(' ').filter((field) => !fields.includes(field))).toEqual([]);
    const answer = ask(calculator, promised.question ?? calculator.example);
    expect(answer.error).toBeUndefined();
    expect(promised.out.split(' ').filter((field) => at(answer, field) === undefined)).toEqual([]);
  });

  it('explains itself when asked, and only then', () => {
    if (!calculator) throw new Error(`no calculator ${name}`);
    expect(ask(calculator, calculator.example)).not.toHaveProperty('trace');
    const { trace } = ask(calculator, calculator.example, true) as { trace: { steps: readonly { label: string }[] } };
    expect(trace.steps.length).toBeGreaterThan(0);
    expect(trace.steps.filter(({ label }) => !/\p{Script=Han}/u.test(label))).toEqual([]);
  });
});

describe('the contract', () => {
  it('with only class and base of injury answers unit and person', () => {
    const contribution = findCalculator('contribution') as Calculator;
    const answer = ask(contribution, { injuryClass: 3, base: '10000', stageFactor: '0.8' });
    // 10000 × 0.7 % × 0.8
    expect(answer).toMatchObject({ unit: '56.00', person: '0.00' });
  });

  it('has one calculator a name', () => {
    const names = CALCULATORS.map(({ name }) => name);
    expect(new Set(names).size).toBe(names.length);
  });

  it('answers the example of its own page', () => {
    const line = '{"region":"420500","period":"2022-09","declared":"2000"}';
    expect(JSON.parse(answerLine(findCalculator('base-clamp') as Calculator, line, env))).toMatchObject({
      base: '3450',
    });
  });
});
