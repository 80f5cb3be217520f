/**
 * 工作日历 (D-CAL-06): the State Council's yearly notice, including weekends that are worked. A year is published when every one of its days
 * is in the table; asking in any other year is an error, never «Monday to Friday».
 */
import { refuse } from './errors.ts';
import { addDays, type CivilDate, civilDate, daysBetween } from './month.ts';

export type CalendarRow = { readonly day: string; readonly working: boolean };

/** Published years: one byte a day, 1 = working. */
export type WorkCalendar = { readonly years: ReadonlyMap<number, Uint8Array> };

const UNKNOWN = 2;

/** Builds a calendar from rows of whole years; a year with a hole in it is left out. */
export function workCalendar(rows: Iterable<CalendarRow>): WorkCalendar {
  const years = new Map<number, Uint8Array>();
  for (const row of rows) {
    const day = civilDate(row.day);
    const year = yearOf(day);
    let days = years.get(year);
    if (!days) {
      days = new Uint8Array(daysInYear(year)).fill(UNKNOWN);
      years.set(year, days);
    }
    days[dayOfYear(day)] = row.working ? 1 : 0;
  }
  for (const [year, days] of years) if (days.includes(UNKNOWN)) years.delete(year);
  return { years };
}

export function isPublishedYear(calendar: WorkCalendar, year: number): boolean {
  return calendar.years.has(year);
}

/** @throws DomainError BILL-006 when the year's calendar is not published. */
export function isWorkday(calendar: WorkCalendar, day: CivilDate): boolean {
  const year = yearOf(day);
  const days = calendar.years.get(year);
  if (!days) {
    return refuse({
      code: 'BILL-006',
      message: '当年工作日历未维护，不能计算有效期',
      why: `需要 ${year} 年的工作日历，国务院办公厅的放假安排尚未导入。`,
      next: `请管理员用 npx tongzheng calendar import 导入 ${year} 年工作日历后重试。`,
    });
  }
  return days[dayOfYear(day)] === 1;
}

/** The day itself when it is worked, else the next worked day. */
export function nextWorkdayFrom(calendar: WorkCalendar, day: CivilDate): CivilDate {
  let current = day;
  while (!isWorkday(calendar, current)) current = addDays(current, 1);
  return current;
}

/** The day itself when it is worked, else the last worked day before («遇节假日提前», TY-CLS-01). */
export function previousWorkday(calendar: WorkCalendar, day: CivilDate): CivilDate {
  let current = day;
  while (!isWorkday(calendar, current)) current = addDays(current, -1);
  return current;
}

/** The next `count` worked days after `day`, which is not counted itself. */
export function workdaysAfter(calendar: WorkCalendar, day: CivilDate, count: number): CivilDate[] {
  const counted: CivilDate[] = [];
  let current = day;
  while (counted.length < count) {
    current = addDays(current, 1);
    if (isWorkday(calendar, current)) counted.push(current);
  }
  return counted;
}

/** The `count`-th worked day after `day`. */
export function addWorkdays(calendar: WorkCalendar, day: CivilDate, count: number): CivilDate {
  return workdaysAfter(calendar, day, count).at(-1) ?? day;
}

function yearOf(day: CivilDate): number {
  return Number(day.slice(0, 4));
}

function dayOfYear(day: CivilDate): number {
  return daysBetween(`${day.slice(0, 4)}-01-01` as CivilDate, day);
}

function daysInYear(year: number): number {
  return (year % 4 === 0 && year % 100 !== 0) || year % 400 === 0 ? 366 : 365;
}
