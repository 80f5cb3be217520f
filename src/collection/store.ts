import type { Insurance } from '../kernel/insurance.ts';
import type { Moment, Month } from '../kernel/month.ts';
import { among, type Executor, later, one, rows, run, sql } from '../platform/db.ts';
import { type Block, dueIdOf, packBlocks } from './blocks.ts';
import { linesOfDue } from './dues.ts';
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
      sql`update collection_booked set ${sql.ref(insurance)} = ${to}
          where region = ${region} and employer_no = ${employerNo} and ${sql.ref(insurance)} = ${from}`,
    )) === 1
  );
}

/** @throws Error when the employer books this insurance already. */
export async function insertPivot(on: Executor, region: string, employerNo: string, pivot: Pivot): Promise<void> {
  const column = sql.ref(pivot.insurance);
  const written = await run(
    on,
    sql`insert into collection_booked (region, employer_no, ${column}) values (${region}, ${employerNo}, ${pivot.bookedThrough})
        on conflict (region, employer_no) do update set ${column} = excluded.${column} where collection_booked.${column} is null`,
  );
  if (written !== 1) throw new Error(`${employerNo} books ${pivot.insurance} already`);
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

/** Returns the number by which its blocks point to it. */
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

/** A due that has no place yet, and so no id. */
export type DueDraft = Omit<Due, 'dueId'> & { readonly lines: readonly Line[]; readonly reverses?: string };

/** A statement takes 65,535 values, a block thirteen. */
const BLOCKS_PER_STATEMENT = 1_000;

/** Dues of one assessment with their lines, many in one statement. Returns them with their ids, in the same order. */
export async function insertDues<D extends DueDraft>(
  on: Executor,
  region: string,
  drafts: readonly D[],
): Promise<(D & { readonly dueId: string })[]> {
  const [head] = drafts;
  if (!head) return [];
  const blocks = packBlocks(drafts);
  for (let from = 0; from < blocks.length; from += BLOCKS_PER_STATEMENT) {
    const values = blockValues(blocks.slice(from, from + BLOCKS_PER_STATEMENT));
    await later(
      on,
      // On the next free places of the employer in the month: who writes there at the same time collides.
      sql`insert into collection_block (region, assessment_no, block_no, block_id, employer_no, month, kind, late_from, insurances, totals,
                                        person_nos, cell_base_fen, rates_ppm, cell_employer_fen, cell_person_fen)
          select ${region}, a.assessment_no, t.nth + coalesce((
                   select max(b.block_no) + 1 from collection_block b
                   where b.region = ${region} and b.month = t.month and b.employer_no = t.employer_no), 0),
                 t.block_id, t.employer_no, t.month, t.kind, t.late_from, t.insurances, t.totals,
                 t.person_nos, t.cell_base_fen, t.rates_ppm, t.cell_employer_fen, t.cell_person_fen
          from collection_assessment a
          cross join (values ${sql.join(values)})
            as t (nth, block_id, employer_no, month, kind, late_from, insurances, totals, person_nos,
                  cell_base_fen, rates_ppm, cell_employer_fen, cell_person_fen)
          where a.region = ${region} and a.assessment_id = ${head.assessmentId}`,
    );
  }
  const idOf = new Map(blocks.flatMap(({ blockId, dues }) => dues.map((due, slot) => [due, dueIdOf(blockId, slot)])));
  const dues = drafts.map((draft) => ({ ...draft, dueId: idOf.get(draft) as string }));
  const undos = dues.filter((due) => due.reverses !== undefined);
  if (undos.length > 0) {
    await later(
      on,
      sql`insert into collection_reversal (region, due_id, reverses)
          select ${region}, t.* from unnest(${undos.map((due) => due.dueId)}::text[], ${undos.map((due) => due.reverses)}::text[]) as t`,
    );
  }
  return dues;
}

/** The first value counts the blocks of an employer and month. */
function blockValues<D extends DueDraft>(blocks: readonly Block<D>[]) {
  const counts = new Map<string, number>();
  return blocks.map(({ blockId, dues, ...cells }) => {
    const { employerNo, month, kind, lateFrom } = dues[0] as D;
    const place = `${employerNo}/${month}`;
    const nth = counts.get(place) ?? 0;
    counts.set(place, nth + 1);
    return sql`(${nth}::int, ${blockId}, ${employerNo}, ${month}, ${kind}, ${lateFrom}::date, ${dues.map((d) => d.insurance)}::text[],
                ${dues.flatMap((d) => [d.persons, d.baseFen, d.employerFen, d.personFen])}::bigint[], ${cells.personNos}::bigint[], ${cells.baseFen}::int[],
                ${cells.ratesPpm}::int[], ${cells.employerFen}::int[], ${cells.personFen}::int[])`;
  });
}
