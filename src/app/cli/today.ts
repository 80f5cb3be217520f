import { type CivilDate, dateOf, momentFromMs } from '../../kernel/month.ts';

/** Today in China, for commands that run without a business clock. */
export function todayInChina(): CivilDate {
  return dateOf(momentFromMs(Date.now()));
}
