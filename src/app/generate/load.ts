/** Loads a made-up city into an empty database in one transaction: all of it, with every constraint valid, or nothing. */
import type { Pool } from 'pg';
import { dueIs } from '../../collection/index.ts';
import { addOverlays, loadLaw } from '../../parameters/index.ts';
import { sealAudit } from '../../platform/audit/index.ts';
import { type CopySession, openCopySession } from '../../platform/copy/index.ts';
import { one, rows, run, sql, type Tx } from '../../platform/db.ts';
import { setConstraintsAside } from './constraints.ts';
import { type Filled, type FillOptions, fillCity } from './fill.ts';
import { overlaysForGaps } from './law.ts';
import { BULK_TABLES } from './tables.ts';

export type LoadOptions = Omit<FillOptions, 'onPeople' | 'onEmployer'> & {
  readonly onProgress?: (progress: LoadProgress) => void;
};

export type LoadProgress =
  | { readonly phase: 'LOADING'; readonly people: number; readonly of: number }
  /** A key, rule or index has been made. */
  | { readonly phase: 'CONSTRAINTS'; readonly name: string; readonly done: number; readonly of: number }
  | { readonly phase: 'ANALYZE' };

export type Loaded = Filled & {
  readonly overlays: number;
  readonly loadMs: number;
  readonly constraintsMs: number;
};

/** @throws Error in Chinese when the database holds a business already. */
export async function loadCity(pool: Pool, options: LoadOptions): Promise<Loaded> {
  const copy = await openCopySession(pool);
  try {
    const loaded = await copy.db
      .transaction()
      .setIsolationLevel('read committed')
      .execute((tx) => loadAll(copy, tx, options));
    options.onProgress?.({ phase: 'ANALYZE' });
    await run(copy.db, sql`set statement_timeout = 0`);
    for (const table of BULK_TABLES) await run(copy.db, sql`analyze ${sql.ref(table)}`);
    await run(copy.db, sql`reset statement_timeout`);
    while ((await sealAudit(copy.db, options.region)) > 0);
    return loaded;
  } finally {
    copy.release();
  }
}

async function loadAll(copy: CopySession, tx: Tx, options: LoadOptions): Promise<Loaded> {
  const started = performance.now();
  // One transaction from the first row to the last key.
  await run(tx, sql`set local statement_timeout = 0`);
  await run(tx, sql`set local idle_in_transaction_session_timeout = 0`);
  await run(tx, sql`set local maintenance_work_mem = '512MB'`);
  await run(tx, sql`lock table ${sql.join(BULK_TABLES.map((name) => sql.ref(name)))} in access exclusive mode`);
  await refuseFilled(tx);
  const gaps = overlaysForGaps((await loadLaw(tx)).book, options.region, options.from, options.through);
  await addOverlays(tx, gaps, options.now);
  const law = await loadLaw(tx);
  const aside = await setConstraintsAside(tx, BULK_TABLES);
  const filled = await fillCity(copy, tx, law, {
    ...options,
    onPeople: (people) => options.onProgress?.({ phase: 'LOADING', people, of: options.people }),
  });
  const loadedAt = performance.now();
  await aside.restore(
    (name, done, of) => options.onProgress?.({ phase: 'CONSTRAINTS', name, done, of }),
    options.signal,
  );
  options.signal?.throwIfAborted();
  await checkWhatTriggersCheck(tx);
  options.signal?.throwIfAborted();
  return {
    ...filled,
    overlays: gaps.length,
    loadMs: Math.round(loadedAt - started),
    constraintsMs: Math.round(performance.now() - loadedAt),
  };
}

async function refuseFilled(tx: Tx): Promise<void> {
  const { filled } = await one(
    tx,
    sql<{ filled: boolean }>`
      select exists (select 1 from registry_employer) or exists (select 1 from registry_person)
          or exists (select 1 from collection_assessment) or exists (select 1 from casework_case) as filled`,
  );
  if (filled) {
    throw new Error(
      '数据库里已有单位、人员或办件，没有载入。生成的城市只能载入空库：请换一个空的 TONGZHENG_DATA 目录或 DATABASE_URL。',
    );
  }
}

/** The triggers were off while the rows came: what each looks at is looked at once, for all rows. */
async function checkWhatTriggersCheck(tx: Tx): Promise<void> {
  const wrong = await rows(
    tx,
    sql<{ what: string; id: string }>`
      (select 'block' as what, b.block_id as id from collection_block b
       left join collection_assessment a on a.region = b.region and a.assessment_no = b.assessment_no
       where a.assessment_no is null limit 1)
      union all
      (select 'settlement', s.due_id from collection_settlement_unbilled s
       left join collection_due d on d.region = s.region and ${dueIs(sql`s.due_id`)}
       where d.due_id is null limit 1)
      union all
      (select 'voucher', v.voucher_id from fund_voucher v
       left join fund_entry e on e.region = v.region and e.voucher_id = v.voucher_id
       group by v.region, v.voucher_id having coalesce(sum(e.debit_fen - e.credit_fen), 1) <> 0 limit 1)`,
  );
  if (wrong.length > 0) {
    throw new Error(`城市没有载入：${wrong.map(({ what, id }) => `${what} ${id}`).join('、')} 与相关的行不符`);
  }
}
