import type pg from 'pg';
import { afterAll, beforeAll, expect, test } from 'vitest';
import { one, openPool, run, sql } from '../db.ts';
import { type TestDatabase, testDatabase } from '../testing/index.ts';
import { copyReader, copyWriter, literal, numberColumn, openCopySession } from './index.ts';

let database: TestDatabase;
let pool: pg.Pool;
beforeAll(async () => {
  database = await testDatabase([]);
  pool = openPool(database.url, { max: 2 });
  await run(
    database.db,
    sql`create table kinds (word text, small int, big bigint, day date, at timestamptz, list bigint[], nothing text,
                          tiny smallint, ints int[], none int[], words text[])`,
  );
});
afterAll(async () => {
  await pool.end();
  await database.close();
});

const TARGET = 'kinds (word, small, big, day, at, list, nothing, tiny, ints, none, words)';
const INTS = [0, -1, 2_147_483_647, -2_147_483_647];
const LIST = [0, 1, -1, 4_294_967_296, -4_294_967_297, Number.MAX_SAFE_INTEGER, -Number.MAX_SAFE_INTEGER];

test('PostgreSQL reads what was written, and the reader what PostgreSQL answers; COPY belongs to the transaction', async () => {
  const session = await openCopySession(pool);
  try {
    const writer = copyWriter();
    for (let i = 0; i < 500; i += 1) {
      writer.row(11);
      writer.ascii(`R${i}`);
      writer.int4(-7);
      writer.int8(-Number.MAX_SAFE_INTEGER);
      writer.date('1999-12-31');
      writer.timestamptz('2023-04-20T00:05:00.250+08:00');
      writer.int8Array(Float64Array.from([99, ...LIST, 99]), 1, LIST.length + 1);
      writer.null();
      writer.int2(-32_768);
      writer.int4Array(Float64Array.from([9, ...INTS]), 1, INTS.length + 1);
      writer.int4Array(INTS, 2, 2);
      writer.asciiArray(['pension', '', 'a,"b']);
    }
    await session.db.transaction().execute(async (tx) => {
      expect(await session.copyIn(TARGET, writer.bytes())).toBe(500);
      const seen = await one(tx, sql<{ count: number }>`select count(*)::int as count from kinds`);
      expect(seen.count).toBe(500);
    });
    const row = await one(
      database.db,
      sql`select small, big, day, at, list, nothing, tiny, ints, none, words from kinds where word = 'R499'`,
    );
    expect(row).toEqual({
      small: -7,
      big: -Number.MAX_SAFE_INTEGER,
      day: '1999-12-31',
      at: '2023-04-20T00:05:00.250+08:00',
      list: LIST,
      nothing: null,
      tiny: -32_768,
      ints: INTS,
      none: [],
      words: ['pension', '', 'a,"b'],
    });
    expect(() => writer.int4Array(Float64Array.of(2_147_483_648), 0, 1)).toThrow('beyond 32 bits');
    const answer = copyReader(
      await session.copyOut(
        `select small, big, '00420500123'::text, true, word, nothing from kinds where word = ${literal('R0')}`,
      ),
    );
    expect(answer.next()).toBe(true);
    expect([answer.int4(), answer.int8(), answer.digits(), answer.bool(), answer.letter(), answer.letter()]).toEqual([
      -7,
      -Number.MAX_SAFE_INTEGER,
      420500123,
      true,
      'R'.charCodeAt(0),
      0,
    ]);
    expect(answer.next()).toBe(false);

    writer.reset();
    writer.row(11);
    writer.ascii('gone');
    for (let i = 0; i < 10; i += 1) writer.null();
    const rolledBack = session.db.transaction().execute(async () => {
      await session.copyIn(TARGET, writer.bytes());
      throw new Error('planted');
    });
    await expect(rolledBack).rejects.toThrow('planted');
    const left = await one(
      database.db,
      sql<{ count: number }>`select count(*)::int as count from kinds where word = 'gone'`,
    );
    expect(left.count).toBe(0);
  } finally {
    session.release();
  }
});

test('a refused COPY is an error, and the connection is usable afterwards', async () => {
  const session = await openCopySession(pool);
  try {
    const writer = copyWriter();
    writer.row(1);
    writer.ascii('one field too few');
    await expect(session.copyIn(TARGET, writer.bytes())).rejects.toThrow();
    await expect(session.copyOut('select no_such_column from kinds')).rejects.toThrow('no_such_column');
    expect(await one(session.db, sql`select 1 as alive`)).toEqual({ alive: 1 });
  } finally {
    session.release();
  }
});

test('an error while the parts are read is the error of the COPY, and the transaction can be rolled back', async () => {
  const session = await openCopySession(pool);
  let parts = 0;
  try {
    // Three parts of four megabytes: a great deal is still to come when the first one is refused.
    const reading = session.db.transaction().execute(() =>
      session.copyOutParts(`select repeat('x', 1000) from generate_series(1, 12000)`, () => {
        parts += 1;
        throw new Error('planted');
      }),
    );
    await expect(reading).rejects.toThrow('planted');
    expect(parts).toBe(1);
    expect(await one(session.db, sql`select 1 as alive`)).toEqual({ alive: 1 });
  } finally {
    session.release();
  }
}, 15_000);

test('a list that repeats is passed over, another one is still to be read', async () => {
  const session = await openCopySession(pool);
  try {
    const reader = copyReader(
      await session.copyOut(
        `select l from (values (1, '12,7'), (2, '12,7'), (3, '12,8'), (4, '12,8,9'), (5, '12,8')) as t (n, l) order by n`,
      ),
    );
    const list = numberColumn();
    const read = (): string => {
      reader.next();
      if (reader.repeats()) return 'again';
      list.length = 0;
      reader.digitsList(list);
      return list.values.subarray(0, list.length).join(',');
    };
    expect([read(), read(), read(), read(), read()]).toEqual(['12,7', 'again', '12,8', '12,8,9', '12,8']);
    expect(reader.next()).toBe(false);
  } finally {
    session.release();
  }
});

test('what is no exact number is refused by the reader', async () => {
  const session = await openCopySession(pool);
  try {
    const open = async (query: string) => {
      const reader = copyReader(await session.copyOut(query));
      reader.next();
      return reader;
    };
    const beyond = await open('select 9007199254740993::bigint');
    expect(() => beyond.int8()).toThrow(RangeError);
    const letters = await open(`select '12a'::text`);
    expect(() => letters.digits()).toThrow(RangeError);
    const list = numberColumn();
    (await open(`select '00012,7,42000000001'::text`)).digitsList(list);
    (await open(`select string_agg(n::text, ',') from generate_series(4, 3000) as n`)).digitsList(list);
    expect([list.length, ...list.values.subarray(0, 5), list.values[2_999]]).toEqual([
      3_000, 12, 7, 42_000_000_001, 4, 5, 3_000,
    ]);
    const huge = await open(`select '1,9007199254740993,1'::text`);
    expect(() => huge.digitsList(numberColumn())).toThrow(RangeError);
    const mixed = await open(`select '12,x'::text`);
    expect(() => mixed.digitsList(numberColumn())).toThrow(RangeError);
    const narrow = await open('select 1::int');
    expect(() => narrow.int8()).toThrow(RangeError);
  } finally {
    session.release();
  }
});
