import type { Moment, Month } from '../kernel/month.ts';
import { type Executor, later, rows, run, sql } from '../platform/db.ts';
import type { WageDeclaration } from './model.ts';

type WageRow = {
  wage_id: string;
  person_no: string;
  month_from: Month;
  basis: 'DECLARED' | 'APPROVED';
  wage_fen: number;
  case_no: string;
};

/** Current declarations of an employer's people in order of month. */
export async function listWages(
  on: Executor,
  region: string,
  employerNo: string,
  personNos?: readonly string[],
): Promise<WageDeclaration[]> {
  const only = personNos ? sql`and person_no = any(${personNos}::text[])` : sql``;
  return (
    await rows(
      on,
      sql<WageRow>`select wage_id, person_no, month_from, basis, wage_fen, case_no from wages_declaration
                   where region = ${region} and employer_no = ${employerNo} and superseded_at is null ${only}
                   order by person_no, month_from`,
    )
  ).map((row) => ({
    wageId: row.wage_id,
    personNo: row.person_no,
    from: row.month_from,
    basis: row.basis,
    wageFen: row.wage_fen,
    caseNo: row.case_no,
  }));
}

export async function insertWages(
  on: Executor,
  region: string,
  employerNo: string,
  wages: readonly WageDeclaration[],
  at: Moment,
): Promise<void> {
  if (wages.length === 0) return;
  await later(
    on,
    sql`insert into wages_declaration (region, employer_no, recorded_at, wage_id, person_no, month_from, basis, wage_fen, case_no)
        select ${region}, ${employerNo}, ${at}::timestamptz, t.*
        from unnest(${wages.map((w) => w.wageId)}::text[], ${wages.map((w) => w.personNo)}::text[],
                    ${wages.map((w) => w.from)}::text[], ${wages.map((w) => w.basis)}::text[],
                    ${wages.map((w) => w.wageFen)}::bigint[], ${wages.map((w) => w.caseNo)}::text[]) as t`,
  );
}

/** A new declaration from the same month takes the place of the old one. */
export async function supersedeWages(
  on: Executor,
  region: string,
  employerNo: string,
  facts: readonly { readonly personNo: string; readonly from: Month }[],
  caseNo: string,
  at: Moment,
): Promise<void> {
  await later(
    on,
    sql`update wages_declaration w set superseded_at = ${at}, superseded_case = ${caseNo}
        from unnest(${facts.map((f) => f.personNo)}::text[], ${facts.map((f) => f.from)}::text[]) as t (person_no, month_from)
        where w.region = ${region} and w.employer_no = ${employerNo} and w.superseded_at is null
          and w.person_no = t.person_no and w.month_from = t.month_from`,
  );
}

/** Takes back what a case declared and brings back what it had superseded. */
export async function revertWagesOfCase(
  on: Executor,
  region: string,
  caseNo: string,
  undoCase: string,
  at: Moment,
): Promise<void> {
  await run(
    on,
    sql`update wages_declaration set superseded_at = ${at}, superseded_case = ${undoCase}
        where region = ${region} and case_no = ${caseNo} and superseded_at is null`,
  );
  await run(
    on,
    sql`insert into wages_declaration (region, wage_id, employer_no, person_no, month_from, basis, wage_fen, case_no, recorded_at)
        select region, wage_id || '+', employer_no, person_no, month_from, basis, wage_fen, case_no, ${at}
        from wages_declaration where region = ${region} and superseded_case = ${caseNo}`,
  );
}
