/** 月份 `2023-04`：费款所属期、做账期号。文本可直接排序、比较。 */
export type Month = string & { readonly __kind: 'month' };
/** 民用日期 `2023-04-10`（Asia/Shanghai）。 */
export type CivilDate = string & { readonly __kind: 'date' };
/** 业务时刻 `2023-04-10T09:00:00.000+08:00`，定长文本，可直接排序、比较。 */
export type Moment = string & { readonly __kind: 'moment' };

const MONTH = /^\d{4}-(0[1-9]|1[0-2])$/;

export function isMonth(text: string): text is Month {
  return MONTH.test(text);
}

export function month(text: string): Month {
  if (!isMonth(text)) throw new RangeError(`not a month: ${text}`);
  return text;
}

/** Months since year 0, for arithmetic and typed arrays. */
export function monthIndex(m: Month): number {
  return Number(m.slice(0, 4)) * 12 + Number(m.slice(5, 7)) - 1;
}

export function monthFromIndex(index: number): Month {
  const year = Math.floor(index / 12);
  return month(`${String(year).padStart(4, '0')}-${String((index % 12) + 1).padStart(2, '0')}`);
}

/** D-CAL-09: crossing years is exact. */
export function addMonths(m: Month, count: number): Month {
  return monthFromIndex(monthIndex(m) + count);
}

export function monthsBetween(from: Month, to: Month): number {
  return monthIndex(to) - monthIndex(from);
}

/** from … to inclusive; empty when from is after to. */
export function monthRange(from: Month, to: Month): Month[] {
  const result: Month[] = [];
  for (let i = monthIndex(from); i <= monthIndex(to); i += 1) result.push(monthFromIndex(i));
  return result;
}

/** 做账期号 in the seed's spelling: 202303. */
export function compactMonth(m: Month): string {
  return m.replace('-', '');
}

/** Accepts 2023-04 and 202304. */
export function parseMonth(text: string): Month | undefined {
  const trimmed = text.trim();
  const candidate = /^\d{6}$/.test(trimmed) ? `${trimmed.slice(0, 4)}-${trimmed.slice(4)}` : trimmed;
  return isMonth(candidate) ? candidate : undefined;
}

export function isCivilDate(text: string): text is CivilDate {
  const match = /^(\d{4})-(\d{2})-(\d{2})$/.exec(text);
  if (!match) return false;
  const [year, monthNumber, day] = [Number(match[1]), Number(match[2]), Number(match[3])];
  const date = new Date(Date.UTC(year, monthNumber - 1, day));
  return date.getUTCFullYear() === year && date.getUTCMonth() === monthNumber - 1 && date.getUTCDate() === day;
}

export function civilDate(text: string): CivilDate {
  if (!isCivilDate(text)) throw new RangeError(`not a date: ${text}`);
  return text;
}

export function monthOf(day: CivilDate): Month {
  return day.slice(0, 7) as Month;
}

export function firstDay(m: Month): CivilDate {
  return `${m}-01` as CivilDate;
}

export function lastDay(m: Month): CivilDate {
  return addDays(firstDay(addMonths(m, 1)), -1);
}

const DAY_MS = 86_400_000;

function dayNumber(day: CivilDate): number {
  return Math.round(Date.parse(`${day}T00:00:00Z`) / DAY_MS);
}

export function addDays(day: CivilDate, count: number): CivilDate {
  return new Date((dayNumber(day) + count) * DAY_MS).toISOString().slice(0, 10) as CivilDate;
}

/** Days from → to; 0 for the same day. */
export function daysBetween(from: CivilDate, to: CivilDate): number {
  return dayNumber(to) - dayNumber(from);
}

/** Adds calendar months; the day is cut to the last of the month (HB-CERT-05). */
export function addCalendarMonths(day: CivilDate, count: number): CivilDate {
  const target = addMonths(monthOf(day), count);
  const last = lastDay(target);
  const same = `${target}-${day.slice(8)}` as CivilDate;
  return same > last ? last : same;
}

/** 0 Sunday … 6 Saturday. */
export function weekday(day: CivilDate): number {
  return new Date(`${day}T00:00:00Z`).getUTCDay();
}

const WEEKDAYS = ['周日', '周一', '周二', '周三', '周四', '周五', '周六'] as const;

export function weekdayName(day: CivilDate): string {
  return WEEKDAYS[weekday(day)] ?? '';
}

const SHANGHAI_OFFSET_MS = 8 * 3_600_000;

/** D-CAL-07: all business moments are Asia/Shanghai. */
export function momentFromMs(epochMs: number): Moment {
  return `${new Date(epochMs + SHANGHAI_OFFSET_MS).toISOString().slice(0, 23)}+08:00` as Moment;
}

export function momentToMs(moment: Moment): number {
  return Date.parse(moment);
}

/** Accepts any ISO text with an offset and `2023-04-10 09:00[:00]` as Shanghai time. */
export function parseMoment(text: string): Moment | undefined {
  const local = /^(\d{4}-\d{2}-\d{2})(?:[ T](\d{2}:\d{2})(:\d{2}(?:\.\d{1,3})?)?)?$/.exec(text.trim());
  const iso = local ? `${local[1]}T${local[2] ?? '00:00'}${local[3] ?? ':00'}+08:00` : text.trim();
  if (!local && !/(Z|[+-]\d{2}:?\d{2})$/.test(iso)) return undefined;
  const ms = Date.parse(iso);
  return Number.isNaN(ms) ? undefined : momentFromMs(ms);
}

export function dateOf(moment: Moment): CivilDate {
  return moment.slice(0, 10) as CivilDate;
}

export function atTime(day: CivilDate, time: string): Moment {
  const moment = parseMoment(`${day} ${time}`);
  if (!moment) throw new RangeError(`not a time of day: ${time}`);
  return moment;
}

export function addMs(moment: Moment, ms: number): Moment {
  return momentFromMs(momentToMs(moment) + ms);
}
