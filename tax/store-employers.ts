/** SQL about payers and the numbers they are known by. */
import type { CivilDate, Moment, Month } from '../src/kernel/month.ts';
import { type Executor, first, rows, run, sql, type Tx } from '../src/platform/db.ts';

export type InsuredWith = {
  readonly ins: string;
  readonly from: Month;
  readonly to?: Month;
  readonly state: 'ACTIVE' | 'PAUSED' | 'CLOSED';
  readonly mode: 'ASSESSED' | 'SELF_DECLARED';
};

export type TaxEmployer = {
  readonly employerNo: string;
  readonly uscc: string | null;
  readonly otherId: string | null;
  readonly otherIdType: string | null;
  readonly name: string;
  readonly office: string;
  readonly taxOrgan: string;
  readonly taxRegNo: string;
  readonly agreementState: 'NONE' | 'SIGNED' | 'ENDED';
  readonly state: string;
  readonly stateFrom: CivilDate;
  readonly insurances: readonly InsuredWith[];
  readonly asOf: Moment;
};

const EMPLOYER =
  sql.raw(`employer_no as "employerNo", uscc, other_id as "otherId", other_id_type as "otherIdType", name, office,
  tax_organ as "taxOrgan", tax_reg_no as "taxRegNo", agreement_state as "agreementState", state, state_from as "stateFrom", insurances,
  as_of as "asOf"`);

/** By any number the employer ever had. */
export function findEmployer(on: Executor, region: string, number: string): Promise<TaxEmployer | undefined> {
  return first(
    on,
    sql<TaxEmployer>`select ${EMPLOYER} from tax_employer where region = ${region} and employer_no =
      (select employer_no from tax_employer_number where region = ${region} and number = ${number})`,
  );
}

export async function saveEmployer(tx: Tx, region: string, employer: TaxEmployer): Promise<void> {
  await run(
    tx,
    sql`insert into tax_employer (region, employer_no, uscc, other_id, other_id_type, name, office, tax_organ, tax_reg_no, agreement_state,
                                  state, state_from, insurances, as_of)
        values (${region}, ${employer.employerNo}, ${employer.uscc}, ${employer.otherId}, ${employer.otherIdType}, ${employer.name},
                ${employer.office}, ${employer.taxOrgan}, ${employer.taxRegNo}, ${employer.agreementState}, ${employer.state},
                ${employer.stateFrom}, ${JSON.stringify(employer.insurances)}::jsonb, ${employer.asOf})
        on conflict (region, employer_no) do update set uscc = excluded.uscc, other_id = excluded.other_id,
          other_id_type = excluded.other_id_type, name = excluded.name, office = excluded.office, state = excluded.state,
          state_from = excluded.state_from, insurances = excluded.insurances, as_of = excluded.as_of`,
  );
}

/** 归集、合并: old numbers lead to this employer from now on. */
export async function saveNumbers(
  tx: Tx,
  region: string,
  employerNo: string,
  numbers: readonly string[],
): Promise<void> {
  await run(
    tx,
    sql`insert into tax_employer_number (region, number, employer_no)
        select distinct ${region}, number, ${employerNo} from unnest(${[...numbers]}::text[]) as number
        on conflict (region, number) do update set employer_no = excluded.employer_no`,
  );
}

/** All numbers that lead to the same employer. */
export async function numbersOf(on: Executor, region: string, number: string): Promise<string[]> {
  const found = await rows(
    on,
    sql<{ number: string }>`
      select n.number from tax_employer_number n
      where n.region = ${region} and n.employer_no =
        (select employer_no from tax_employer_number where region = ${region} and number = ${number})
      order by n.number`,
  );
  return found.map((row) => row.number);
}
