import { Cron } from 'croner';
import { refuse } from '../../kernel/errors.ts';
import { type Moment, momentFromMs, momentToMs } from '../../kernel/month.ts';
import { first, rows, run, sql } from '../db.ts';
import type { Services } from '../services.ts';

/** Numbers and words for the run record. */
export type JobResult = Readonly<Record<string, number | string>>;

export type Job = {
  readonly name: string;
  readonly title: string;
  /** In words, for the operations page: 每 4 小时. */
  readonly rule: string;
  /** Slots after `after` up to and including `until`, in order. Pure. */
  readonly slots: (after: Moment, until: Moment) => Moment[];
  /** Idempotent; books under the slot's date, not under the moment it happens to run. */
  readonly run: (slot: Moment) => Promise<JobResult>;
  /** After down time: every missed slot, or only the last one. */
  readonly catchUp: 'every' | 'last';
  /**
   * For a job that only looks: real time that must pass between two of its runs. A jump of the business clock over a year then
   * looks once, not at every night of it, and does not stop at its slots.
   */
  readonly realPauseMs?: number;
};

export type RunReport = {
  readonly job: string;
  readonly slot: Moment;
  readonly state: 'DONE' | 'FAILED';
  readonly result: JobResult | null;
  readonly error: string | null;
};

export type JobRun = {
  readonly job: string;
  readonly slot: Moment;
  readonly state: 'RUNNING' | 'DONE' | 'FAILED';
  readonly startedReal: string;
  readonly result: JobResult | null;
  readonly error: string | null;
};

export type Scheduler = {
  readonly jobs: readonly Job[];
  nextSlot(): Promise<Moment | null>;
  runDue(): Promise<RunReport[]>;
  /** Runs a slot that has come, the last one if none is named; jobs are idempotent. Refuses a moment that is no slot of the job (OPS-002). */
  rerun(job: string, slot?: Moment): Promise<RunReport>;
  /** Of each job the first slot that is owed: it has come and was not run, or was given up and nothing later makes up for it. */
  missed(): Promise<{ readonly job: string; readonly slot: Moment }[]>;
  recent(since: Moment): Promise<JobRun[]>;
  last(job: string): Promise<JobRun | undefined>;
};

const SLOTS_PER_CALL_MAX = 10_000;
const FAILED_TRIES_MAX = 5;

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

/** The next slot after what is settled; one that is overdue is due now. */
function firstSlot(job: Job, settledThrough: Moment, now: Moment): Moment | undefined {
  for (const horizon of HORIZONS_MS) {
    const [slot] = job.slots(settledThrough, momentFromMs(momentToMs(now) + horizon));
    if (slot) return slot < now ? now : slot;
  }
  return undefined;
}

/** The last slot of a job that has come by now. */
export function lastSlot(job: Job, now: Moment): Moment | undefined {
  for (const horizon of HORIZONS_MS) {
    const slot = job.slots(momentFromMs(momentToMs(now) - horizon), now).at(-1);
    if (slot) return slot;
  }
  return undefined;
}

const isSlot = (job: Job, slot: Moment): boolean => job.slots(momentFromMs(momentToMs(slot) - 1), slot).includes(slot);

/** Runs each slot once, whichever process gets it; a slot whose process died or that failed is taken over. */
export function createScheduler(services: Services, jobs: readonly Job[]): Scheduler {
  const { db, region, clock } = services;

  /** The moment from which jobs are owed: the first start of this region, or earlier when a story begins earlier. */
  async function since(): Promise<Moment> {
    const now = clock.now();
    const known = await first(
      db,
      sql<{ since: Moment }>`select since from platform_job_since where region = ${region}`,
    );
    if (known && known.since <= now) return known.since;
    await run(
      db,
      sql`insert into platform_job_since (region, since) values (${region}, ${now})
          on conflict (region) do update set since = least(platform_job_since.since, excluded.since)`,
    );
    return now;
  }

  /**
   * For each job the last slot settled for good: done, or failed too often and waiting for a person. The calendar runs slots in their
   * order, so everything before it is settled too; a run by hand is out of turn and says nothing. One question for all.
   */
  async function settled(): Promise<(job: string) => Moment> {
    const found = await rows(
      db,
      sql<{ job: string; slot: Moment }>`
        select job, max(slot) as slot from platform_job_run
        where region = ${region} and not by_hand and slot <= ${clock.now()} and (state = 'DONE' or (state = 'FAILED' and tries >= ${FAILED_TRIES_MAX})) group by job`,
    );
    const started = await since();
    const last = new Map(found.map((row) => [row.job, row.slot]));
    return (job) => {
      const slot = last.get(job);
      return slot && slot > started ? slot : started;
    };
  }

  /** Real time of each job's last run in this process. */
  const lastLook = new Map<string, number>();

  function resting({ name, realPauseMs = 0 }: Job): boolean {
    const last = lastLook.get(name);
    return last !== undefined && performance.now() - last < realPauseMs;
  }

  function dueSlots(job: Job, settledThrough: Moment, now: Moment): Moment[] {
    const slots = job.slots(settledThrough, now);
    return job.catchUp === 'last' ? slots.slice(-1) : slots;
  }

  /** The lock belongs to the connection: a process that dies frees its slot at once. */
  function runSlot(job: Job, slot: Moment, force: boolean): Promise<RunReport | undefined> {
    return db.connection().execute(async (connection) => {
      const key = sql`hashtext(${`${region}/${job.name}`}), hashtext(${slot})`;
      const lock = await first(connection, sql<{ got: boolean }>`select pg_try_advisory_lock(${key}) as got`);
      if (!lock?.got) return undefined;
      try {
        return await runLocked(job, slot, force);
      } finally {
        await run(connection, sql`select pg_advisory_unlock(${key})`);
      }
    });
  }

  async function runLocked(job: Job, slot: Moment, force: boolean): Promise<RunReport | undefined> {
    const taken = await first(
      db,
      sql<{ job: string }>`
        insert into platform_job_run (region, job, slot, state, by_hand)
        values (${region}, ${job.name}, ${slot}, 'RUNNING', ${force})
        on conflict (region, job, slot) do update
          set state = 'RUNNING', by_hand = platform_job_run.by_hand and ${force}, tries = platform_job_run.tries + 1, started_real = clock_timestamp(), finished_real = null, error = null
          where ${force} or platform_job_run.by_hand or platform_job_run.state = 'RUNNING'
             or (platform_job_run.state = 'FAILED' and platform_job_run.tries < ${FAILED_TRIES_MAX})
        returning job`,
    );
    if (!taken) return undefined;
    try {
      const result = await job.run(slot);
      await finish(job.name, slot, 'DONE', result, null);
      return { job: job.name, slot, state: 'DONE', result, error: null };
    } catch (error) {
      const text = error instanceof Error ? error.message : String(error);
      services.log.error({ job: job.name, slot, err: error }, 'job failed');
      await finish(job.name, slot, 'FAILED', null, text);
      return { job: job.name, slot, state: 'FAILED', result: null, error: text };
    }
  }

  async function finish(
    job: string,
    slot: Moment,
    state: string,
    result: JobResult | null,
    error: string | null,
  ): Promise<void> {
    await run(
      db,
      sql`update platform_job_run set state = ${state}, finished_real = clock_timestamp(),
                 result = ${result ? JSON.stringify(result) : null}::jsonb, error = ${error}
          where region = ${region} and job = ${job} and slot = ${slot}`,
    );
  }

  type Row = {
    job: string;
    slot: Moment;
    state: JobRun['state'];
    started_real: string;
    result: JobResult | null;
    error: string | null;
  };
  const toRun = (row: Row): JobRun => ({
    job: row.job,
    slot: row.slot,
    state: row.state,
    startedReal: row.started_real,
    result: row.result,
    error: row.error,
  });

  return {
    jobs,
    async nextSlot() {
      const now = clock.now();
      const settledThrough = await settled();
      const moving = jobs.filter((job) => job.realPauseMs === undefined);
      const next = moving.flatMap((job) => firstSlot(job, settledThrough(job.name), now) ?? []);
      return next.sort()[0] ?? null;
    },
    async runDue() {
      const now = clock.now();
      const due: { job: Job; slot: Moment }[] = [];
      const settledThrough = await settled();
      for (const job of jobs) {
        if (resting(job)) continue;
        for (const slot of dueSlots(job, settledThrough(job.name), now)) due.push({ job, slot });
      }
      due.sort((a, b) => (a.slot < b.slot ? -1 : a.slot > b.slot ? 1 : 0));
      const reports: RunReport[] = [];
      const failed = new Set<string>();
      for (const { job, slot } of due) {
        // Later slots of a job wait for its earlier ones.
        if (failed.has(job.name)) continue;
        lastLook.set(job.name, performance.now());
        const report = await runSlot(job, slot, false);
        if (report?.state === 'FAILED' || !report) failed.add(job.name);
        if (report) reports.push(report);
      }
      return reports;
    },
    async rerun(name, slot) {
      const job = jobs.find((one) => one.name === name);
      if (!job) throw new Error(`no such job: ${name}`);
      const now = clock.now();
      const at = slot ?? lastSlot(job, now);
      if (!at || at > now || !isSlot(job, at)) {
        return refuse({
          code: 'OPS-002',
          message: '这不是该任务已到的时点',
          why: `${job.title}：${job.rule}。`,
          next: '请选任务表里已到的时点。',
          field: 'slot',
        });
      }
      const report = await runSlot(job, at, true);
      if (!report) throw new Error(`slot ${at} of ${name} is running elsewhere`);
      return report;
    },
    async missed() {
      const now = clock.now();
      const settledThrough = await settled();
      const given = await rows(
        db,
        sql<{ job: string; slot: Moment }>`
          select job, min(slot) as slot from platform_job_run
          where region = ${region} and state = 'FAILED' and tries >= ${FAILED_TRIES_MAX} and slot <= ${now} group by job`,
      );
      const givenUp = new Map(given.map((row) => [row.job, row.slot]));
      return jobs.flatMap((job) => {
        const through = settledThrough(job.name);
        const failed = givenUp.get(job.name);
        // A job that only needs its last slot has made up for a failure once a later one is done.
        if (failed && (job.catchUp === 'every' || failed >= through)) return [{ job: job.name, slot: failed }];
        const [slot] = resting(job) ? [] : dueSlots(job, through, now);
        return slot ? [{ job: job.name, slot }] : [];
      });
    },
    async recent(from) {
      const found = await rows(
        db,
        sql<Row>`select job, slot, state, started_real, result, error from platform_job_run
                 where region = ${region} and slot >= ${from} order by slot limit 2000`,
      );
      return found.map(toRun);
    },
    async last(job) {
      const row = await first(
        db,
        sql<Row>`select job, slot, state, started_real, result, error from platform_job_run
                 where region = ${region} and job = ${job} and slot <= ${clock.now()} order by slot desc limit 1`,
      );
      return row && toRun(row);
    },
  };
}
