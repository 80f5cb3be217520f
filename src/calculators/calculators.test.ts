import { describe, expect, it } from 'vitest';
import { workCalendar } from '../kernel/calendar.ts';
import { civilDate } from '../kernel/month.ts';
import { calendarSeedRows } from '../rules/calendar-seed.ts';
import { createBook } from '../rules/index.ts';
import { answerLine, CALCULATORS, calculate, findCalculator, traceOf } from './index.ts';

const env = { book: createBook(), calendar: workCalendar(calendarSeedRows()), asOf: civilDate('2026-11-21') };

function ask(name: string, input: unknown): Record<string, unknown> {
  const calculator = findCalculator(name);
  if (!calculator) throw new Error(`no calculator ${name}`);
  return JSON.parse(answerLine(calculator, JSON.stringify(input), env));
}

describe.each(CALCULATORS.map((each) => [each.name, each] as const))('%s', (_, calculator) => {
  it('answers its example with a figure and a trace of steps', () => {
    const calculated = calculate(calculator, calculator.example, env);
    if (!calculated.ok) throw new Error(calculated.problem.message);
    const trace = traceOf(calculated.answer);
    expect(calculated.ignored).toEqual([]);
    expect(Object.keys(calculated.answer.result).length).toBeGreaterThan(0);
    expect(trace.steps.length).toBeGreaterThan(0);
    expect(trace.resultText).not.toBe('');
  });

  it('names every field in Chinese', () => {
    for (const [field, schema] of Object.entries(calculator.fields.shape)) {
      expect(schema.description, field).toMatch(/\p{Script=Han}/u);
    }
  });
});

describe('每月应缴', () => {
  const line = { base: '3450', region: '420500', period: '2022-09', injuryClass: 1 };

  it('is 869.40 in Yichang at the lower limit (HB FAQ 6)', () => {
    expect(ask('contribution', line)).toMatchObject({
      pension: { unit: '552.00', person: '276.00' },
      unemployment: { unit: '24.15', person: '10.35' },
      injury: { unit: '6.90', person: '0.00' },
      unitTotal: '583.05',
      personTotal: '286.35',
      total: '869.40',
    });
  });

  it('is the same by given rates, and a given rate wins over the policy', () => {
    const rates = {
      pension: { unit: '0.16', person: '0.08' },
      unemployment: { unit: '0.007', person: '0.003' },
      injury: { unit: '0.002', person: '0' },
    };
    expect(ask('contribution', { base: '3450', rates }).total).toBe('869.40');
    const higher = ask('contribution', { ...line, rates: { unemployment: { unit: '0.02' } } });
    expect(higher.unemployment).toEqual({ unit: '69.00', person: '10.35' });
  });

  it.each([
    [1, '6.90'],
    [2, '13.80'],
    [3, '24.15'],
    [4, '31.05'],
    [5, '37.95'],
    [6, '44.85'],
    [7, '55.20'],
    [8, '65.55'],
  ])('of injury class %i on 3450 is %s (HB-RATE-03)', (injuryClass, unit) => {
    expect(ask('contribution', { base: '3450', injuryClass }).unit).toBe(unit);
  });

  it('follows the bill of Suizhou 2021-11: 18630 at half of class one', () => {
    expect(ask('contribution', { base: '18630', injuryClass: 1, stageFactor: '0.5' }).unit).toBe('18.63');
    const bill = ask('contribution', { base: '18630', region: '421300', period: '2021-11', injuryClass: 1 });
    expect(bill.unemployment).toEqual({ unit: '130.41', person: '55.89' });
    expect(bill.injury).toEqual({ unit: '18.63', person: '0.00' });
  });

  it('leaves the person’s part where 2020 relieved the employer (HB-RED-01)', () => {
    const relieved = ask('contribution', { ...line, period: '2020-03', insurances: ['pension'], relief: true });
    expect(relieved.pension).toEqual({ unit: '0.00', person: '276.00' });
    const after = ask('contribution', { ...line, period: '2021-01', insurances: ['pension'], relief: true });
    expect(after.error).toMatchObject({ code: 'POL-001', field: 'relief.employerFactor' });
  });

  it('takes the factor of the unit’s own record (浮动系数): class × float × stage, rounded once', () => {
    const alone = { base: '5000', injuryClass: 4, floatFactor: '1.5' };
    // 5000 × 0.9 % × 1.5 = 67.50; × 0.8 = 54.00
    expect(ask('contribution', alone)).toMatchObject({ unit: '67.50', person: '0.00', total: '67.50' });
    expect(ask('contribution', { ...alone, stageFactor: '0.8' })).toMatchObject({ unit: '54.00' });
    const yichang = { region: '420500', period: '2022-09', insurances: ['injury'] };
    expect(ask('contribution', { ...alone, ...yichang, stageFactor: '0.8' })).toMatchObject({
      injury: { unit: '54.00', person: '0.00' },
      unitTotal: '54.00',
    });
    // 3336 × 0.2 % × 0.5 × 1.5 = 5.004; rounded before the last factor, 3.34 × 1.5, it would be 5.01
    const odd = { ...yichang, base: '3336', injuryClass: 1, stageFactor: '0.5', floatFactor: '1.5' };
    expect(ask('contribution', odd).unitTotal).toBe('5.00');
    expect(ask('contribution', { ...odd, deferred: true }).unitTotal).toBe('0.00');
    expect(ask('contribution', { ...odd, floatFactor: '1' }).unitTotal).toBe('3.34');
  });

  it.each([
    [{ base: '5000', region: '420500', period: '2022-09', insurances: ['pension'], floatFactor: '1.5' }],
    [{ base: '5000', rates: { injury: { unit: '0.002', person: '0' } }, floatFactor: '1.5' }],
    [{ base: '5000', rates: { pension: { unit: '0.16', person: '0.08' } }, floatFactor: '1.5' }],
  ])('a factor that would change nothing is refused: %j', (line) => {
    expect(ask('contribution', line).error).toMatchObject({ code: 'CALC-005', field: 'floatFactor' });
  });
});

describe('缴费基数', () => {
  it.each([
    ['2000', '3450'],
    ['3454.99', '3450'],
    ['3455', '3460'],
    ['25000', '18000'],
  ])('of %s in Yichang 2022-09 is %s (D-CAL-02)', (declared, base) => {
    expect(ask('base-clamp', { region: '420500', period: '2022-09', declared }).base).toBe(base);
  });

  it.each([
    [
      { region: '420500', year: 2022 },
      { standard: '6000', lower: '3450', upper: '18000' },
    ],
    [
      { region: '420500', year: 2025 },
      { standard: '7226', lower: '4299', upper: '21678' },
    ],
    [
      { region: '420000', year: 2025, tier: 1 },
      { standard: '7496', lower: '4498', upper: '22488' },
    ],
    [
      { region: '420000', year: 2025, tier: 3 },
      { standard: '7154', lower: '4254', upper: '21462' },
    ],
    [
      { region: '420100', year: 2024 },
      { standard: '7489', lower: '4007', upper: '22467' },
    ],
    [
      { region: '140000', year: 2024 },
      { standard: '6854.58', lower: '4113', upper: '20564' },
    ],
    [
      { region: '110000', year: 2024 },
      { lower: '6821', upper: '35283' },
    ],
  ])('limits %o', (question, limits) => {
    const answer = ask('base-limits', question);
    expect(answer).toEqual(limits);
  });

  it('recomputes a notice from its average wage (山西 2024: 6854.58 × 60 %, 300 %, to the yuan)', () => {
    const question = { monthlyAverageWage: '6854.58', lowerRatio: '0.6', upperRatio: '3', roundTo: '1' };
    expect(ask('base-limits', question)).toEqual({ lower: '4113', upper: '20564' });
  });

  it('is never guessed: Yichang’s social year 2023 is missing', () => {
    const { error } = ask('base-clamp', { region: '420500', period: '2023-08', declared: '5000' });
    expect(error).toMatchObject({ code: 'POL-001', field: 'base.lower' });
  });
});

describe('滞纳金与期限', () => {
  it.each([
    ['828.00', '4.14'],
    ['34.50', '0.17'],
    ['6.90', '0.03'],
  ])('ten days on %s come to %s (AT-06 乙)', (overdue, lateFee) => {
    expect(ask('late-fee', { overdue, days: 10, dailyRate: '0.0005' })).toEqual({ lateFee });
  });

  it.each([
    ['2021-11', '2021-12-31', false],
    ['2021-11', '2022-01-01', true],
    ['2021-12', '2022-01-20', false],
    ['2021-12', '2022-01-21', true],
  ])('Taiyuan’s bill of %s paid on %s: %s (TY-LATE-01)', (billMonth, paidOn, lateFeeApplies) => {
    expect(ask('late-fee-taiyuan', { region: '140100', billMonth, paidOn }).lateFeeApplies).toBe(lateFeeApplies);
  });

  it.each([
    ['2023-04-30', false],
    ['2023-05-01', true],
  ])('Hubei’s notice of 2023-04 reissued on %s: %s (FAQ 13)', (noticeReissuedOn, applies) => {
    const answer = ask('late-fee-hubei', { region: '420500', period: '2023-04', noticeReissuedOn });
    expect(answer.interestAndLateFeeApply).toBe(applies);
    expect(answer.startDateIfApplies).toBe(applies ? '2023-05-01' : undefined);
  });

  it.each([
    ['2023-12-31', false],
    ['2024-01-01', true],
  ])('a deferral of 2022 paid back on %s: %s (鄂政办发〔2022〕54号)', (paidOn, lateFeeApplies) => {
    expect(ask('deferral', { region: '420000', deferredIn: '2022-06', paidOn }).lateFeeApplies).toBe(lateFeeApplies);
  });

  it.each([
    ['2022-12', false],
    ['2023-01', true],
    ['2023-03', true],
    ['2023-04', false],
  ])('back pay of %s in 2023-04 online: %s (HB-BP-01)', (target, onlineAllowed) => {
    expect(ask('back-pay-window', { region: '420500', current: '2023-04', target }).onlineAllowed).toBe(onlineAllowed);
  });

  it.each([
    ['2021-11', '2021-11-19'],
    ['2021-09', '2021-09-18'],
  ])('Taiyuan closes %s on %s', (month, closeDate) => {
    expect(ask('monthly-close', { region: '140100', month })).toEqual({ closeDate });
  });

  it('a bill of Saturday 2021-11-13 is payable until 2021-11-29 (the printed sample)', () => {
    expect(ask('notice-expiry', { issuedOn: '2021-11-13' }).payBy).toBe('2021-11-29');
  });

  it('what is posted is allocated at two the next night, written as it was asked', () => {
    expect(ask('tracking', { siPostedAt: '2023-04-30 23:59:59' }).allocatedAt).toBe('2023-05-01 02:00:00');
    expect(ask('tracking', { siPostedAt: '2023-12-31T08:00+08:00' }).allocatedAt).toBe('2024-01-01T02:00+08:00');
  });
});

describe('居民养老缴费', () => {
  it.each([
    ['300.00', '45.00', '345.00'],
    ['9000.00', '402.00', '9402.00'],
  ])('湖北 2025: %s a year is subsidised with %s', (paid, subsidy, account) => {
    expect(ask('resident-contribution', { region: '420000', year: 2025, amount: paid })).toEqual({ subsidy, account });
  });

  it('between the lowest and the highest tier the subsidy is missing, and asked for', () => {
    const question = { region: '420000', year: 2025, amount: '1000.00' };
    expect(ask('resident-contribution', question).error).toMatchObject({ code: 'POL-001', field: 'subsidy' });
    expect(ask('resident-contribution', { ...question, subsidy: '60.00' }).account).toBe('1060.00');
    expect(ask('resident-contribution', { ...question, amount: '299.99' }).error).toMatchObject({ code: 'CALC-005' });
  });
});

describe('个人账户', () => {
  it.each([
    ['1998-01', '0.11', '110.00'],
    ['2005-12', '0.11', '110.00'],
    ['2006-01', '0.08', '80.00'],
  ])('credits of %s: %s', (period, ratio, credit) => {
    expect(ask('credit-ratio', { period, base: '1000.00' })).toEqual({ ratio, credit });
  });

  it('month products: 480 in January and 480 in July at 6 % bear 480×12×6%÷12 + 480×6×6%÷12 = 43.20', () => {
    const question = { method: 'month_product', year: 2023, rate: '0.06', opening: '1000.00' };
    expect(ask('account-interest', { ...question, creditsByMonth: { '1': '480.00', '7': '480.00' } })).toEqual({
      openingInterest: '60.00',
      currentPrincipal: '960.00',
      currentInterest: '43.20',
      closing: '2063.20',
    });
  });

  it('the annual method: 1000 at 6 % bears 1000×6%×1.083÷2 = 32.49', () => {
    const question = { method: 'annual', year: 2010, rate: '0.06', opening: '0', currentPrincipal: '1000' };
    expect(ask('account-interest', question).currentInterest).toBe('32.49');
  });
});

describe('写错的行', () => {
  it.each([
    ['contribution', 'x', 'CALC-002'],
    ['contribution', [], 'CALC-002'],
    ['contribution', null, 'CALC-002'],
    ['late-fee', { days: 1 }, 'CALC-003'],
    ['late-fee', { overdue: 100, days: 1 }, 'CALC-004'],
    ['late-fee', { overdue: '-1', days: 1 }, 'CALC-004'],
    ['late-fee', { overdue: '1e5', days: 1 }, 'CALC-004'],
    ['late-fee', { overdue: '1.234', days: 1 }, 'CALC-004'],
    ['late-fee', { overdue: '10000000000', days: 36600, dailyRate: '1' }, 'CALC-006'],
    ['notice-expiry', { issuedOn: '2023-02-29' }, 'CALC-004'],
    ['notice-expiry', { issuedOn: '2031-05-06' }, 'BILL-006'],
    ['base-clamp', { region: '999999', period: '2022-09', declared: '1' }, 'CALC-004'],
    [
      'account-interest',
      { method: 'annual', year: 2010, rate: '0.06', opening: '0', creditsByMonth: { '13': '1' } },
      'CALC-004',
    ],
    ['contribution', { base: '1', declared: '1' }, 'CALC-005'],
  ])('%s %o answers %s in Chinese', (name, input, code) => {
    const { error } = ask(name, input) as { error: { code: string; message: string } };
    expect(error.code).toBe(code);
    expect(error.message).toMatch(/\p{Script=Han}/u);
  });

  it('takes a day or month by any of its names; dropped, the answer would be of today', () => {
    const question = { region: '310000', drawnMonth: 1 };
    const of = (time: object) => ask('unemployment-benefit', { ...question, ...time });
    expect(of({ month: '2026-08' })).toEqual({ monthly: '2340.00' });
    expect(of({ date: '2026-08-15' })).toEqual({ monthly: '2340.00' });
    expect(of({ month: '2026-06' }).error).toMatchObject({ code: 'POL-001' });
    expect(of({ month: '2026-13' }).error).toMatchObject({ code: 'CALC-004', field: 'on' });
  });

  it('does not put the nation’s value where the sources say that the place’s own is unknown', () => {
    const gap = ask('credit-ratio', { region: '310000', period: '2006-02', base: '1000.00' });
    expect(gap.error).toMatchObject({ code: 'POL-001', field: 'account.creditRatio' });
    const shanxi = { region: '140000', period: '2026-03', base: '5000', stageFactor: '1', insurances: ['injury'] };
    expect(ask('contribution', { ...shanxi, injuryClass: 1 }).unitTotal).toBe('11.50');
    expect(ask('contribution', { ...shanxi, injuryClass: 2 }).error).toMatchObject({ code: 'POL-001' });
  });

  it('names the fields nobody asked for', () => {
    expect(ask('late-fee', { overdue: '1', days: 1, dailyRate: '0.1', dayRate: '0.2' }).ignored).toEqual(['dayRate']);
  });
});
