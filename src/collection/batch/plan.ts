/** One month of a range of employers on typed arrays: the same obligation as `planLines`, by the same rule, without an object per person. */
import { INSURANCES, type Insurance } from '../../kernel/insurance.ts';
import type { Month } from '../../kernel/month.ts';
import type { CopyReader } from '../../platform/copy/index.ts';
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

/** Alphabetical, as COPY brings the spans and `planLines` orders the lines. */
const BY_CODE: readonly Insurance[] = [...INSURANCES].sort();

type Employer = {
  readonly employerNo: string;
  readonly relief: boolean;
  injuryClass: number;
  readonly pivots: Partial<Record<Insurance, string>>;
  readonly insured: Record<Insurance, number[]>;
  readonly wagePersons: number[];
  readonly wageFen: number[];
  readonly wageApproved: number[];
};

function gather(facts: RangeFacts): Employer[] {
  const employers = facts.employers.map(
    ({ employerNo, relief }): Employer => ({
      employerNo,
      relief,
      injuryClass: 0,
      pivots: {},
      insured: { pension: [], unemployment: [], injury: [] },
      wagePersons: [],
      wageFen: [],
      wageApproved: [],
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
  const insuranceOf = (letter: number): Insurance => {
    const insurance = INSURANCE_OF_LETTER[letter];
    if (!insurance) throw new RangeError(`not an insurance: ${letter}`);
    return insurance;
  };

  const ofPivot = finder();
  while (facts.pivots.next()) {
    const employer = ofPivot(facts.pivots.digits());
    const insurance = insuranceOf(facts.pivots.letter());
    const bookedThrough = facts.pivots.ascii();
    if (employer) employer.pivots[insurance] = bookedThrough;
  }
  const ofClass = finder();
  while (facts.injuryClasses.next()) {
    const employer = ofClass(facts.injuryClasses.digits());
    const injuryClass = facts.injuryClasses.int4();
    if (employer) employer.injuryClass = injuryClass;
  }
  const ofSpan = finder();
  while (facts.insured.next()) {
    const employer = ofSpan(facts.insured.digits());
    const insurance = insuranceOf(facts.insured.letter());
    const people = employer?.insured[insurance];
    facts.insured.digitsList((personNo) => people?.push(personNo));
  }
  const ofWage = finder();
  const APPROVED_LETTER = 65;
  while (facts.wages.next()) {
    const employer = ofWage(facts.wages.digits());
    const personNo = facts.wages.digits();
    const approved = facts.wages.letter() === APPROVED_LETTER ? 1 : 0;
    const wageFen = facts.wages.int8();
    if (!employer) continue;
    // The later declaration of the same person takes the place of the earlier one.
    const last = employer.wagePersons.length - 1;
    const index = employer.wagePersons[last] === personNo ? last : last + 1;
    employer.wagePersons[index] = personNo;
    employer.wageFen[index] = wageFen;
    employer.wageApproved[index] = approved;
  }
  return employers;
}

function isSorted(values: readonly number[]): boolean {
  for (let i = 1; i < values.length; i += 1) if ((values[i - 1] as number) > (values[i] as number)) return false;
  return true;
}

/** @throws DomainError POL-001 when the month's rules have a hole that somebody needs. */
export function planRange(rules: MonthRules, previous: Month, month: Month, facts: RangeFacts): RangePlan {
  const employers = gather(facts);
  const exempt = new Set<number>();
  while (facts.exempt.next()) exempt.add(facts.exempt.digits());

  const sizes = (insurance: Insurance): number =>
    employers.reduce((sum, employer) => sum + employer.insured[insurance].length, 0);
  const columns = (insurance: Insurance) => {
    const size = sizes(insurance);
    return {
      persons: new Float64Array(size),
      wageFen: new Float64Array(size),
      approved: new Uint8Array(size),
      injuryClass: new Uint8Array(size),
      modifiers: new Uint8Array(size),
      count: 0,
      segments: [] as { employerNo: string; from: number; to: number }[],
    };
  };
  const of = { pension: columns('pension'), unemployment: columns('unemployment'), injury: columns('injury') };
  const booked: string[] = [];
  const singly: { employerNo: string; insurances: Insurance[] }[] = [];
  const skipped: Skipped[] = [];

  for (const employer of employers) {
    const { employerNo, pivots, insured } = employer;
    const lagging = BY_CODE.filter((insurance) => {
      const pivot = pivots[insurance];
      return pivot !== undefined && insured[insurance].length > 0 && pivot !== previous && pivot !== month;
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
    const problem = fill(employer, open, of, exempt);
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
      if (to > from) of[insurance].segments.push({ employerNo, from, to });
    });
    booked.push(employerNo);
  }

  const amounts = {
    pension: contributionColumns(of.pension.count),
    unemployment: contributionColumns(of.unemployment.count),
    injury: contributionColumns(of.injury.count),
  };
  const dues: ColumnDue[] = [];
  for (const insurance of BY_CODE) {
    if (of[insurance].count === 0) continue;
    evaluateColumns(rules, insurance, of[insurance], amounts[insurance]);
    for (const { employerNo, from, to } of of[insurance].segments) {
      const due = sumUp(employerNo, insurance, of[insurance].persons, amounts[insurance], from, to);
      if (due) dues.push(due);
    }
  }
  dues.sort((a, b) => (a.employerNo < b.employerNo ? -1 : a.employerNo > b.employerNo ? 1 : 0));
  return {
    dues,
    persons: { pension: of.pension.persons, unemployment: of.unemployment.persons, injury: of.injury.persons },
    amounts,
    booked,
    singly,
    skipped,
  };
}

type Columns = {
  readonly persons: Float64Array;
  readonly wageFen: Float64Array;
  readonly approved: Uint8Array;
  readonly injuryClass: Uint8Array;
  readonly modifiers: Uint8Array;
  count: number;
};

/** Puts an employer's people into the columns of the open insurances; both lists are in order of person, so one walk joins them. */
function fill(
  employer: Employer,
  open: readonly Insurance[],
  of: Readonly<Record<Insurance, Columns>>,
  exempt: ReadonlySet<number>,
): Pick<Skipped, 'reason' | 'detail'> | undefined {
  const { injuryClass, wagePersons, wageFen, wageApproved } = employer;
  for (const insurance of open) {
    const people = employer.insured[insurance];
    if (!isSorted(people)) people.sort((a, b) => a - b);
    const into = of[insurance];
    let wage = 0;
    for (const personNo of people) {
      if (exempt.has(personNo)) continue;
      if (injuryClass === 0) return { reason: 'NO_CLASS', detail: '' };
      while (wage < wagePersons.length && (wagePersons[wage] as number) < personNo) wage += 1;
      if (wagePersons[wage] !== personNo) return { reason: 'NO_WAGE', detail: String(personNo).padStart(11, '0') };
      const i = into.count;
      into.persons[i] = personNo;
      into.wageFen[i] = wageFen[wage] as number;
      into.approved[i] = wageApproved[wage] as number;
      into.injuryClass[i] = injuryClass;
      into.modifiers[i] = employer.relief ? RELIEF_BIT : 0;
      into.count = i + 1;
    }
  }
  return undefined;
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
  const sum = { baseFen: 0, employerFen: 0, personFen: 0 };
  let end = from;
  for (let i = from; i < to; i += 1) {
    const [base, employer, person] = [baseFen[i] as number, employerFen[i] as number, personFen[i] as number];
    if (base === 0 && employer === 0 && person === 0) continue;
    sum.baseFen += base;
    sum.employerFen += employer;
    sum.personFen += person;
    if (end !== i) {
      persons[end] = persons[i] as number;
      baseFen[end] = base;
      employerFen[end] = employer;
      personFen[end] = person;
    }
    end += 1;
  }
  return end === from ? undefined : { employerNo, insurance, from, to: end, ...sum };
}
