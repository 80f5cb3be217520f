import { isPublishedYear, isWorkday } from '../kernel/calendar.ts';
import { type CivilDate, dateOf, daysBetween, weekday, weekdayName } from '../kernel/month.ts';
import { type OfficeWords, officeWords } from '../rules/index.ts';
import type { ItemEnv } from './model.ts';
import { dayText } from './sections.ts';

/** The region's own times and counts, as sentences say them; declarations name them as `{autoBack}`. */
export function wordsOf(env: Pick<ItemEnv, 'ctx' | 'law'>): OfficeWords {
  return officeWords(env.law.book, env.ctx.region, dateOf(env.ctx.now));
}

/** A date that decides, with its weekday and whether it is a weekend that is worked (ui §5): 4月23日（周日，补班）. */
export function weekdayText(env: Pick<ItemEnv, 'law'>, day: CivilDate): string {
  const weekend = weekday(day) === 0 || weekday(day) === 6;
  const { calendar } = env.law;
  const madeUp = weekend && isPublishedYear(calendar, Number(day.slice(0, 4))) && isWorkday(calendar, day);
  return `${dayText(day)}（${weekdayName(day)}${madeUp ? '，补班' : ''}）`;
}

/** What is left until the end of a day (ui §1.4): 还剩 12 天. */
export function remainderText(env: Pick<ItemEnv, 'ctx'>, day: CivilDate): string {
  const days = daysBetween(dateOf(env.ctx.now), day);
  return days > 0 ? `还剩 ${days} 天` : days === 0 ? '今天截止' : `已过 ${-days} 天`;
}
