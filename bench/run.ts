/**
 * `npm run bench [-- --people 10000,100000,1000000 --repetitions 3 --workers 2]`: the month of a whole city beside its floor in the same run
 * (perf.md P1, P4, P9). Prints a table and writes it into bench/README.md.
 */
import { mkdtempSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { parseArgs } from 'node:util';
import type { Pool } from 'pg';
import { agencyMigrations } from '../src/app/migrations.ts';
import { monthClose } from '../src/collection/batch/index.ts';
import { subscribe } from '../src/collection/index.ts';
import { fundListener } from '../src/fund/index.ts';
import { workCalendar } from '../src/kernel/calendar.ts';
import { addMonths, atTime, firstDay, type Month, month } from '../src/kernel/month.ts';
import type { Law } from '../src/parameters/index.ts';
import { openDb, openPool } from '../src/platform/db.ts';
import { migrate } from '../src/platform/migrate.ts';
import { startEmbeddedPostgres } from '../src/platform/postgres/index.ts';
import { calendarSeedRows } from '../src/rules/calendar-seed.ts';
import { compileRules, createBook } from '../src/rules/index.ts';
import { BOOKED_THROUGH, buildCity, REGION } from './city.ts';
import { runFloor } from './floor.ts';
import { type Measured, printTable, writeReadme } from './report.ts';

const { values } = parseArgs({
  options: {
    people: { type: 'string', default: '10000,100000,1000000' },
    repetitions: { type: 'string', default: '3' },
    workers: { type: 'string', default: '2' },
    write: { type: 'boolean', default: true },
  },
  allowNegative: true,
});
const sizes = values.people.split(',').map(Number);
const repetitions = Number(values.repetitions);
const workers = Number(values.workers);
if ([...sizes, repetitions, workers].some((n) => !Number.isSafeInteger(n) || n < 1)) {
  throw new Error('--people, --repetitions and --workers take whole numbers above zero');
}

/** Round limits for this benchmark only: the months after the published ones have none. */
const limit = (key: string, value: number) => ({ region: REGION, key, from: '2023-04', to: null, value });
const book = createBook([limit('base.lower', 400_000), limit('base.upper', 1_700_000)]);
const law: Law = {
  book,
  calendar: workCalendar(calendarSeedRows()),
  rules: (region, of) => compileRules(book, region, of),
};
subscribe(fundListener);

async function scalar<T>(pool: Pool, query: string): Promise<T> {
  const { rows } = await pool.query<{ value: T }>(query);
  return rows[0]?.value as T;
}

const WRITTEN_BYTES = `
  select (pg_total_relation_size('collection_assessment') + pg_total_relation_size('collection_due')
          + pg_total_relation_size('collection_lines') + pg_total_relation_size('fund_voucher')
          + pg_total_relation_size('fund_entry'))::bigint as value`;

const median = (numbers: readonly number[]): number => {
  const sorted = [...numbers].sort((a, b) => a - b);
  return sorted[Math.floor(sorted.length / 2)] as number;
};

async function measure(pool: Pool, people: number): Promise<Measured> {
  const close: number[] = [];
  const floor: number[] = [];
  let of: Month = month(BOOKED_THROUGH);
  let lines = 0;
  let rss = 0;
  const before = await scalar<number>(pool, WRITTEN_BYTES);
  for (let i = 0; i < repetitions; i += 1) {
    of = addMonths(of, 1);
    await pool.query('checkpoint');
    const started = performance.now();
    const result = await monthClose(pool, {
      ...{ region: REGION, month: of, law, workers, slot: atTime(firstDay(of), '00:30') },
      onProgress: () => {
        rss = Math.max(rss, process.memoryUsage.rss());
      },
    });
    close.push(performance.now() - started);
    if (!result.complete || result.skipped.length > 0) throw new Error('the month was not closed for everybody');
    lines = result.lines;
    floor.push(await runFloor(pool, lines));
    process.stdout.write(`  ${of}: ${Math.round(close.at(-1) ?? 0)} ms, floor ${Math.round(floor.at(-1) ?? 0)} ms\n`);
  }
  const bytes = (await scalar<number>(pool, WRITTEN_BYTES)) - before;
  const started = performance.now();
  const again = await monthClose(pool, {
    region: REGION,
    month: of,
    law,
    workers,
    slot: atTime(firstDay(of), '01:00'),
  });
  if (again.lines !== 0) throw new Error('the second run of a month posted something');
  await verify(pool, lines * repetitions);
  return {
    people,
    lines,
    closeMs: median(close),
    floorMs: median(floor),
    ratio: median(close.map((ms, i) => ms / (floor[i] as number))),
    againMs: performance.now() - started,
    rssBytes: rss,
    bytesPerPersonMonth: bytes / (people * repetitions),
  };
}

/** What is in the tables is what was reported, and the books balance. */
async function verify(pool: Pool, lines: number): Promise<void> {
  const posted = await scalar<number>(
    pool,
    'select sum(cardinality(person_nos))::bigint as value from collection_lines',
  );
  const open = await scalar<number>(
    pool,
    `select ((select sum(employer_fen + person_fen) from collection_due)
             - (select sum(debit_fen) from fund_entry where account = '9001'))::bigint as value`,
  );
  if (posted !== lines || open !== 0) throw new Error(`lines ${posted} of ${lines}, books differ by ${open} fen`);
}

const dataDir = mkdtempSync(join(tmpdir(), 'tongzheng-bench-'));
const server = await startEmbeddedPostgres({ dataDir });
for (const signal of ['SIGINT', 'SIGTERM'] as const) {
  // The server lives in a session of its own: it must not outlive a benchmark that is broken off.
  process.once(signal, () => {
    server.stop().finally(() => {
      rmSync(dataDir, { recursive: true, force: true });
      process.exit(1);
    });
  });
}
try {
  const measured: Measured[] = [];
  let version = '';
  for (const people of sizes) {
    const name = `bench_${people}`;
    const admin = openPool(server.url('postgres'), { max: 1 });
    await admin.query(`create database ${name}`);
    const url = server.url(name);
    const db = openDb(url, { max: 2 });
    await migrate(db, agencyMigrations());
    await db.destroy();
    const pool = openPool(url, { max: workers + 1 });
    version = await scalar<string>(pool, `select current_setting('server_version') as value`);
    if ((await scalar<string>(pool, `select current_setting('fsync') as value`)) !== 'on')
      throw new Error('fsync is off');
    process.stdout.write(`${people} people: building the city …\n`);
    const started = performance.now();
    await buildCity(pool, people);
    process.stdout.write(`  built in ${Math.round((performance.now() - started) / 1000)} s\n`);
    measured.push(await measure(pool, people));
    await pool.end();
    await admin.query(`drop database ${name} with (force)`);
    await admin.end();
  }
  const command = `npm run bench -- --people ${sizes.join(',')} --repetitions ${repetitions} --workers ${workers}`;
  printTable(measured);
  if (values.write) writeReadme(measured, { version, command });
} finally {
  await server.stop();
  rmSync(dataDir, { recursive: true, force: true });
}
