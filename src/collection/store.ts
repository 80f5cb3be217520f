import type { Insurance } from '../kernel/insurance.ts';
import type { CivilDate, Moment, Month } from '../kernel/month.ts';
import { type Executor, rows, run, sql } from '../platform/db.ts';
import type { Due, DueKind, Line, Pivot, Posted } from './model.ts';

export async function listPivots(on: Executor, region: string, employerNo: string): Promise<Pivot[]> {
  return (
    await rows(
      on,
      sql<{ insurance: Insurance; booked_through: Month }>`
        select insurance, booked_through from collection_pivot where region = ${region} and employer_no = ${employerNo}
        order by array_position(array['pension','unemployment','injury'], insurance)`,
    )
  ).map((row) => ({ insurance: row.insurance, bookedThrough: row.booked_through }));
}

/** Moves one pivot; `from` guards against a second mover (compare and set). */
export async function movePivot(
  on: Executor,
  region: string,
  employerNo: string,
  insurance: Insurance,
  from: Month,
  to: Month,
): Promise<boolean> {
  return (
    (await run(
      on,
      sql`update collection_pivot set booked_through = ${to}
          where region = ${region} and employer_no = ${employerNo} and insurance = ${insurance} and booked_through = ${from}`,
    )) === 1
  );
}

export async function insertPivot(on: Executor, region: string, employerNo: string, pivot: Pivot): Promise<void> {
  await run(
    on,
    sql`insert into collection_pivot (region, employer_no, insurance, booked_through)
        values (${region}, ${employerNo}, ${pivot.insurance}, ${pivot.bookedThrough})`,
  );
}

export const cellKey = (personNo: string, insurance: Insurance, month: Month): string =>
  `${personNo}/${insurance}/${month}`;

/** Σ posted lines per person, insurance and month, of the whole employer or of some persons. */
export async function sumPosted(
  on: Executor,
  region: string,
  employerNo: string,
  months: readonly Month[],
  personNos?: readonly string[],
): Promise<Map<string, Posted>> {
  const only = personNos ? sql`and p.person_no = any(${personNos}::bigint[])` : sql``;
  const found = await rows(
    on,
    sql<{
      person_no: string;
      insurance: Insurance;
      month: Month;
      base_fen: number;
      employer_fen: number;
      person_fen: number;
    }>`
      select lpad(p.person_no::text, 11, '0') as person_no, l.insurance, l.month, sum(p.base_fen)::bigint as base_fen,
             sum(p.employer_fen)::bigint as employer_fen, sum(p.person_fen)::bigint as person_fen
      from collection_lines l
      cross join lateral unnest(l.person_nos, l.base_fen, l.employer_fen, l.person_fen) as p (person_no, base_fen, employer_fen, person_fen)
      where l.region = ${region} and l.employer_no = ${employerNo} and l.month = any(${months}::text[]) ${only}
      group by 1, 2, 3`,
  );
  return new Map(
    found.map((row) => [
      cellKey(row.person_no, row.insurance, row.month),
      { baseFen: row.base_fen, employerFen: row.employer_fen, personFen: row.person_fen },
    ]),
  );
}

export async function insertAssessment(
  on: Executor,
  region: string,
  assessment: {
    readonly assessmentId: string;
    readonly employerNo: string;
    readonly act: string;
    readonly caseNo: string;
    readonly actor: string;
    readonly at: Moment;
    readonly rulesHash: string;
  },
): Promise<void> {
  await run(
    on,
    sql`insert into collection_assessment (region, assessment_id, employer_no, act, case_no, actor, at, rules_hash)
        values (${region}, ${assessment.assessmentId}, ${assessment.employerNo}, ${assessment.act}, ${assessment.caseNo},
                ${assessment.actor}, ${assessment.at}, ${assessment.rulesHash})`,
  );
}

/** Dues with their packed lines, many in two statements. */
export async function insertDues(
  on: Executor,
  region: string,
  dues: readonly (Due & { readonly lines: readonly Line[]; readonly reverses?: string })[],
): Promise<void> {
  if (dues.length === 0) return;
  await run(
    on,
    sql`insert into collection_due (region, due_id, employer_no, assessment_id, insurance, month, kind, persons, base_fen,
                                    employer_fen, person_fen, late_from, case_no, at, reverses)
        select ${region}, t.* from unnest(
          ${dues.map((d) => d.dueId)}::text[], ${dues.map((d) => d.employerNo)}::text[], ${dues.map((d) => d.assessmentId)}::text[],
          ${dues.map((d) => d.insurance)}::text[], ${dues.map((d) => d.month)}::text[], ${dues.map((d) => d.kind)}::text[],
          ${dues.map((d) => d.persons)}::int[], ${dues.map((d) => d.baseFen)}::bigint[], ${dues.map((d) => d.employerFen)}::bigint[],
          ${dues.map((d) => d.personFen)}::bigint[], ${dues.map((d) => d.lateFrom)}::date[], ${dues.map((d) => d.caseNo)}::text[],
          ${dues.map((d) => d.at)}::timestamptz[], ${dues.map((d) => d.reverses ?? null)}::text[]) as t`,
  );
  for (const due of dues) {
    await run(
      on,
      sql`insert into collection_lines (region, due_id, employer_no, insurance, month, person_nos, base_fen, employer_fen, person_fen)
          values (${region}, ${due.dueId}, ${due.employerNo}, ${due.insurance}, ${due.month},
                  ${due.lines.map((l) => l.personNo)}::bigint[], ${due.lines.map((l) => l.baseFen)}::bigint[],
                  ${due.lines.map((l) => l.employerFen)}::bigint[], ${due.lines.map((l) => l.personFen)}::bigint[])`,
    );
  }
}

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

/** Per person-insurance-month at an employer: posted amount and how much of it is settled by money or opening balance (实缴到账). */
export type PaidCell = {
  readonly personNo: string;
  readonly insurance: Insurance;
  readonly month: Month;
  readonly baseFen: number;
  readonly employerFen: number;
  readonly personFen: number;
  readonly paid: boolean;
  readonly overdue: boolean;
  readonly kinds: readonly DueKind[];
  readonly refunded: boolean;
};

export async function listPaidCells(
  on: Executor,
  region: string,
  employerNo: string,
  today: CivilDate,
  filter: {
    readonly personNos?: readonly string[];
    readonly insurance?: Insurance;
    readonly months?: readonly Month[];
  } = {},
): Promise<PaidCell[]> {
  const byPerson = filter.personNos ? sql`and p.person_no = any(${filter.personNos}::bigint[])` : sql``;
  const byInsurance = filter.insurance ? sql`and l.insurance = ${filter.insurance}` : sql``;
  const byMonths = filter.months ? sql`and l.month = any(${filter.months}::text[])` : sql``;
  const found = await rows(
    on,
    sql<{
      person_no: string;
      insurance: Insurance;
      month: Month;
      base_fen: number;
      employer_fen: number;
      person_fen: number;
      paid: boolean;
      overdue: boolean;
      kinds: DueKind[];
      refunded: boolean;
    }>`
      select lpad(p.person_no::text, 11, '0') as person_no, l.insurance, l.month,
             sum(p.base_fen)::bigint as base_fen, sum(p.employer_fen)::bigint as employer_fen, sum(p.person_fen)::bigint as person_fen,
             bool_and(s.how is not null) and bool_or(s.how in ('RECEIPT', 'OPENING')) as paid,
             bool_or(s.how is null and d.late_from <= ${today}::date) as overdue,
             array_agg(distinct d.kind) as kinds, bool_or(d.kind = 'REFUND') as refunded
      from collection_lines l
      join collection_due d on d.region = l.region and d.due_id = l.due_id
      left join collection_settlement s on s.region = l.region and s.due_id = l.due_id
      cross join lateral unnest(l.person_nos, l.base_fen, l.employer_fen, l.person_fen) as p (person_no, base_fen, employer_fen, person_fen)
      where l.region = ${region} and l.employer_no = ${employerNo} ${byPerson} ${byInsurance} ${byMonths}
      group by 1, 2, 3
      having sum(p.employer_fen) + sum(p.person_fen) <> 0 or bool_or(d.kind = 'REFUND')
      order by 3, 1`,
  );
  return found.map((row) => ({
    personNo: row.person_no,
    insurance: row.insurance,
    month: row.month,
    baseFen: row.base_fen,
    employerFen: row.employer_fen,
    personFen: row.person_fen,
    paid: row.paid,
    overdue: row.overdue,
    kinds: row.kinds,
    refunded: row.refunded,
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
