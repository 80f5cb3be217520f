/** Which errors mean that the connection is gone, said by PostgreSQL, the driver and the network themselves. */
import { once } from 'node:events';
import { type AddressInfo, createServer, type Socket } from 'node:net';
import { afterAll, beforeAll, expect, test, vi } from 'vitest';
import { type Db, isConnectionLost, openDb, run, sql } from './db.ts';
import { type TestDatabase, testDatabase } from './testing/index.ts';

let database: TestDatabase;
beforeAll(async () => {
  database = await testDatabase([]);
});
afterAll(() => database.close());

/** The error of work over a pool of its own. */
async function errorOf(work: (db: Db) => Promise<unknown>, url = database.url): Promise<unknown> {
  const db = openDb(url, { max: 1 });
  try {
    return await work(db).then(
      () => undefined,
      (error: unknown) => error,
    );
  } finally {
    await db.destroy();
  }
}

const otherDatabase = (path: string): string => Object.assign(new URL(database.url), { pathname: path }).href;
const cut = (db: Db) => run(db, sql`select pg_terminate_backend(pg_backend_pid())`);

test('a server that ends the connection, is not there, or does not know the database or the user', async () => {
  const errors = [
    await errorOf(cut),
    await errorOf((db) => db.transaction().execute((tx) => cut(tx))),
    await errorOf((db) =>
      db.connection().execute(async (held) => {
        await cut(held).catch(() => undefined);
        await run(held, sql`select 1`);
      }),
    ),
    await errorOf(cut, 'postgres://nobody@127.0.0.1:1/nowhere'),
    await errorOf(cut, otherDatabase('/there_is_no_such_database')),
    await errorOf(cut, Object.assign(new URL(database.url), { username: 'nobody_of_that_name' }).href),
    await errorOf(async (db) => {
      await db.destroy();
      await cut(db);
    }),
  ];
  expect(errors.filter((error) => !isConnectionLost(error))).toEqual([]);
});

test('a server that takes the connection and never speaks is given up; a busy pool is waited for', async () => {
  const silent = createServer();
  await new Promise<void>((done) => silent.listen(0, '127.0.0.1', done));
  vi.useFakeTimers({ toFake: ['setTimeout', 'clearTimeout'] });
  try {
    const { port } = silent.address() as AddressInfo;
    const error = errorOf(cut, `postgres://nobody@127.0.0.1:${port}/nowhere`);
    const [socket] = (await once(silent, 'connection')) as [Socket];
    vi.advanceTimersByTime(10_000);
    expect(isConnectionLost(await error)).toBe(true);
    socket.destroy();
    const waiting = await errorOf(async (db) => {
      await run(db, sql`select 1`);
      const both = Promise.all([run(db, sql`select pg_sleep(0.2)`), run(db, sql`select 1`)]);
      vi.advanceTimersByTime(3_600_000);
      await both;
    });
    expect(waiting).toBeUndefined();
  } finally {
    vi.useRealTimers();
    silent.close();
  }
});

test('not what a statement or the program says', async () => {
  const errors = [
    await errorOf((db) => run(db, sql`select 1 / 0`)),
    await errorOf((db) => run(db, sql`select from no_such_table`)),
    await errorOf((db) =>
      db.transaction().execute(async (tx) => {
        await run(tx, sql`set local statement_timeout = 10`);
        await run(tx, sql`select pg_sleep(5)`);
      }),
    ),
    new Error('books do not take it'),
    Object.assign(new Error('a file is missing'), { code: 'ENOENT', syscall: 'open' }),
    undefined,
  ];
  expect(errors.slice(0, 3).every((error) => error instanceof Error)).toBe(true);
  expect(errors.filter(isConnectionLost)).toEqual([]);
});
