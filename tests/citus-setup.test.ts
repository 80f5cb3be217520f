import { execFile } from 'node:child_process';
import { join } from 'node:path';
import pg from 'pg';
import { afterAll, beforeAll, describe, expect, test } from 'vitest';
import { LINKS, setUp } from '../deploy/citus/setup.ts';
import { AGENCY_TABLES, DROPPED_TRIGGERS, isDistributed, REFERENCE_KEYS, TAX_TABLES } from '../deploy/citus/tables.ts';
import { agencyMigrations } from '../src/app/migrations.ts';
import { type TestDatabase, testDatabase } from '../src/platform/testing/index.ts';
import { taxMigrations } from '../tax/server.ts';
import { ROOT } from './source-files.ts';

/**
 * The set-up of deploy/citus on one plain PostgreSQL: its statements are carried out, with stand-ins for what Citus adds. They keep the book
 * that Citus keeps, and refuse what it refuses: a table twice, a child before its parents, a table that a key takes along unprepared.
 */
const STAND_INS = `
  create table pg_dist_partition (logicalrelid regclass primary key, partmethod "char" not null, repmodel "char" not null);
  create function tz_place(it regclass, method "char", model "char") returns void language plpgsql as $$
  begin
    if exists (select from pg_dist_partition where logicalrelid = it and repmodel = model) then
      raise exception 'table "%" is already distributed', it;
    end if;
    if exists (select from pg_constraint k where k.contype = 'f' and k.conrelid = it and k.confrelid <> it
               and not exists (select from pg_dist_partition p where p.logicalrelid = k.confrelid)) then
      raise exception 'table "%" before its parents', it;
    end if;
    delete from pg_dist_partition where logicalrelid = it;
    insert into pg_dist_partition values (it, method, model);
  end $$;
  create function create_reference_table(it regclass) returns void language plpgsql as $$
  begin
    perform tz_place(it, 'n', 't');
    -- A table with a key to it is kept by the coordinator from now on.
    perform tz_place(k.conrelid, 'n', 's') from pg_constraint k
    where k.contype = 'f' and k.confrelid = it and not exists (select from pg_dist_partition p where p.logicalrelid = k.conrelid);
  end $$;
  create function create_distributed_table(it regclass, key text, colocate_with text default 'default', shard_count int default null)
  returns void language plpgsql as $$
  begin
    if colocate_with <> 'none'
       and not exists (select from pg_dist_partition where logicalrelid = colocate_with::regclass and partmethod = 'h') then
      raise exception '"%" is to lie beside "%", which is not there', it, colocate_with;
    end if;
    perform tz_place(it, 'h', 'c');
  end $$`;

const STATE = `
  select (select json_agg(l) from (${LINKS}) l) as links,
    (select json_agg(p) from (select logicalrelid::text as "table", partmethod as method, repmodel as model
                              from pg_dist_partition order by 1) p) as spread,
    (select json_agg(t) from (select tgrelid::regclass::text as "table", tgname as name
                              from pg_trigger where not tgisinternal order by 1, 2) t) as triggers`;

type State = {
  readonly links: readonly { child: string; name: string; definition: string }[];
  readonly spread: readonly { table: string; method: string }[] | null;
  readonly triggers: readonly { table: string; name: string }[];
};

describe.each([
  { program: 'agency' as const, families: AGENCY_TABLES, folders: agencyMigrations },
  { program: 'tax' as const, families: TAX_TABLES, folders: taxMigrations },
])('the $program', ({ program, families, folders }) => {
  let database: TestDatabase;
  let client: pg.Client;
  beforeAll(async () => {
    database = await testDatabase(folders());
    client = new pg.Client({ connectionString: database.url });
    await client.connect();
  });
  afterAll(async () => {
    await client.end();
    await database.close();
  });

  const state = async (): Promise<State> => (await client.query<State>(STATE)).rows[0] as State;
  /** In a transaction that is undone: the next one finds the database as it was migrated. */
  async function onceMore<T>(work: () => Promise<T>): Promise<T> {
    await client.query(`begin; ${STAND_INS}`);
    try {
      return await work();
    } finally {
      await client.query('rollback');
    }
  }
  async function statements(): Promise<string[]> {
    const told: string[] = [];
    await setUp(client, program, (statement) => told.push(statement));
    return told;
  }
  /** The power fails before the statement that comes when `count` have been carried out. */
  const breakOff = async (count: number): Promise<void> => {
    let left = count;
    const run = setUp(client, program, () => {
      left -= 1;
      if (left < 0) throw new Error('power');
    });
    await expect(run).rejects.toThrow('power');
  };

  test('a database without Citus is left as it is', async () => {
    await expect(setUp(client, program, () => undefined)).rejects.toThrow('这个库里没有 Citus');
  });

  test('every table is where its family says, keys stand, and triggers that read other rows are gone', async () => {
    const { links, spread, triggers } = await onceMore(async () => {
      await statements();
      return state();
    });
    const methods = Object.fromEntries((spread ?? []).map(({ table, method }) => [table, method]));
    const wanted = Object.entries(families).flatMap(([name, family]) =>
      family === 'local' ? [] : [[name, isDistributed(family) ? 'h' : 'n']],
    );
    expect(methods).toEqual(Object.fromEntries(wanted));
    const instead = Object.values(DROPPED_TRIGGERS).flatMap((each) => each.instead);
    const keys = [...REFERENCE_KEYS, ...instead].filter(({ child }) => child in families);
    expect(links).toEqual(expect.arrayContaining(keys));
    expect(triggers.filter(({ table, name }) => `${table}.${name}` in DROPPED_TRIGGERS)).toEqual([]);
    expect(triggers.length).toBeGreaterThan(3);
  });

  test('broken off anywhere and run again it ends the same', async () => {
    const { whole, end } = await onceMore(async () => ({ whole: await statements(), end: await state() }));
    expect(whole.length).toBeGreaterThan(20);
    for (let done = 0; done < whole.length; done += 1) {
      const again = await onceMore(async () => {
        await breakOff(done);
        await statements();
        return state();
      });
      expect(again, `broken off before ${whole[done]}`).toEqual(end);
    }
  });

  test('run again after its end it places no table and adds no key', async () => {
    const again = await onceMore(async () => {
      await statements();
      return statements();
    });
    expect(again.filter((statement) => !/^(set|drop trigger if exists) /.test(statement))).toEqual([]);
  });
});

test.each([
  ['agency', '没有 DATABASE_URL'],
  ['all', '用法'],
])('%s, without an address, is refused in words: no statement is shown', async (program, words) => {
  const { DATABASE_URL: _, ...env } = process.env;
  const said = await new Promise<{ code: unknown; stdout: string; stderr: string }>((resolve) => {
    execFile(process.execPath, [join(ROOT, 'deploy/citus/setup.ts'), program], { env }, (error, stdout, stderr) =>
      resolve({ code: error?.code, stdout, stderr }),
    );
  });
  expect(said).toMatchObject({ code: 2, stdout: '', stderr: expect.stringContaining(words) });
});
