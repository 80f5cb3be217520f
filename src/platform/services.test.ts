import { afterAll, beforeAll, expect, test } from 'vitest';
import { run, sql } from './db.ts';
import { read, systemActor, transact } from './services.ts';
import { momentAt, type TestServices, testServices } from './testing/services.ts';

let services: TestServices;
const actor = systemActor('test');
beforeAll(async () => {
  services = await testServices();
  await sql`create table purse (owner text primary key, fen bigint not null)`.execute(services.db);
  await sql`insert into purse values ('a', 0), ('b', 0)`.execute(services.db);
});
afterAll(() => services.close());

test('two commands that lock each other both succeed, each with one effect', async () => {
  let tries = 0;
  let holding = 0;
  const { promise: bothHold, resolve } = Promise.withResolvers<void>();
  const both = (first: string, second: string) =>
    transact(services, actor, async ({ tx }) => {
      tries += 1;
      await run(tx, sql`update purse set fen = fen + 1 where owner = ${first}`);
      // Each holds its first row before either asks for the other's: one of them must be the deadlock's victim.
      holding += 1;
      if (holding === 2) resolve();
      await bothHold;
      await run(tx, sql`update purse set fen = fen + 1 where owner = ${second}`);
    });
  await Promise.all([both('a', 'b'), both('b', 'a')]);
  const { rows } = await sql<{ fen: number }>`select fen from purse`.execute(services.db);
  expect(rows).toEqual([{ fen: 2 }, { fen: 2 }]);
  expect(tries).toBeGreaterThan(2);
});

test('a refused command leaves nothing behind and is not tried again', async () => {
  let tries = 0;
  const failed = transact(services, actor, async ({ tx }) => {
    tries += 1;
    await run(tx, sql`insert into purse values ('c', 1)`);
    throw new Error('no');
  });
  await expect(failed).rejects.toThrow('no');
  expect(tries).toBe(1);
  expect((await sql`select 1 from purse where owner = 'c'`.execute(services.db)).rows).toEqual([]);
});

test('a command has one business moment although the clock goes on', async () => {
  const moments = await transact(services, actor, async (ctx) => {
    const first = ctx.now;
    services.clock.set({ offsetMs: 0, frozenAt: momentAt('2023-04-11 00:00') });
    return [first, ctx.now];
  });
  expect(moments).toEqual(['2023-04-10T09:00:00.000+08:00', '2023-04-10T09:00:00.000+08:00']);
});

test('a query cannot write', async () => {
  const writing = read(services, actor, ({ tx }) => run(tx, sql`update purse set fen = 0`));
  await expect(writing).rejects.toThrow('read-only transaction');
});
