import fc from 'fast-check';
import { describe, it } from 'vitest';
import { civilDate } from '../../src/kernel/month.ts';
import { createBook } from '../../src/rules/book.ts';
import { lateCharges } from '../../src/rules/late-charges.ts';
import { dayIn, fenOf, forAll, monthIn, mustAnswer } from './agree.ts';
import { CASES } from './cases.ts';
import { daysFromTo, nextDay } from './days.ts';
import { decimal, yuanText } from './fraction.ts';
import { DEFERRAL_GRACE, dailyRate, hubeiStart, interest, lateFee, taiyuanGrace } from './late.ts';

/** The borders of the two rates, leap days, ends of years. */
const EDGES = [
  '1999-01-21',
  '1999-01-22',
  '2011-06-30',
  '2011-07-01',
  '2011-07-02',
  '2012-02-29',
  '2023-12-31',
  '2024-02-29',
];
const anyDay = fc.oneof(fc.constantFrom(...EDGES), dayIn(1998, 2027));

describe('滞纳金', () => {
  it('amount × the rate of the day the arrears began × days', () => {
    const lives = fc.record({
      overdue: fc.oneof(fenOf(20_000), fenOf(99_999_999_999)),
      days: fc.integer({ min: 0, max: 3000 }),
      arrearsDate: anyDay,
    });
    forAll(lives, CASES.lateFee, ({ overdue, days, arrearsDate }) => {
      const rate = dailyRate(arrearsDate);
      const expected = rate ? { lateFee: yuanText(lateFee(overdue, rate, days)) } : { error: 'POL-001' };
      mustAnswer('late-fee', { overdue: yuanText(overdue), days, arrearsDate }, expected);
      const code = rate && { dailyRate: arrearsDate < '2011-07-01' ? '0.002' : '0.0005' };
      mustAnswer('late-fee-rate', { arrearsDate }, code ?? { error: 'POL-001' });
    });
  });

  it('and interest counted day by day over leap days and years of different rates (D-CAL-05)', () => {
    const RATES: Readonly<Record<number, string>> = { 2022: '0.0612', 2023: '0.0397', 2024: '0.0262', 2025: '0.015' };
    const book = createBook(
      Object.entries(RATES).map(([year, rate]) => ({
        region: '420000',
        key: 'interest.annualRate',
        from: `${year}-01`,
        to: `${year}-12`,
        value: Number(rate.slice(2).padEnd(6, '0')),
      })),
    );
    const lives = fc.record({
      principal: fc.bigInt(1n, 9_999_999_999n),
      lateFrom: fc.oneof(fc.constantFrom('2023-12-31', '2024-01-01', '2024-02-29', '2022-12-31'), dayIn(2022, 2024)),
      length: fc.integer({ min: -3, max: 365 }),
      insurance: fc.constantFrom('pension', 'unemployment', 'injury'),
    });
    forAll(lives, CASES.lateCharges, ({ principal, lateFrom, length, insurance }) => {
      const start = Date.parse(lateFrom) / 86_400_000;
      const until = new Date((start + length - 1) * 86_400_000).toISOString().slice(0, 10);
      const fact = {
        insurance: insurance as 'pension',
        principalFen: Number(principal),
        lateFrom: civilDate(lateFrom),
        until: civilDate(until),
      };
      const { days, lateFeeFen, interestFen, trace } = lateCharges(book, '420500', fact);
      const bearing = interest(principal, lateFrom, until, (year) => decimal(RATES[year] ?? '0'));
      const fee = lateFee(principal, decimal('0.0005'), bearing.days);
      const earned = insurance === 'pension' ? bearing.fen : 0n;
      const expected = [bearing.days, fee, earned, fee + earned].join(' ');
      const found = [days, lateFeeFen, interestFen, trace.result].join(' ');
      if (found !== expected) throw new Error(`${JSON.stringify(fact)}\n  程序：${found}\n  条文：${expected}`);
    });
  });

  it('太原: from the day after 31 December, of December’s bill after 20 January', () => {
    const paid = fc.oneof(
      dayIn(2021, 2024),
      fc.constantFrom('2021-12-31', '2022-01-01', '2022-01-20', '2022-01-21', '2024-01-20', '2024-02-29'),
    );
    forAll(fc.tuple(monthIn(2021, 2023), paid), CASES.taiyuan, ([billMonth, paidOn]) => {
      const graceUntil = taiyuanGrace(billMonth);
      const start = nextDay(graceUntil);
      const days = daysFromTo(start, paidOn);
      const expected = { lateFeeApplies: days > 0, ...(days > 0 ? { days, start } : {}), graceUntil };
      const known = billMonth >= '2021-08';
      mustAnswer('late-fee-taiyuan', { region: '140100', billMonth, paidOn }, known ? expected : { error: 'POL-001' });
    });
  });

  it('湖北: from the first of the month after the period', () => {
    forAll(fc.tuple(monthIn(2020, 2026), dayIn(2021, 2027)), CASES.hubei, ([period, noticeReissuedOn]) => {
      const start = hubeiStart(period);
      const days = daysFromTo(start, noticeReissuedOn);
      const expected = {
        interestAndLateFeeApply: days > 0,
        ...(days > 0 ? { startDateIfApplies: start, days } : {}),
      };
      const known = period >= '2021-01';
      const question = { region: '420500', period, noticeReissuedOn };
      mustAnswer('late-fee-hubei', question, known ? expected : { error: 'POL-001' });
    });
  });

  it('缓缴: what was deferred in 2022 is free until the end of 2023', () => {
    const paid = fc.oneof(fc.constantFrom('2023-12-31', '2024-01-01', '2024-02-29'), dayIn(2022, 2025));
    forAll(fc.tuple(monthIn(2021, 2023), paid), CASES.deferral, ([deferredIn, paidOn]) => {
      const start = nextDay(DEFERRAL_GRACE);
      const days = daysFromTo(start, paidOn);
      const expected = { lateFeeApplies: days > 0, graceUntil: DEFERRAL_GRACE, ...(days > 0 ? { days, start } : {}) };
      const known = deferredIn.startsWith('2022');
      const question = { region: '420500', deferredIn, paidOn };
      mustAnswer('deferral', question, known ? expected : { error: 'POL-001' });
    });
  });
});
