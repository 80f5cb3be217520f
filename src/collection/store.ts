import type { Insurance } from '../kernel/insurance.ts';
import type { Moment, Month } from '../kernel/month.ts';
import { type Executor, rows, run, sql } from '../platform/db.ts';
import type { Due, Line, Pivot, Posted } from './model.ts';

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
