import { type Db, first, run, sql } from '../db.ts';
import type { Services } from '../services.ts';
import { inSpan } from '../telemetry/index.ts';
import { type Cancellation, type Job, type JobProgress, JobStopped, type RunReport } from './job.ts';
import { askCancel, finishRun, type RunKey, sayAlive, type Taken, takeSlot } from './store.ts';

/** Why a run was told to stop. */
type Why = 'CANCELLED' | 'SHUTDOWN' | 'LOST';

export type Runner = {
  /** Undefined: another process has the slot, or there is nothing to do. */
  runSlot(job: Job, slot: RunKey['slot'], force: boolean): Promise<RunReport | undefined>;
  /** Ends the run of this job that is under way, in whichever process; undefined when there is none. */
  cancel(job: string, cancellation: Cancellation): Promise<RunKey['slot'] | undefined>;
  /** Tells all runs of this process to stop and waits for them; another process, or the next start, goes on. */
  stop(): Promise<void>;
};

const lockKey = ({ region, job, slot }: RunKey) => sql`hashtext(${`${region}/${job}`}), hashtext(${slot})`;

async function underLock<T>(db: Db, key: RunKey, work: (connection: Db) => Promise<T>): Promise<T | undefined> {
  return db.connection().execute(async (connection) => {
    const lock = await first(connection, sql<{ got: boolean }>`select pg_try_advisory_lock(${lockKey(key)}) as got`);
    if (!lock?.got) return undefined;
    try {
      return await work(connection);
    } finally {
      // With the connection gone the lock is gone too.
      await run(connection, sql`select pg_advisory_unlock(${lockKey(key)})`).catch(() => undefined);
    }
  });
}

/** Runs a slot under a lock that belongs to a connection: a process that dies frees its slot at once. */
export function createRunner(
  services: Services,
  { beatMs, retryPauseMs }: { beatMs: number | null; retryPauseMs: number },
): Runner {
  const { db, region, log } = services;
  const inHand = new Map<AbortController, Promise<unknown>>();
  let stopping = false;

  /** Signs of life over the connection that holds the lock: when it is cut, the lock is lost and the run must end. */
  function beat(connection: Db, taken: Taken, stop: AbortController, progress: () => JobProgress | undefined) {
    if (beatMs === null) return async () => undefined;
    let saying: Promise<void> | undefined;
    const say = async () => {
      try {
        const told = await sayAlive(connection, taken, progress());
        if (!told) stop.abort('LOST' satisfies Why);
        else if (told.cancelled) stop.abort('CANCELLED' satisfies Why);
      } catch (err) {
        log.warn({ job: taken.job, err }, 'the lock of a job was lost');
        stop.abort('LOST' satisfies Why);
      }
    };
    const timer = setInterval(() => {
      saying ??= say().finally(() => {
        saying = undefined;
      });
    }, beatMs);
    return async () => {
      clearInterval(timer);
      await saying;
    };
  }

  async function runTaken(job: Job, taken: Taken, connection: Db): Promise<RunReport | undefined> {
    const { slot } = taken;
    const stop = new AbortController();
    if (stopping) stop.abort('SHUTDOWN' satisfies Why);
    let latest: JobProgress | undefined;
    const silence = beat(connection, taken, stop, () => latest);
    const working = inSpan(`job ${job.name}`, { attributes: { 'job.slot': slot } }, () =>
      job.run(slot, {
        signal: stop.signal,
        progress: (progress) => {
          latest = progress;
        },
      }),
    );
    inHand.set(
      stop,
      working.catch(() => undefined),
    );
    try {
      const result = await working;
      await silence();
      // A run that was told to stop and has parts left did stop.
      if (stop.signal.aborted && latest && latest.done < latest.total) throw new JobStopped(result);
      await finishRun(db, taken, 'DONE', result, null);
      return { job: job.name, slot, state: 'DONE', result, error: null };
    } catch (error) {
      await silence();
      const why = stop.signal.reason as Why | undefined;
      if (error instanceof JobStopped && why) {
        // The row stays as running: the next to look finds the lock free and takes it over.
        if (why !== 'CANCELLED') return undefined;
        const told = latest ? `做到 ${latest.done} / ${latest.total}${latest.unit ?? ''}` : '没有做完';
        await finishRun(db, taken, 'CANCELLED', error.result, told);
        return { job: job.name, slot, state: 'CANCELLED', result: error.result, error: told };
      }
      const text = error instanceof Error ? error.message : String(error);
      log.error({ job: job.name, slot, err: error }, 'job failed');
      await finishRun(db, taken, 'FAILED', null, text);
      return { job: job.name, slot, state: 'FAILED', result: null, error: text };
    } finally {
      await silence();
      inHand.delete(stop);
    }
  }

  return {
    async runSlot(job, slot, force) {
      if (stopping) return undefined;
      const key: RunKey = { region, job: job.name, slot };
      return underLock(db, key, async (connection) => {
        const taken = await takeSlot(db, key, { force, retryPauseMs });
        return taken && runTaken(job, taken, connection);
      });
    },
    async cancel(job, cancellation) {
      const asked = await askCancel(db, region, job, cancellation);
      if (!asked) return undefined;
      const key: RunKey = { region, job, slot: asked.slot };
      // Nobody holds it: its process died, and nothing will look at the wish.
      await underLock(db, key, () => finishRun(db, { ...key, tries: asked.tries }, 'CANCELLED', null, '没有做完'));
      return asked.slot;
    },
    async stop() {
      stopping = true;
      for (const stop of inHand.keys()) stop.abort('SHUTDOWN' satisfies Why);
      await Promise.all(inHand.values());
    },
  };
}
