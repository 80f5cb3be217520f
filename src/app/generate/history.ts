/**
 * The booked months of a district as rows of collection and fund: what an opening leaves behind (src/control/opening.ts), with the amounts
 * of the rule of record on columns.
 */
import type { CityEmployer, Job } from '../../../city/index.ts';
import { writeBlockRow } from '../../collection/batch/index.ts';
import { INSURANCES, type Insurance } from '../../kernel/insurance.ts';
import { type CivilDate, dateOf, type Month, monthRange, monthsBetween } from '../../kernel/month.ts';
import type { Law } from '../../parameters/index.ts';
import {
  type ContributionColumns,
  contributionColumns,
  evaluateColumns,
  lateFrom,
  type MonthRules,
} from '../../rules/index.ts';
import { insurancesOf, type Loading } from './facts.ts';
import type { Writers } from './tables.ts';
import { type OpenedSums, writeVouchers } from './vouchers.ts';

export type HistoryOf = Loading & {
  readonly law: Pick<Law, 'book' | 'rules'>;
  readonly from: Month;
  readonly through: Month;
  /** `system:…` */
  readonly actor: string;
  readonly nextAssessmentNo: () => number;
};

export type BookedEmployer = { readonly employer: CityEmployer; readonly caseNo: string };

/** Counted for the progress and for who looks afterwards. */
export type Written = { dues: number; lines: number };

type Books = BookedEmployer & {
  readonly people: readonly Row[];
  readonly firstMonth: number;
  readonly lastMonth: number;
  readonly opened: Record<Insurance, OpenedSums>;
  readonly months: number[];
  assessmentId: string;
  assessmentNo: number;
};

/** A job by numbers of months counted from the first of the history. */
type Row = {
  readonly personNo: number;
  readonly job: Job;
  readonly from: number;
  readonly to: number;
  readonly exemptFrom: number;
  readonly exemptTo: number;
  readonly injuryOnly: boolean;
  readonly raises: readonly number[];
  wage: number;
};

type Columns = {
  readonly persons: Float64Array;
  readonly wageFen: Float64Array;
  readonly approved: Uint8Array;
  readonly injuryClass: Uint8Array;
  count: number;
};

type Segment = { readonly from: number; readonly to: number };

export function writeHistory(to: Writers, district: readonly BookedEmployer[], of: HistoryOf): Written {
  const months = monthRange(of.from, of.through);
  const today = dateOf(of.now);
  const books = district.map((one) => openEmployerBooks(one, of));
  const size = books.reduce((sum, { people }) => sum + people.length, 0);
  const [everybody, insuredInFull] = [columnsOf(size), columnsOf(size)];
  const scratch = scratchOf(size);
  const written: Written = { dues: 0, lines: 0 };
  for (const [at, month] of months.entries()) {
    everybody.count = 0;
    insuredInFull.count = 0;
    const segments = books.map((employer) => gather(employer, at, everybody, insuredInFull));
    if (everybody.count === 0) continue;
    const amounts = amountsOf(of.law.rules(of.region, month), everybody, insuredInFull);
    const from = lateFrom(of.law.book, of.region, 'OPENING', month, today);
    for (const [index, employer] of books.entries()) {
      const { injury, full } = segments[index] as { injury: Segment; full: Segment };
      if (injury.to === injury.from) continue;
      if (employer.months.length === 0) {
        employer.assessmentId = of.nextId();
        employer.assessmentNo = of.nextAssessmentNo();
      }
      employer.months.push(at);
      const segmentOf: Readonly<Record<Insurance, Segment>> = { pension: full, unemployment: full, injury };
      writeMonth(to, of, employer, {
        month,
        lateFrom: from,
        segmentOf,
        amounts,
        everybody,
        insuredInFull,
        scratch,
        written,
      });
    }
  }
  for (const employer of books) {
    if (employer.months.length === 0) continue;
    writeAssessment(to, of, employer, months);
    writeVouchers(to, of, employer.assessmentId, employer.opened);
  }
  return written;
}

function openEmployerBooks({ employer, caseNo }: BookedEmployer, { from, through }: HistoryOf): Books {
  const last = monthsBetween(from, through);
  const at = (month: Month): number => monthsBetween(from, month);
  const people = employer.jobs.map(
    (job): Row => ({
      personNo: Number(job.person.personNo),
      job,
      from: at(job.from),
      to: job.to ? at(job.to) : last,
      exemptFrom: job.exempt ? at(job.exempt.from) : Number.POSITIVE_INFINITY,
      exemptTo: job.exempt?.to ? at(job.exempt.to) : Number.POSITIVE_INFINITY,
      injuryOnly: insurancesOf(job).length === 1,
      raises: job.wages.map((wage) => at(wage.from)),
      wage: 0,
    }),
  );
  const nothing = (): OpenedSums => ({ employerFen: 0, personFen: 0 });
  return {
    employer,
    caseNo,
    people,
    firstMonth: at(employer.since),
    lastMonth: at(employer.bookedThrough),
    opened: { pension: nothing(), unemployment: nothing(), injury: nothing() },
    months: [],
    assessmentId: '',
    assessmentNo: 0,
  };
}

const columnsOf = (size: number): Columns => ({
  persons: new Float64Array(size),
  wageFen: new Float64Array(size),
  approved: new Uint8Array(size),
  injuryClass: new Uint8Array(size),
  count: 0,
});

/** Who is insured at the employer in the month and not exempt, behind those of the employers before it. */
function gather(books: Books, month: number, everybody: Columns, insuredInFull: Columns) {
  const [injuryFrom, fullFrom] = [everybody.count, insuredInFull.count];
  if (month >= books.firstMonth && month <= books.lastMonth) {
    for (const row of books.people) {
      if (month < row.from || month > row.to || (month >= row.exemptFrom && month <= row.exemptTo)) continue;
      while ((row.raises[row.wage + 1] ?? Number.POSITIVE_INFINITY) <= month) row.wage += 1;
      const wageFen = (row.job.wages[row.wage] as { wageFen: number }).wageFen;
      put(everybody, row.personNo, wageFen, books.employer.injuryClass);
      if (!row.injuryOnly) put(insuredInFull, row.personNo, wageFen, books.employer.injuryClass);
    }
  }
  return {
    injury: { from: injuryFrom, to: everybody.count },
    full: { from: fullFrom, to: insuredInFull.count },
  };
}

function put(into: Columns, personNo: number, wageFen: number, injuryClass: number): void {
  const at = into.count;
  into.persons[at] = personNo;
  into.wageFen[at] = wageFen;
  into.injuryClass[at] = injuryClass;
  into.count = at + 1;
}

type Amounts = Readonly<Record<Insurance, ContributionColumns>>;

function amountsOf(rules: MonthRules, everybody: Columns, insuredInFull: Columns): Amounts {
  const of = (insurance: Insurance, people: Columns): ContributionColumns =>
    people.count === 0 ? contributionColumns(0) : evaluateColumns(rules, insurance, people);
  return {
    pension: of('pension', insuredInFull),
    unemployment: of('unemployment', insuredInFull),
    injury: of('injury', everybody),
  };
}

type Scratch = { readonly base: Float64Array; readonly employer: Float64Array; readonly person: Float64Array };
const scratchOf = (size: number): Scratch => ({
  base: new Float64Array(size * INSURANCES.length),
  employer: new Float64Array(size * INSURANCES.length),
  person: new Float64Array(size * INSURANCES.length),
});

type MonthOf = {
  readonly month: Month;
  readonly lateFrom: CivilDate;
  readonly segmentOf: Readonly<Record<Insurance, Segment>>;
  readonly amounts: Amounts;
  readonly everybody: Columns;
  readonly insuredInFull: Columns;
  readonly scratch: Scratch;
  readonly written: Written;
};

/** Blocks of dues with the same people: one, or one of injury and one of the two others. */
function writeMonth(to: Writers, of: HistoryOf, books: Books, month: MonthOf): void {
  const { injury, pension: full } = month.segmentOf;
  const samePeople = injury.to - injury.from === full.to - full.from;
  const blocks: readonly (readonly Insurance[])[] = samePeople
    ? [INSURANCES]
    : full.to > full.from
      ? [['injury'], ['pension', 'unemployment']]
      : [['injury']];
  for (const [blockNo, insurances] of blocks.entries()) writeBlock(to, of, books, blockNo, insurances, month);
}

function writeBlock(
  to: Writers,
  of: HistoryOf,
  books: Books,
  blockNo: number,
  insurances: readonly Insurance[],
  month: MonthOf,
): void {
  const { scratch, everybody, insuredInFull } = month;
  let cells = 0;
  const dues = insurances.map((insurance) => {
    const { from, to: end } = month.segmentOf[insurance];
    const { baseFen, employerFen, personFen } = month.amounts[insurance];
    scratch.base.set(baseFen.subarray(from, end), cells);
    scratch.employer.set(employerFen.subarray(from, end), cells);
    scratch.person.set(personFen.subarray(from, end), cells);
    cells += end - from;
    let [base, employer, person] = [0, 0, 0];
    for (let i = from; i < end; i += 1) {
      base += baseFen[i] as number;
      employer += employerFen[i] as number;
      person += personFen[i] as number;
    }
    return { insurance, persons: end - from, baseFen: base, employerFen: employer, personFen: person };
  });
  const [head] = insurances as readonly [Insurance, ...Insurance[]];
  const dueIds = writeBlockRow(
    to.collection_block,
    { region: of.region, month: month.month, kind: 'OPENING', lateFrom: month.lateFrom },
    books.assessmentNo,
    {
      blockId: of.nextId(),
      employerNo: books.employer.employerNo,
      blockNo,
      persons: (head === 'injury' ? everybody : insuredInFull).persons,
      ...month.segmentOf[head],
      ...{ baseFen: scratch.base, employerFen: scratch.employer, personFen: scratch.person, dues },
    },
  );
  const settlements = to.collection_settlement_unbilled;
  for (const [slot, { insurance, persons, employerFen, personFen }] of dues.entries()) {
    settlements.row(5);
    settlements.ascii(of.region);
    settlements.ascii(dueIds[slot] as string);
    settlements.ascii('OPENING');
    settlements.ascii(books.caseNo);
    settlements.timestamptz(of.now);
    const opened = books.opened[insurance];
    opened.employerFen += employerFen;
    opened.personFen += personFen;
    month.written.dues += 1;
    month.written.lines += persons;
  }
}

function writeAssessment(to: Writers, of: HistoryOf, books: Books, months: readonly Month[]): void {
  const hashes = books.months.map((at) => {
    const month = months[at] as Month;
    return `${month}=${of.law.rules(of.region, month).hash}`;
  });
  const assessments = to.collection_assessment;
  assessments.row(9);
  assessments.ascii(of.region);
  assessments.ascii(books.assessmentId);
  assessments.int8(books.assessmentNo);
  assessments.ascii(books.employer.employerNo);
  assessments.ascii('OPENING');
  assessments.ascii(books.caseNo);
  assessments.ascii(of.actor);
  assessments.timestamptz(of.now);
  assessments.ascii(hashes.join(' '));
}
