import { refuse } from '../../kernel/errors.ts';
import type { Moment } from '../../kernel/month.ts';
import type { Services } from '../services.ts';
import type { Cancellation, Job, JobRun, RunningJob, RunReport } from './job.ts';
import { createRunner } from './runner.ts';
import { dueSlots, firstSlot, isSlot, lastSlot } from './slots.ts';
import {
  type Asked,
  firstGivenUp,
  jobsSince,
  lastRun,
  lastSettled,
  listRunning,
  runsSince,
  settleIdle,
} from './store.ts';

export { doneUnless, type Failure } from './failures.ts';
export type { RunningJob, RunReport } from './job.ts';
export { type Job, type JobControl, type JobProgress, type JobResult, type JobRun, JobStopped } from './job.ts';
export { cronSlots, lastSlot } from './slots.ts';

export type Scheduler = {
  readonly jobs: readonly Job[];
  nextSlot(): Promise<Moment | null>;
  runDue(): Promise<RunReport[]>;
  /**
   * Runs a slot that has come, the last one if none is named; jobs are idempotent, a cancelled one goes on.
   * @throws DomainError OPS-002 for a moment that is no slot of the job, OPS-008 when it runs already
   */
  rerun(job: string, slot?: Moment): Promise<RunReport>;
  /** Ends the run under way, also one of another process, and returns its slot. @throws DomainError OPS-009 when none is */
  cancel(job: string, cancellation: Cancellation): Promise<Moment>;
  /** Runs under way, in all processes on this database. */
  running(): Promise<RunningJob[]>;
  /** Of each job the first slot that is owed: it has come and was not run, or was given up or cancelled and nothing later makes up for it. */
  missed(): Promise<{ readonly job: string; readonly slot: Moment }[]>;
  recent(since: Moment): Promise<JobRun[]>;
  last(job: string): Promise<JobRun | undefined>;
  /** Before the process ends: runs stop at their next safe point and are taken over by whoever looks next. */
  stop(): Promise<void>;
};

export type SchedulerOptions = {
  /** Real time between two signs of life of a run; null: none, where every statement counts and nobody watches. */
  readonly beatMs?: number | null;
  /**
   * Real time between the first failure of a slot and its second try, longer after each further one. By default only in production, where
   * real time runs: a clock that is moved by hand would leave the failed slot behind.
   */
  readonly retryPauseMs?: number;
};

const BEAT_MS = 500;
/** Four pauses, 15 s to 16 min: a database or a partner that is restarted is back within them. */
const RETRY_PAUSE_MS = 15_000;
/** Questions in one statement. */
const ASKED_MAX = 50;

/** Runs each slot once, whichever process gets it; a slot whose process died or that failed is taken over. */
export function createScheduler(
  services: Services,
  jobs: readonly Job[],
  { beatMs = BEAT_MS, retryPauseMs = services.mode === 'production' ? RETRY_PAUSE_MS : 0 }: SchedulerOptions = {},
): Scheduler {
  const { db, region, clock } = services;
  const { runSlot, cancel, stop } = createRunner(services, { beatMs, retryPauseMs });

  /**
   * For each job the last slot settled for good. The calendar runs slots in their order, so everything before it is settled too; a run by
   * hand is out of turn and says nothing. One question for all.
   */
  async function settled(): Promise<(job: string) => Moment> {
    const now = clock.now();
    const found = await lastSettled(
      db,
      region,
      jobs.map((job) => job.name),
      now,
    );
    const started = await jobsSince(db, region, now);
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

  /** The slots at the head of the list that can be asked whether they have anything to do. */
  function askable(due: readonly { readonly job: Job; readonly slot: Moment }[]): Asked[] {
    const asked: Asked[] = [];
    for (const { job, slot } of due.slice(0, ASKED_MAX)) {
      if (!job.wanted) break;
      asked.push({ job: job.name, slot, wanted: job.wanted(slot) });
    }
    return asked;
  }

  return {
    jobs,
    stop,
    running: () => listRunning(db, region),
    recent: (from) => runsSince(db, region, from),
    last: (job) => lastRun(db, region, job, clock.now()),
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
      for (let rest = due; rest.length > 0; ) {
        rest = rest.slice(await settleIdle(db, region, askable(rest)));
        const [next] = rest;
        rest = rest.slice(1);
        if (!next) break;
        const { job, slot } = next;
        lastLook.set(job.name, performance.now());
        const report = await runSlot(job, slot, false);
        if (report?.state !== 'DONE') failed.add(job.name);
        if (report) reports.push(report);
        // Later slots of a job wait for its earlier ones.
        rest = rest.filter((one) => !failed.has(one.job.name));
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
      return (
        (await runSlot(job, at, true)) ??
        refuse({ code: 'OPS-008', message: '这个任务正在跑', next: '请等它跑完，或先取消它。' }, 409)
      );
    },
    async cancel(name, cancellation) {
      return (
        (await cancel(name, cancellation)) ??
        refuse({ code: 'OPS-009', message: '这个任务现在没有在跑', next: '不用取消，请看任务表。' }, 409)
      );
    },
    async missed() {
      const now = clock.now();
      const settledThrough = await settled();
      const givenUp = new Map((await firstGivenUp(db, region, now)).map((row) => [row.job, row.slot]));
      return jobs.flatMap((job) => {
        const through = settledThrough(job.name);
        const failed = givenUp.get(job.name);
        // A job that only needs its last slot has made up for a failure once a later one is done.
        if (failed && (job.catchUp === 'every' || failed >= through)) return [{ job: job.name, slot: failed }];
        const [slot] = resting(job) ? [] : dueSlots(job, through, now);
        return slot ? [{ job: job.name, slot }] : [];
      });
    },
  };
}
