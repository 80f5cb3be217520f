import type { Insurance } from '../kernel/insurance.ts';
import type { CivilDate, Moment, Month } from '../kernel/month.ts';
import { type Executor, rows, run, sql } from '../platform/db.ts';
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
  readonly reversed: boolean;
  readonly personNos: readonly string[];
};

type DueStatusRow = DueRow & {
  net_employer_fen: number;
  net_person_fen: number;
  settled_how: DueStatus['settledHow'];
  live_bill_no: string | null;
  reversed: boolean;
  person_nos: number[];
};

export type DueFilter = {
  readonly caseNo?: string;
  readonly employerNo?: string;
  readonly months?: readonly Month[];
};

export async function listDueStatus(on: Executor, region: string, filter: DueFilter): Promise<DueStatus[]> {
  const byCase = filter.caseNo ? sql`and d.case_no = ${filter.caseNo}` : sql``;
  const byEmployer = filter.employerNo ? sql`and d.employer_no = ${filter.employerNo}` : sql``;
  const byMonths = filter.months ? sql`and d.month = any(${filter.months}::text[])` : sql``;
  const found = await rows(
    on,
    sql<DueStatusRow>`
      select d.due_id, d.employer_no, d.assessment_id, d.insurance, d.month, d.kind, d.persons, d.base_fen, d.employer_fen,
             d.person_fen, d.late_from, d.case_no, d.at,
             (d.employer_fen + coalesce(o.employer_fen, 0))::bigint as net_employer_fen,
             (d.person_fen + coalesce(o.person_fen, 0))::bigint as net_person_fen,
             s.how as settled_how, b.bill_no as live_bill_no,
             exists (select 1 from collection_due r where r.region = d.region and r.reverses = d.due_id) as reversed,
             l.person_nos
      from collection_due d
      join collection_lines l on l.region = d.region and l.due_id = d.due_id
      left join collection_settlement s on s.region = d.region and s.due_id = d.due_id
      left join collection_bill_due b on b.region = d.region and b.due_id = d.due_id and b.live
      left join lateral (
        select sum(case when x.credit_due_id = d.due_id then x.employer_fen else -x.employer_fen end) as employer_fen,
               sum(case when x.credit_due_id = d.due_id then x.person_fen else -x.person_fen end) as person_fen
        from collection_offset x
        where x.region = d.region and (x.credit_due_id = d.due_id or x.debit_due_id = d.due_id)
      ) o on true
      where d.region = ${region} ${byCase} ${byEmployer} ${byMonths}
      order by d.month, d.at, d.due_id`,
  );
  return found.map((row) => ({
    ...toDue(row),
    netEmployerFen: row.net_employer_fen,
    netPersonFen: row.net_person_fen,
    settledHow: row.settled_how,
    liveBillNo: row.live_bill_no,
    reversed: row.reversed,
    personNos: row.person_nos.map((no) => String(no).padStart(11, '0')),
  }));
}

/** Amounts are positive: that much of the debit is taken away by the credit. */
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

export async function settleDues(
  on: Executor,
  region: string,
  dueIds: readonly string[],
  how: 'RECEIPT' | 'OFFSET' | 'OPENING' | 'REFUND',
  ref: string,
  at: Moment,
): Promise<void> {
  await run(
    on,
    sql`insert into collection_settlement (region, due_id, how, ref, at)
        select ${region}, d, ${how}, ${ref}, ${at}::timestamptz from unnest(${dueIds}::text[]) as t (d)`,
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
       from collection_line where region = ${region} and due_id = any(${dueIds}::text[])`,
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

/** Later cases that posted lines for these people and months: they must be undone first (后办先撤). */
export async function laterCasesOnPeople(
  on: Executor,
  region: string,
  employerNo: string,
  after: { readonly caseNo: string; readonly at: Moment; readonly fromMonth: Month },
  personNos: readonly string[],
): Promise<string[]> {
  const found = await rows(
    on,
    sql<{ case_no: string }>`
      select distinct d.case_no
      from collection_due d
      join collection_lines l on l.region = d.region and l.due_id = d.due_id
      where d.region = ${region} and d.employer_no = ${employerNo} and d.case_no <> ${after.caseNo}
        and d.at >= ${after.at} and d.month >= ${after.fromMonth} and l.person_nos && ${personNos}::bigint[]
        and d.reverses is null
        and not exists (select 1 from collection_due r where r.region = d.region and r.reverses = d.due_id)`,
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
