/** Bills of a closed month as they would stand, written straight into the tables. */
import type { Moment, Month } from '../src/kernel/month.ts';
import { type Executor, run, sql } from '../src/platform/db.ts';
import { REGION } from './city.ts';

/** One bill per employer for all dues of the month, issued at `at`: paid then (TAX_POSTED) or booked and allocated as well. Returns how many. */
export async function insertBills(
  on: Executor,
  of: Month,
  { state, at }: { readonly state: 'TAX_POSTED' | 'ALLOCATED'; readonly at: Moment },
): Promise<number> {
  const head = `${REGION.slice(0, 4)}${of.replace('-', '').slice(2)}`;
  const allocated = sql`case when ${state} = 'ALLOCATED' then ${at}::timestamptz end`;
  const posting = sql`case when ${state} = 'ALLOCATED' then 'bench' end`;
  const count = await run(
    on,
    sql`insert into collection_bill (region, bill_no, employer_no, state, issued_at, effective_from, deadline, employer_fen, person_fen,
                                     late_fen, interest_fen, total_fen, case_no, actor_name, pushed_at, invoiced_at, tax_posted_at, paid_at,
                                     ss_posted_at, ss_posting, allocated_at, allocation, settled_at)
        select region, ${head} || lpad(row_number() over (order by employer_no)::text, 8, '0'), employer_no, ${state}, ${at}::timestamptz,
               ${at}::date, ${at}::date + 10, sum(employer_fen), sum(person_fen), 0, 0, sum(employer_fen + person_fen), 'bench', 'bench',
               ${at}::timestamptz, ${at}::timestamptz, ${at}::timestamptz, ${at}::timestamptz,
               ${allocated}, ${posting}, ${allocated}, ${posting}, ${allocated}
        from collection_due where region = ${REGION} and month = ${of} group by region, employer_no`,
  );
  const own = sql`collection_bill b join collection_due d on d.region = b.region and d.employer_no = b.employer_no and d.month = ${of}
                  where b.region = ${REGION} and b.bill_no like ${`${head}%`}`;
  await run(
    on,
    sql`insert into collection_bill_line (region, bill_no, line_no, insurance, kind, month, late_from, late_days, persons, base_fen,
                                          employer_fen, person_fen, late_fen, interest_fen, total_fen)
        select b.region, b.bill_no, row_number() over (partition by b.bill_no order by d.insurance), d.insurance, d.kind, d.month,
               d.late_from, 0, d.persons, d.base_fen, d.employer_fen, d.person_fen, 0, 0, d.employer_fen + d.person_fen from ${own}`,
  );
  await run(
    on,
    sql`insert into collection_bill_due (region, bill_no, line_no, due_id, employer_fen, person_fen)
        select b.region, b.bill_no, row_number() over (partition by b.bill_no order by d.insurance), d.due_id, d.employer_fen, d.person_fen
        from ${own}`,
  );
  return count;
}
