/** Statements of a transaction that do not wait for each other: `later`, and several at once. */
import { afterAll, beforeAll, beforeEach, expect, test } from 'vitest';
import { later, one, rows, run, settled, sql, type Tx } from './db.ts';
import { systemActor, transact } from './services.ts';
import { type TestServices, testServices } from './testing/services.ts';

let services: TestServices;
const actor = systemActor('test');
const UNIQUE_VIOLATION = '23505';

beforeAll(async () => {
  services = await testServices();
  await sql`create table drawer (name text primary key, fen bigint not null)`.execute(services.db);
});
beforeEach(async () => {
  await sql`delete from drawer`.execute(services.db);
  await put(services.db as Tx, 'kept');
});
afterAll(() => services.close());

const put = (on: Tx, name: string): Promise<unknown> => run(on, sql`insert into drawer values (${name}, 1)`);
const putLater = (on: Tx, name: string): Promise<void> => later(on, sql`insert into drawer values (${name}, 1)`);
const names = async (): Promise<string[]> =>
  (await rows(services.db, sql<{ name: string }>`select name from drawer order by name`)).map((row) => row.name);

test('what is written later is seen by what comes after, and is there when nothing does', async () => {
  const seen = await transact(services, actor, async ({ tx }) => {
    await putLater(tx, 'a');
    const { count } = await one(
      tx,
      sql<{ count: number }>`select count(*) as count from drawer where ${true}::boolean`,
    );
    await putLater(tx, 'b');
    return count;
  });
  expect(seen).toBe(2);
  expect(await names()).toEqual(['a', 'b', 'kept']);
});

test('one that fails fails the commit with its own error; nothing stays, and the connection serves the next', async () => {
  const failing = transact(services, actor, async ({ tx }) => {
    await put(tx, 'a');
    await putLater(tx, 'kept');
    await putLater(tx, 'b');
  });
  await expect(failing).rejects.toMatchObject({ code: UNIQUE_VIOLATION });
  expect(await names()).toEqual(['kept']);
  await transact(services, actor, ({ tx }) => put(tx, 'c'));
  expect(await names()).toEqual(['c', 'kept']);
});

test('one that fails fails the statement after it with its own error', async () => {
  let reached = false;
  const failing = transact(services, actor, async ({ tx }) => {
    await putLater(tx, 'kept');
    await put(tx, 'a');
    reached = true;
  });
  await expect(failing).rejects.toMatchObject({ code: UNIQUE_VIOLATION });
  expect(reached).toBe(false);
});

test('who must know at once is told at once', async () => {
  const failing = transact(services, actor, async ({ tx }) => {
    await putLater(tx, 'a');
    await settled(tx);
    await putLater(tx, 'kept');
    await expect(settled(tx)).rejects.toMatchObject({ code: UNIQUE_VIOLATION });
    throw new Error('told');
  });
  await expect(failing).rejects.toThrow('told');
  expect(await names()).toEqual(['kept']);
});

test('a refused command takes back what would have been written later', async () => {
  const refused = transact(services, actor, async ({ tx }) => {
    await putLater(tx, 'a');
    throw new Error('no');
  });
  await expect(refused).rejects.toThrow('no');
  expect(await names()).toEqual(['kept']);
});

test('a savepoint takes back what failed after it, and only that', async () => {
  await transact(services, actor, async ({ tx }) => {
    await putLater(tx, 'a');
    await run(tx, sql`savepoint here`);
    await putLater(tx, 'kept');
    await expect(run(tx, sql`release savepoint here`)).rejects.toMatchObject({ code: UNIQUE_VIOLATION });
    await run(tx, sql`rollback to savepoint here`);
    await putLater(tx, 'b');
  });
  expect(await names()).toEqual(['a', 'b', 'kept']);
});

test('several at once are carried out in their order and each gets its own answer', async () => {
  const answers = await transact(services, actor, ({ tx }) =>
    Promise.all(
      Array.from({ length: 20 }, async (_, i) => {
        if (i % 2 === 0) return put(tx, `n${i}`);
        const { count } = await one(tx, sql<{ count: number }>`select count(*) - ${i}::int as count from drawer`);
        return count;
      }),
    ),
  );
  // Before the i-th question the one that was kept and (i + 1) / 2 more are there.
  expect(answers).toEqual(Array.from({ length: 20 }, (_, i) => (i % 2 === 0 ? 1 : 1 + (i + 1) / 2 - i)));
});

test('of several at once the one that failed is told', async () => {
  const failing = transact(services, actor, ({ tx }) => Promise.all([put(tx, 'a'), put(tx, 'kept'), put(tx, 'b')]));
  await expect(failing).rejects.toMatchObject({ code: UNIQUE_VIOLATION });
  expect(await names()).toEqual(['kept']);
});

test('who comes after the end is turned away', async () => {
  let left: Tx | undefined;
  await transact(services, actor, async ({ tx }) => {
    left = tx;
  });
  await expect(put(left as Tx, 'a')).rejects.toThrow();
  await expect(putLater(left as Tx, 'a')).rejects.toThrow();
  expect(await names()).toEqual(['kept']);
});

test('a transaction begins on the server with its first statement', async () => {
  const openOnes = async (): Promise<number> => {
    const { count } = await one(
      services.db,
      sql<{ count: number }>`
        select count(*) as count from pg_stat_activity
        where datname = current_database() and pid <> pg_backend_pid() and state = 'idle in transaction'`,
    );
    return count;
  };
  const seen = await transact(services, actor, async ({ tx }) => {
    const before = await openOnes();
    await put(tx, 'a');
    return [before, await openOnes()];
  });
  expect(seen).toEqual([0, 1]);
  // One that asks for no isolation level, as those of the exchange, is no other.
  const plain = await services.db.transaction().execute(async (tx) => {
    const before = await openOnes();
    await rows(tx, sql`select 1`);
    return [before, await openOnes()];
  });
  expect(plain).toEqual([0, 1]);
  await transact(services, actor, async () => undefined);
  expect(await openOnes()).toBe(0);
});

test('a statement put together for very many things is not prepared', async () => {
  const named = await transact(services, actor, async ({ tx }) => {
    const many = sql.join(Array.from({ length: 2_000 }, (_, n) => sql`${n}::int`));
    await rows(tx, sql`select 'many' as what where 1 in (${many})`);
    return rows(
      tx,
      sql<{ n: number }>`select count(*)::int as n from pg_prepared_statements where statement like 'select ''many''%'`,
    );
  });
  expect(named).toEqual([{ n: 0 }]);
});

test('statements are prepared, those without values too; a script of several is not', async () => {
  const prepared = await transact(services, actor, async ({ tx }) => {
    await rows(tx, sql`select 'no values' from drawer`);
    for (const name of ['a', 'b']) await rows(tx, sql`select 'values' from drawer where name = ${name}`);
    await rows(tx, sql`select 'first' from drawer; select 'second' from drawer`);
    return rows(
      tx,
      sql<{
        statement: string;
      }>`select statement from pg_prepared_statements where statement like '%'' from drawer%' order by 1`,
    );
  });
  const own = prepared.map((one) => one.statement).filter((statement) => !statement.includes('pg_prepared'));
  expect(own).toEqual([`select 'no values' from drawer`, `select 'values' from drawer where name = $1`]);
});
