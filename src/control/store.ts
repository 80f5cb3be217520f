import type { z } from 'zod';
import { SUSPENSE_REASONS, waitingReceipts } from '../collection/index.ts';
import { ulid } from '../kernel/ids.ts';
import type { CivilDate, Moment } from '../kernel/month.ts';
import type { Sort } from '../kernel/sort.ts';
import type { ChainHead } from '../platform/audit/index.ts';
import { byPlace, type Executor, first, type Orders, one, orderBy, rows, run, sql } from '../platform/db.ts';
import type { SortKey } from '../platform/schemas.ts';
import type { integritySchema, suspenseSort } from './contract.ts';

export type Integrity = z.output<typeof integritySchema>;

export async function insertOpeningPersons(
  on: Executor,
  region: string,
  employerNo: string,
  personNos: readonly string[],
  caseNo: string,
  at: Moment,
): Promise<void> {
  await run(
    on,
    sql`insert into control_opening_person (region, employer_no, person_no, case_no, at)
        select ${region}, ${employerNo}, p, ${caseNo}, ${at}::timestamptz from unnest(${personNos}::text[]) as t (p)
        on conflict do nothing`,
  );
}

/** When the opening balance of a person at an employer was loaded. */
export async function listOpeningPersons(
  on: Executor,
  region: string,
  employerNo: string,
): Promise<Map<string, Moment>> {
  const found = await rows(
    on,
    sql<{ person_no: string; at: Moment }>`
      select person_no, at from control_opening_person where region = ${region} and employer_no = ${employerNo}`,
  );
  return new Map(found.map((row) => [row.person_no, row.at]));
}

export async function saveIntegrity(on: Executor, region: string, integrity: Integrity): Promise<void> {
  await run(
    on,
    sql`insert into control_integrity_run (region, run_id, at, duration_ms, violations, result)
        values (${region}, ${ulid()}, ${integrity.at}, ${integrity.durationMs}, ${integrity.violations}, ${JSON.stringify(integrity)}::jsonb)`,
  );
}

export async function lastIntegrity(on: Executor, region: string): Promise<Integrity | null> {
  const row = await first(
    on,
    sql<{ result: Integrity }>`
      select result from control_integrity_run where region = ${region} order by run_id desc limit 1`,
  );
  return row?.result ?? null;
}

/** The same without what it found, which may be long. */
export function lastIntegrityRun(
  on: Executor,
  region: string,
): Promise<{ run_id: string; violations: number } | undefined> {
  return first(
    on,
    sql<{ run_id: string; violations: number }>`
      select run_id, violations from control_integrity_run where region = ${region} order by run_id desc limit 1`,
  );
}

/** How far the audit chain went whenever it was checked, and to what. */
export function listChainHeads(on: Executor, region: string): Promise<ChainHead[]> {
  return rows(
    on,
    sql<ChainHead>`
      select (result -> 'audit' ->> 'seq')::bigint as seq, result -> 'audit' ->> 'chain' as chain from control_integrity_run
      where region = ${region} and (result -> 'audit' ->> 'seq')::bigint > 0`,
  );
}

export type SuspenseRow = {
  readonly receiptNo: string;
  readonly billNo: string | null;
  readonly reason: string;
  readonly fen: number;
  readonly at: Moment;
  readonly state: string;
};

const SUSPENSE_ORDERS: Orders<SortKey<typeof suspenseSort>> = {
  receiptNo: sql`"receiptNo"`,
  reason: byPlace(sql`reason`, Object.keys(SUSPENSE_REASONS)),
  at: sql`at`,
  fen: sql`fen`,
};

/** As many as a person looks at; a list of so many may have been cut. */
export const SUSPENSE_LISTED = 500;

/** 挂账, 冲正后欠费, and money that does not fit its bill (any more): no time-out, they are on a list until a person has done with them (design §9.14, wire §4). */
export async function listSuspense(
  on: Executor,
  region: string,
  sort?: Sort<keyof typeof SUSPENSE_ORDERS>,
): Promise<SuspenseRow[]> {
  return rows(
    on,
    sql<SuspenseRow>`
      select * from (
        select r.receipt_no as "receiptNo", r.bill_no as "billNo", w.reason, r.total_fen as fen, w.at, r.state
        from (${waitingReceipts(region)}
              union all
              select a.receipt_no, 'ARREARS', a.opened_at from collection_arrears a where a.region = ${region} and a.state = 'OPEN') w
        join collection_receipt r on r.region = ${region} and r.receipt_no = w.receipt_no) as found
      order by ${orderBy(SUSPENSE_ORDERS, sort, sql`at, "receiptNo"`)} limit ${sql.lit(SUSPENSE_LISTED)}`,
  );
}

/** What the database is: version, fsync, size. */
export async function databaseFacts(on: Executor): Promise<{ version: string; fsync: boolean; bytes: number }> {
  const row = await one(
    on,
    sql<{ version: string; fsync: string; bytes: number }>`
      select current_setting('server_version') as version, current_setting('fsync') as fsync,
             pg_database_size(current_database()) as bytes`,
  );
  return { version: row.version.split(' ')[0] ?? row.version, fsync: row.fsync === 'on', bytes: row.bytes };
}

/** Tables of modules that may not be there (a database of fewer modules, a test). */
export async function hasTable(on: Executor, name: string): Promise<boolean> {
  return (await one(on, sql<{ found: boolean }>`select to_regclass(${name}) is not null as found`)).found;
}

export type ReconRow = { readonly day: CivilDate; readonly state: string; readonly open: number };

/** Reconciliation of the last days with the differences that are still open. */
export async function listReconciliations(on: Executor, region: string, days: number): Promise<ReconRow[]> {
  return rows(
    on,
    sql<ReconRow>`
      select r.day, r.state, (select count(*) from exchange_recon_case c where c.region = r.region and c.day = r.day and c.state = 'OPEN') as open
      from exchange_recon_run r where r.region = ${region} order by r.day desc limit ${days}`,
  );
}

/** Items accepted by the other side since a moment, and documents that had to be sent more than once and are still open. */
export async function exchangeCounts(
  on: Executor,
  region: string,
  since: Moment,
): Promise<{ accepted: number; retrying: number }> {
  return one(
    on,
    sql<{ accepted: number; retrying: number }>`
      select (select count(*) from wire_outbox_item where region = ${region} and state = 'accepted' and changed_at >= ${since}) as accepted,
             (select count(*) from wire_document where region = ${region} and state = 'sent' and tries > 1) as retrying`,
  );
}
