/** Loads a made-up city into an empty database in one transaction: all of it, with every constraint valid, or nothing. */
import type { Pool } from 'pg';
import { type CityOptions, cityDistricts, type Truth } from '../../../city/index.ts';
import { dateOf, type Moment } from '../../kernel/month.ts';
import { addOverlays, type Law, loadLaw, raiseNumber } from '../../parameters/index.ts';
import { auditRecord, sealAudit } from '../../platform/audit/index.ts';
import type { Actor } from '../../platform/context.ts';
import { type CopySession, openCopySession } from '../../platform/copy/index.ts';
import { one, rows, run, sql, type Tx } from '../../platform/db.ts';
import { systemActor } from '../../platform/services.ts';
import { setConstraintsAside } from './constraints.ts';
import { type Loading, writeEmployer, writeJob, writePersons } from './facts.ts';
import { type BookedEmployer, type HistoryOf, writeHistory } from './history.ts';
import { idSeries } from './ids.ts';
import { overlaysForGaps } from './law.ts';
import { BULK_TABLES, flush, openWriters, type Writers } from './tables.ts';

export type LoadOptions = Omit<CityOptions, 'book'> & {
  readonly now: Moment;
  /** What the tables do not say; called in the order of the city. */
  readonly onTruth?: (line: Truth) => void;
  readonly onProgress?: (progress: LoadProgress) => void;
  /** Between districts; the transaction is taken back. */
  readonly signal?: AbortSignal;
};

export type LoadProgress =
  | { readonly phase: 'LOADING'; readonly people: number; readonly of: number }
  /** A key, rule or index has been made. */
  | { readonly phase: 'CONSTRAINTS'; readonly name: string; readonly done: number; readonly of: number }
  | { readonly phase: 'ANALYZE' };

export type Loaded = {
  readonly employers: number;
  /** Humans. */
  readonly people: number;
  /** Numbers: some humans have two. */
  readonly persons: number;
  readonly jobs: number;
  readonly dues: number;
  /** Person × insurance × month. */
  readonly lines: number;
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
  const counted = await copyCity(copy, law, options);
  await setCounters(tx, options, counted);
  const loadedAt = performance.now();
  await aside.restore((name, done, of) => options.onProgress?.({ phase: 'CONSTRAINTS', name, done, of }));
  await checkWhatTriggersCheck(tx);
  const { lastPersonNo: _last, lastEmployerNo: _no, assessments: _count, ...rest } = counted;
  return {
    ...rest,
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

type Counted = Pick<Loaded, 'employers' | 'people' | 'persons' | 'jobs' | 'dues' | 'lines'> & {
  readonly assessments: number;
  readonly lastEmployerNo: number;
  readonly lastPersonNo: number;
};

const ACTOR: Actor = systemActor('generate');

async function copyCity(copy: CopySession, law: Law, options: LoadOptions): Promise<Counted> {
  const { region, now } = options;
  let assessments = 0;
  const loading: Loading = { region, now, nextId: idSeries() };
  const history: HistoryOf = {
    ...loading,
    law,
    from: options.from,
    through: options.through,
    actor: `${ACTOR.kind}:${ACTOR.id}`,
    nextAssessmentNo: () => {
      assessments += 1;
      return assessments;
    },
  };
  const writers = openWriters();
  const counted = {
    employers: 0,
    people: 0,
    persons: 0,
    jobs: 0,
    dues: 0,
    lines: 0,
    lastEmployerNo: 0,
    lastPersonNo: 0,
  };
  for (const district of cityDistricts({ ...options, book: law.book })) {
    options.signal?.throwIfAborted();
    writePersons(writers, loading, district.persons);
    const booked: BookedEmployer[] = [];
    for (const employer of district.employers) {
      counted.employers += 1;
      const caseNo = `QC${region}${dateOf(now).replaceAll('-', '')}${String(counted.employers).padStart(6, '0')}`;
      writeEmployer(writers, loading, employer);
      for (const job of employer.jobs) writeJob(writers, loading, employer.employerNo, job, caseNo);
      writeAudit(writers, region, now, caseNo, employer);
      booked.push({ employer, caseNo });
      counted.jobs += employer.jobs.length;
      counted.lastEmployerNo = Number(employer.employerNo);
    }
    const { dues, lines } = writeHistory(writers, booked, history);
    counted.dues += dues;
    counted.lines += lines;
    counted.persons += district.persons.length;
    counted.people += district.people;
    counted.lastPersonNo = Number(district.persons.at(-1)?.personNo ?? counted.lastPersonNo);
    for (const line of district.truth) options.onTruth?.(line);
    await flush(copy, writers);
    options.onProgress?.({ phase: 'LOADING', people: counted.people, of: options.people });
  }
  return { ...counted, assessments };
}

function writeAudit(
  to: Writers,
  region: string,
  now: Moment,
  caseNo: string,
  employer: BookedEmployer['employer'],
): void {
  const { employerNo, name, jobs } = employer;
  const row = auditRecord(
    { region, now, actor: ACTOR },
    { action: 'ops.opening', object: `case:${caseNo}`, detail: { employerNo, name, persons: jobs.length } },
  );
  const audits = to.platform_audit;
  audits.row(10);
  audits.ascii(region);
  audits.ascii(row.audit_id);
  audits.timestamptz(row.at);
  audits.ascii(row.actor_kind);
  audits.ascii(row.actor_id);
  audits.text(row.actor_name);
  audits.ascii(row.action);
  audits.ascii(row.object);
  audits.jsonb(row.detail);
  audits.ascii(row.digest);
}

/** Numbers given from here on come after the city's. */
async function setCounters(tx: Tx, { region, now }: LoadOptions, counted: Counted): Promise<void> {
  await raiseNumber(tx, region, 'employerNo', counted.lastEmployerNo);
  await raiseNumber(tx, region, 'personNo', counted.lastPersonNo);
  await raiseNumber(tx, region, `openingNo/${dateOf(now).replaceAll('-', '')}`, counted.employers);
  if (counted.assessments > 0) {
    await run(
      tx,
      sql`select setval(pg_get_serial_sequence('collection_assessment', 'assessment_no'), ${counted.assessments})`,
    );
  }
}

/** The triggers were off while the rows came: what each looks at is looked at once, for all rows. */
async function checkWhatTriggersCheck(tx: Tx): Promise<void> {
  const wrong = await rows(
    tx,
    sql<{ what: string; id: string }>`
      (select 'due' as what, d.due_id as id from collection_due d
       left join collection_assessment a on a.region = d.region and a.assessment_no = d.assessment_no
       left join collection_lines l
         on l.region = d.region and l.month = d.month and l.employer_no = d.employer_no and l.block_no = d.block_no
       where a.assessment_no is null or l.block_no is null
          or (d.slot + 1) * cardinality(l.person_nos) > cardinality(l.employer_fen) limit 1)
      union all
      (select 'settlement', s.due_id from collection_settlement s
       left join collection_due d on d.region = s.region and d.due_id = s.due_id where d.due_id is null limit 1)
      union all
      (select 'voucher', v.voucher_id from fund_voucher v
       left join fund_entry e on e.region = v.region and e.voucher_id = v.voucher_id
       group by v.region, v.voucher_id having coalesce(sum(e.debit_fen - e.credit_fen), 1) <> 0 limit 1)`,
  );
  if (wrong.length > 0) {
    throw new Error(`城市没有载入：${wrong.map(({ what, id }) => `${what} ${id}`).join('、')} 与相关的行不符`);
  }
}
