import type { Insurance } from '../kernel/insurance.ts';
import type { CivilDate, Moment, Month } from '../kernel/month.ts';
import { type Executor, later, rows, run, sql } from '../platform/db.ts';
import type { Span } from './model.ts';

type SpanRow = {
  span_id: string;
  employer_no: string;
  person_no: string;
  insurance: Insurance;
  month_from: Month;
  month_to: Month | null;
  entry_date: CivilDate | null;
  suspend_date: CivilDate | null;
  suspend_reason: string | null;
  case_no: string;
  recorded_at: Moment;
};
const toSpan = (row: SpanRow): Span => ({
  spanId: row.span_id,
  employerNo: row.employer_no,
  personNo: row.person_no,
  insurance: row.insurance,
  from: row.month_from,
  to: row.month_to,
  entryDate: row.entry_date,
  suspendDate: row.suspend_date,
  suspendReason: row.suspend_reason,
  caseNo: row.case_no,
  recordedAt: row.recorded_at,
});
const COLUMNS = sql.raw(
  'span_id, employer_no, person_no, insurance, month_from, month_to, entry_date, suspend_date, suspend_reason, case_no, recorded_at',
);

export async function insertEmployerInsurance(
  on: Executor,
  region: string,
  employerNo: string,
  insurance: Insurance,
  from: Month,
  at: Moment,
): Promise<void> {
  await run(
    on,
    sql`insert into enrolment_employer_insurance (region, employer_no, insurance, month_from, recorded_at)
        values (${region}, ${employerNo}, ${insurance}, ${from}, ${at})`,
  );
}

export async function listEmployerInsurances(
  on: Executor,
  region: string,
  employerNo: string,
): Promise<{ insurance: Insurance; from: Month }[]> {
  return (
    await rows(
      on,
      sql<{ insurance: Insurance; month_from: Month }>`
        select insurance, month_from from enrolment_employer_insurance
        where region = ${region} and employer_no = ${employerNo}
        order by array_position(array['pension','unemployment','injury'], insurance)`,
    )
  ).map((row) => ({ insurance: row.insurance, from: row.month_from }));
}

/** Current spans of an employer; with `personNos` only theirs. */
export async function listSpans(
  on: Executor,
  region: string,
  employerNo: string,
  personNos?: readonly string[],
): Promise<Span[]> {
  const only = personNos ? sql`and person_no = any(${personNos}::text[])` : sql``;
  return (
    await rows(
      on,
      sql<SpanRow>`select ${COLUMNS} from enrolment_span
                   where region = ${region} and employer_no = ${employerNo} and superseded_at is null ${only}
                   order by person_no, month_from, insurance`,
    )
  ).map(toSpan);
}

/** Everybody an employer ever had, with the insurances that still run: not stopped, and a month that is still to come counts. */
export async function listStanding(
  on: Executor,
  region: string,
  employerNo: string,
  month: Month,
): Promise<{ personNo: string; open: Insurance[] }[]> {
  return rows(
    on,
    sql<{ personNo: string; open: Insurance[] }>`
      select person_no as "personNo",
             coalesce(array_agg(distinct insurance) filter (
               where month_to is null or (month_to >= ${month} and suspend_date is null)), '{}') as open
      from enrolment_span
      where region = ${region} and employer_no = ${employerNo} and superseded_at is null
      group by person_no order by person_no`,
  );
}

/** Current spans of persons at any employer of the region. */
export async function listSpansOfPersons(on: Executor, region: string, personNos: readonly string[]): Promise<Span[]> {
  if (personNos.length === 0) return [];
  return (
    await rows(
      on,
      sql<SpanRow>`select ${COLUMNS} from enrolment_span
                   where region = ${region} and person_no = any(${personNos}::text[]) and superseded_at is null
                   order by person_no, month_from`,
    )
  ).map(toSpan);
}

/** Everything that was ever recorded of a person at an employer, for the events of the person page. */
export async function listSpanHistory(
  on: Executor,
  region: string,
  employerNo: string,
  personNo: string,
): Promise<
  (Span & {
    readonly supersededAt: Moment | null;
    readonly replaces: string | null;
    readonly supersededCase: string | null;
  })[]
> {
  const found = await rows(
    on,
    sql<SpanRow & { superseded_at: Moment | null; replaces: string | null; superseded_case: string | null }>`
      select ${COLUMNS}, superseded_at, replaces, superseded_case from enrolment_span
      where region = ${region} and employer_no = ${employerNo} and person_no = ${personNo} order by recorded_at desc, insurance`,
  );
  return found.map((row) => ({
    ...toSpan(row),
    supersededAt: row.superseded_at,
    replaces: row.replaces,
    supersededCase: row.superseded_case,
  }));
}

export async function insertSpans(
  on: Executor,
  region: string,
  spans: readonly (Span & { readonly replaces?: string | null })[],
): Promise<void> {
  if (spans.length === 0) return;
  await later(
    on,
    sql`insert into enrolment_span (region, span_id, employer_no, person_no, insurance, month_from, month_to, entry_date,
                                    suspend_date, suspend_reason, case_no, replaces, recorded_at)
        select ${region}, t.*
        from unnest(${spans.map((s) => s.spanId)}::text[], ${spans.map((s) => s.employerNo)}::text[],
                    ${spans.map((s) => s.personNo)}::text[], ${spans.map((s) => s.insurance)}::text[],
                    ${spans.map((s) => s.from)}::text[], ${spans.map((s) => s.to)}::text[],
                    ${spans.map((s) => s.entryDate)}::date[], ${spans.map((s) => s.suspendDate)}::date[],
                    ${spans.map((s) => s.suspendReason)}::text[], ${spans.map((s) => s.caseNo)}::text[],
                    ${spans.map((s) => s.replaces ?? null)}::text[], ${spans.map((s) => s.recordedAt)}::timestamptz[]) as t`,
  );
}

export async function supersedeSpans(
  on: Executor,
  region: string,
  spanIds: readonly string[],
  caseNo: string,
  at: Moment,
): Promise<number> {
  return run(
    on,
    sql`update enrolment_span set superseded_at = ${at}, superseded_case = ${caseNo}
        where region = ${region} and span_id = any(${spanIds}::text[]) and superseded_at is null`,
  );
}

/** Rows a case wrote, with whether they still stand. */
export async function listSpansOfCase(
  on: Executor,
  region: string,
  caseNo: string,
): Promise<
  (Span & { readonly current: boolean; readonly replaces: string | null; readonly supersededCase: string | null })[]
> {
  const found = await rows(
    on,
    sql<SpanRow & { current: boolean; replaces: string | null; superseded_case: string | null }>`
      select ${COLUMNS}, superseded_at is null as current, replaces, superseded_case from enrolment_span
      where region = ${region} and case_no = ${caseNo}`,
  );
  return found.map((row) => ({
    ...toSpan(row),
    current: row.current,
    replaces: row.replaces,
    supersededCase: row.superseded_case,
  }));
}

export async function findSpansById(on: Executor, region: string, spanIds: readonly string[]): Promise<Span[]> {
  return (
    await rows(
      on,
      sql<SpanRow>`select ${COLUMNS} from enrolment_span where region = ${region} and span_id = any(${spanIds}::text[])`,
    )
  ).map(toSpan);
}
