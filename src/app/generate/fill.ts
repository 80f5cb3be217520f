/** A made-up city as rows: district by district into the tables, with numbers that follow those given already. */
import {
  type CityEmployer,
  type CityOptions,
  cityDistricts,
  FIRST_EMPLOYER_NO,
  type Truth,
} from '../../../city/index.ts';
import { dateOf, type Moment } from '../../kernel/month.ts';
import { type Law, nextNumber, PERSON_NO, raiseNumber } from '../../parameters/index.ts';
import { auditRecord } from '../../platform/audit/index.ts';
import type { Actor } from '../../platform/context.ts';
import type { CopySession } from '../../platform/copy/index.ts';
import { one, run, sql, type Tx } from '../../platform/db.ts';
import { systemActor } from '../../platform/services.ts';
import { type Loading, writeEmployer, writeJob, writePersons } from './facts.ts';
import { type BookedEmployer, type HistoryOf, writeHistory } from './history.ts';
import { idSeries } from './ids.ts';
import { flush, openWriters, type Writers } from './tables.ts';

export type FillOptions = Omit<CityOptions, 'book' | 'firstEmployerNo' | 'firstPersonNo'> & {
  readonly now: Moment;
  /** What the tables do not say; called in the order of the city. */
  readonly onTruth?: (line: Truth) => void;
  readonly onEmployer?: (employer: CityEmployer) => void;
  readonly onPeople?: (people: number) => void;
  /** Looked at between districts. */
  readonly signal?: AbortSignal;
};

export type Filled = {
  readonly employers: number;
  /** Humans. */
  readonly people: number;
  /** Numbers: some humans have two. */
  readonly persons: number;
  readonly jobs: number;
  readonly dues: number;
  /** Person × insurance × month. */
  readonly lines: number;
};

const ACTOR: Actor = systemActor('generate');
const ASSESSMENT_NO = sql`pg_get_serial_sequence('collection_assessment', 'assessment_no')`;

/** Looked at, not taken: a load that is taken back leaves the sequence where it was. */
const NEXT_PERSON_NO = sql<{ firstPersonNo: number }>`
  select last_value + is_called::int as "firstPersonNo" from parameters_person_no`;

/** `copy` and `tx` are the same connection; what is written belongs to its transaction. */
export async function fillCity(copy: CopySession, tx: Tx, law: Law, options: FillOptions): Promise<Filled> {
  const { region, now } = options;
  const openingNo = `openingNo/${dateOf(now).replaceAll('-', '')}`;
  // None is taken yet: how many there will be is known at the end.
  const firstCase = await nextNumber(tx, region, openingNo, 0);
  const firstEmployerNo = await nextNumber(tx, region, 'employerNo', 0, FIRST_EMPLOYER_NO);
  const { firstPersonNo } = await one(tx, NEXT_PERSON_NO);
  const { first } = await one(tx, sql<{ first: number }>`select nextval(${ASSESSMENT_NO}::regclass) as first`);
  let assessmentNo = first - 1;
  const nextAssessmentNo = (): number => {
    assessmentNo += 1;
    return assessmentNo;
  };
  const loading: Loading = { region, now, nextId: idSeries() };
  const actor = `${ACTOR.kind}:${ACTOR.id}`;
  const history: HistoryOf = { ...loading, law, from: options.from, through: options.through, actor, nextAssessmentNo };
  const writers = openWriters();
  const filled = { employers: 0, people: 0, persons: 0, jobs: 0, dues: 0, lines: 0 };
  for (const district of cityDistricts({ ...options, book: law.book, firstEmployerNo, firstPersonNo })) {
    options.signal?.throwIfAborted();
    writePersons(writers, loading, district.persons);
    const booked: BookedEmployer[] = [];
    for (const employer of district.employers) {
      const sequence = String(firstCase + filled.employers).padStart(6, '0');
      const caseNo = `QC${region}${dateOf(now).replaceAll('-', '')}${sequence}`;
      writeEmployer(writers, loading, employer);
      for (const job of employer.jobs) writeJob(writers, loading, employer.employerNo, job, caseNo);
      writeAudit(writers, region, now, caseNo, employer);
      booked.push({ employer, caseNo });
      filled.employers += 1;
      filled.jobs += employer.jobs.length;
      options.onEmployer?.(employer);
    }
    const { dues, lines } = writeHistory(writers, booked, history);
    filled.dues += dues;
    filled.lines += lines;
    filled.persons += district.persons.length;
    filled.people += district.people;
    for (const line of district.truth) options.onTruth?.(line);
    await flush(copy, writers);
    options.onPeople?.(filled.people);
  }
  await raiseNumber(tx, region, openingNo, firstCase + filled.employers - 1);
  await raiseNumber(tx, region, 'employerNo', firstEmployerNo + filled.employers - 1);
  await raiseNumber(tx, region, PERSON_NO, firstPersonNo + filled.persons - 1);
  if (assessmentNo >= first) await run(tx, sql`select setval(${ASSESSMENT_NO}::regclass, ${assessmentNo})`);
  return filled;
}

function writeAudit(to: Writers, region: string, now: Moment, caseNo: string, employer: CityEmployer): void {
  const { employerNo, name, jobs } = employer;
  const row = auditRecord(
    { region, now, actor: ACTOR },
    { action: 'ops.opening', object: `case:${caseNo}`, detail: { employerNo, name, persons: jobs.length } },
  );
  const audits = to.platform_audit;
  audits.row(10);
  audits.ascii(region);
  audits.ascii(row.audit_id);
  audits.timestamptz(row.at);
  audits.ascii(row.actor_kind);
  audits.ascii(row.actor_id);
  audits.text(row.actor_name);
  audits.ascii(row.action);
  audits.ascii(row.object);
  audits.jsonb(row.detail);
  audits.ascii(row.digest);
}
