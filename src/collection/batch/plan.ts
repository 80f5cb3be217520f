/** One month of a range of employers on typed arrays: the same obligation as `planLines`, by the same rule, without an object per person. */
import { INSURANCES, type Insurance } from '../../kernel/insurance.ts';
import type { Month } from '../../kernel/month.ts';
import { type CopyReader, type NumberColumn, numberColumn } from '../../platform/copy/index.ts';
import {
  type ContributionColumns,
  contributionColumns,
  evaluateColumns,
  type MonthRules,
  RELIEF_BIT,
} from '../../rules/index.ts';
import { INSURANCE_OF_LETTER } from './store.ts';

/** Why an employer of the range was left as it is. */
export type Skipped = {
  readonly employerNo: string;
  /** LAGGING: a month before is not booked; NO_WAGE, NO_CLASS: a fact is missing; REFUSED: the difference could not be posted. */
  readonly reason: 'LAGGING' | 'NO_WAGE' | 'NO_CLASS' | 'REFUSED';
  readonly detail: string;
};

export type RangeFacts = {
  readonly employers: readonly { readonly employerNo: string; readonly relief: boolean }[];
  /** Like all rows below in order of employer. */
  readonly pivots: CopyReader;
  readonly injuryClasses: CopyReader;
  readonly insured: CopyReader;
  readonly wages: CopyReader;
  readonly exempt: CopyReader;
  /** Employers with lines in the month: they are told apart, not computed here. */
  readonly withLines: ReadonlySet<string>;
};

/** A due to be written: rows `from … to` of its insurance's columns. */
export type ColumnDue = {
  readonly employerNo: string;
  readonly insurance: Insurance;
  readonly from: number;
  readonly to: number;
  readonly baseFen: number;
  readonly employerFen: number;
  readonly personFen: number;
};

export type RangePlan = {
  /** In order of employer and insurance (by code, as `planLines` orders). */
  readonly dues: readonly ColumnDue[];
  readonly persons: Readonly<Record<Insurance, Float64Array>>;
  readonly amounts: Readonly<Record<Insurance, ContributionColumns>>;
  /** Whose pivots move. */
  readonly booked: readonly string[];
  /** Whose difference must be made one by one, with the insurances that are open. */
  readonly singly: readonly { readonly employerNo: string; readonly insurances: readonly Insurance[] }[];
  readonly skipped: readonly Skipped[];
};

/** Alphabetical, as `planLines` orders the lines. */
const BY_CODE: readonly Insurance[] = [...INSURANCES].sort();

/** Columns of one insurance: what the rule reads and what it answers. */
type Columns = {
  count: number;
  persons: Float64Array;
  wageFen: Float64Array;
  approved: Uint8Array;
  injuryClass: Uint8Array;
  modifiers: Uint8Array;
  amounts: ContributionColumns;
};

/** Memory of one worker, used again for every range: a range leaves nothing for the collector but its dues. */
export type Scratch = {
  readonly columns: Readonly<Record<Insurance, Columns>>;
  /** People of all employers and insurances, one after the other. */
  readonly insured: NumberColumn;
  readonly wagePersons: NumberColumn;
  /** Twice the fen, one more when approved. */
  readonly wages: NumberColumn;
  readonly exempt: NumberColumn;
};

const emptyColumns = (): Columns => ({
  count: 0,
  persons: new Float64Array(0),
  wageFen: new Float64Array(0),
  approved: new Uint8Array(0),
  injuryClass: new Uint8Array(0),
  modifiers: new Uint8Array(0),
  amounts: contributionColumns(0),
});

export const scratch = (): Scratch => ({
  columns: { pension: emptyColumns(), unemployment: emptyColumns(), injury: emptyColumns() },
  insured: numberColumn(),
  wagePersons: numberColumn(),
  wages: numberColumn(),
  exempt: numberColumn(),
});

function begin(columns: Columns, size: number): void {
  columns.count = 0;
  if (columns.persons.length >= size) return;
  const room = Math.max(size, columns.persons.length * 2);
  columns.persons = new Float64Array(room);
  columns.wageFen = new Float64Array(room);
  columns.approved = new Uint8Array(room);
  columns.injuryClass = new Uint8Array(room);
  columns.modifiers = new Uint8Array(room);
  columns.amounts = contributionColumns(room);
}

type Employer = {
  readonly employerNo: string;
  readonly relief: boolean;
  injuryClass: number;
  readonly pivots: Partial<Record<Insurance, string>>;
  /** Where its people stand in `Scratch.insured`: insurances of the same people may share a place. */
  readonly insured: Record<Insurance, People>;
  wages: People;
};

/** Rows of a column; from = to when there are none. */
type People = { readonly from: number; readonly to: number };

const insuranceOf = (letter: number): Insurance => {
  const insurance = INSURANCE_OF_LETTER[letter];
  if (!insurance) throw new RangeError(`not an insurance: ${letter}`);
  return insurance;
};

function gather(facts: RangeFacts, { insured, wagePersons, wages }: Scratch): Employer[] {
  const nothing: People = { from: 0, to: 0 };
  const employers = facts.employers.map(
    ({ employerNo, relief }): Employer => ({
      employerNo,
      relief,
      injuryClass: 0,
      pivots: {},
      insured: { pension: nothing, unemployment: nothing, injury: nothing },
      wages: nothing,
    }),
  );
  const byNumber = new Map(employers.map((employer) => [Number(employer.employerNo), employer]));
  /** Rows come employer by employer: looked up once each. */
  const finder = () => {
    let lastNo = -1;
    let found: Employer | undefined;
    return (employerNo: number): Employer | undefined => {
      if (employerNo !== lastNo) {
        lastNo = employerNo;
        found = byNumber.get(employerNo);
      }
      return found;
    };
  };

  const ofPivot = finder();
  while (facts.pivots.next()) {
    const employer = ofPivot(facts.pivots.digits());
    for (const insurance of INSURANCES) {
      const bookedThrough = facts.pivots.ascii();
      if (employer && bookedThrough !== '') employer.pivots[insurance] = bookedThrough;
    }
  }
  const ofClass = finder();
  while (facts.injuryClasses.next()) {
    const employer = ofClass(facts.injuryClasses.digits());
    const injuryClass = facts.injuryClasses.int4();
    if (employer) employer.injuryClass = injuryClass;
  }
  const ofSpan = finder();
  insured.length = 0;
  let before: People | undefined;
  while (facts.insured.next()) {
    const employer = ofSpan(facts.insured.digits());
    const insurance = insuranceOf(facts.insured.letter());
    const from = insured.length;
    // Mostly everybody is in all insurances: the same people are read once.
    if (!before || !facts.insured.repeats()) {
      facts.insured.digitsList(insured);
      before = { from, to: insured.length };
    }
    if (employer) employer.insured[insurance] = before;
    else {
      insured.length = from;
      before = undefined;
    }
  }
  const ofWage = finder();
  wagePersons.length = 0;
  wages.length = 0;
  while (facts.wages.next()) {
    const employer = ofWage(facts.wages.digits());
    const from = wagePersons.length;
    facts.wages.digitsList(wagePersons);
    facts.wages.digitsList(wages);
    const to = employer ? latestOnly(wagePersons, wages, from) : from;
    wagePersons.length = to;
    wages.length = to;
    if (employer) employer.wages = { from, to };
  }
  return employers;
}

/** The later wage of the same person takes the place of the earlier one. Returns where the columns end now. */
function latestOnly({ values: persons, length }: NumberColumn, { values: wages }: NumberColumn, from: number): number {
  let to = from;
  for (let i = from; i < length; i += 1) {
    if (to > from && persons[i] === persons[to - 1]) to -= 1;
    persons[to] = persons[i] as number;
    wages[to] = wages[i] as number;
    to += 1;
  }
  return to;
}

/** In order of person. */
function exemptOf(facts: RangeFacts, { exempt }: Scratch): Float64Array {
  exempt.length = 0;
  while (facts.exempt.next()) facts.exempt.digitsList(exempt);
  return exempt.values.subarray(0, exempt.length).sort();
}

/** Where the first number that is not below `value` stands. */
function lowerBound(values: Float64Array, value: number): number {
  let [from, to] = [0, values.length];
  while (from < to) {
    const middle = (from + to) >> 1;
    if ((values[middle] as number) < value) from = middle + 1;
    else to = middle;
  }
  return from;
}

function isSorted(values: Float64Array, from: number, to: number): boolean {
  for (let i = from + 1; i < to; i += 1) if ((values[i - 1] as number) > (values[i] as number)) return false;
  return true;
}

/** The plan's columns are those of `scratch`: good until the next range. @throws DomainError POL-001 when the month's rules have a hole. */
export function planRange(
  rules: MonthRules,
  previous: Month,
  month: Month,
  facts: RangeFacts,
  memory: Scratch,
): RangePlan {
  const employers = gather(facts, memory);
  const exempt = exemptOf(facts, memory);
  const of = memory.columns;
  for (const insurance of INSURANCES) {
    const size = employers.reduce((sum, { insured }) => sum + insured[insurance].to - insured[insurance].from, 0);
    begin(of[insurance], size);
  }
  const booked: string[] = [];
  const singly: { employerNo: string; insurances: Insurance[] }[] = [];
  const skipped: Skipped[] = [];
  const segments: { readonly employerNo: string; readonly insurance: Insurance; from: number; to: number }[] = [];

  for (const employer of employers) {
    const { employerNo, pivots, insured } = employer;
    const lagging = BY_CODE.filter((insurance) => {
      const pivot = pivots[insurance];
      const { from, to } = insured[insurance];
      return pivot !== undefined && to > from && pivot !== previous && pivot !== month;
    });
    if (lagging.length > 0) {
      skipped.push({ employerNo, reason: 'LAGGING', detail: lagging.join(' ') });
      continue;
    }
    const open = BY_CODE.filter((insurance) => pivots[insurance] === previous);
    if (open.length === 0) continue;
    if (facts.withLines.has(employerNo)) {
      singly.push({ employerNo, insurances: open });
      continue;
    }
    const starts = open.map((insurance) => of[insurance].count);
    const problem = fill(employer, open, memory, exempt);
    if (problem) {
      open.forEach((insurance, i) => {
        of[insurance].count = starts[i] as number;
      });
      skipped.push({ employerNo, ...problem });
      continue;
    }
    open.forEach((insurance, i) => {
      const from = starts[i] as number;
      const to = of[insurance].count;
      if (to > from) segments.push({ employerNo, insurance, from, to });
    });
    booked.push(employerNo);
  }

  for (const insurance of INSURANCES) {
    if (of[insurance].count > 0) evaluateColumns(rules, insurance, of[insurance], of[insurance].amounts);
  }
  const dues = segments.flatMap(({ employerNo, insurance, from, to }) => {
    const { persons, amounts } = of[insurance];
    return sumUp(employerNo, insurance, persons, amounts, from, to) ?? [];
  });
  return {
    dues,
    persons: { pension: of.pension.persons, unemployment: of.unemployment.persons, injury: of.injury.persons },
    amounts: { pension: of.pension.amounts, unemployment: of.unemployment.amounts, injury: of.injury.amounts },
    booked,
    singly,
    skipped,
  };
}

/** Puts an employer's people into the columns of the open insurances; all lists are in order of person, so one walk joins them. */
function fill(
  employer: Employer,
  open: readonly Insurance[],
  { columns, insured, wagePersons, wages: wagesOf }: Scratch,
  exempt: Float64Array,
): Pick<Skipped, 'reason' | 'detail'> | undefined {
  const { injuryClass, wages } = employer;
  const modifiers = employer.relief ? RELIEF_BIT : 0;
  const people = insured.values;
  const withWage = wagePersons.values;
  const filled: { readonly insurance: Insurance; readonly people: People; readonly from: number }[] = [];
  for (const insurance of open) {
    const own = employer.insured[insurance];
    const into = columns[insurance];
    const twin = filled.find((one) => one.people === own);
    if (twin) {
      copyRows(columns[twin.insurance], twin.from, columns[twin.insurance].count, into);
      continue;
    }
    filled.push({ insurance, people: own, from: into.count });
    const { from, to } = own;
    if (!isSorted(people, from, to)) people.subarray(from, to).sort();
    let wage = wages.from;
    let nextExempt = from < to ? lowerBound(exempt, people[from] as number) : 0;
    for (let p = from; p < to; p += 1) {
      const personNo = people[p] as number;
      while (nextExempt < exempt.length && (exempt[nextExempt] as number) < personNo) nextExempt += 1;
      if (exempt[nextExempt] === personNo) continue;
      if (injuryClass === 0) return { reason: 'NO_CLASS', detail: '' };
      while (wage < wages.to && (withWage[wage] as number) < personNo) wage += 1;
      if (wage === wages.to || withWage[wage] !== personNo) {
        return { reason: 'NO_WAGE', detail: String(personNo).padStart(11, '0') };
      }
      const i = into.count;
      into.persons[i] = personNo;
      const twice = wagesOf.values[wage] as number;
      into.wageFen[i] = Math.floor(twice / 2);
      into.approved[i] = twice % 2;
      into.injuryClass[i] = injuryClass;
      into.modifiers[i] = modifiers;
      into.count = i + 1;
    }
  }
  return undefined;
}

/** The rule's input of the rows `from … to` once more, at the end of `into`. */
function copyRows(of: Columns, from: number, to: number, into: Columns): void {
  for (const column of ['persons', 'wageFen', 'approved', 'injuryClass', 'modifiers'] as const) {
    into[column].set(of[column].subarray(from, to), into.count);
  }
  into.count += to - from;
}

/** Sums of a segment; rows that come to nothing are no lines and are closed up. */
function sumUp(
  employerNo: string,
  insurance: Insurance,
  persons: Float64Array,
  { baseFen, employerFen, personFen }: ContributionColumns,
  from: number,
  to: number,
): ColumnDue | undefined {
  let [baseSum, employerSum, personSum] = [0, 0, 0];
  let end = from;
  // Millions of rows a month: nothing is made for one.
  for (let i = from; i < to; i += 1) {
    const base = baseFen[i] as number;
    const employer = employerFen[i] as number;
    const person = personFen[i] as number;
    if (base === 0 && employer === 0 && person === 0) continue;
    baseSum += base;
    employerSum += employer;
    personSum += person;
    if (end !== i) {
      persons[end] = persons[i] as number;
      baseFen[end] = base;
      employerFen[end] = employer;
      personFen[end] = person;
    }
    end += 1;
  }
  if (end === from) return undefined;
  return { employerNo, insurance, from, to: end, baseFen: baseSum, employerFen: employerSum, personFen: personSum };
}
