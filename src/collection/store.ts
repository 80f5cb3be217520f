import type { Insurance } from '../kernel/insurance.ts';
import type { Moment, Month } from '../kernel/month.ts';
import { among, type Executor, later, one, rows, run, sql } from '../platform/db.ts';
import { packBlocks } from './blocks.ts';
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

/** The lines `p` (person_no, base_fen, employer_fen, person_fen) of the due `d`, from the block `l` it lies in. */
export const linesOfDue = sql`
  join collection_lines l
    on l.region = d.region and l.month = d.month and l.employer_no = d.employer_no and l.block_no = d.block_no
  cross join lateral collection_cells(l.person_nos, l.base_fen, l.employer_fen, l.person_fen, d.slot) as p`;

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
  if (months.length === 0 || personNos?.length === 0) return new Map();
  const only = personNos ? sql`and ${among('p.person_no', personNos, 'bigint')}` : sql``;
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
      select lpad(p.person_no::text, 11, '0') as person_no, d.insurance, d.month, sum(p.base_fen)::bigint as base_fen,
             sum(p.employer_fen)::bigint as employer_fen, sum(p.person_fen)::bigint as person_fen
      from collection_due d ${linesOfDue}
      where d.region = ${region} and d.employer_no = ${employerNo} and d.month = any(${months}::text[]) ${only}
      group by 1, 2, 3`,
  );
  return new Map(
    found.map((row) => [
      cellKey(row.person_no, row.insurance, row.month),
      { baseFen: row.base_fen, employerFen: row.employer_fen, personFen: row.person_fen },
    ]),
  );
}

export type NewAssessment = {
  readonly assessmentId: string;
  /** null: the run of a month, for many employers. */
  readonly employerNo: string | null;
  readonly act: string;
  readonly caseNo: string;
  readonly actor: string;
  readonly at: Moment;
  readonly rulesHash: string;
};

/** Returns the number by which its dues point to it. */
export async function insertAssessment(on: Executor, region: string, assessment: NewAssessment): Promise<number> {
  const { assessmentNo } = await one(
    on,
    sql<{ assessmentNo: number }>`${assessmentRow(region, assessment)} returning assessment_no as "assessmentNo"`,
  );
  return assessmentNo;
}

/** For `insertDues`, which finds the number itself. */
export async function noteAssessment(on: Executor, region: string, assessment: NewAssessment): Promise<void> {
  await later(on, assessmentRow(region, assessment));
}

const assessmentRow = (region: string, assessment: NewAssessment) =>
  sql`insert into collection_assessment (region, assessment_id, employer_no, act, case_no, actor, at, rules_hash)
      values (${region}, ${assessment.assessmentId}, ${assessment.employerNo}, ${assessment.act}, ${assessment.caseNo},
              ${assessment.actor}, ${assessment.at}, ${assessment.rulesHash})`;

/** A statement takes 65,535 values, a block eight. */
const BLOCKS_PER_STATEMENT = 1_000;

/** Dues of one assessment with their lines, many in three statements. The caller holds the employer, so that block numbers do not collide. */
export async function insertDues(
  on: Executor,
  region: string,
  dues: readonly (Due & { readonly lines: readonly Line[]; readonly reverses?: string })[],
): Promise<void> {
  const [head] = dues;
  if (!head) return;
  const blocks = packBlocks(dues);
  const next = await nextBlockNos(on, region, blocks);
  const placed = blocks.map((block) => {
    const key = `${block.employerNo}/${block.month}`;
    const blockNo = next.get(key) ?? 0;
    next.set(key, blockNo + 1);
    return { ...block, blockNo };
  });
  const values = placed.map(
    (block) => sql`(${region}, ${block.month}, ${block.employerNo}, ${block.blockNo}, ${block.personNos}::bigint[],
                    ${block.baseFen}::int[], ${block.employerFen}::int[], ${block.personFen}::int[])`,
  );
  for (let from = 0; from < values.length; from += BLOCKS_PER_STATEMENT) {
    await later(
      on,
      sql`insert into collection_lines (region, month, employer_no, block_no, person_nos, base_fen, employer_fen, person_fen)
          values ${sql.join(values.slice(from, from + BLOCKS_PER_STATEMENT))}`,
    );
  }
  const rowsOf = placed.flatMap(({ blockNo, dues: slots }) => slots.map((due, slot) => ({ ...due, blockNo, slot })));
  await later(
    on,
    sql`insert into collection_due (region, assessment_no, due_id, employer_no, insurance, month, kind, block_no, slot, persons, base_fen,
                                    employer_fen, person_fen, late_from, reverses)
        select ${region}, a.assessment_no, t.* from collection_assessment a cross join unnest(
          ${rowsOf.map((d) => d.dueId)}::text[], ${rowsOf.map((d) => d.employerNo)}::text[], ${rowsOf.map((d) => d.insurance)}::text[],
          ${rowsOf.map((d) => d.month)}::text[], ${rowsOf.map((d) => d.kind)}::text[], ${rowsOf.map((d) => d.blockNo)}::smallint[],
          ${rowsOf.map((d) => d.slot)}::smallint[], ${rowsOf.map((d) => d.persons)}::int[], ${rowsOf.map((d) => d.baseFen)}::bigint[],
          ${rowsOf.map((d) => d.employerFen)}::bigint[], ${rowsOf.map((d) => d.personFen)}::bigint[],
          ${rowsOf.map((d) => d.lateFrom)}::date[], ${rowsOf.map((d) => d.reverses ?? null)}::text[]) as t
        where a.region = ${region} and a.assessment_id = ${head.assessmentId}`,
  );
}

/** The number of the next block of each employer and month, by `employer/month`. */
async function nextBlockNos(
  on: Executor,
  region: string,
  blocks: readonly { readonly employerNo: string; readonly month: Month }[],
): Promise<Map<string, number>> {
  const found = await rows(
    on,
    sql<{ employer_no: string; month: Month; next: number }>`
      select employer_no, month, (max(block_no) + 1)::int as next from collection_lines
      where region = ${region} and month = any(${[...new Set(blocks.map((block) => block.month))]}::text[])
        and employer_no = any(${[...new Set(blocks.map((block) => block.employerNo))]}::text[])
      group by employer_no, month`,
  );
  return new Map(found.map((row) => [`${row.employer_no}/${row.month}`, row.next]));
}
