import { afterAll, beforeAll, expect, test } from 'vitest';
import { rows, sql } from '../db.ts';
import { type TestDatabase, testDatabase } from '../testing/index.ts';
import { PLATFORM_MIGRATIONS } from '../testing/services.ts';
import { createLimit, type Limit } from './limit.ts';

let database: TestDatabase;
beforeAll(async () => {
  database = await testDatabase([PLATFORM_MIGRATIONS]);
});
afterAll(() => database.close());

const passes = (limit: Limit, key: string): Promise<boolean> =>
  limit.take(key).then(
    () => true,
    () => false,
  );

test('so many in any minute for each key, then none until the oldest is a minute old', async () => {
  let seconds = 0;
  const limit = createLimit(database.db, 'any', 3, () =>
    new Date(Date.UTC(2023, 3, 10) + seconds * 1_000).toISOString(),
  );
  const each = async (...keys: string[]) => {
    const answers: boolean[] = [];
    for (const key of keys) answers.push(await passes(limit, key));
    return answers;
  };
  expect(await each('a', 'a', 'b')).toEqual([true, true, true]);
  seconds = 30;
  expect(await each('a', 'a', 'b')).toEqual([true, false, true]);
  seconds = 60;
  expect(await each('a', 'a', 'a')).toEqual([true, true, false]);
  seconds = 200;
  expect(await each('a', 'b')).toEqual([true, true]);
});

test('two processes at once share the tries, and the key itself is not kept', async () => {
  const [one, other] = [createLimit(database.db, 'shared', 5), createLimit(database.db, 'shared', 5)];
  const answers = await Promise.all(Array.from({ length: 12 }, (_, at) => passes(at % 2 ? one : other, '192.0.2.7')));
  expect(answers.filter(Boolean)).toHaveLength(5);
  expect(await passes(createLimit(database.db, 'another', 5), '192.0.2.7')).toBe(true);
  const kept = await rows(database.db, sql<{ key: string }>`select key_hash as key from platform_limit`);
  expect(kept.map((row) => row.key).join()).not.toContain('192.0.2.7');
});
