/** The line form of the questions on benefits: names in and out by the contract of `tongzheng calc`, figures by hand. */
import { describe, expect, it } from 'vitest';
import { workCalendar } from '../kernel/calendar.ts';
import { civilDate } from '../kernel/month.ts';
import { calendarSeedRows } from '../rules/calendar-seed.ts';
import { createBook } from '../rules/index.ts';
import { answerLine, findCalculator } from './index.ts';

const env = { book: createBook(), calendar: workCalendar(calendarSeedRows()), asOf: civilDate('2026-11-21') };

function ask(name: string, facts: unknown): Readonly<Record<string, unknown>> {
  const calculator = findCalculator(name);
  if (!calculator) throw new Error(`no calculator ${name}`);
  return JSON.parse(answerLine(calculator, JSON.stringify(facts), env)) as Readonly<Record<string, unknown>>;
}

function explained(name: string, facts: unknown): Readonly<Record<string, unknown>> {
  const calculator = findCalculator(name);
  if (!calculator) throw new Error(`no calculator ${name}`);
  return JSON.parse(answerLine(calculator, JSON.stringify(facts), env, true)) as Readonly<Record<string, unknown>>;
}

/** Name, question, answer. The arithmetic stands beside what is not a table. */
const LINES: readonly (readonly [string, unknown, unknown])[] = [
  ['unemployment-duration', { contributionMonths: 60, unclaimedMonths: 10 }, { maxMonths: 24 }], // 18 + 10 > 24
  ['unemployment-duration', { contributionMonths: 59, unclaimedMonths: 0 }, { maxMonths: 12 }],
  ['unemployment-benefit', { region: '420500', minWage: '2010', ratio: '0.9' }, { monthly: '1809.00' }],
  ['stable-job-refund', { year: 2022, size: 'sme', paid: '10000.00' }, { refund: '9000.00' }],
  ['stable-job-refund', { year: 2030, size: 'large', paid: '10000', ratio: '0.3' }, { refund: '3000.00' }],
  ['injury-grant', { grade: 10, ownWage: '4321.09' }, { oneOffDisabilityGrant: '30247.63' }], // × 7
  ['injury-allowance', { grade: 1, ownWage: '4321.09' }, { allowance: '3888.98', payer: 'fund' }], // 3888.981
  [
    'injury-allowance',
    { grade: 5, ownWage: '2500', minWage: '2010' },
    { allowance: '1750.00', payer: 'employer', topUp: '260.00', payable: '2010.00' },
  ],
  ['injury-own-wage', { avg12mWage: '30000', localAverageWage: '7694' }, { ownWage: '23082.00' }], // × 3
  ['injury-own-wage', { avg12mWage: '3000', region: '430000', on: '2025-05-01' }, { ownWage: '4616.40' }], // 7694 × 0.6
  ['injury-care', { level: 'part', localAverageWage: '7694' }, { careAllowance: '2308.20' }],
  ['injury-death-grant', { deathYear: 2026 }, { oneOffDeathGrant: '1130040.00' }],
  ['injury-death-grant', { deathYear: 2030, lastYearNationalUrbanIncome: '60000' }, { oneOffDeathGrant: '1200000.00' }],
  ['injury-funeral', { localAverageWage: '7694' }, { funeral: '46164.00' }],
  [
    'injury-dependants',
    { ownWage: '5000', dependants: ['spouse', 'other'] },
    { amounts: ['2000.00', '1500.00'], total: '3500.00', capped: false },
  ],
  ['injury-dependants', { ownWage: '5000', dependants: [] }, { amounts: [], total: '0.00', capped: false }],
  [
    'injury-grants',
    { region: '320000', grade: 10 },
    { medical: '30000.00', medicalPayer: 'fund', employment: '15000.00', employmentPayer: 'employer' },
  ],
  [
    'survivors-active',
    { years: 15, baseMonth: '5015' }, // 9 months
    { months: 9, baseMonth: '5015.00', funeral: '10030.00', pension: '45135.00', total: '55165.00' },
  ],
  [
    'survivors-retired',
    { years: '30', yearsDrawn: '15.1', baseMonth: '5015' }, // 24 − 16 = 8 → 9
    { months: 9, baseMonth: '5015.00', funeral: '10030.00', pension: '45135.00', total: '55165.00' },
  ],
  ['adjust-js2024-age', { birthDate: '1943-12-31', asOf: '2023-12-31' }, { ageExtra: '39.00' }],
  ['resident-year-extra', { region: '420000', years: 15 }, { extra: '15' }],
];

describe('the lines of the contract', () => {
  it.each(LINES)('%s %j', (name, question, answer) => {
    expect(ask(name, question)).toEqual(answer);
  });

  it('adjust-js2024 answers every part (AT-14, the second person)', () => {
    const person = { region: '320000', pensionBefore: '1986.35', years: 12, ageOn20231231: 64 };
    expect(ask('adjust-js2024', person)).toEqual({
      fixed: '31.00',
      byYears: '25.50',
      byPension: '7.95',
      ageExtra: '0.00',
      total: '64.45',
      pensionAfter: '2050.80',
      backPayMonths: 7,
      backPay: '451.15',
    });
  });
});

describe('what cannot be is an error with a code, in its place', () => {
  it.each([
    ['injury-grant', { grade: 11, ownWage: '1' }, 'CALC-004', 'grade'],
    ['injury-grant', { ownWage: '1' }, 'CALC-003', 'grade'],
    ['injury-grant', { grade: 1, ownWage: -5 }, 'CALC-004', 'ownWage'],
    ['injury-allowance', { grade: 7, ownWage: '3000' }, 'CALC-005', 'grade'],
    ['injury-care', { level: 'none', localAverageWage: '1' }, 'CALC-004', 'level'],
    ['injury-care', { level: 'full' }, 'POL-001', 'injury.localAverageWage'],
    ['injury-dependants', { ownWage: '1', dependants: ['cousin'] }, 'CALC-004', 'dependants.0'],
    ['unemployment-benefit', { region: '420500' }, 'POL-001', 'unemployment.benefit'],
    ['unemployment-benefit', { region: '420500', ratio: '0.9' }, 'CALC-005', 'minWage'],
    ['survivors-active', { years: -1, baseMonth: '1' }, 'CALC-004', 'years'],
    ['adjust-js2024', { region: '420500', pensionBefore: '1', years: 1, ageOn20231231: 1 }, 'POL-001', 'adjust.fixed'],
    ['adjust-js2024-age', { birthDate: '2024-01-01', asOf: '2023-12-31' }, 'CALC-005', 'birthDate'],
    ['resident-pension', { region: '420500', years: 14, accountBalance: '1' }, 'CALC-005', 'years'],
    ['resident-pension', { region: '420100', years: 20, accountBalance: '1', age: 59 }, 'CALC-005', 'age'],
    ['injury-dependants', { ownWage: '1', dependants: ['spouse', 'spouse'] }, 'CALC-005', 'dependants'],
    ['injury-dependants', { ownWage: '1', dependants: ['spouse_lonely', 'spouse'] }, 'CALC-005', 'dependants'],
    ['injury-grants', { region: '320000', grade: 3 }, 'CALC-005', 'grade'],
  ])('%s %j → %s', (name, question, code, field) => {
    const { error } = ask(name, question) as { readonly error?: { readonly code: string; readonly message: string } };
    expect(error).toMatchObject({ code, field });
    expect(error?.message).toMatch(/\p{Script=Han}/u);
  });
});

describe('居民养老金 where the extra for years is not known', () => {
  const taiyuan = { region: '140100', years: 26, accountBalance: '13900.00', on: '2026-03-01' };

  it('says so instead of counting a silent 0; what is known is a least', () => {
    // 143 + 13900 ÷ 139 = 243
    expect(ask('resident-pension', taiyuan)).toMatchObject({ extra: '0.00', extraKnown: false, total: '243.00' });
    expect(ask('resident-pension', { ...taiyuan, region: '420000', on: '2024-10-01', years: 20 })).toMatchObject({
      extraKnown: false,
    });
    const { trace } = explained('resident-pension', taiyuan);
    expect(JSON.stringify(trace)).toContain('没有计入');
  });

  it('takes the extra that is given', () => {
    expect(ask('resident-pension', { ...taiyuan, extra: '37.00' })).toMatchObject({
      extra: '37.00',
      extraKnown: true,
      total: '280.00',
    });
    expect(ask('resident-pension', { ...taiyuan, region: '420100', years: 20, age: 60 })).toMatchObject({
      extra: '25.00',
      extraKnown: true,
    });
  });
});
