import { globSync, readFileSync } from 'node:fs';
import { join } from 'node:path';
import { afterAll, beforeAll, describe, expect, test } from 'vitest';
import { citusStatements, LINKS } from '../deploy/citus/setup.ts';
import {
  AGENCY_TABLES,
  DISTRIBUTION_KEY,
  DROPPED_TRIGGERS,
  GUARD_FUNCTIONS,
  isDistributed,
  type Link,
  REFERENCE_KEYS,
  TAX_TABLES,
} from '../deploy/citus/tables.ts';
import { agencyMigrations } from '../src/app/migrations.ts';
import { rows, sql } from '../src/platform/db.ts';
import { type TestDatabase, testDatabase } from '../src/platform/testing/index.ts';
import { taxMigrations } from '../tax/server.ts';
import { isTest, ROOT, readSources } from './source-files.ts';

/** The rules of a distributed PostgreSQL (design §5, perf.md), read from the live catalogue of both programs. */

/** What does not fit yet, each with its reason. An entry that is no longer needed fails the test: this list only grows shorter. */
const KNOWN: Readonly<Record<string, string>> = {
  'agency sequence wire_outbox_item.n':
    'orders the items of one stream; identity values come from the coordinator, through which all writes go',
  'tax sequence wire_outbox_item.n': 'as on the agency side',
  'agency sequence collection_assessment.assessment_no':
    'a short number that dues point with, unique within the region by its key; gaps are harmless',
  'agency sequence parameters_person_no':
    'person numbers, taken on the coordinator: of the deployment, not of a region; a counter row would hold every enrolment until the one before it has committed',
  'tax sequence tax_ticket_serial': 'serial part of a number, taken on the coordinator; a repeat is stopped by the key',
  'tax sequence tax_receipt_serial': 'as tax_ticket_serial',
  'tax sequence tax_reg_serial': 'as tax_ticket_serial',
};

/** Advisory locks hold on the machine that is asked; all processes ask the coordinator. Each file with what it guards. */
const ADVISORY: Readonly<Record<string, string>> = {
  'src/collection/bills/store.ts': 'a bill number is free: the key of the bill decides in the end',
  'src/platform/audit/index.ts': 'one sealer at a time',
  'src/platform/jobs/runner.ts': 'one process a slot; frees itself when the process dies',
  'src/platform/migrate.ts': 'one process migrates',
  'src/platform/postgres/backup/hold.ts': 'one backup at a time writes to a place',
  'src/platform/postgres/index.ts': 'one process makes the databases',
  'tax/act.ts': 'money and watermark of a region in one order',
  'tax/store.ts': 'acts on one bill one after another, also on one that is not there yet',
  'wire/engine/outbox.ts': 'money items and the watermark that counts them',
};

type Catalogue = {
  readonly tables: readonly { name: string; partitions: number }[];
  readonly keys: readonly { table: string; name: string; kind: string; columns: string[] }[];
  readonly links: readonly (Link & { columns: string[] })[];
  readonly triggers: readonly { table: string; name: string; does: string }[];
  readonly sequences: readonly { name: string }[];
};

async function readCatalogue({ db }: TestDatabase): Promise<Catalogue> {
  const columns = sql`array(select a.attname::text from unnest(k.cols) with ordinality as c (no, n)
    join pg_attribute a on a.attrelid = k.rel and a.attnum = c.no order by c.n)`;
  return {
    tables: await rows(
      db,
      sql<{ name: string; partitions: number }>`
        select c.relname::text as name, (select coalesce(max(level), 0)::int from pg_partition_tree(c.oid)) as partitions
        from pg_class c where c.relnamespace = 'public'::regnamespace and c.relkind in ('r', 'p') and not c.relispartition order by 1`,
    ),
    // Unique indexes, whether or not a constraint stands behind them, and exclusions.
    keys: await rows(
      db,
      sql<{ table: string; name: string; kind: string; columns: string[] }>`
        select k.rel::regclass::text as "table", k.name, k.kind, ${columns} as columns
        from (select i.indrelid as rel, c.relname::text as name, string_to_array(i.indkey::text, ' ')::int[] as cols,
                     case when i.indisprimary then 'primary' when i.indisexclusion then 'exclusion' else 'unique' end as kind
              from pg_index i join pg_class c on c.oid = i.indexrelid join pg_class t on t.oid = i.indrelid
              where (i.indisunique or i.indisexclusion) and t.relnamespace = 'public'::regnamespace and not t.relispartition) k
        order by 1, 2`,
    ),
    links: await rows(
      db,
      sql<Link & { columns: string[] }>`
        select l.*, ${columns} as columns from (${sql.raw(LINKS)}) l
        join lateral (select conrelid as rel, conkey as cols from pg_constraint
                      where contype = 'f' and conname = l.name and conrelid::regclass::text = l.child) k on true`,
    ),
    triggers: await rows(
      db,
      sql<{ table: string; name: string; does: string }>`
        select tgrelid::regclass::text as "table", tgname::text as name, tgfoid::regproc::text as does
        from pg_trigger where not tgisinternal order by 1, 2`,
    ),
    sequences: await rows(
      db,
      sql<{ name: string }>`
        select coalesce(d.refobjid::regclass || '.' || a.attname, s.relname)::text as name
        from pg_class s
        left join pg_depend d on d.objid = s.oid and d.deptype in ('a', 'i') and d.refclassid = 'pg_class'::regclass
        left join pg_attribute a on a.attrelid = d.refobjid and a.attnum = d.refobjsubid
        where s.relkind = 'S' and s.relnamespace = 'public'::regnamespace order by 1`,
    ),
  };
}

const PROGRAMS = [
  { program: 'agency' as const, families: AGENCY_TABLES, folders: agencyMigrations },
  { program: 'tax' as const, families: TAX_TABLES, folders: taxMigrations },
];

/** The names found that nobody has explained; the explanations that nothing needs any more are failures too. */
function unexplained(program: string, kind: string, found: readonly string[]): string[] {
  const names = found.map((name) => `${program} ${kind} ${name}`);
  const stale = Object.keys(KNOWN).filter((name) => name.startsWith(`${program} ${kind} `) && !names.includes(name));
  return [
    ...names.filter((name) => !(name in KNOWN)),
    ...stale.map((name) => `${name}: is mended, take it out of KNOWN`),
  ];
}

describe.each(PROGRAMS)('the tables of the $program', ({ program, families, folders }) => {
  let database: TestDatabase;
  let catalogue: Catalogue;
  const spread = (table: string): boolean => isDistributed(families[table]);

  beforeAll(async () => {
    database = await testDatabase(folders());
    catalogue = await readCatalogue(database);
  });
  afterAll(() => database.close());

  test('each belongs to a family', () => {
    const found = catalogue.tables.map((table) => table.name);
    const missing = found.filter((name) => !(name in families));
    const gone = Object.keys(families).filter((name) => !found.includes(name));
    expect(missing.map((name) => `${name} has no family: say in deploy/citus/tables.ts where its rows live`)).toEqual(
      [],
    );
    expect(gone.map((name) => `${name} is gone: take it out of deploy/citus/tables.ts`)).toEqual([]);
  });

  test('every key of a spread table holds the region, a primary key begins with it', () => {
    const own = catalogue.keys.filter((key) => spread(key.table));
    expect(own.length).toBeGreaterThan(20);
    const wrong = own.filter(
      ({ kind, columns }) =>
        !columns.includes(DISTRIBUTION_KEY) || (kind === 'primary' && columns[0] !== DISTRIBUTION_KEY),
    );
    expect(
      unexplained(
        program,
        'key',
        wrong.map(({ table, name }) => `${table}.${name}`),
      ),
    ).toEqual([]);
    const keyed = new Set(own.filter((key) => key.kind === 'primary').map((key) => key.table));
    expect(Object.keys(families).filter((name) => spread(name) && !keyed.has(name))).toEqual([]);
  });

  test('a foreign key of a spread table holds the region and stays on its machine; others point to what is everywhere', () => {
    const wrong = catalogue.links.filter(({ child, parent, columns }) => {
      const everywhere = families[parent] === 'reference';
      if (!spread(child)) return spread(parent) || (families[child] === 'reference' && !everywhere);
      return everywhere ? false : !spread(parent) || !columns.includes(DISTRIBUTION_KEY);
    });
    expect(catalogue.links.length).toBeGreaterThan(3);
    expect(
      unexplained(
        program,
        'link',
        wrong.map(({ child, name }) => `${child}.${name}`),
      ),
    ).toEqual([]);
  });

  test('triggers only guard; those that read other rows are known, with what takes their place', () => {
    const strange = catalogue.triggers.filter(
      ({ table, name, does }) => !GUARD_FUNCTIONS.includes(does) && !(`${table}.${name}` in DROPPED_TRIGGERS),
    );
    expect(
      strange.map(
        ({ table, name, does }) =>
          `${table}.${name} (${does}): a guard, or does it read other rows? deploy/citus/tables.ts`,
      ),
    ).toEqual([]);
    const names = catalogue.triggers.map(({ table, name }) => `${table}.${name}`);
    const gone = Object.keys(DROPPED_TRIGGERS).filter(
      (name) => (name.split('.')[0] ?? '') in families && !names.includes(name),
    );
    expect(gone).toEqual([]);
  });

  test('a key of a spread table to one that every machine has is declared: the set-up takes it away and puts it back', () => {
    const found = catalogue.links
      .filter(({ child, parent }) => spread(child) && families[parent] === 'reference')
      .map(({ columns: _, ...link }) => link);
    expect(REFERENCE_KEYS.filter(({ child }) => child in families)).toEqual(found);
  });

  test('partitions have one level', () => {
    expect(catalogue.tables.filter((table) => table.partitions > 1)).toEqual([]);
  });

  test('a number that two machines could give twice is known', () => {
    expect(
      unexplained(
        program,
        'sequence',
        catalogue.sequences.map(({ name }) => name),
      ),
    ).toEqual([]);
  });

  test('the set-up places every table that is not local, parents before children', () => {
    const statements = citusStatements(program, { links: catalogue.links, spread: new Set() });
    const placed = statements.flatMap((each) => /create_\w+_table\('(\w+)'/.exec(each)?.[1] ?? []);
    expect([...placed].sort()).toEqual(
      Object.keys(families)
        .filter((name) => families[name] !== 'local')
        .sort(),
    );
    const early = catalogue.links.filter(
      ({ child, parent }) => spread(child) && spread(parent) && placed.indexOf(parent) > placed.indexOf(child),
    );
    expect(early).toEqual([]);
  });
});

describe('the statements', () => {
  const sources = readSources().filter(({ path }) => /^(src|tax|wire)\//.test(path) && !isTest(path));
  const texts = [
    ...sources.flatMap(({ path, text }) =>
      [...text.matchAll(/sql(?:<[^`]*>)?`((?:[^`$]|\$\{(?:[^`{}]|`[^`]*`|\{[^{}]*\})*\}|\$)*)`/g)].map((match) => ({
        path,
        text: match[1] ?? '',
      })),
    ),
    ...globSync('{src/*,wire,tax}/migrations/*.sql', { cwd: ROOT }).map((path) => ({
      path,
      text: readFileSync(join(ROOT, path), 'utf8'),
    })),
  ];

  test('never move a row to another region: that is a new row', () => {
    expect(texts.length).toBeGreaterThan(300);
    const moved = texts.filter(({ text }) =>
      [...text.matchAll(/\bset\s([\s\S]*?)(?:\bwhere\b|\breturning\b|$)/gi)].some((match) =>
        /(?:^|,)\s*region\s*=/.test(match[1] ?? ''),
      ),
    );
    expect(moved.map(({ path }) => path)).toEqual([]);
  });

  test('ask no clock and no dice while they change a spread row: each shard would have its own', () => {
    const changing = texts.flatMap(({ path, text }) =>
      [...text.matchAll(/\b(?:update|insert\s+into)\s+(\w+)([\s\S]*?)(?=\breturning\b|$)/gi)].map((match) => ({
        path,
        table: match[1] ?? '',
        set: /\bset\s([\s\S]*)/i.exec(match[2] ?? '')?.[1] ?? '',
      })),
    );
    const spread = changing.filter(({ table }) => isDistributed(AGENCY_TABLES[table] ?? TAX_TABLES[table]));
    expect(spread.length).toBeGreaterThan(50);
    const wrong = spread.filter(({ set }) => /clock_timestamp|\brandom\(|nextval|gen_random_uuid/i.test(set));
    expect(wrong.map(({ path, table }) => `${path}: ${table}`)).toEqual([]);
  });

  test('take rows that nobody holds only within one region', () => {
    const taking = texts.filter(({ text }) => /skip locked/i.test(text) && /\bfrom\b/i.test(text));
    expect(taking.length).toBeGreaterThan(3);
    // `${due}` of the postings is a condition that begins with the region.
    const anywhere = taking.filter(({ text }) => !/\bregion\s*=/.test(text) && !/where \$\{due\}/.test(text));
    expect(anywhere.map(({ path }) => path)).toEqual([]);
  });

  test('take advisory locks only where it is known what they guard', () => {
    const users = sources.filter(({ text }) => /pg_(?:try_)?advisory/.test(text)).map(({ path }) => path);
    expect(users).toEqual(Object.keys(ADVISORY).sort());
  });
});
