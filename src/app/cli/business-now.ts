import type { Moment } from '../../kernel/month.ts';
import { createClock, REAL_TIME } from '../../platform/clock/index.ts';
import { openClockFile } from '../launcher/clock-file.ts';
import type { LaunchMode } from '../launcher/settings.ts';

/**
 * Business time of the clock file, real time where there is none: whoever judges a database that exists must not take it for a demo because
 * nobody said that it is not.
 */
export function businessNow(dataDir: string, mode: LaunchMode): Moment {
  return createClock(openClockFile(dataDir, mode).find() ?? REAL_TIME).now();
}

/** For who makes a database: the moment at which the launcher will begin it. */
export function beginningNow(dataDir: string, mode: LaunchMode): Moment {
  return createClock(openClockFile(dataDir, mode).load()).now();
}
