import type { Insurance } from '../../kernel/insurance.ts';
import type { Month } from '../../kernel/month.ts';
import type { Law } from '../../parameters/index.ts';
import { evaluate } from '../../rules/index.ts';
import type { DueKind, Line, Posted } from '../model.ts';
import { cellKey } from '../store.ts';
import { type EmployerFacts, exemptionIn, injuryClassIn, isInsured, wageInForce } from './facts.ts';

/** Which person-insurance-months an act may touch, and as what they are posted (design §2, table of acts). */
export type Cell = {
  readonly personNo: string;
  readonly insurance: Insurance;
  readonly month: Month;
  readonly kind: DueKind;
};

/** A fact without which nobody can be enrolled is not there. */
export class MissingFact extends Error {
  readonly reason: 'NO_WAGE' | 'NO_CLASS';
  /** Whose wage; empty for the class, which is the employer's. */
  readonly personNo: string;

  constructor(reason: MissingFact['reason'], personNo: string, month: Month) {
    super(`${reason} ${personNo} in ${month}: enrolment must not be written without it`);
    this.reason = reason;
    this.personNo = personNo;
  }
}

/** 应缴: base, employer and person fen of one person-insurance-month. Pure, derived, never stored. */
export function obligation(
  law: Law,
  region: string,
  facts: EmployerFacts,
  personNo: string,
  insurance: Insurance,
  month: Month,
): Posted {
  const nothing = { baseFen: 0, employerFen: 0, personFen: 0 };
  const person = facts.persons.get(personNo);
  if (!person || !isInsured(person, insurance, month) || exemptionIn(person, month)) return nothing;
  const wage = wageInForce(person.wages, month);
  const injuryClass = injuryClassIn(facts, month);
  if (!wage) throw new MissingFact('NO_WAGE', personNo, month);
  if (injuryClass === undefined) throw new MissingFact('NO_CLASS', '', month);
  const result = evaluate(
    law.rules(region, month),
    insurance,
    { basis: wage.basis, fen: wage.wageFen },
    injuryClass,
    facts.enjoysRelief2020 ? { relief: true } : undefined,
  );
  return { baseFen: result.baseFen, employerFen: result.employerFen, personFen: result.personFen };
}

/** The cells of all people insured in the months, and of those who have lines there though they are no longer insured. */
export function cellsOfMonths(
  facts: EmployerFacts,
  posted: ReadonlyMap<string, Posted>,
  insurances: readonly Insurance[],
  months: readonly Month[],
  kind: DueKind,
): Cell[] {
  const cells = new Map<string, Cell>();
  for (const month of months) {
    for (const insurance of insurances) {
      for (const [personNo, person] of facts.persons) {
        if (isInsured(person, insurance, month)) {
          cells.set(cellKey(personNo, insurance, month), { personNo, insurance, month, kind });
        }
      }
    }
  }
  for (const key of posted.keys()) {
    const [personNo, insurance, month] = key.split('/') as [string, Insurance, Month];
    if (!cells.has(key) && insurances.includes(insurance) && months.includes(month)) {
      cells.set(key, { personNo, insurance, month, kind });
    }
  }
  return [...cells.values()];
}

/**
 * To assess is always the same act: obligation − Σ lines already posted, for every cell of the scope. Doing it twice gives nothing the second time.
 * Pure; the order is by month, insurance and person.
 */
export function planLines(
  law: Law,
  region: string,
  facts: EmployerFacts,
  posted: ReadonlyMap<string, Posted>,
  cells: readonly Cell[],
): Line[] {
  const lines: Line[] = [];
  for (const cell of cells) {
    const target = obligation(law, region, facts, cell.personNo, cell.insurance, cell.month);
    const done = posted.get(cellKey(cell.personNo, cell.insurance, cell.month));
    const line = {
      ...cell,
      baseFen: target.baseFen - (done?.baseFen ?? 0),
      employerFen: target.employerFen - (done?.employerFen ?? 0),
      personFen: target.personFen - (done?.personFen ?? 0),
    };
    if (line.baseFen !== 0 || line.employerFen !== 0 || line.personFen !== 0) lines.push(line);
  }
  return lines.sort(
    (a, b) =>
      a.month.localeCompare(b.month) || a.insurance.localeCompare(b.insurance) || a.personNo.localeCompare(b.personNo),
  );
}

/**
 * Lines that go one way: where a law moves the employer's and the person's part in opposite directions (a corrected split of a rate), what
 * is owed more is one line and what is owed less another, for they go different ways: onto a bill, and off an unpaid due. The base goes with
 * the part that moves as it does; a base that falls while no money does is a line of its own, so that no bill is told a base below zero.
 * Pure; a line that goes one way stays as it is.
 */
export function splitBySign(lines: readonly Line[]): Line[] {
  return lines.flatMap((line) => {
    const baseFalls = line.baseFen < 0;
    const more = { ...partOf(line, Math.max), baseFen: baseFalls ? 0 : line.baseFen };
    const less = { ...partOf(line, Math.min), baseFen: baseFalls ? line.baseFen : 0 };
    if (!hasMoney(more)) return [line];
    // A base that rises beside money that falls stays with it: both are of the same due.
    return isNothing(less) ? [more] : [more, less];
  });
}

/** What takes from dues instead of asking for money. Of a line or a due that goes one way. */
export const isFall = (of: Posted): boolean => of.employerFen + of.personFen < 0 || (!hasMoney(of) && of.baseFen < 0);

const partOf = (line: Line, take: (a: number, b: number) => number): Line => ({
  ...line,
  employerFen: take(0, line.employerFen),
  personFen: take(0, line.personFen),
});

const hasMoney = (of: Posted): boolean => of.employerFen !== 0 || of.personFen !== 0;

export const isNothing = (of: Posted): boolean => !hasMoney(of) && of.baseFen === 0;
