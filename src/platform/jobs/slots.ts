import { Cron } from 'croner';
import { type Moment, momentFromMs, momentToMs } from '../../kernel/month.ts';
import type { Job } from './job.ts';

const SLOTS_PER_CALL_MAX = 10_000;

/** Cron text in Shanghai time → slots. Cron expressions only compute slots; nothing is scheduled by them. */
export function cronSlots(expression: string): Job['slots'] {
  const cron = new Cron(expression, { timezone: 'Asia/Shanghai', paused: true });
  return (after, until) => {
    const found: Moment[] = [];
    let at = new Date(momentToMs(after));
    while (found.length < SLOTS_PER_CALL_MAX) {
      const next = cron.nextRun(at);
      if (!next || momentFromMs(next.getTime()) > until) break;
      found.push(momentFromMs(next.getTime()));
      at = next;
    }
    return found;
  };
}

/** How far to look for a job's next slot: near first, because a job of every ten minutes has thousands within the farthest. */
const HORIZONS_MS = [3_600_000, 86_400_000, 40 * 86_400_000];
/** A job of once a year (年度计息) has had its last slot within this. */
const YEAR_AND_MORE_MS = 400 * 86_400_000;

/** The next slot after what is settled; one that is overdue is due now. */
export function firstSlot(job: Job, settledThrough: Moment, now: Moment): Moment | undefined {
  for (const horizon of HORIZONS_MS) {
    const [slot] = job.slots(settledThrough, momentFromMs(momentToMs(now) + horizon));
    if (slot) return slot < now ? now : slot;
  }
  return undefined;
}

/** The last slot of a job that has come by now. */
export function lastSlot(job: Job, now: Moment): Moment | undefined {
  for (const horizon of [...HORIZONS_MS, YEAR_AND_MORE_MS]) {
    const slot = job.slots(momentFromMs(momentToMs(now) - horizon), now).at(-1);
    if (slot) return slot;
  }
  return undefined;
}

export const isSlot = (job: Job, slot: Moment): boolean =>
  job.slots(momentFromMs(momentToMs(slot) - 1), slot).includes(slot);

export function dueSlots(job: Job, settledThrough: Moment, now: Moment): Moment[] {
  const slots = job.slots(settledThrough, now);
  return job.catchUp === 'last' ? slots.slice(-1) : slots;
}
