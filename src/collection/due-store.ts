import type { Insurance } from '../kernel/insurance.ts';
import type { CivilDate, Moment, Month } from '../kernel/month.ts';
import { among, type Executor, rows, run, sql } from '../platform/db.ts';
import type { BillState } from './bills/model.ts';
import { cellsOfDue, dueAmong, dueIs, isStanding, linesOfDue, netOfDue } from './dues.ts';
import type { Due, DueKind, Line } from './model.ts';

type DueRow = {
  due_id: string;
  employer_no: string;
  assessment_id: string;
  insurance: Insurance;
  month: Month;
  kind: DueKind;
  persons: number;
  base_fen: number;
  employer_fen: number;
  person_fen: number;
  late_from: CivilDate;
  case_no: string;
  at: Moment;
};
const toDue = (row: DueRow): Due => ({
  dueId: row.due_id,
  employerNo: row.employer_no,
  assessmentId: row.assessment_id,
  insurance: row.insurance,
  month: row.month,
  kind: row.kind,
  persons: row.persons,
  baseFen: row.base_fen,
  employerFen: row.employer_fen,
  personFen: row.person_fen,
  lateFrom: row.late_from,
  caseNo: row.case_no,
  at: row.at,
});

/** A due with what stands in the way of correcting it. */
export type DueStatus = Due & {
  readonly netEmployerFen: number;
  readonly netPersonFen: number;
  readonly settledHow: 'RECEIPT' | 'OFFSET' | 'OPENING' | 'REFUND' | null;
  readonly liveBillNo: string | null;
  readonly liveBillState: BillState | null;
  readonly reversed: boolean;
  /** Neither undone nor an undo. */
  readonly standing: boolean;
  readonly personNos: readonly string[];
};

type DueStatusRow = DueRow & {
  net_employer_fen: number;
  net_person_fen: number;
  settled_how: DueStatus['settledHow'];
  live_bill_no: string | null;
  live_bill_state: BillState | null;
  reversed: boolean;
  reverses: boolean;
  person_nos: number[];
};

export type DueFilter = {
  readonly caseNo?: string;
  readonly employerNo?: string;
  readonly months?: readonly Month[];
  readonly dueIds?: readonly string[];
};

export async function listDueStatus(on: Executor, region: string, filter: DueFilter): Promise<DueStatus[]> {
  // A case that posted anything did so for one employer: its dues are found by that.
  const byCase = filter.caseNo
    ? sql`and a.case_no = ${filter.caseNo} and d.employer_no = any(array(
            select c.employer_no from collection_assessment c where c.region = ${region} and c.case_no = ${filter.caseNo}))`
    : sql``;
  const byEmployer = filter.employerNo ? sql`and d.employer_no = ${filter.employerNo}` : sql``;
  const byMonths = filter.months ? sql`and d.month = any(${filter.months}::text[])` : sql``;
  const byIds = filter.dueIds ? sql`and ${dueAmong(filter.dueIds)}` : sql``;
  const found = await rows(
    on,
    sql<DueStatusRow>`
      select d.due_id, d.employer_no, a.assessment_id, d.insurance, d.month, d.kind, d.persons, d.base_fen, d.employer_fen,
             d.person_fen, d.late_from, a.case_no, a.at,
             n.employer_fen as net_employer_fen, n.person_fen as net_person_fen,
             d.settled_how, d.live_bill_no, d.live_bill_state,
             exists (select 1 from collection_reversal r where r.region = ${region} and r.reverses = d.due_id) as reversed,
             exists (select 1 from collection_reversal r where r.region = ${region} and r.due_id = d.due_id) as reverses,
             array(select p.person_no from ${cellsOfDue}) as person_nos
      from collection_due_state d
      join collection_assessment a on a.region = d.region and a.assessment_no = d.assessment_no
      cross join lateral ${netOfDue(region)}
      where d.region = ${region} ${byCase} ${byEmployer} ${byMonths} ${byIds}
      order by d.month, a.at, d.due_id`,
  );
  return found.map((row) => ({
    ...toDue(row),
    netEmployerFen: row.net_employer_fen,
    netPersonFen: row.net_person_fen,
    settledHow: row.settled_how,
    liveBillNo: row.live_bill_no,
    liveBillState: row.live_bill_state,
    reversed: row.reversed,
    standing: !row.reversed && !row.reverses,
    personNos: row.person_nos.map((no) => String(no).padStart(11, '0')),
  }));
}

/** Amounts are never negative: that much of the debit is taken away by the credit. One of the two is used up whole. */
export async function insertOffset(
  on: Executor,
  region: string,
  offset: {
    readonly offsetId: string;
    readonly creditDueId: string;
    readonly debitDueId: string;
    readonly employerFen: number;
    readonly personFen: number;
    readonly at: Moment;
  },
): Promise<void> {
  await run(
    on,
    sql`insert into collection_offset (region, offset_id, credit_due_id, debit_due_id, employer_fen, person_fen, at)
        values (${region}, ${offset.offsetId}, ${offset.creditDueId}, ${offset.debitDueId}, ${offset.employerFen}, ${offset.personFen}, ${offset.at})`,
  );
}

/** Which dues these credits took something from. */
export async function listDebitsOf(
  on: Executor,
  region: string,
  creditDueIds: readonly string[],
): Promise<{ creditDueId: string; debitDueId: string; employerFen: number; personFen: number }[]> {
  return rows(
    on,
    sql<{ creditDueId: string; debitDueId: string; employerFen: number; personFen: number }>`
      select credit_due_id as "creditDueId", debit_due_id as "debitDueId", employer_fen as "employerFen", person_fen as "personFen"
      from collection_offset where region = ${region} and credit_due_id = any(${creditDueIds}::text[]) order by offset_id`,
  );
}

/** What is left of the lines of dues after what their offsets took and gave back, person by person. */
export async function openLinesOfDues(
  on: Executor,
  region: string,
  dueIds: readonly string[],
): Promise<{ dueId: string; personNo: string; baseFen: number; employerFen: number; personFen: number }[]> {
  return rows(
    on,
    sql<{ dueId: string; personNo: string; baseFen: number; employerFen: number; personFen: number }>`
      with ends (due_id, other) as (
        select d as due_id, d as other from unnest(${dueIds}::text[]) as t (d)
        union all
        select debit_due_id, credit_due_id from collection_offset where region = ${region} and debit_due_id = any(${dueIds}::text[])
        union all
        select credit_due_id, debit_due_id from collection_offset where region = ${region} and credit_due_id = any(${dueIds}::text[])
      )
      select e.due_id as "dueId", lpad(p.person_no::text, 11, '0') as "personNo", sum(p.base_fen)::bigint as "baseFen",
             sum(p.employer_fen)::bigint as "employerFen", sum(p.person_fen)::bigint as "personFen"
      from ends e join collection_due d on d.region = ${region} and ${dueIs(sql`e.other`)} ${linesOfDue}
      group by e.due_id, p.person_no`,
  );
}

/** Settles dues that no bill holds; those of a bill are settled by the bill. */
export async function settleDues(
  on: Executor,
  region: string,
  dueIds: readonly string[],
  how: Exclude<DueStatus['settledHow'], 'RECEIPT' | null>,
  ref: string,
  at: Moment,
): Promise<void> {
  await run(
    on,
    sql`insert into collection_settlement_unbilled (region, due_id, how, ref, at)
        select ${region}, d, ${how}, ${ref}, ${at}::timestamptz from unnest(${dueIds}::text[]) as t (d)`,
  );
}

/** Dues that an offset had used up are open again when it is given back. */
export async function reopenDues(on: Executor, region: string, dueIds: readonly string[]): Promise<void> {
  await run(
    on,
    sql`delete from collection_settlement_unbilled where region = ${region} and how = 'OFFSET' and due_id = any(${dueIds}::text[])`,
  );
}

export async function linesOfDues(
  on: Executor,
  region: string,
  dueIds: readonly string[],
): Promise<(Line & { dueId: string })[]> {
  const found = await rows(
    on,
    sql<{
      due_id: string;
      person_no: string;
      insurance: Insurance;
      month: Month;
      kind: DueKind;
      base_fen: number;
      employer_fen: number;
      person_fen: number;
    }>`select due_id, person_no, insurance, month, kind, base_fen, employer_fen, person_fen
       from collection_line d where region = ${region} and ${dueAmong(dueIds)}`,
  );
  return found.map((row) => ({
    dueId: row.due_id,
    personNo: row.person_no,
    insurance: row.insurance,
    month: row.month,
    kind: row.kind,
    baseFen: row.base_fen,
    employerFen: row.employer_fen,
    personFen: row.person_fen,
  }));
}

/**
 * Later cases that posted lines for these people and months: they must be undone first (后办先撤). `afterId` is the id of something the
 * case wrote: ids tell the order also while the business clock stands still.
 */
export async function laterCasesOnPeople(
  on: Executor,
  region: string,
  employerNo: string,
  after: { readonly caseNo: string; readonly afterId: string; readonly fromMonth: Month },
  personNos: readonly string[],
): Promise<string[]> {
  const found = await rows(
    on,
    sql<{ case_no: string }>`
      select distinct a.case_no
      from collection_due d
      join collection_assessment a on a.region = d.region and a.assessment_no = d.assessment_no ${linesOfDue}
      where d.region = ${region} and d.employer_no = ${employerNo} and a.case_no <> ${after.caseNo}
        and d.due_id > ${after.afterId} and d.month >= ${after.fromMonth} and ${among('p.person_no', personNos, 'bigint')}
        and ${isStanding}`,
  );
  return found.map((row) => row.case_no);
}

export async function insertRefund(
  on: Executor,
  region: string,
  refund: {
    readonly refundNo: string;
    readonly employerNo: string;
    readonly personNo: string;
    readonly caseNo: string;
    readonly employerFen: number;
    readonly personFen: number;
    readonly dueIds: readonly string[];
    readonly months: readonly Month[];
    readonly at: Moment;
  },
): Promise<void> {
  await run(
    on,
    sql`insert into collection_refund (region, refund_no, employer_no, person_no, case_no, state, employer_fen, person_fen, due_ids, months, at)
        values (${region}, ${refund.refundNo}, ${refund.employerNo}, ${refund.personNo}, ${refund.caseNo}, 'REQUESTED',
                ${refund.employerFen}, ${refund.personFen}, ${refund.dueIds}::text[], ${refund.months}::text[], ${refund.at})`,
  );
}

export async function setRefundRevoked(on: Executor, region: string, refundNo: string): Promise<void> {
  await run(
    on,
    sql`update collection_refund set state = 'REVOKED' where region = ${region} and refund_no = ${refundNo} and state = 'REQUESTED'`,
  );
}

/** The state of a refund order; null where there is none. A scalar, so that it is looked up by its key and never hashed as a list. */
export const refundState = (region: string, refundNo: ReturnType<typeof sql>) =>
  sql`(select f.state from collection_refund f where f.region = ${region} and f.refund_no = ${refundNo})`;
