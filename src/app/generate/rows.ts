/** The rows of a made-up city, district by district: pure but for the ids of rows and the digests of the audit. */
import { type CityEmployer, type CityOptions, cityDistricts, type Truth } from '../../../city/index.ts';
import { idSeries } from '../../kernel/ids.ts';
import { dateOf, type Moment } from '../../kernel/month.ts';
import type { Law } from '../../parameters/index.ts';
import { auditRecord } from '../../platform/audit/index.ts';
import type { Actor } from '../../platform/context.ts';
import { systemActor } from '../../platform/services.ts';
import { type Loading, writeEmployer, writeJob, writePersons } from './facts.ts';
import { type BookedEmployer, type HistoryOf, writeHistory } from './history.ts';
import { openWriters, type Writers } from './tables.ts';

export type RowsOptions = Omit<CityOptions, 'book' | 'firstEmployerNo' | 'firstPersonNo'> & { readonly now: Moment };

/** The first of each number that is free. */
export type FirstNumbers = {
  readonly caseNo: number;
  readonly employerNo: number;
  readonly personNo: number;
  readonly assessmentNo: number;
};

export type Filled = {
  readonly employers: number;
  /** Humans. */
  readonly people: number;
  /** Numbers: some humans have two. */
  readonly persons: number;
  readonly jobs: number;
  readonly assessments: number;
  readonly dues: number;
  /** Person × insurance × month. */
  readonly lines: number;
};

export type DistrictRows = {
  /** All so far. */
  readonly filled: Filled;
  readonly truth: readonly Truth[];
  readonly employers: readonly Omit<CityEmployer, 'jobs'>[];
};

const ACTOR: Actor = systemActor('generate');

/** The writers hold one district's rows when it is yielded; whoever takes them empties them. */
export function* cityRows(
  law: Pick<Law, 'book' | 'rules'>,
  options: RowsOptions,
  first: FirstNumbers,
  writers: Writers = openWriters(),
): Generator<DistrictRows & { readonly writers: Writers }> {
  const { region, now } = options;
  const filled = { employers: 0, people: 0, persons: 0, jobs: 0, assessments: 0, dues: 0, lines: 0 };
  const loading: Loading = { region, now, nextId: idSeries() };
  const history: HistoryOf = {
    ...loading,
    law,
    from: options.from,
    through: options.through,
    actor: `${ACTOR.kind}:${ACTOR.id}`,
    nextAssessmentNo: () => {
      filled.assessments += 1;
      return first.assessmentNo + filled.assessments - 1;
    },
  };
  const numbers = { firstEmployerNo: first.employerNo, firstPersonNo: first.personNo };
  for (const district of cityDistricts({ ...options, ...numbers, book: law.book })) {
    writePersons(writers, loading, district.persons);
    const booked: BookedEmployer[] = [];
    for (const employer of district.employers) {
      const sequence = String(first.caseNo + filled.employers).padStart(6, '0');
      const caseNo = `QC${region}${dateOf(now).replaceAll('-', '')}${sequence}`;
      writeEmployer(writers, loading, employer);
      for (const job of employer.jobs) writeJob(writers, loading, employer.employerNo, job, caseNo);
      writeAudit(writers, region, now, caseNo, employer);
      booked.push({ employer, caseNo });
      filled.employers += 1;
      filled.jobs += employer.jobs.length;
    }
    const { dues, lines } = writeHistory(writers, booked, history);
    filled.dues += dues;
    filled.lines += lines;
    filled.persons += district.persons.length;
    filled.people += district.people;
    const employers = district.employers.map(({ jobs: _jobs, ...employer }) => employer);
    yield { filled: { ...filled }, truth: district.truth, employers, writers };
  }
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
