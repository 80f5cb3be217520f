import { ulid } from '../kernel/ids.ts';
import type { CivilDate, Moment, Month } from '../kernel/month.ts';
import { type Executor, first, later, rows, run, sql } from '../platform/db.ts';
import type { Employer, Exemption, ExemptionReason, InjuryClassFact, Person, RefundAccount } from './model.ts';

type EmployerRow = { employer_no: string; uscc: string; name: string; enjoys_relief_2020: boolean };
const toEmployer = (row: EmployerRow): Employer => ({
  employerNo: row.employer_no,
  uscc: row.uscc,
  name: row.name,
  enjoysRelief2020: row.enjoys_relief_2020,
});

export async function findEmployer(on: Executor, region: string, employerNo: string): Promise<Employer | undefined> {
  const held = locked.get(on)?.get(`${region}/${employerNo}`);
  if (held) return held;
  const row = await first(
    on,
    sql<EmployerRow>`select employer_no, uscc, name, enjoys_relief_2020 from registry_employer
                     where region = ${region} and employer_no = ${employerNo}`,
  );
  return row && toEmployer(row);
}

/** Employers that a transaction has locked: until it ends nobody changes them, so they are read once. No statement of ours updates them. */
const locked = new WeakMap<Executor, Map<string, Employer>>();

/** The employer row is the lock under which everything of one employer is decided. */
export async function lockEmployer(on: Executor, region: string, employerNo: string): Promise<Employer | undefined> {
  const row = await first(
    on,
    sql<EmployerRow>`select employer_no, uscc, name, enjoys_relief_2020 from registry_employer
                     where region = ${region} and employer_no = ${employerNo} for update`,
  );
  const employer = row && toEmployer(row);
  if (employer && on.isTransaction) {
    const own = locked.get(on) ?? new Map<string, Employer>();
    locked.set(on, own.set(`${region}/${employerNo}`, employer));
  }
  return employer;
}

export async function findEmployerByUscc(on: Executor, region: string, uscc: string): Promise<Employer | undefined> {
  const row = await first(
    on,
    sql<EmployerRow>`select employer_no, uscc, name, enjoys_relief_2020 from registry_employer
                     where region = ${region} and uscc = ${uscc}`,
  );
  return row && toEmployer(row);
}

export async function listEmployers(on: Executor, region: string): Promise<Employer[]> {
  return (
    await rows(
      on,
      sql<EmployerRow>`select employer_no, uscc, name, enjoys_relief_2020 from registry_employer
                       where region = ${region} order by employer_no`,
    )
  ).map(toEmployer);
}

/** Regions that have an employer, in the order of their codes. */
export async function listRegions(on: Executor): Promise<string[]> {
  const found = await rows(on, sql<{ region: string }>`select distinct region from registry_employer order by region`);
  return found.map(({ region }) => region);
}

export async function insertEmployer(on: Executor, region: string, employer: Employer, at: Moment): Promise<void> {
  await run(
    on,
    sql`insert into registry_employer (region, employer_no, uscc, name, enjoys_relief_2020, recorded_at)
        values (${region}, ${employer.employerNo}, ${employer.uscc}, ${employer.name}, ${employer.enjoysRelief2020}, ${at})`,
  );
}

export async function insertInjuryClass(
  on: Executor,
  region: string,
  employerNo: string,
  fact: InjuryClassFact,
  at: Moment,
): Promise<void> {
  await run(
    on,
    sql`insert into registry_injury_class (region, employer_no, month_from, injury_class, recorded_at, fact_id)
        values (${region}, ${employerNo}, ${fact.from}, ${fact.injuryClass}, ${at}, ${ulid()})`,
  );
}

/** Current facts in order of month. */
export async function listInjuryClasses(on: Executor, region: string, employerNo: string): Promise<InjuryClassFact[]> {
  return (
    await rows(
      on,
      sql<{ month_from: Month; injury_class: number }>`
        select month_from, injury_class from registry_injury_class
        where region = ${region} and employer_no = ${employerNo} and superseded_at is null order by month_from`,
    )
  ).map((row) => ({ from: row.month_from, injuryClass: row.injury_class }));
}

export async function insertRefundAccount(
  on: Executor,
  region: string,
  employerNo: string,
  account: RefundAccount,
  at: Moment,
): Promise<void> {
  await run(
    on,
    sql`insert into registry_refund_account (region, employer_no, bank_name, account, holder, recorded_at)
        values (${region}, ${employerNo}, ${account.bankName}, ${account.account}, ${account.holder}, ${at})
        on conflict do nothing`,
  );
}

export async function listRefundAccounts(on: Executor, region: string, employerNo: string): Promise<RefundAccount[]> {
  return (
    await rows(
      on,
      sql<{ bank_name: string; account: string; holder: string }>`
        select bank_name, account, holder from registry_refund_account
        where region = ${region} and employer_no = ${employerNo} order by recorded_at`,
    )
  ).map((row) => ({ bankName: row.bank_name, account: row.account, holder: row.holder }));
}

type PersonRow = {
  person_no: string;
  id_type: string;
  id_no: string;
  name: string;
  sex: 'male' | 'female';
  birth_date: CivilDate;
  first_work_date: CivilDate | null;
  mobile: string | null;
};
const toPerson = (row: PersonRow): Person => ({
  personNo: row.person_no,
  idType: row.id_type,
  idNo: row.id_no,
  name: row.name,
  sex: row.sex,
  birthDate: row.birth_date,
  firstWorkDate: row.first_work_date,
  mobile: row.mobile,
});
const PERSON_COLUMNS = sql.raw('person_no, id_type, id_no, name, sex, birth_date, first_work_date, mobile');

export async function findPersonsByIdNo(
  on: Executor,
  region: string,
  idNos: readonly string[],
): Promise<Map<string, Person>> {
  const found = await rows(
    on,
    sql<PersonRow>`select ${PERSON_COLUMNS} from registry_person where region = ${region} and id_no = any(${idNos}::text[])`,
  );
  return new Map(found.map((row) => [row.id_no, toPerson(row)]));
}

export async function findPersons(
  on: Executor,
  region: string,
  personNos: readonly string[],
): Promise<Map<string, Person>> {
  const found = await rows(
    on,
    sql<PersonRow>`select ${PERSON_COLUMNS} from registry_person where region = ${region} and person_no = any(${personNos}::text[])`,
  );
  return new Map(found.map((row) => [row.person_no, toPerson(row)]));
}

export async function insertPersons(
  on: Executor,
  region: string,
  persons: readonly Person[],
  at: Moment,
): Promise<void> {
  await later(
    on,
    sql`insert into registry_person_directory (id_no, person_no, region)
        select i, p, ${region} from unnest(${persons.map((p) => p.idNo)}::text[], ${persons.map((p) => p.personNo)}::text[]) as t (i, p)`,
  );
  await later(
    on,
    sql`insert into registry_person (region, person_no, id_type, id_no, name, sex, birth_date, first_work_date, mobile, recorded_at)
        select ${region}, t.*, ${at}::timestamptz
        from unnest(${persons.map((p) => p.personNo)}::text[], ${persons.map((p) => p.idType)}::text[],
                    ${persons.map((p) => p.idNo)}::text[], ${persons.map((p) => p.name)}::text[],
                    ${persons.map((p) => p.sex)}::text[], ${persons.map((p) => p.birthDate)}::date[],
                    ${persons.map((p) => p.firstWorkDate)}::date[], ${persons.map((p) => p.mobile)}::text[]) as t`,
  );
}

export async function insertExemption(on: Executor, region: string, exemption: Exemption, at: Moment): Promise<void> {
  await run(
    on,
    sql`insert into registry_exemption (region, exemption_id, person_no, reason, month_from, month_to, recorded_at)
        values (${region}, ${ulid()}, ${exemption.personNo}, ${exemption.reason}, ${exemption.from}, ${exemption.to}, ${at})`,
  );
}

export async function listExemptions(on: Executor, region: string, personNos: readonly string[]): Promise<Exemption[]> {
  if (personNos.length === 0) return [];
  return (
    await rows(
      on,
      sql<{ person_no: string; reason: ExemptionReason; month_from: Month; month_to: Month | null }>`
        select person_no, reason, month_from, month_to from registry_exemption
        where region = ${region} and person_no = any(${personNos}::text[]) and superseded_at is null`,
    )
  ).map((row) => ({ personNo: row.person_no, reason: row.reason, from: row.month_from, to: row.month_to }));
}
