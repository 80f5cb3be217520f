import type { CalendarRow } from '../kernel/calendar.ts';
import { type Executor, first, one, rows, run, sql } from '../platform/db.ts';

export type OverlayRow = {
  readonly overlay_id: string;
  readonly region: string;
  readonly key: string;
  readonly valid_from: string;
  readonly valid_to: string | null;
  readonly value: unknown;
  readonly label: string | null;
};

/** Those written before a fact whose id begins with a ULID, as theirs do; without one, all. */
const writtenBefore = (id: string | undefined) => (id === undefined ? sql`` : sql`where overlay_id < ${id}`);

/** Changes whenever an overlay is added, or a calendar year is added or replaced, so that a process may keep what it has read. */
export async function lawVersion(on: Executor, before?: string): Promise<string> {
  const row = await one(
    on,
    sql<{ version: string }>`
      select coalesce((select max(overlay_id) || '/' || count(*) from parameters_overlay ${writtenBefore(before)}), '') || ':' ||
             coalesce((select string_agg(year || '=' || revision || '=' || source, ',' order by year) from parameters_calendar_year), '') as version`,
  );
  return row.version;
}

export function listOverlays(on: Executor, before?: string): Promise<OverlayRow[]> {
  return rows(on, sql<OverlayRow>`select * from parameters_overlay ${writtenBefore(before)} order by overlay_id`);
}

export async function insertOverlay(on: Executor, overlay: OverlayRow, recordedAt: string): Promise<void> {
  await run(
    on,
    sql`insert into parameters_overlay (overlay_id, region, key, valid_from, valid_to, value, label, recorded_at)
        values (${overlay.overlay_id}, ${overlay.region}, ${overlay.key}, ${overlay.valid_from}, ${overlay.valid_to},
                ${JSON.stringify(overlay.value)}::jsonb, ${overlay.label}, ${recordedAt})`,
  );
}

export function listWorkdays(on: Executor): Promise<{ day: string; working: boolean; year: number }[]> {
  return rows(
    on,
    sql<{
      day: string;
      working: boolean;
      year: number;
    }>`select day, working, year from parameters_workday order by day`,
  );
}

/** Replaces one published year; 国务院 revises rarely, an import is always a whole year. */
export async function replaceCalendarYear(
  on: Executor,
  year: number,
  source: string,
  days: readonly { readonly day: string; readonly working: boolean }[],
): Promise<void> {
  await run(on, sql`delete from parameters_workday where year = ${year}`);
  await run(
    on,
    sql`insert into parameters_calendar_year (year, source) values (${year}, ${source})
        on conflict (year) do update set source = excluded.source, revision = parameters_calendar_year.revision + 1`,
  );
  await run(
    on,
    sql`insert into parameters_workday (day, working, year)
        select d, w, ${year} from unnest(${days.map((d) => d.day)}::date[], ${days.map((d) => d.working)}::boolean[]) as t (d, w)`,
  );
}

/** One import after another; who reads is not held up. */
export async function lockCalendar(on: Executor): Promise<void> {
  await run(on, sql`lock table parameters_calendar_year in share row exclusive mode`);
}

export type PublishedYear = { readonly year: number; readonly source: string; readonly workdays: number };

export function listCalendarYears(on: Executor): Promise<PublishedYear[]> {
  return rows(
    on,
    sql<PublishedYear>`
      select y.year, y.source, count(*) filter (where w.working) as workdays
      from parameters_calendar_year y left join parameters_workday w on w.year = y.year
      group by y.year, y.source order by y.year`,
  );
}

export function listWorkdaysOf(on: Executor, year: number): Promise<CalendarRow[]> {
  return rows(on, sql<CalendarRow>`select day, working from parameters_workday where year = ${year} order by day`);
}

export async function calendarThrough(on: Executor): Promise<number | undefined> {
  return (
    (await first(on, sql<{ year: number | null }>`select max(year) as year from parameters_calendar_year`))?.year ??
    undefined
  );
}

/** The one number that acts of many employers take at the same time. */
export const PERSON_NO = 'personNo';

/** A number given from outside (期初): later automatic ones start after it. */
export async function raiseNumber(on: Executor, region: string, name: string, used: number): Promise<void> {
  if (name === PERSON_NO) return raisePersonNo(on, used);
  await run(
    on,
    sql`insert into parameters_counter (region, name, value) values (${region}, ${name}, ${used})
        on conflict (region, name) do update set value = greatest(parameters_counter.value, excluded.value)`,
  );
}

/** Takes `count` consecutive values; returns the first. The row lock orders concurrent takers. */
export async function takeNumbers(
  on: Executor,
  region: string,
  name: string,
  count: number,
  start: number,
): Promise<number> {
  const row = await one(
    on,
    sql<{ value: number }>`
      insert into parameters_counter (region, name, value) values (${region}, ${name}, ${start + count - 1})
      on conflict (region, name) do update set value = parameters_counter.value + ${count}
      returning value`,
  );
  return row.value - count + 1;
}

/**
 * The same outside a transaction, without waiting for the disk: whoever uses the number commits after it, and that commit brings this one
 * to the disk too. A number that is lost with the power was used by nobody.
 */
export async function takeNumberAhead(on: Executor, region: string, name: string): Promise<number> {
  const row = await one(
    on,
    sql<{ value: number }>`
      with lazily as (select set_config('synchronous_commit', 'off', true))
      insert into parameters_counter (region, name, value) select ${region}, ${name}, 1 from lazily
      on conflict (region, name) do update set value = parameters_counter.value + 1
      returning value`,
  );
  return row.value;
}

/** Numbers of a sequence, ascending: nobody waits for who took before, and what a refused act took is not given again. */
export async function takePersonNumbers(on: Executor, count: number): Promise<number[]> {
  const taken = await rows(
    on,
    sql<{ value: number }>`select nextval('parameters_person_no') as value from generate_series(1, ${count}::int)`,
  );
  return taken.map((row) => row.value);
}

async function raisePersonNo(on: Executor, used: number): Promise<void> {
  await rows(
    on,
    sql`select setval('parameters_person_no', ${used}) from parameters_person_no where last_value <= ${used}`,
  );
}
