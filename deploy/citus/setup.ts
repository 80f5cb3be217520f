/**
 * Spreads a migrated database over the machines of a Citus cluster; run once on the coordinator, after the programs have migrated it:
 *   DATABASE_URL=… node deploy/citus/setup.ts agency      (tax: the tax side's database)
 * Without DATABASE_URL it prints the statements.
 */
import pg from 'pg';
import { AGENCY_TABLES, DISTRIBUTION_KEY, DROPPED_TRIGGERS, isDistributed, TAX_TABLES } from './tables.ts';

const SHARDS = 32;

/** A foreign key as the catalogue tells it. */
export type Link = {
  readonly child: string;
  readonly parent: string;
  readonly name: string;
  readonly definition: string;
};

/** Parents before children: Citus looks for the other end of a foreign key among what is already spread. */
export function inOrder(tables: readonly string[], links: readonly Link[]): string[] {
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

export function citusStatements(program: 'agency' | 'tax', links: readonly Link[]): string[] {
  const families = program === 'agency' ? AGENCY_TABLES : TAX_TABLES;
  const names = Object.keys(families);
  const distributed = inOrder(
    names.filter((name) => isDistributed(families[name])),
    links,
  );
  const first = distributed[0];
  // A table with a key to a reference table would be taken along when that is made, before its own parents are spread.
  const toReference = links.filter(
    ({ child, parent }) => isDistributed(families[child]) && families[parent] === 'reference',
  );
  const dropped = Object.entries(DROPPED_TRIGGERS)
    .map(([name, { instead }]) => ({ table: name.split('.')[0] ?? '', trigger: name.split('.')[1], instead }))
    .filter(({ table }) => names.includes(table));
  return [
    // The guards on the shards look at nothing but their own row (tables.ts).
    'set citus.enable_unsafe_triggers = on',
    ...dropped.map(({ table, trigger }) => `drop trigger ${trigger} on ${table}`),
    ...toReference.map(({ child, name }) => `alter table ${child} drop constraint ${name}`),
    ...inOrder(
      names.filter((name) => families[name] === 'reference'),
      links,
    ).map((name) => `select create_reference_table('${name}')`),
    ...distributed.map(
      (name) =>
        `select create_distributed_table('${name}', '${DISTRIBUTION_KEY}', ${
          name === first ? `colocate_with => 'none', shard_count => ${SHARDS}` : `colocate_with => '${first}'`
        })`,
    ),
    ...toReference.map(({ child, name, definition }) => `alter table ${child} add constraint ${name} ${definition}`),
    ...dropped.flatMap(({ instead }) => instead),
  ];
}

export const LINKS = `
  select conrelid::regclass::text as child, confrelid::regclass::text as parent, conname as name, pg_get_constraintdef(oid) as definition
  from pg_constraint where contype = 'f' order by 1, 3`;

async function main(program: string | undefined, url: string | undefined): Promise<void> {
  if (program !== 'agency' && program !== 'tax') throw new Error('用法：node deploy/citus/setup.ts agency|tax');
  if (!url) {
    process.stdout.write(`${citusStatements(program, []).join(';\n')};\n`);
    return;
  }
  const client = new pg.Client({ connectionString: url });
  await client.connect();
  try {
    const { rows: links } = await client.query<Link>(LINKS);
    for (const statement of citusStatements(program, links)) {
      process.stdout.write(`${statement}\n`);
      await client.query(statement);
    }
  } finally {
    await client.end();
  }
}

if (import.meta.main) await main(process.argv[2], process.env.DATABASE_URL);
