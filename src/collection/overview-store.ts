import type { Insurance } from '../kernel/insurance.ts';
import type { Month } from '../kernel/month.ts';
import { type Executor, rows, sql } from '../platform/db.ts';

/** What an employer was assessed for per month and insurance: sums of dues, without opening a person's line. */
export function sumDuesByMonth(
  on: Executor,
  region: string,
  employerNo: string,
  months: readonly Month[],
): Promise<{ month: Month; insurance: Insurance; employerFen: number; personFen: number }[]> {
  return rows(
    on,
    sql<{ month: Month; insurance: Insurance; employerFen: number; personFen: number }>`
      select month, insurance, sum(employer_fen)::bigint as "employerFen", sum(person_fen)::bigint as "personFen"
      from collection_due
      where region = ${region} and employer_no = ${employerNo} and month = any(${months}::text[])
      group by 1, 2`,
  );
}

/** What a month of one insurance comes to person by person, all acts together; people at naught are left out. */
export function sumPersonsOfMonth(
  on: Executor,
  region: string,
  employerNo: string,
  month: Month,
  insurance: Insurance,
): Promise<{ personNo: string; baseFen: number; employerFen: number; personFen: number }[]> {
  return rows(
    on,
    sql<{ personNo: string; baseFen: number; employerFen: number; personFen: number }>`
      select person_no as "personNo", sum(base_fen)::bigint as "baseFen",
             sum(employer_fen)::bigint as "employerFen", sum(person_fen)::bigint as "personFen"
      from collection_line
      where region = ${region} and employer_no = ${employerNo} and month = ${month} and insurance = ${insurance}
      group by 1 having sum(employer_fen) <> 0 or sum(person_fen) <> 0 order by 1`,
  );
}

/** Bills still on their way, by where they are; settled and revoked ones are past. */
export function countOpenBills(on: Executor, region: string): Promise<{ state: string; count: number }[]> {
  return rows(
    on,
    sql<{ state: string; count: number }>`
      select state, count(*)::int as count from collection_bill
      where region = ${region} and state not in ('ALLOCATED', 'REVOKED') group by state order by state`,
  );
}
