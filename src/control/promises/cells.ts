import {
  cellKey,
  type DueStatus,
  type EmployerFacts,
  listDueStatus,
  listPivots,
  loadFacts,
  obligation,
  type Posted,
  sumPosted,
} from '../../collection/index.ts';
import { covers, listEmployerInsurances } from '../../enrolment/index.ts';
import { INSURANCES, type Insurance } from '../../kernel/insurance.ts';
import { type Month, monthRange, month as toMonth } from '../../kernel/month.ts';
import { type Law, loadLaw } from '../../parameters/index.ts';
import { among, rows, sql } from '../../platform/db.ts';
import type { Scope } from './promise.ts';

/** One person × insurance × month of an employer: what is owed by the rules and what the lines say. */
export type CheckedCell = {
  readonly personNo: string;
  readonly insurance: Insurance;
  readonly month: Month;
  readonly target: Posted;
  readonly posted: Posted | undefined;
  /** Why the obligation cannot be derived: a rule or a fact that is missing. */
  readonly problem: string | undefined;
  /** The month is within what the employer has booked. */
  readonly booked: boolean;
};

export type EmployerCells = {
  readonly employerNo: string;
  readonly facts: EmployerFacts;
  readonly cells: readonly CheckedCell[];
};

const NOTHING: Posted = { baseFen: 0, employerFen: 0, personFen: 0 };

export const sameAmounts = (a: Posted, b: Posted): boolean =>
  a.baseFen === b.baseFen && a.employerFen === b.employerFen && a.personFen === b.personFen;

/** The obligation, or a sentence when it cannot be derived: what is not provable is a finding, not the end of the check. */
export function derive(
  scope: Scope,
  facts: EmployerFacts,
  personNo: string,
  insurance: Insurance,
  month: Month,
): Posted | string {
  try {
    return obligation(scope.law, scope.region, facts, personNo, insurance, month);
  } catch (error) {
    return (error as Error).message;
  }
}

/** Every cell in which something is booked or should be. */
export async function employerCells(scope: Scope, employerNo: string): Promise<EmployerCells> {
  const { on, region } = scope;
  const facts = await loadFacts(on, region, employerNo);
  const began = new Map((await listEmployerInsurances(on, region, employerNo)).map((one) => [one.insurance, one.from]));
  const booked = new Map((await listPivots(on, region, employerNo)).map((one) => [one.insurance, one.bookedThrough]));
  const months = await monthsWithLines(scope, employerNo);
  const posted = await sumPosted(on, region, employerNo, months);
  const keys = new Set(posted.keys());
  for (const insurance of INSURANCES) {
    const from = began.get(insurance);
    const through = booked.get(insurance);
    if (!from || !through) continue;
    for (const month of monthRange(from, through)) {
      for (const [personNo, person] of facts.persons) {
        if (person.spans.some((span) => span.insurance === insurance && covers(span, month))) {
          keys.add(cellKey(personNo, insurance, month));
        }
      }
    }
  }
  const cells = [...keys].map((key): CheckedCell => {
    const [personNo, insurance, month] = key.split('/') as [string, Insurance, Month];
    const through = booked.get(insurance);
    const inBooks = through !== undefined && month <= through;
    const derived = inBooks ? derive(scope, facts, personNo, insurance, month) : NOTHING;
    const [target, problem] = typeof derived === 'string' ? [NOTHING, derived] : [derived, undefined];
    return { personNo, insurance, month, target, problem, posted: posted.get(key), booked: inBooks };
  });
  return { employerNo, facts, cells };
}

export const differs = (cell: CheckedCell): boolean =>
  cell.problem !== undefined || !sameAmounts(cell.target, cell.posted ?? NOTHING);

async function monthsWithLines(scope: Scope, employerNo: string): Promise<Month[]> {
  const found = await rows(
    scope.on,
    sql<{ month: string }>`select distinct month from collection_block
                           where region = ${scope.region} and employer_no = ${employerNo} order by month`,
  );
  return found.map((row) => toMonth(row.month));
}

/** All employers that have pivots or lines. */
export async function employersWithBooks(scope: Scope): Promise<string[]> {
  const found = await rows(
    scope.on,
    sql<{ employer_no: string }>`
      select employer_no from collection_pivot where region = ${scope.region}
      union select employer_no from collection_block where region = ${scope.region} order by 1`,
  );
  return found.map((row) => row.employer_no);
}

type CellName = Pick<CheckedCell, 'personNo' | 'insurance' | 'month'>;

export type CellHistory = {
  /** Standing dues (neither undone nor an undo) with a line of the person in that insurance and month, the latest last. */
  readonly dues: (cell: CellName) => readonly DueStatus[];
  /** Something the obligation of the cell depends on was recorded after the due. */
  readonly movedAfter: (cell: CellName, dueId: string) => Promise<boolean>;
};

/** What came before and after the lines of some cells of an employer, read once for all of them. */
export async function historyOf(scope: Scope, facts: EmployerFacts, cells: readonly CellName[]): Promise<CellHistory> {
  const { employerNo } = facts;
  const months = [...new Set(cells.map((cell) => cell.month))];
  const byCell = new Map<string, DueStatus[]>();
  for (const due of await listDueStatus(scope.on, scope.region, { employerNo, months })) {
    if (!due.standing) continue;
    for (const personNo of due.personNos) {
      const key = cellKey(personNo, due.insurance, due.month);
      const known = byCell.get(key);
      if (known) known.push(due);
      else byCell.set(key, [due]);
    }
  }
  for (const dues of byCell.values()) dues.sort((a, b) => (a.dueId < b.dueId ? -1 : 1));
  const recorded = await recordedFacts(scope, employerNo, [...new Set(cells.map((cell) => cell.personNo))]);
  const laws = new Map<string, Promise<Law>>();
  const lawAt = (dueId: string): Promise<Law> => {
    const law = laws.get(dueId) ?? loadLaw(scope.on, dueId);
    laws.set(dueId, law);
    return law;
  };
  return {
    dues: (cell) => byCell.get(cellKey(cell.personNo, cell.insurance, cell.month)) ?? [],
    async movedAfter(cell, dueId) {
      const ofCell = [...(recorded.get(cell.personNo) ?? []), ...(recorded.get(EVERYBODY) ?? [])];
      if (ofCell.some((fact) => fact.id > dueId && concerns(fact, cell))) return true;
      return lawMoved(scope, await lawAt(dueId), facts, cell);
    },
  };
}

/** The law of then asks another amount for the cell. What else was laid over the book since does not concern it. */
function lawMoved(scope: Scope, then: Law, facts: EmployerFacts, { personNo, insurance, month }: CellName): boolean {
  if (then === scope.law) return false;
  const before = derive({ ...scope, law: then }, facts, personNo, insurance, month);
  const now = derive(scope, facts, personNo, insurance, month);
  return typeof before === 'string' || typeof now === 'string' ? before !== now : !sameAmounts(before, now);
}

type RecordedFact = {
  readonly person_no: string;
  readonly id: string;
  /** null: of all. */
  readonly insurance: Insurance | null;
  readonly month_from: Month;
  readonly month_to: Month | null;
};

/** In place of a person's number: a fact of the employer. */
const EVERYBODY = '';

/** What began later says nothing of the month: a wage or a span that ends another begins when that one did. */
const concerns = (fact: RecordedFact, { insurance, month }: CellName): boolean =>
  (fact.insurance === null || fact.insurance === insurance) &&
  fact.month_from <= month &&
  (fact.month_to === null || month <= fact.month_to);

/**
 * Ids of facts begin with a ULID: a greater one was written later, also while the business clock stands still. A wage that an undo put back
 * is called after the one it restores, and counts as old as that: it says again what was true then. The end of a span is left out: a 停保
 * concerns the months after it.
 */
async function recordedFacts(
  { on, region }: Scope,
  employerNo: string,
  personNos: readonly string[],
): Promise<ReadonlyMap<string, readonly RecordedFact[]>> {
  const theirs = among('person_no', personNos, 'text');
  const found = await rows(
    on,
    sql<RecordedFact>`
      select person_no, span_id as id, insurance, month_from, null as month_to from enrolment_span
      where region = ${region} and employer_no = ${employerNo} and ${theirs}
      union all
      select person_no, wage_id, null, month_from, null from wages_declaration
      where region = ${region} and employer_no = ${employerNo} and ${theirs}
      union all
      select person_no, exemption_id, null, month_from, month_to from registry_exemption where region = ${region} and ${theirs}
      union all
      select ${EVERYBODY}::text, fact_id, 'injury', month_from, null from registry_injury_class
      where region = ${region} and employer_no = ${employerNo}`,
  );
  return Map.groupBy(found, (fact) => fact.person_no);
}
