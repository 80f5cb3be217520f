import {
  type CivilDate,
  dateOf,
  daysBetween,
  type Moment,
  weekdayName as nameOfWeekday,
} from '../../src/kernel/month.ts';

export { inFours } from '../../src/kernel/fours.ts';

export const weekdayName = (day: string): string => nameOfWeekday(day as CivilDate);

/** 4月23日: a date in a sentence. */
export function dayText(day: string): string {
  return `${Number(day.slice(5, 7))}月${Number(day.slice(8, 10))}日`;
}

/** 4月23日（周日）: a date that decides. */
export function deadlineText(day: string): string {
  return `${dayText(day)}（${weekdayName(day)}）`;
}

export function monthText(month: string): string {
  return `${month.slice(0, 4)}年${Number(month.slice(5, 7))}月`;
}

/** 2023-04-10 14:26: moments in tables. */
export function momentText(moment: string | null | undefined): string {
  return moment ? moment.slice(0, 16).replace('T', ' ') : '';
}

/** 4月10日 14:26: moments on tracks and in sentences. */
export function shortMoment(moment: string | null | undefined): string {
  return moment ? `${dayText(moment)} ${moment.slice(11, 16)}` : '';
}

/** Days and hours left until the end of a day (24:00), from the business clock. Null when it has passed. */
export function timeLeft(now: string, deadline: string): { readonly days: number; readonly hours: number } | null {
  const days = daysBetween(dateOf(now as Moment), deadline as CivilDate);
  if (days < 0) return null;
  const hours = 24 - Number(now.slice(11, 13)) - (Number(now.slice(14, 16)) > 0 ? 1 : 0);
  return { days, hours: Math.max(0, hours) };
}

export function daysLeft(now: string, day: string): number {
  return daysBetween(dateOf(now as Moment), day as CivilDate);
}

/** 2023年4月11日 周二 09:42 */
export function clockText(moment: string): string {
  return `${moment.slice(0, 4)}年${dayText(moment)} ${weekdayName(moment.slice(0, 10))} ${moment.slice(11, 16)}`;
}
