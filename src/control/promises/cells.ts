import {
  cellKey,
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
import { rows, sql } from '../../platform/db.ts';
import type { Scope } from './promise.ts';

/** One person × insurance × month of an employer: what is owed by the rules and what the lines say. */
export type CheckedCell = {
  readonly personNo: string;
  readonly insurance: Insurance;
  readonly month: Month;
  readonly target: Posted;
  readonly posted: Posted | undefined;
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

/** Every cell in which something is booked or should be. @throws DomainError POL-001 for a booked month whose rules are missing. */
export async function employerCells(scope: Scope, employerNo: string): Promise<EmployerCells> {
  const { on, region, law } = scope;
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
    const target = inBooks ? obligation(law, region, facts, personNo, insurance, month) : NOTHING;
    return { personNo, insurance, month, target, posted: posted.get(key), booked: inBooks };
  });
  return { employerNo, facts, cells };
}

export const differs = (cell: CheckedCell): boolean => !sameAmounts(cell.target, cell.posted ?? NOTHING);

async function monthsWithLines(scope: Scope, employerNo: string): Promise<Month[]> {
  const found = await rows(
    scope.on,
    sql<{ month: string }>`select distinct month from collection_lines
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
      union select employer_no from collection_due where region = ${scope.region} order by 1`,
  );
  return found.map((row) => row.employer_no);
}

/** Dues with a line of the person in that insurance and month, the latest last. */
export async function duesOfCell(scope: Scope, employerNo: string, cell: CheckedCell) {
  const dues = await listDueStatus(scope.on, scope.region, { employerNo, months: [cell.month] });
  return dues
    .filter((due) => due.insurance === cell.insurance && due.personNos.includes(cell.personNo))
    .sort((a, b) => (a.dueId < b.dueId ? -1 : 1));
}

/**
 * Ids of the facts the obligation of a person depends on, as of their recording; ids are ULIDs, so a greater id was written later, also
 * while the business clock stands still.
 */
export async function latestFactId(scope: Scope, employerNo: string, personNo: string): Promise<string> {
  const { on, region } = scope;
  const found = await rows(
    on,
    sql<{ id: string | null }>`
      select max(id) as id from (
        select span_id as id from enrolment_span where region = ${region} and employer_no = ${employerNo} and person_no = ${personNo}
        union all
        select wage_id from wages_declaration where region = ${region} and employer_no = ${employerNo} and person_no = ${personNo}
        union all
        select exemption_id from registry_exemption where region = ${region} and person_no = ${personNo}
        union all
        select fact_id from registry_injury_class where region = ${region} and employer_no = ${employerNo}
        union all
        select overlay_id from parameters_overlay
      ) facts`,
  );
  return found[0]?.id ?? '';
}
