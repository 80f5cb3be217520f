import { readFileSync } from 'node:fs';
import { join } from 'node:path';
import pg from 'pg';
import { afterAll, beforeAll, expect, test, vi } from 'vitest';
import { agencyMigrations } from '../../src/app/migrations.ts';
import { Refused, type Session } from '../../src/app/play/client.ts';
import { parseStory } from '../../src/app/play/parse.ts';
import { playStory } from '../../src/app/play/runner.ts';
import { checkIntegrity } from '../../src/control/index.ts';
import type { MigrationFolder } from '../../src/platform/migrate.ts';
import { testDatabase } from '../../src/platform/testing/index.ts';
import { taxMigrations } from '../../tax/server.ts';
import { allEndpoints } from '../endpoints.ts';
import { openListened } from '../privacy/pair.ts';
import { ROOT } from '../source-files.ts';

/**
 * Statements are planned once for all values (src/platform/db.ts). Here those of months told as stories are planned as if every
 * table had grown for years: whatever then reads a growing table from end to end would do so in service.
 */

const STORIES = ['正常-五个节点', 'AT-02-四十人一次导入', 'AT-06-甲-同月重开', 'AT-11-撤销', '故障-报文乱序'];

/** Does not grow with people and years: settings, positions, and what is open until a person or the next round has done with it. */
const SMALL = new Set([
  ...['platform_migration', 'platform_account', 'platform_limit', 'platform_login_attempt', 'platform_job_since'],
  ...['parameters_overlay', 'parameters_calendar_year', 'parameters_workday', 'fund_account', 'archive_signing_key'],
  ...['wire_peer', 'wire_stream', 'wire_cursor', 'wire_parked', 'wire_alarm', 'wire_dead_letter'],
  ...['exchange_watermark', 'tax_watermark', 'tax_fault', 'tax_fault_desk', 'collection_arrears'],
  ...['collection_receipt_moved'],
  // Kept for days, then deleted.
  ...['platform_session', 'platform_scan', 'platform_idempotency'],
]);

/** Part of a statement that reads a whole table, and why it may. An entry that nothing needs any more fails the test. */
const WHOLE: Readonly<Record<string, string>> = {
  'from tax_bill b left join tax_employer_number': 'what a clerk asks of the bills of all years is counted and sorted',
  "state not in ('ALLOCATED', 'REVOKED') group by state":
    'an index of its own holds the bills under way and those that expired',
  "count(*) as value from exchange_recon_case where region = $1 and state <> 'DONE'":
    'an index of its own holds the differences that no night has settled',
  'from tax_receipt r join tax_bill b': 'what a clerk asks of the receipts of all years is counted and sorted',
};

const statements = new Map<string, 'agency' | 'tax'>();
const ends: (() => Promise<unknown>)[] = [];
afterAll(async () => {
  for (const end of ends.reverse()) await end();
});

/** Texts that the programs have the server plan while `work` runs, with the database each is for. */
async function heard(work: () => Promise<unknown>): Promise<Map<string, string>> {
  const texts = new Map<string, string>();
  const send = pg.Client.prototype.query as (this: pg.Client, ...args: unknown[]) => unknown;
  const spy = vi.spyOn(pg.Client.prototype, 'query').mockImplementation(function (this: pg.Client, ...args: unknown[]) {
    const [query] = args as [{ name?: string; text: string } | undefined];
    if (query?.name) texts.set(query.text, this.database ?? '');
    return send.apply(this, args);
  } as never);
  try {
    await work();
  } finally {
    spy.mockRestore();
  }
  return texts;
}

/** Every page and list that can be asked for without knowing anything. */
async function pages(): Promise<string[]> {
  const all = await allEndpoints();
  return [...new Set(all.filter((one) => one.method === 'GET' && !one.path.includes(':')).map((one) => one.path))];
}

/** What a clerk's lists are narrowed to. */
const STATES = { bills: ['OPEN', 'INVOICED', 'POSTED', 'EXPIRED'], receipts: ['PAID', 'POSTED', 'REVERSED'] };
let answered = 0;

/** Who may not see a page is told so before anything is read. */
async function lookAround(session: Session): Promise<void> {
  const ask = async (method: 'GET' | 'POST', path: string, body?: unknown): Promise<void> => {
    await session.call(method, path, body).then(
      () => (answered += 1),
      (error: unknown) => {
        if (!(error instanceof Refused)) throw error;
      },
    );
  };
  for (const path of await pages()) await ask('GET', path);
  for (const [list, states] of Object.entries(STATES)) {
    for (const state of states) await ask('POST', `/api/clerk/${list}/search`, { state, sort: '-total' });
  }
  for (const state of ['PAYING', 'STOPPED']) await ask('POST', '/api/people/search', { state, sort: 'name' });
}

/** Asked for every few seconds, all year. */
async function expectMetrics(url: string): Promise<void> {
  const page = await fetch(`${url}/metrics`);
  expect(page.status).toBe(200);
  expect(await page.text()).toContain('tongzheng_job_failed_runs');
}

async function tell(story: string, looksAround: boolean): Promise<void> {
  const text = readFileSync(join(ROOT, 'stories', `${story}.story`), 'utf8');
  const pair = await openListened(/^时钟 (.+)$/m.exec(text)?.[1] ?? '2023-04-10 09:00');
  try {
    const told: string[] = [];
    const month = await heard(async () => {
      await playStory(pair.world, parseStory(text), (line) => told.push(line));
      const { staff, taxClerk, current } = pair.world;
      if (!looksAround) return;
      for (const session of [staff, taxClerk, current?.session]) await lookAround(session as Session);
      for (const url of [pair.world.agencyUrl, pair.world.taxUrl]) await expectMetrics(url);
    });
    expect(told.filter((line) => line.includes('✗'))).toEqual([]);
    // The nightly check of all promises reads everything: that is its task.
    const { db, region, clock, database } = pair.agency;
    const checks = await heard(() => checkIntegrity({ db, region, now: clock.now() }));
    const agency = new URL(database.url).pathname.slice(1);
    for (const [one, on] of month) if (!checks.has(one)) statements.set(one, on === agency ? 'agency' : 'tax');
  } finally {
    await pair.close();
  }
}

/** A database in which every growing table is large, as far as the planner knows. */
type Grown = { readonly client: pg.Client; readonly openIndexes: ReadonlySet<string> };
const grown: Partial<Record<'agency' | 'tax', Grown>> = {};

beforeAll(async () => {
  grown.agency = await grow(agencyMigrations());
  grown.tax = await grow(taxMigrations());
  for (const [n, story] of STORIES.entries()) await tell(story, n === 0);
}, 300_000);

/** A value of a column in row `i`: one region, otherwise each row its own; days that have not come yet are not there. */
function filler({ name, type, needed }: { name: string; type: string; needed: boolean }): string {
  const days = `date '2000-01-01' + i`;
  if (name === 'region') return `'420500'`;
  if (type === 'month') return `to_char(date '2000-01-01' + i * interval '1 month', 'YYYY-MM')`;
  if (/^(?:date|timestamp)/.test(type)) return needed ? days : 'null';
  if (type.startsWith('_')) return `'{}'`;
  const of: Readonly<Record<string, string>> = {
    text: `lpad(i::text, 11, '0')`,
    bool: 'true',
    jsonb: `'[]'`,
    bytea: `''`,
  };
  return of[type] ?? 'i';
}

async function grow(folders: readonly MigrationFolder[]): Promise<Grown> {
  const database = await testDatabase(folders);
  const client = new pg.Client({ connectionString: database.url });
  await client.connect();
  ends.push(async () => {
    await client.end();
    await database.close();
  });
  const list = async <Row extends pg.QueryResultRow>(query: string): Promise<Row[]> =>
    (await client.query<Row>(query)).rows;
  await client.query('set session_replication_role = replica');
  const tables = await list<{
    name: string;
    columns: { name: string; type: string; needed: boolean }[];
    checks: string[];
  }>(`
    select t.relname as name,
           (select json_agg(json_build_object('name', a.attname, 'needed', a.attnotnull, 'type', y.typname) order by a.attnum)
            from pg_attribute a join pg_type y on y.oid = a.atttypid
            where a.attrelid = t.oid and a.attnum > 0 and not a.attisdropped and a.attgenerated = '' and a.attidentity = '') as columns,
           array(select conname::text from pg_constraint c where c.conrelid = t.oid and contype = 'c') as checks
    from pg_class t where t.relnamespace = 'public'::regnamespace and t.relkind = 'r'`);
  for (const { name, columns, checks } of tables.filter((table) => !SMALL.has(table.name))) {
    for (const check of checks) await client.query(`alter table ${name} drop constraint "${check}"`);
    await client.query(`insert into ${name} (${columns.map((column) => `"${column.name}"`).join(', ')})
      select ${columns.map(filler).join(', ')} from generate_series(1, 900) as i`);
  }
  await client.query('analyze');
  await client.query(
    `update pg_class c set reltuples = 1e6, relpages = greatest(1, pg_relation_size(c.oid) / 8192)
     from pg_class t left join pg_index i on i.indrelid = t.oid
     where t.relnamespace = 'public'::regnamespace and t.relkind = 'r' and t.relname <> all($1) and c.oid in (t.oid, i.indexrelid)`,
    [[...SMALL]],
  );
  for (const { name, column } of await list<{ name: string; column: string }>(`
    select i.indexrelid::regclass::text as name, a.attname as column
    from pg_index i join pg_class t on t.oid = i.indrelid
    join pg_attribute a on a.attrelid = i.indexrelid and a.attnum = case (select attname from pg_attribute
      where attrelid = i.indexrelid and attnum = 1) when 'region' then 2 else 1 end
    where t.relnamespace = 'public'::regnamespace`)) {
    leadingColumns.set(name, column);
  }
  const partial = await list<{ name: string; table: string; holds: string }>(`
    select i.indexrelid::regclass::text as name, i.indrelid::regclass::text as table, pg_get_expr(i.indpred, i.indrelid) as holds
    from pg_index i join pg_class t on t.oid = i.indrelid
    where t.relnamespace = 'public'::regnamespace and i.indpred is not null`);
  const openIndexes = new Set<string>();
  for (const { name, table, holds } of partial) {
    // Named states hold none of the filler: what is open, waits or failed.
    if ((await list(`select 1 from ${table} where ${holds} limit 1`)).length === 0) openIndexes.add(name);
  }
  // What is left of a whole table in a plan is there because no index answers.
  await client.query('set enable_seqscan = off; set enable_hashjoin = off; set enable_mergejoin = off');
  return { client, openIndexes };
}

/** What an index goes by behind the region. */
const leadingColumns = new Map<string, string>();

type Node = { readonly [key: string]: unknown; readonly Plans?: readonly Node[] };

/** Tables that a plan reads from end to end: without an index, or by the region alone. `first`: only until a limit is reached. */
function wholes(node: Node, openIndexes: ReadonlySet<string>, first = false, table?: string): string[] {
  const kind = node['Node Type'] as string;
  const of = (node['Relation Name'] as string | undefined) ?? table;
  const goesOn = kind === 'Limit' || (first && !/Sort|Aggregate|Unique/.test(kind));
  const below = (node.Plans ?? []).flatMap((plan, n) => wholes(plan, openIndexes, goesOn && n === 0, of));
  if (!of || SMALL.has(of)) return below;
  if (kind === 'Seq Scan') return [...below, of];
  const index = node['Index Name'] as string | undefined;
  if (!index || openIndexes.has(index) || (first && !node.Filter)) return below;
  const leading = leadingColumns.get(index);
  return leading && new RegExp(`\\b${leading}\\b`).test(String(node['Index Cond'] ?? ''))
    ? below
    : [...below, `${of} (${index})`];
}

test('no statement of the programs reads a growing table from end to end', async () => {
  const found: string[] = [];
  const needed = new Set<string>();
  for (const [text, side] of statements) {
    if (!/^\s*(?:select|with|insert|update|delete)\b/i.test(text)) continue;
    const { client, openIndexes } = grown[side] as Grown;
    const { rows } = await client.query<{ 'QUERY PLAN': [{ Plan: Node }] }>(
      `explain (generic_plan, format json) ${text}`,
    );
    const whole = wholes(rows[0]?.['QUERY PLAN'][0].Plan as Node, openIndexes);
    if (whole.length === 0) continue;
    const words = text.replace(/\s+/g, ' ').trim();
    const known = Object.keys(WHOLE).filter((part) => words.includes(part));
    for (const part of known) needed.add(part);
    if (known.length === 0) found.push(`${[...new Set(whole)].join(', ')}: ${words}`);
  }
  expect(found).toEqual([]);
  expect(Object.keys(WHOLE).filter((part) => !needed.has(part))).toEqual([]);
  // Three people looked around; what each may see was answered.
  expect(answered).toBeGreaterThan(25);
  expect(statements.size).toBeGreaterThan(250);
});
