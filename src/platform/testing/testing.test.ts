import { afterAll, expect, test } from 'vitest';
import { one, openDb, run, sql } from '../db.ts';
import { type TestDatabase, testDatabase } from './index.ts';

const opened: TestDatabase[] = [];
afterAll(async () => {
  for (const database of opened) await database.close();
});

test('each database starts empty of the other one’s rows', async () => {
  const [a, b] = [await testDatabase([]), await testDatabase([])];
  opened.push(a, b);
  await sql`create table only_here (n int)`.execute(a.db);
  const row = await one(b.db, sql<{ found: string | null }>`select to_regclass('only_here')::text as found`);
  expect(row.found).toBeNull();
});

test('a moment comes back as Shanghai text and a bigint as a number', async () => {
  const a = await testDatabase([]);
  opened.push(a);
  const row = await one(
    a.db,
    sql<{ at: string; fen: number }>`select timestamptz '2023-04-10 01:00:00.5+00' as at, 16055676::bigint as fen`,
  );
  expect(row).toEqual({ at: '2023-04-10T09:00:00.500+08:00', fen: 16055676 });
});

test('a statement is planned once for all values, but on Citus, which refuses such a plan', async () => {
  const a = await testDatabase([]);
  opened.push(a);
  const asked = sql<{ mode: string }>`select current_setting('plan_cache_mode') as mode`;
  expect(await one(a.db, asked)).toEqual({ mode: 'force_generic_plan' });
  await run(a.db, sql`create function create_distributed_table() returns void language sql as 'select'`);
  const citus = openDb(a.url, { max: 1 });
  expect(await one(citus, asked)).toEqual({ mode: 'auto' });
  await citus.destroy();
});

test.each([
  ['2023-04-10 09:00:00+08', '2023-04-10T09:00:00.000+08:00'],
  ['2023-04-10 09:00:00.123999+08', '2023-04-10T09:00:00.123+08:00'],
  // Summer time of 1988: the clocks of Shanghai stood an hour ahead.
  ['1988-07-01 12:00:00+09', '1988-07-01T11:00:00.000+08:00'],
])('the moment %s is the Shanghai text %s', async (said, text) => {
  const a = await testDatabase([]);
  opened.push(a);
  expect(await one(a.db, sql`select ${said}::timestamptz as at`)).toEqual({ at: text });
});
