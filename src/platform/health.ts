import type { Scheduler } from './jobs/index.ts';

/** The database of a program answers with its job records. Reads only: asking must not start the reckoning of what is owed. */
export async function jobsAnswer(scheduler: Pick<Scheduler, 'jobs' | 'last'>): Promise<boolean> {
  try {
    for (const { name } of scheduler.jobs.slice(0, 1)) await scheduler.last(name);
    return true;
  } catch {
    return false;
  }
}
