import { findByRef } from '../../archive/index.ts';
import {
  type Bill,
  cellKey,
  type DueKind,
  type DueStatus,
  type EmployerFacts,
  linesOfDues,
  listBillPersons,
  listDueStatus,
  obligation,
  type Posted,
  sumPosted,
} from '../../collection/index.ts';
import { covers } from '../../enrolment/index.ts';
import { DomainError } from '../../kernel/errors.ts';
import { sumFen } from '../../kernel/fen.ts';
import type { Insurance } from '../../kernel/insurance.ts';
import type { Month } from '../../kernel/month.ts';
import { type Law, loadLaw } from '../../parameters/index.ts';
import { wageInForce } from '../../wages/index.ts';
import type { ItemEnv } from '../model.ts';

export type Cell = { readonly personNo: string; readonly insurance: Insurance; readonly month: Month };
export type AmountOf = (of: Pick<Posted, 'employerFen' | 'personFen'>) => number;

/** What was assessed of a person-insurance-month, seen from one line of a bill. */
export type Assessed = {
  /** Of the kind that is asked for, on this bill. */
  readonly ownFen: number;
  /** Of other kinds, on the same bill. */
  readonly besideFen: number;
  readonly earlierFen: number;
  readonly laterFen: number;
};

/** Undefined when the person has no such line on the bill. */
export async function assessedOf(
  env: ItemEnv,
  bill: Pick<Bill, 'billNo' | 'issuedAt'>,
  cell: Cell,
  kind: DueKind | undefined,
  of: AmountOf,
): Promise<Assessed | undefined> {
  const { tx, region } = env.ctx;
  const { personNo, insurance, month } = cell;
  const lines = await listBillPersons(tx, region, bill.billNo, { personNos: [personNo], insurance, month }, {});
  const own = lines.filter((line) => !kind || line.kind === kind);
  if (own.length === 0) return undefined;
  const [ownFen, onBillFen] = [sumFen(own, of), sumFen(lines, of)];
  const posted = await sumPosted(tx, region, env.employer.employerNo, [month], [personNo]);
  const wholeFen = of(posted.get(cellKey(personNo, insurance, month)) ?? { employerFen: 0, personFen: 0 });
  // Mostly all of it is on one bill; only otherwise is it asked what came when.
  const laterFen = wholeFen === onBillFen ? 0 : wholeFen - (await postedUntil(env, bill, cell, of));
  return { ownFen, besideFen: onBillFen - ownFen, earlierFen: wholeFen - onBillFen - laterFen, laterFen };
}

async function postedUntil(
  env: ItemEnv,
  bill: Pick<Bill, 'billNo' | 'issuedAt'>,
  cell: Cell,
  of: AmountOf,
): Promise<number> {
  const { tx, region } = env.ctx;
  // Ids tell the order also while the business clock stands still; the paper is made with the bill.
  const paper = await findByRef(tx, region, 'BILL', bill.billNo);
  const isBefore = (due: DueStatus): boolean => (paper ? due.dueId < paper.documentId : due.at <= bill.issuedAt);
  const before = (await duesOf(env, cell)).filter(isBefore).map((due) => due.dueId);
  const lines = await linesOfDues(tx, region, before);
  return sumFen(
    lines.filter((line) => line.personNo === cell.personNo),
    of,
  );
}

async function duesOf(env: ItemEnv, { personNo, insurance, month }: Cell): Promise<DueStatus[]> {
  const filter = { employerNo: env.employer.employerNo, months: [month] };
  const dues = await listDueStatus(env.ctx.tx, env.ctx.region, filter);
  return dues.filter((due) => due.insurance === insurance && due.personNos.includes(personNo));
}

/** Something the obligation depends on was recorded after the latest assessment that stands: a difference is to be assessed yet. */
export async function movedSinceAssessed(env: ItemEnv, facts: EmployerFacts, cell: Cell): Promise<boolean> {
  const standing = (await duesOf(env, cell)).filter((due) => due.standing);
  // Ids tell the order also while the business clock stands still.
  const last = standing.toSorted((a, b) => (a.dueId < b.dueId ? -1 : 1)).at(-1);
  const person = facts.persons.get(cell.personNo);
  if (!last || !person) return false;
  const spans = person.spans.filter((span) => span.insurance === cell.insurance && covers(span, cell.month));
  const wage = wageInForce(person.wages, cell.month);
  const owed = owedBy(env, env.law, facts, cell);
  return (
    // There is a line, so that the person was insured and not exempt when it was posted.
    owed?.baseFen === 0 ||
    spans.some((span) => span.spanId > last.dueId) ||
    (wage !== undefined && wage.wageId > last.dueId) ||
    !isSame(owed, owedBy(env, await loadLaw(env.ctx.tx, last.dueId), facts, cell))
  );
}

/** Undefined where that law cannot say. */
function owedBy(env: ItemEnv, law: Law, facts: EmployerFacts, cell: Cell): Posted | undefined {
  try {
    return obligation(law, env.ctx.region, facts, cell.personNo, cell.insurance, cell.month);
  } catch (error) {
    if (error instanceof DomainError) return undefined;
    throw error;
  }
}

const isSame = (a: Posted | undefined, b: Posted | undefined): boolean =>
  a?.baseFen === b?.baseFen && a?.employerFen === b?.employerFen && a?.personFen === b?.personFen;
