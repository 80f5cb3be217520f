/**
 * Spreads a migrated database over the machines of a Citus cluster; run on the coordinator, after the programs have migrated it:
 *   DATABASE_URL=… node deploy/citus/setup.ts agency      (tax: the tax side's database)
 * Every statement is a transaction of its own. When it breaks off, it is run again: it does what is left.
 */
import pg from 'pg';
import {
  AGENCY_TABLES,
  DISTRIBUTION_KEY,
  DROPPED_TRIGGERS,
  isDistributed,
  type Link,
  REFERENCE_KEYS,
  TAX_TABLES,
} from './tables.ts';

const SHARDS = 32;

type Program = 'agency' | 'tax';

/** What the catalogue says before a run. */
export type Found = {
  readonly links: readonly Link[];
  /** Tables that are on the machines already. */
  readonly spread: ReadonlySet<string>;
};

/** Parents before children: Citus looks for the other end of a foreign key among what is already spread. */
function inOrder(tables: readonly string[], links: readonly Link[]): string[] {
  const done = new Set<string>();
  const visit = (table: string): void => {
    if (done.has(table)) return;
    done.add(table);
    for (const { child, parent } of links) if (child === table && tables.includes(parent)) visit(parent);
    ordered.push(table);
  };
  const ordered: string[] = [];
  for (const table of tables) visit(table);
  return ordered;
}

/** What is left to do; everything, where nothing is spread yet. */
export function citusStatements(program: Program, { links, spread }: Found): string[] {
  const families = program === 'agency' ? AGENCY_TABLES : TAX_TABLES;
  const names = Object.keys(families);
  const reference = inOrder(
    names.filter((name) => families[name] === 'reference'),
    links,
  );
  const distributed = inOrder(
    names.filter((name) => isDistributed(families[name])),
    links,
  );
  const first = distributed[0];
  const dropped = Object.entries(DROPPED_TRIGGERS)
    .map(([name, { instead }]) => ({ table: name.split('.')[0] ?? '', trigger: name.split('.')[1], instead }))
    .filter(({ table }) => names.includes(table));
  const toReference = REFERENCE_KEYS.filter(({ child }) => names.includes(child));
  // A table with a key to a reference table would be taken along when that is made, before its own parents are spread.
  const away = toReference.filter(({ child }) => !spread.has(child));
  const keys = [...toReference, ...dropped.flatMap(({ instead }) => instead)];
  return [
    // The guards on the shards look at nothing but their own row (tables.ts).
    'set citus.enable_unsafe_triggers = on',
    ...dropped.map(({ table, trigger }) => `drop trigger if exists ${trigger} on ${table}`),
    ...away.map(({ child, name }) => `alter table ${child} drop constraint if exists ${name}`),
    ...reference.filter((name) => !spread.has(name)).map((name) => `select create_reference_table('${name}')`),
    ...distributed
      .filter((name) => !spread.has(name))
      .map(
        (name) =>
          `select create_distributed_table('${name}', '${DISTRIBUTION_KEY}', ${
            name === first ? `colocate_with => 'none', shard_count => ${SHARDS}` : `colocate_with => '${first}'`
          })`,
      ),
    ...keys
      .filter((key) => away.includes(key) || !links.some(({ child, name }) => child === key.child && name === key.name))
      .map(({ child, name, definition }) => `alter table ${child} add constraint ${name} ${definition}`),
  ];
}

export const LINKS = `
  select conrelid::regclass::text as child, confrelid::regclass::text as parent, conname as name, pg_get_constraintdef(oid) as definition
  from pg_constraint where contype = 'f' order by 1, 3`;

/** Reference tables and those spread by a column; not what Citus keeps on the coordinator because a key leads from it (repmodel s). */
const SPREAD = `
  select logicalrelid::text as name from pg_dist_partition where partmethod = 'h' or (partmethod = 'n' and repmodel = 't')`;

/** Does what is left, and tells every statement before it. */
export async function setUp(
  client: Pick<pg.Client, 'query'>,
  program: Program,
  tell: (statement: string) => void,
): Promise<void> {
  // Without Citus the first statements would take the triggers away, and nothing would come in their place.
  const citus = await client.query("select from pg_proc where proname = 'create_distributed_table'");
  if (citus.rowCount === 0)
    throw new Error('这个库里没有 Citus：请先 create extension citus（deploy/citus/README.md）');
  // The server ends the statement of a run that was killed: the next one waits for it, and then sees what it did.
  await client.query("select pg_advisory_lock(hashtext('tongzheng-migrate'))");
  const { rows: links } = await client.query<Link>(LINKS);
  const { rows: spread } = await client.query<{ name: string }>(SPREAD);
  for (const statement of citusStatements(program, { links, spread: new Set(spread.map(({ name }) => name)) })) {
    tell(statement);
    await client.query(statement);
  }
}

async function main(program: string | undefined, url: string | undefined): Promise<string | undefined> {
  if (program !== 'agency' && program !== 'tax') return '用法：DATABASE_URL=… node deploy/citus/setup.ts agency|tax';
  // Which statements are right, and in which order, the catalogue says.
  if (!url) return '没有 DATABASE_URL：请给出协调节点上已迁移的库的地址，语句要照它的系统目录来排';
  const client = new pg.Client({ connectionString: url });
  await client.connect();
  try {
    await setUp(client, program, (statement) => process.stdout.write(`${statement};\n`));
    return undefined;
  } finally {
    await client.end();
  }
}

if (import.meta.main) {
  const refusal = await main(process.argv[2], process.env.DATABASE_URL);
  if (refusal) {
    process.stderr.write(`${refusal}\n`);
    process.exitCode = 2;
  }
}
