import { describe, expect, it } from 'vitest';
import { isWorkday, workCalendar } from '../kernel/calendar.ts';
import { civilDate, month } from '../kernel/month.ts';
import { createBook } from './book.ts';
import { calendarSeedRows } from './calendar-seed.ts';
import { billDeadline, closeDay } from './deadlines.ts';

const book = createBook();
const calendar = workCalendar(calendarSeedRows());

describe('认定单截止日 (HB-BILL-04)', () => {
  it.each([
    ['AT-04', '2021-11-13', '2021-11-29'],
    ['AT-02', '2023-04-10', '2023-04-23'],
    ['AT-05', '2023-04-12', '2023-04-25'],
    ['AT-06', '2023-04-03', '2023-04-18'],
    ['AT-06 甲', '2023-04-20', '2023-05-06'],
    ['AT-06 乙', '2023-05-10', '2023-05-24'],
  ])('%s: issued on %s, payable until %s', (_story, issued, deadline) => {
    const found = billDeadline(book, calendar, '420500', civilDate(issued));
    expect(found.deadline).toBe(deadline);
    expect(found.counted).toHaveLength(10);
    expect(found.trace.result).toBe(deadline);
  });

  it('counts the days of the stories', () => {
    const counted = (issued: string): string[] =>
      billDeadline(book, calendar, '420500', civilDate(issued)).counted.map((day) => day.slice(5));
    const april = ['04-11', '04-12', '04-13', '04-14', '04-17', '04-18', '04-19', '04-20', '04-21', '04-23'];
    expect(counted('2023-04-10')).toEqual(april);
    const may = ['04-21', '04-23', '04-24', '04-25', '04-26', '04-27', '04-28', '05-04', '05-05', '05-06'];
    expect(counted('2023-04-20')).toEqual(may);
    const november = ['11-16', '11-17', '11-18', '11-19', '11-22', '11-23', '11-24', '11-25', '11-26', '11-29'];
    expect(counted('2021-11-13')).toEqual(november);
  });

  it('treats a bill issued on a day off as issued on the next working day', () => {
    expect(billDeadline(book, calendar, '421300', civilDate('2021-11-13')).effectiveFrom).toBe('2021-11-15');
  });

  it('refuses to count into a year without a calendar', () => {
    expect(() => billDeadline(book, calendar, '420500', civilDate('2026-12-25'))).toThrow(/BILL-006/);
  });

  it('Taiyuan: the last day of grace; once overdue, the day of issue', () => {
    const deadline = (issued: string, from?: string): string =>
      billDeadline(book, calendar, '140100', civilDate(issued), from ? civilDate(from) : undefined).deadline;
    expect(deadline('2021-10-20')).toBe('2021-12-31');
    expect(deadline('2021-12-20')).toBe('2022-01-20');
    expect(deadline('2022-01-10', '2022-01-01')).toBe('2022-01-10');
    expect(deadline('2022-01-15', '2022-01-21')).toBe('2022-01-20');
  });
});

describe('自动记账日 (TY-CLS-01, AT-13)', () => {
  it.each([
    ['2021-09', '2021-09-18'],
    ['2021-10', '2021-10-20'],
    ['2021-11', '2021-11-19'],
  ])('%s is booked on %s', (at, day) => {
    expect(closeDay(book, calendar, '140100', month(at))).toBe(day);
  });

  it('does not exist where every month is declared', () => {
    expect(() => closeDay(book, calendar, '420500', month('2023-04'))).toThrow('POL-001');
  });
});

it('the seeded calendar knows 2004–2026 and the worked Sunday 2023-04-23', () => {
  expect([...calendar.years.keys()]).toEqual(Array.from({ length: 23 }, (_, i) => 2004 + i));
  expect(isWorkday(calendar, civilDate('2023-04-23'))).toBe(true);
  expect(isWorkday(calendar, civilDate('2023-04-05'))).toBe(false);
});
