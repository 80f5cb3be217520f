/** Run records: one row a slot. A run is known by its number of tries, so that one that was taken over writes no more. */

import type { RawBuilder } from 'kysely';
import type { Moment } from '../../kernel/month.ts';
import { type Db, type Executor, first, one, rows, run, sql } from '../db.ts';
import type { Cancellation, JobProgress, JobResult, JobRun, RunningJob, RunState } from './job.ts';

const FAILURES_MAX = 5;
/** Each pause before another try is this many times the one before. */
const PAUSE_GROWTH = 4;
/** Signs of life come every half second; a process this long silent is dead or cut off. */
const SILENT_SECONDS = 5;

export type RunKey = { readonly region: string; readonly job: string; readonly slot: Moment };
export type Taken = RunKey & { readonly tries: number };

/** The moment from which jobs are owed: the first start of this region, or earlier when a story begins earlier. */
export async function jobsSince(db: Db, region: string, now: Moment): Promise<Moment> {
  const known = await first(db, sql<{ since: Moment }>`select since from platform_job_since where region = ${region}`);
  if (known && known.since <= now) return known.since;
  await run(
    db,
    sql`insert into platform_job_since (region, since) values (${region}, ${now})
        on conflict (region) do update set since = least(platform_job_since.since, excluded.since)`,
  );
  return now;
}

/** Of each job the last slot settled for good: done, cancelled, or failed too often and waiting for a person. */
export function lastSettled(
  db: Db,
  region: string,
  jobs: readonly string[],
  now: Moment,
): Promise<{ job: string; slot: Moment }[]> {
  return rows(
    db,
    // From each job's last slot backwards: it is asked all the time, and the runs of all years are many.
    sql<{ job: string; slot: Moment }>`
      select j.job, r.slot from unnest(${jobs}::text[]) as j (job)
      cross join lateral (
        select slot from platform_job_run
        where region = ${region} and job = j.job and not by_hand and slot <= ${now}
          and (state in ('DONE', 'CANCELLED') or (state = 'FAILED' and failures >= ${FAILURES_MAX}))
        order by slot desc limit 1) r`,
  );
}

/** Of each job the first slot that waits for a person. */
export function firstGivenUp(db: Db, region: string, now: Moment): Promise<{ job: string; slot: Moment }[]> {
  return rows(
    db,
    sql<{ job: string; slot: Moment }>`
      select job, min(slot) as slot from platform_job_run
      where region = ${region} and state in ('CANCELLED', 'FAILED') and (state = 'CANCELLED' or failures >= ${FAILURES_MAX}) and slot <= ${now}
      group by job`,
  );
}

/**
 * Makes the slot ours, under its lock; undefined when there is nothing to do. A run whose process died is taken over, one that a person
 * cancelled before it died ends as cancelled, one that failed rests first, after each failure longer.
 */
export async function takeSlot(
  db: Executor,
  { region, job, slot }: RunKey,
  { force, retryPauseMs }: { force: boolean; retryPauseMs: number },
): Promise<Taken | undefined> {
  const row = await first(
    db,
    sql<{ state: RunState; tries: number }>`
      insert into platform_job_run as r (region, job, slot, state, by_hand) values (${region}, ${job}, ${slot}, 'RUNNING', ${force})
      on conflict (region, job, slot) do update
        set state = case when r.state = 'RUNNING' and r.cancel_real is not null and not ${force} then 'CANCELLED' else 'RUNNING' end,
            by_hand = r.by_hand and ${force}, tries = r.tries + 1, started_real = excluded.started_real, finished_real = null, error = null,
            done = null, total = null, unit = null, seen_real = null,
            cancel_by = case when ${force} then null else r.cancel_by end,
            cancel_reason = case when ${force} then null else r.cancel_reason end,
            cancel_real = case when ${force} then null else r.cancel_real end
        where ${force} or (r.by_hand and r.state <> 'CANCELLED') or r.state = 'RUNNING'
           or (r.state = 'FAILED' and r.failures < ${FAILURES_MAX}
               and r.finished_real + make_interval(secs => ${retryPauseMs}::float8 / 1000 * power(${PAUSE_GROWTH}::float8, r.failures - 1)) <= statement_timestamp())
      returning state, tries`,
  );
  return row?.state === 'RUNNING' ? { region, job, slot, tries: row.tries } : undefined;
}

/** A slot with the question whether it has anything to do. */
export type Asked = { readonly job: string; readonly slot: Moment; readonly wanted: RawBuilder<unknown> };

/**
 * Settles, in order, the slots that have nothing to do, up to the first that has: what that one does may give work to those behind it.
 * Returns how many. A slot that runs or is to be tried again, and everything of its job behind it, is left to the run.
 */
export async function settleIdle(on: Executor, region: string, asked: readonly Asked[]): Promise<number> {
  if (asked.length === 0) return 0;
  const lines = asked.map(
    ({ job, slot, wanted }, n) => sql`(${n}::int, ${job}::text, ${slot}::timestamptz, (${wanted})::boolean)`,
  );
  const { settled } = await one(
    on,
    sql<{ settled: number }>`
      with asked (n, job, slot, wanted) as (values ${sql.join(lines)}),
      stopped as (
        select coalesce(min(a.n), ${asked.length}::int) as n from asked a
        where a.wanted or exists (
          select 1 from platform_job_run r where r.region = ${region} and r.job = a.job and r.slot <= a.slot
            and (r.slot = a.slot or r.state = 'RUNNING' or (r.state = 'FAILED' and r.failures < ${FAILURES_MAX})))),
      done as (
        insert into platform_job_run (region, job, slot, state, finished_real, result)
        select ${region}, a.job, a.slot, 'DONE', statement_timestamp(), '{}'::jsonb from asked a, stopped where a.n < stopped.n
        on conflict (region, job, slot) do nothing)
      select n as settled from stopped`,
  );
  return settled;
}

/** A sign of life with how far the run is; tells whether a person has cancelled it. Undefined: it is no longer ours. */
export function sayAlive(
  on: Executor,
  { region, job, slot, tries }: Taken,
  progress: JobProgress | undefined,
): Promise<{ cancelled: boolean } | undefined> {
  return first(
    on,
    sql<{ cancelled: boolean }>`
      update platform_job_run
      set seen_real = statement_timestamp(), done = ${progress?.done ?? null}, total = ${progress?.total ?? null}, unit = ${progress?.unit ?? null}
      where region = ${region} and job = ${job} and slot = ${slot} and tries = ${tries} and state = 'RUNNING'
      returning cancel_real is not null as cancelled`,
  );
}

/** Only once: what has ended, or was taken over, keeps what it says. */
export async function finishRun(
  on: Executor,
  { region, job, slot, tries }: Taken,
  state: RunState,
  result: JobResult | null,
  error: string | null,
): Promise<void> {
  await run(
    on,
    sql`update platform_job_run set state = ${state}, finished_real = statement_timestamp(), failures = failures + ${state === 'FAILED' ? 1 : 0}::int,
               result = ${result ? JSON.stringify(result) : null}::jsonb, error = ${error}
        where region = ${region} and job = ${job} and slot = ${slot} and tries = ${tries} and state = 'RUNNING'`,
  );
}

/** Notes who wants the run ended; undefined when none of this job is under way. */
export function askCancel(
  on: Executor,
  region: string,
  job: string,
  { by, reason }: Cancellation,
): Promise<{ slot: Moment; tries: number } | undefined> {
  return first(
    on,
    sql<{ slot: Moment; tries: number }>`
      update platform_job_run set cancel_by = ${by}, cancel_reason = ${reason}, cancel_real = statement_timestamp()
      where (region, job, slot) in (
        select region, job, slot from platform_job_run
        where region = ${region} and job = ${job} and state = 'RUNNING' order by started_real desc limit 1)
      returning slot, tries`,
  );
}

export async function listRunning(on: Executor, region: string): Promise<RunningJob[]> {
  const found = await rows(
    on,
    sql<{
      job: string;
      slot: Moment;
      started_real: Moment;
      done: number | null;
      total: number | null;
      unit: string | null;
      seconds: number;
      alive: boolean;
      cancelled: boolean;
    }>`
      select job, slot, started_real, done, total, unit,
             extract(epoch from coalesce(seen_real, statement_timestamp()) - started_real)::float8 as seconds,
             statement_timestamp() - coalesce(seen_real, started_real) < make_interval(secs => ${SILENT_SECONDS}) as alive,
             cancel_real is not null as cancelled
      from platform_job_run where region = ${region} and state = 'RUNNING' order by started_real`,
  );
  return found.map(({ job, slot, started_real, done, total, unit, seconds, alive, cancelled }) => ({
    job,
    slot,
    startedReal: started_real,
    progress: done === null || total === null ? undefined : { done, total, ...(unit ? { unit } : {}) },
    seconds,
    alive,
    cancelAsked: cancelled,
  }));
}

type Row = {
  job: string;
  slot: Moment;
  state: RunState;
  started_real: string;
  result: JobResult | null;
  error: string | null;
};

const toRun = ({ job, slot, state, started_real, result, error }: Row): JobRun => ({
  job,
  slot,
  state,
  startedReal: started_real,
  result,
  error,
});

export async function runsSince(on: Executor, region: string, from: Moment): Promise<JobRun[]> {
  const found = await rows(
    on,
    sql<Row>`select job, slot, state, started_real, result, error from platform_job_run
             where region = ${region} and slot >= ${from} order by slot limit 2000`,
  );
  return found.map(toRun);
}

export async function lastRun(on: Executor, region: string, job: string, now: Moment): Promise<JobRun | undefined> {
  const row = await first(
    on,
    sql<Row>`select job, slot, state, started_real, result, error from platform_job_run
             where region = ${region} and job = ${job} and slot <= ${now} order by slot desc limit 1`,
  );
  return row && toRun(row);
}
