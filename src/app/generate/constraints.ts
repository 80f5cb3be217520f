/**
 * A bulk load without its brakes: keys, references, overlap rules, indexes and triggers of empty tables are set aside and made again
 * over what was loaded, all in the one transaction of the load. Whatever breaks leaves the tables as they were.
 */
import { rows, run, sql, type Tx } from '../../platform/db.ts';

type Aside = {
  readonly table: string;
  readonly name: string;
  /** p primary, u unique, x exclusion, f reference; i an index by itself. */
  readonly type: 'p' | 'u' | 'x' | 'f' | 'i';
  readonly definition: string;
};

/** Keys first: references need them. Overlap rules last but for the references, for they take the longest. */
const ORDER = ['p', 'u', 'i', 'x', 'f'] as const;

export type SetAside = {
  /** Makes everything again, telling of each when it is made; the signal is looked at before each. */
  restore(say?: (name: string, done: number, of: number) => void, signal?: AbortSignal): Promise<void>;
};

/** @param tables without rows; the caller has looked. */
export async function setConstraintsAside(tx: Tx, tables: readonly string[]): Promise<SetAside> {
  const asides = await listAsides(tx, tables);
  const inOrder = ORDER.flatMap((type) => asides.filter((one) => one.type === type));
  for (const { table, name, type } of [...inOrder].reverse()) {
    if (type === 'i') await run(tx, sql`drop index ${sql.ref(name)}`);
    else await run(tx, sql`alter table ${sql.ref(table)} drop constraint ${sql.ref(name)}`);
  }
  for (const table of tables) await run(tx, sql`alter table ${sql.ref(table)} disable trigger user`);
  return {
    async restore(say, signal) {
      for (const [index, { table, name, type, definition }] of inOrder.entries()) {
        signal?.throwIfAborted();
        if (type === 'i') await run(tx, sql.raw(definition));
        else await run(tx, sql`alter table ${sql.ref(table)} add constraint ${sql.ref(name)} ${sql.raw(definition)}`);
        say?.(name, index + 1, inOrder.length);
      }
      for (const table of tables) await run(tx, sql`alter table ${sql.ref(table)} enable trigger user`);
    },
  };
}

/** Of the tables, and the references of others to them; what a partition inherits comes with its parent. */
function listAsides(tx: Tx, tables: readonly string[]): Promise<Aside[]> {
  return rows(
    tx,
    sql<Aside>`
      with loaded as (select t::regclass as oid from unnest(${tables}::text[]) as t)
      select c.conrelid::regclass::text as table, c.conname as name, c.contype::text as type, pg_get_constraintdef(c.oid) as definition
      from pg_constraint c
      where c.contype in ('p', 'u', 'x', 'f') and c.conparentid = 0
        and (c.conrelid in (select oid from loaded) or c.contype = 'f' and c.confrelid in (select oid from loaded))
      union all
      select i.indrelid::regclass::text, i.indexrelid::regclass::text, 'i', pg_get_indexdef(i.indexrelid)
      from pg_index i
      where i.indrelid in (select oid from loaded)
        and not exists (select 1 from pg_constraint c where c.conindid = i.indexrelid and c.contype in ('p', 'u', 'x'))
        and not exists (select 1 from pg_inherits h where h.inhrelid = i.indexrelid)
      order by 1, 2`,
  );
}
