/** A synthetic city written straight into PostgreSQL by binary COPY: employers of twenty, every person in three insurances. */
import type { Pool } from 'pg';
import { ulid } from '../src/kernel/ids.ts';
import { INSURANCES } from '../src/kernel/insurance.ts';
import { type CopyWriter, copyWriter, openCopySession } from '../src/platform/copy/index.ts';
import { run, sql } from '../src/platform/db.ts';

export const REGION = '420500';
export const PEOPLE_PER_EMPLOYER = 20;
export const BOOKED_THROUGH = '2023-03';
const SINCE = '2022-07';
const RECORDED_AT = '2023-04-01T09:00:00.000+08:00';
const FIRST_EMPLOYER = 100_000_001;
const FIRST_PERSON = 42_000_000_001;
const EMPLOYERS_PER_COPY = 500;
/** One employer in this many has a person for whom nothing may be assessed (不可做账). */
const EXEMPT_EVERY = 50;

const TABLES = {
  employers: 'registry_employer (region, employer_no, uscc, name, enjoys_relief_2020, recorded_at)',
  classes: 'registry_injury_class (region, employer_no, month_from, injury_class, recorded_at, fact_id)',
  persons: 'registry_person (region, person_no, id_type, id_no, name, sex, birth_date, recorded_at)',
  exemptions: 'registry_exemption (region, exemption_id, person_no, reason, month_from, recorded_at)',
  insurances: 'enrolment_employer_insurance (region, employer_no, insurance, month_from, recorded_at)',
  spans: 'enrolment_span (region, span_id, employer_no, person_no, insurance, month_from, case_no, recorded_at)',
  wages:
    'wages_declaration (region, wage_id, employer_no, person_no, month_from, basis, wage_fen, case_no, recorded_at)',
  booked: `collection_booked (region, employer_no, ${INSURANCES.join(', ')})`,
} as const;

/** The same wages in every run: 2,000.00 to 20,000.00 yuan, so that both limits of the base cut some. */
const wageOf = (index: number): number => 200_000 + ((index * 7_919) % 1_800_001);

const idOf = (head: string, n: number): string => head + n.toString(32).toUpperCase().padStart(10, '0');

/** @param region a second city in the same database has one of its own */
export async function buildCity(pool: Pool, people: number, region = REGION): Promise<void> {
  const session = await openCopySession(pool);
  const employers = Math.ceil(people / PEOPLE_PER_EMPLOYER);
  const head = ulid().slice(0, 16);
  try {
    // The city is sound by construction: references and overlaps are not looked at while it is loaded, and the exclusion constraints on
    // spans, which the month's run neither reads nor writes, would cost minutes.
    await run(session.db, sql`set session_replication_role = replica`);
    await run(
      session.db,
      sql`alter table enrolment_span drop constraint if exists enrolment_one_holder, drop constraint if exists enrolment_once_per_employer`,
    );
    const writers = Object.fromEntries(Object.keys(TABLES).map((table) => [table, copyWriter()])) as Record<
      keyof typeof TABLES,
      CopyWriter
    >;
    for (let from = 0; from < employers; from += EMPLOYERS_PER_COPY) {
      for (const writer of Object.values(writers)) writer.reset();
      for (let e = from; e < Math.min(employers, from + EMPLOYERS_PER_COPY); e += 1)
        addEmployer(writers, { region, head }, e, people);
      await session.db.transaction().execute(async () => {
        for (const [table, writer] of Object.entries(writers)) {
          if (writer.rowCount > 0) await session.copyIn(TABLES[table as keyof typeof TABLES], writer.bytes());
        }
      });
    }
    await run(session.db, sql`set session_replication_role = origin`);
    await run(session.db, sql`vacuum analyze`);
  } finally {
    session.release();
  }
}

function addEmployer(
  to: Record<keyof typeof TABLES, CopyWriter>,
  { region, head }: { readonly region: string; readonly head: string },
  e: number,
  people: number,
): void {
  const employerNo = String(FIRST_EMPLOYER + e);
  const start = (writer: CopyWriter, fields: number): void => {
    writer.row(fields);
    writer.ascii(region);
  };
  start(to.employers, 6);
  to.employers.ascii(employerNo);
  to.employers.ascii(`91429999${employerNo}X`);
  to.employers.ascii(`SHILI${employerNo}`);
  to.employers.raw(Uint8Array.of(0));
  to.employers.timestamptz(RECORDED_AT);
  start(to.classes, 6);
  to.classes.ascii(employerNo);
  to.classes.ascii(SINCE);
  to.classes.int4(1 + (e % 8));
  to.classes.timestamptz(RECORDED_AT);
  to.classes.ascii(idOf(head, e));
  for (const insurance of INSURANCES) {
    start(to.insurances, 5);
    to.insurances.ascii(employerNo);
    to.insurances.ascii(insurance);
    to.insurances.ascii(SINCE);
    to.insurances.timestamptz(RECORDED_AT);
  }
  start(to.booked, 2 + INSURANCES.length);
  to.booked.ascii(employerNo);
  for (const _ of INSURANCES) to.booked.ascii(BOOKED_THROUGH);
  const caseNo = `${region}20230401${String(e).padStart(8, '0')}`;
  for (let p = e * PEOPLE_PER_EMPLOYER; p < Math.min(people, (e + 1) * PEOPLE_PER_EMPLOYER); p += 1) {
    const personNo = String(FIRST_PERSON + p);
    start(to.persons, 8);
    to.persons.ascii(personNo);
    to.persons.ascii('01');
    to.persons.ascii(`429999${String(p).padStart(11, '0')}X`);
    to.persons.ascii('YANG');
    to.persons.ascii(p % 2 === 0 ? 'female' : 'male');
    to.persons.date('1990-01-01');
    to.persons.timestamptz(RECORDED_AT);
    INSURANCES.forEach((insurance, i) => {
      start(to.spans, 8);
      to.spans.ascii(idOf(head, p * 3 + i));
      to.spans.ascii(employerNo);
      to.spans.ascii(personNo);
      to.spans.ascii(insurance);
      to.spans.ascii(SINCE);
      to.spans.ascii(caseNo);
      to.spans.timestamptz(RECORDED_AT);
    });
    start(to.wages, 9);
    to.wages.ascii(idOf(head, p));
    to.wages.ascii(employerNo);
    to.wages.ascii(personNo);
    to.wages.ascii(SINCE);
    to.wages.ascii('DECLARED');
    to.wages.int8(wageOf(p));
    to.wages.ascii(caseNo);
    to.wages.timestamptz(RECORDED_AT);
  }
  if (e % EXEMPT_EVERY === 0) {
    start(to.exemptions, 6);
    to.exemptions.ascii(idOf(head, e));
    to.exemptions.ascii(String(FIRST_PERSON + e * PEOPLE_PER_EMPLOYER));
    to.exemptions.ascii('CUSTODY');
    to.exemptions.ascii(SINCE);
    to.exemptions.timestamptz(RECORDED_AT);
  }
}
