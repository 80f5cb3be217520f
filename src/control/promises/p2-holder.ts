import { linesOfDue } from '../../collection/index.ts';
import { INSURANCE_SHORT_NAMES, type Insurance } from '../../kernel/insurance.ts';
import { type Month, monthRange } from '../../kernel/month.ts';
import { type Executor, one, rows, sql } from '../../platform/db.ts';
import { findings, type PromiseCheck } from './promise.ts';

/** 2. No person-month of pension or unemployment has two holders: by the enrolments and, on its own, by the lines. */
export const holderPromise: PromiseCheck = {
  no: 2,
  title: '一人一月一份养老、失业',
  check: async ({ on, region }) => {
    const found = findings();
    const { count } = await one(
      on,
      sql<{ count: number }>`select count(*) as count from enrolment_span
                             where region = ${region} and superseded_at is null and insurance <> 'injury'`,
    );
    const overlapping = await rows(
      on,
      sql<{ person_no: string; insurance: Insurance; a: string; b: string }>`
        select a.person_no, a.insurance, a.employer_no as a, b.employer_no as b
        from enrolment_span a
        join enrolment_span b on b.region = a.region and b.person_no = a.person_no and b.insurance = a.insurance
          and b.span_id > a.span_id and b.superseded_at is null
          and a.month_from <= coalesce(b.month_to, '9999-12') and b.month_from <= coalesce(a.month_to, '9999-12')
        where a.region = ${region} and a.superseded_at is null and a.insurance <> 'injury'`,
    );
    for (const row of overlapping) {
      const text = `${INSURANCE_SHORT_NAMES[row.insurance]}同一月份在单位 ${row.a} 和 ${row.b} 都参保`;
      found.violation(`person:${row.person_no}`, text);
    }
    // A month after the other: what the database groups at once does not grow with the years.
    for (const month of await monthsOfLines(on, region)) {
      const doubled = await rows(
        on,
        sql<{ person_no: string; insurance: Insurance; employers: string }>`
          select lpad(person_no::text, 11, '0') as person_no, insurance, string_agg(employer_no, '、' order by employer_no) as employers
          from (
            select p.person_no, d.insurance, d.employer_no
            from collection_due d ${linesOfDue}
            where d.region = ${region} and d.month = ${month} and d.insurance <> 'injury'
            group by p.person_no, d.insurance, d.employer_no
            having sum(p.base_fen) > 0
          ) held
          group by held.person_no, insurance
          having count(*) > 1`,
      );
      for (const row of doubled) {
        const text = `${month} ${INSURANCE_SHORT_NAMES[row.insurance]}在单位 ${row.employers} 都有明细`;
        found.violation(`person:${row.person_no}`, text);
      }
    }
    return found.result(`${count} 段参保关系`);
  },
};

async function monthsOfLines(on: Executor, region: string): Promise<Iterable<Month>> {
  const { first, last } = await one(
    on,
    sql<{ first: Month | null; last: Month | null }>`
      select min(month) as first, max(month) as last from collection_block where region = ${region}`,
  );
  return first && last ? monthRange(first, last) : [];
}
