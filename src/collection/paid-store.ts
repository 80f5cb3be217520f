import type { Insurance } from '../kernel/insurance.ts';
import type { CivilDate, Month } from '../kernel/month.ts';
import { among, type Executor, rows, sql } from '../platform/db.ts';
import { isStanding, linesOfDue } from './dues.ts';
import type { DueKind } from './model.ts';

/** Per person-insurance-month at an employer: posted amount and how much of it is settled by money or opening balance (实缴到账). */
export type PaidCell = {
  readonly personNo: string;
  readonly insurance: Insurance;
  readonly month: Month;
  readonly baseFen: number;
  readonly employerFen: number;
  readonly personFen: number;
  readonly paid: boolean;
  /** Money has come for all of it, though some may not be allocated yet (③, ④). */
  readonly received: boolean;
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
  const byPerson = filter.personNos ? sql`and ${among('p.person_no', filter.personNos, 'bigint')}` : sql``;
  const byInsurance = filter.insurance ? sql`and d.insurance = ${filter.insurance}` : sql``;
  const byMonths = filter.months ? sql`and d.month = any(${filter.months}::text[])` : sql``;
  const received = sql`(coalesce(d.live_bill_state in ('TAX_POSTED', 'SS_POSTED'), false) and exists (
    select 1 from collection_receipt m where m.region = ${region} and m.bill_no = d.live_bill_no and m.state = 'MATCHED'))`;
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
      received: boolean;
      overdue: boolean;
      kinds: DueKind[];
      refunded: boolean;
    }>`
      select lpad(p.person_no::text, 11, '0') as person_no, d.insurance, d.month,
             sum(p.base_fen)::bigint as base_fen, sum(p.employer_fen)::bigint as employer_fen, sum(p.person_fen)::bigint as person_fen,
             bool_and(d.settled_how is not null) and bool_or(d.settled_how in ('RECEIPT', 'OPENING')) as paid,
             bool_and(d.settled_how is not null or ${received})
               and bool_or(d.settled_how in ('RECEIPT', 'OPENING') or ${received}) as received,
             bool_or(d.settled_how is null and d.late_from <= ${today}::date) as overdue,
             array_agg(distinct d.kind) as kinds, bool_or(d.kind = 'REFUND') as refunded
      from collection_due_state d ${linesOfDue}
      where d.region = ${region} and d.employer_no = ${employerNo} ${byPerson} ${byInsurance} ${byMonths}
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
    received: row.received,
    overdue: row.overdue,
    kinds: row.kinds,
    refunded: row.refunded,
  }));
}

/** Months of people, from one on, in which an employer's lines stand: pension and unemployment belong to it until they are refunded. */
export async function listStandingMonths(
  on: Executor,
  region: string,
  employerNos: readonly string[],
  personNos: readonly string[],
  from: Month,
): Promise<{ employerNo: string; personNo: string; insurance: Insurance; month: Month }[]> {
  if (employerNos.length === 0 || personNos.length === 0) return [];
  return rows(
    on,
    sql<{ employerNo: string; personNo: string; insurance: Insurance; month: Month }>`
      select employer_no as "employerNo", person_no as "personNo", insurance, month from collection_line
      where region = ${region} and employer_no = any(${employerNos}::text[]) and person_no = any(${personNos}::text[])
        and month >= ${from} and insurance <> 'injury'
      group by employer_no, person_no, insurance, month having sum(base_fen) > 0 order by month`,
  );
}

/** Other cases whose dues stand in months that would lie beyond the books if these were moved back: `after` is where they would stand. */
export async function casesPostedBeyond(
  on: Executor,
  region: string,
  employerNo: string,
  caseNo: string,
  moves: ReadonlyMap<Insurance, Month>,
): Promise<string[]> {
  const found = await rows(
    on,
    sql<{ case_no: string }>`
      select distinct a.case_no
      from unnest(${[...moves.keys()]}::text[], ${[...moves.values()]}::text[]) as m (insurance, after)
      join collection_due d on d.region = ${region} and d.employer_no = ${employerNo} and d.insurance = m.insurance and d.month > m.after
      join collection_assessment a on a.region = d.region and a.assessment_no = d.assessment_no
      where a.case_no <> ${caseNo} and ${isStanding}`,
  );
  return found.map((row) => row.case_no);
}
