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

/** Changes whenever an overlay or a calendar year is added, so that a process may keep what it has read. */
export async function lawVersion(on: Executor): Promise<string> {
  const row = await one(
    on,
    sql<{ version: string }>`
      select coalesce((select max(overlay_id) || '/' || count(*) from parameters_overlay), '') || ':' ||
             coalesce((select string_agg(year || '=' || source, ',' order by year) from parameters_calendar_year), '') as version`,
  );
  return row.version;
}

export function listOverlays(on: Executor): Promise<OverlayRow[]> {
  return rows(on, sql<OverlayRow>`select * from parameters_overlay order by overlay_id`);
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
        on conflict (year) do update set source = excluded.source`,
  );
  await run(
    on,
    sql`insert into parameters_workday (day, working, year)
        select d, w, ${year} from unnest(${days.map((d) => d.day)}::date[], ${days.map((d) => d.working)}::boolean[]) as t (d, w)`,
  );
}

export async function calendarThrough(on: Executor): Promise<number | undefined> {
  return (
    (await first(on, sql<{ year: number | null }>`select max(year) as year from parameters_calendar_year`))?.year ??
    undefined
  );
}

/** A number given from outside (期初): later automatic ones start after it. */
export async function raiseNumber(on: Executor, region: string, name: string, used: number): Promise<void> {
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
