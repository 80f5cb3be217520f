import { type CivilDate, dateOf, type Moment, momentFromMs } from '../../kernel/month.ts';

/** Real time plus an offset, or standing still (design §7). Kept by the starter of the pair and handed to both programs. */
export type ClockSetting = { readonly offsetMs: number; readonly frozenAt: Moment | null };

/** The business clock: everything stored uses it; sessions, rate limits and time-outs use real time. */
export type BusinessClock = {
  now(): Moment;
  today(): CivilDate;
  setting(): ClockSetting;
  set(setting: ClockSetting): void;
};

export const REAL_TIME: ClockSetting = { offsetMs: 0, frozenAt: null };

export function createClock(initial: ClockSetting = REAL_TIME, realNow: () => number = Date.now): BusinessClock {
  let setting = initial;
  const now = (): Moment => setting.frozenAt ?? momentFromMs(realNow() + setting.offsetMs);
  return {
    now,
    today: () => dateOf(now()),
    setting: () => setting,
    set(next) {
      setting = next;
    },
  };
}
