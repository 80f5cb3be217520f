import { afterAll, beforeAll, expect, test } from 'vitest';
import { agencyMigrations } from '../app/migrations.ts';
import { rows, sql } from '../platform/db.ts';
import { type TestDatabase, testDatabase } from '../platform/testing/index.ts';
import { inWords, RULES } from './constraints.ts';

let database: TestDatabase;
beforeAll(async () => {
  database = await testDatabase(agencyMigrations());
});
afterAll(() => database.close());

test('every rule names a constraint that the database has', async () => {
  const found = await rows(
    database.db,
    // The function of a trigger that refuses says its own name.
    sql<{ name: string }>`select conname as name from pg_constraint union select indexname from pg_indexes
                          union select proname from pg_proc where prorettype = 'trigger'::regtype`,
  );
  const names = new Set(found.map((row) => row.name));
  expect(Object.keys(RULES).filter((name) => !names.has(name))).toEqual([]);
});

test('what a constraint refuses is refused in words; anything else stays what it was', async () => {
  const refusal = Object.assign(new Error('conflicting key value'), { constraint: 'enrolment_one_holder' });
  await expect(inWords(() => Promise.reject(refusal))).rejects.toMatchObject({ code: 'REG-009', status: 409 });
  const onShard = Object.assign(new Error('conflicting key value'), { constraint: 'enrolment_one_holder_102034' });
  await expect(inWords(() => Promise.reject(onShard))).rejects.toMatchObject({ code: 'REG-009', status: 409 });
  const other = new Error('the disk is full');
  await expect(inWords(() => Promise.reject(other))).rejects.toBe(other);
});

test('two employers hire the same newcomer at once: the second is told so', async () => {
  const second = Object.assign(new Error('duplicate key'), { constraint: 'registry_person_directory_pkey' });
  await expect(inWords(() => Promise.reject(second))).rejects.toMatchObject({ code: 'REG-009', status: 409 });
});
