/**
 * 工作日历 as the State Council's notice says it: of every year only the days that are not as their week has them, «0101 0128 …»: weekdays
 * that are free and weekends that are worked. The same form is read from a file (`npx tongzheng calendar import`) and by the browser.
 */
import type { CalendarRow } from './calendar.ts';
import { addDays, type CivilDate, civilDate, isCivilDate, weekday } from './month.ts';

/** Year → its exceptions, separated by blanks. */
export type CalendarExceptions = Readonly<Record<string, string>>;

export type CalendarYear = { readonly year: number; readonly days: readonly CalendarRow[] };

const isWeekend = (day: CivilDate): boolean => weekday(day) === 0 || weekday(day) === 6;

/** Every day of a year from its exceptions. */
export function daysOfYear(year: string, exceptions: string): CalendarRow[] {
  const rows: CalendarRow[] = [];
  const odd = new Set(exceptions.split(/\s+/));
  for (let day = civilDate(`${year}-01-01`); day.startsWith(year); day = addDays(day, 1)) {
    rows.push({ day, working: isWeekend(day) === odd.has(day.slice(5).replace('-', '')) });
  }
  return rows;
}

/** The days that are not as their week has them: free weekdays and worked weekends, in order. */
export function exceptionsOf(days: Iterable<CalendarRow>): CalendarRow[] {
  return [...days].filter(({ day, working }) => isWeekend(civilDate(day)) === working);
}

/** «0101 0128 …» */
export function writeExceptions(days: Iterable<CalendarRow>): string {
  return exceptionsOf(days)
    .map(({ day }) => day.slice(5).replace('-', ''))
    .join(' ');
}

export type CalendarFile = {
  readonly years: readonly CalendarYear[];
  /** In Chinese; with any of them the file is not to be used. */
  readonly faults: readonly string[];
};

const YEARS_MAX = 50;

/** Reads a file of whole years, and says everything that is wrong with it. */
export function readCalendarFile(text: string): CalendarFile {
  let content: unknown;
  try {
    content = JSON.parse(text);
  } catch {
    return { years: [], faults: ['不是合法的 JSON'] };
  }
  if (content === null || typeof content !== 'object' || Array.isArray(content)) {
    return { years: [], faults: ['应是一个 JSON 对象：{ "年份": "月日 月日 …" }'] };
  }
  const entries = Object.entries(content);
  if (entries.length === 0) return { years: [], faults: ['里面一个年份也没有'] };
  if (entries.length > YEARS_MAX) return { years: [], faults: [`一次最多 ${YEARS_MAX} 年`] };
  const faults = entries.flatMap(([year, exceptions]) => faultsOf(year, exceptions));
  if (faults.length > 0) return { years: [], faults };
  const years = entries.map(([year, exceptions]) => ({ year: Number(year), days: daysOfYear(year, exceptions) }));
  return { years, faults: [] };
}

/** 元旦、劳动节、国庆节: free in every year; the other feasts follow the moon. */
const ALWAYS_FREE = ['01-01', '05-01', '10-01', '10-02', '10-03'];
/** Free weekdays less worked weekends are the feasts of the year (9 to 13 since 2004; 13 by the rule of 2025). */
const FEASTS_MAX = 16;
const feastsMin = (year: number): number => (year >= 2025 ? 12 : 9);

function faultsOf(year: string, exceptions: unknown): string[] {
  if (!/^20\d\d$/.test(year)) return [`“${year}”不是年份，应像 "2027"`];
  if (typeof exceptions !== 'string') return [`${year} 年应是一段文字："0101 0128 …"`];
  const listed = exceptions.split(/\s+/).filter((one) => one !== '');
  const wrong = listed.filter((one) => !/^\d{4}$/.test(one) || !isCivilDate(dayOf(year, one)));
  if (wrong.length > 0) return [`${year} 年没有这样的日子：${wrong.join('、')}。月日写四位数字，如 0501`];
  const twice = listed.filter((one, index) => listed.indexOf(one) !== index);
  if (twice.length > 0) return [`${year} 年有写了两遍的：${twice.join('、')}`];
  return likelyFaults(year, daysOfYear(year, exceptions));
}

const dayOf = (year: string, monthDay: string): string => `${year}-${monthDay.slice(0, 2)}-${monthDay.slice(2)}`;

/** A day may exist and still be a slip: most of all a weekend within a holiday that was listed, which would make it a working day. */
function likelyFaults(year: string, days: readonly CalendarRow[]): string[] {
  const free = new Set(days.filter(({ working }) => !working).map(({ day }) => day));
  const faults: string[] = [];
  const worked = ALWAYS_FREE.filter((monthDay) => !free.has(`${year}-${monthDay}`));
  if (worked.length > 0) {
    faults.push(`${year} 年的 ${worked.join('、')} 成了工作日，这几天是法定节日`);
  }
  const inside = exceptionsOf(days).filter(({ day, working }) => working && isInsideHoliday(civilDate(day), free));
  if (inside.length > 0) {
    const list = inside.map(({ day }) => day.slice(5)).join('、');
    faults.push(`${year} 年的 ${list} 是假期中间的周末，写进来就成了上班。假期里的周六、周日不用写`);
  }
  const odd = exceptionsOf(days);
  const feasts = odd.filter(({ working }) => !working).length - odd.filter(({ working }) => working).length;
  if (faults.length === 0 && (feasts < feastsMin(Number(year)) || feasts > FEASTS_MAX)) {
    faults.push(
      `${year} 年放假的周一至周五比上班的周六、周日多 ${feasts} 天，应在 ${feastsMin(Number(year))} 到 ${FEASTS_MAX} 天之间：有漏写的，或把假期里的周六、周日也写了`,
    );
  }
  return faults;
}

/** The Friday before and the Monday after the weekend are both free. */
function isInsideHoliday(weekend: CivilDate, free: ReadonlySet<string>): boolean {
  const saturday = weekday(weekend) === 6 ? weekend : addDays(weekend, -1);
  return free.has(addDays(saturday, -1)) && free.has(addDays(saturday, 2));
}
