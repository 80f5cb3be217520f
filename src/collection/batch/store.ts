import { INSURANCES, type Insurance } from '../../kernel/insurance.ts';
import type { Month } from '../../kernel/month.ts';
import { type CopyReader, type CopySession, copyReader, literal } from '../../platform/copy/index.ts';
import { type Executor, rows, run, sql } from '../../platform/db.ts';

/**
 * What the month's run reads and writes in bulk. It reads the facts of enrolment, wages and registry where they lie: one pass over the
 * tables of record, with the same conditions as `loadFacts` (current rows that cover the month).
 */

/** A range of employers, both ends included. */
export type Range = { readonly region: string; readonly first: string; readonly last: string };

const LAST_EMPLOYER_NO = '999999999';

/** Cuts the region's employers into ranges; the last one is open for employers that come while the run goes on. */
export async function cutRanges(on: Executor, region: string, size: number): Promise<Range[]> {
  const starts = await rows(
    on,
    sql<{ employer_no: string }>`
      select employer_no from (
        select employer_no, row_number() over (order by employer_no) as n from registry_employer where region = ${region}
      ) numbered where n % ${size} = ${size === 1 ? 0 : 1} order by employer_no`,
  );
  return starts.map(({ employer_no: first }, i) => {
    const next = starts[i + 1]?.employer_no;
    return { region, first, last: next ? String(Number(next) - 1).padStart(9, '0') : LAST_EMPLOYER_NO };
  });
}

/**
 * The facts of a range lie in the order of an index: to walk it gives them sorted, while a bitmap would have them sorted again, at twice
 * the price. For this transaction only.
 */
export async function walkIndexes(on: Executor): Promise<void> {
  await run(on, sql`set local enable_bitmapscan = off`);
}

/** The pivot of an insurance of the employer `b` stands at the month. */
const anyStandsAt = (month: Month) =>
  sql`(${sql.join(
    INSURANCES.map((insurance) => sql`b.${sql.ref(insurance)} = ${month}`),
    sql` or `,
  )})`;

/** Locks the employers of a range that have something to book, so that nobody changes their facts meanwhile. In order, against deadlock. */
export async function lockOpenEmployers(
  on: Executor,
  { region, first, last }: Range,
  previous: Month,
): Promise<{ employerNo: string; relief: boolean }[]> {
  return (
    await rows(
      on,
      sql<{ employer_no: string; enjoys_relief_2020: boolean }>`
        select e.employer_no, e.enjoys_relief_2020 from registry_employer e
        where e.region = ${region} and e.employer_no between ${first} and ${last}
          and e.employer_no in (select b.employer_no from collection_booked b
                                where b.region = ${region} and b.employer_no between ${first} and ${last}
                                  and ${anyStandsAt(previous)})
        order by e.employer_no for no key update`,
    )
  ).map((row) => ({ employerNo: row.employer_no, relief: row.enjoys_relief_2020 }));
}

const inRange = ({ region, first, last }: Range, alias: string): string =>
  `${alias}.region = ${literal(region)} and ${alias}.employer_no between ${literal(first)} and ${literal(last)}`;

const covering = (alias: string, month: Month): string =>
  `${alias}.superseded_at is null and ${alias}.month_from <= ${literal(month)} and (${alias}.month_to is null or ${alias}.month_to >= ${literal(month)})`;

/** employer_no, and of each insurance by INSURANCES the month booked through, empty where none is booked. */
export async function readPivots(copy: CopySession, range: Range): Promise<CopyReader> {
  return copyReader(
    await copy.copyOut(
      `select b.employer_no, ${INSURANCES.map((insurance) => `coalesce(b.${insurance}::text, '')`).join(', ')} from collection_booked b
       where ${inRange(range, 'b')} order by b.employer_no`,
    ),
  );
}

/** employer_no, injury_class; the last row of an employer counts. */
export async function readInjuryClasses(copy: CopySession, range: Range, month: Month): Promise<CopyReader> {
  return copyReader(
    await copy.copyOut(
      `select c.employer_no, c.injury_class from registry_injury_class c
       where ${inRange(range, 'c')} and c.superseded_at is null and c.month_from <= ${literal(month)}
       order by c.employer_no, c.month_from`,
    ),
  );
}

/** employer_no, insurance, numbers of all insured in the month: a row per person would cost half as much again. */
export async function readInsured(copy: CopySession, range: Range, month: Month): Promise<CopyReader> {
  return copyReader(
    await copy.copyOut(
      `select s.employer_no, s.insurance, string_agg(s.person_no, ',') from enrolment_span s
       where ${inRange(range, 's')} and ${covering('s', month)}
       group by s.employer_no, s.insurance order by s.employer_no, s.insurance`,
    ),
  );
}

/** employer_no, and of its people the numbers and the wages: twice the fen, one more when approved; the last of a person counts. */
export async function readWages(copy: CopySession, range: Range, month: Month): Promise<CopyReader> {
  const list = (value: string): string => `string_agg(${value}, ',' order by w.person_no, w.month_from)`;
  return copyReader(
    await copy.copyOut(
      `select w.employer_no, ${list('w.person_no')}, ${list(`(2 * w.wage_fen + (w.basis = 'APPROVED')::int)::text`)}
       from wages_declaration w
       where ${inRange(range, 'w')} and w.superseded_at is null and w.month_from <= ${literal(month)}
       group by w.employer_no order by w.employer_no`,
    ),
  );
}

/**
 * Numbers of all people of the region for whom nothing may be assessed in the month (不可做账), in one row or none. To send them all costs
 * less than to ask of each whether he is in the range.
 */
export async function readExempt(copy: CopySession, { region }: Range, month: Month): Promise<CopyReader> {
  return copyReader(
    await copy.copyOut(
      `select string_agg(e.person_no, ',') from registry_exemption e
       where e.region = ${literal(region)} and ${covering('e', month)} having count(*) > 0`,
    ),
  );
}

/** Employers that have lines in the month already: their difference is made one by one. */
export async function listEmployersWithLines(on: Executor, range: Range, month: Month): Promise<string[]> {
  return (
    await rows(
      on,
      sql<{ employer_no: string }>`
        select distinct employer_no from collection_block
        where region = ${range.region} and employer_no between ${range.first} and ${range.last} and month = ${month}`,
    )
  ).map((row) => row.employer_no);
}

/** Moves the pivots of the employers of a range at once; the lock on them guards it. Returns of how many. */
export function movePivots(
  on: Executor,
  range: Range,
  previous: Month,
  month: Month,
  employerNos: readonly string[],
): Promise<number> {
  const moved = (insurance: Insurance) => {
    const column = sql.ref(insurance);
    return sql`${column} = case b.${column} when ${previous} then m.now else b.${column} end`;
  };
  return run(
    on,
    // The month is looked at once (offset 0), not for every employer and insurance: its domain's check costs more than the update.
    sql`update collection_booked b set ${sql.join(INSURANCES.map(moved))} from (select ${month}::month as now offset 0) m
        where b.region = ${range.region} and b.employer_no between ${range.first} and ${range.last}
          and ${anyStandsAt(previous)}
          and b.employer_no in (select unnest(${employerNos}::text[]))`,
  );
}

/** Work that may be refused without ending the transaction; what it wrote is gone then. */
export async function guarded(on: Executor, work: () => Promise<void>): Promise<void> {
  await run(on, sql`savepoint month_close_employer`);
  try {
    await work();
    await run(on, sql`release savepoint month_close_employer`);
  } catch (error) {
    await run(on, sql`rollback to savepoint month_close_employer`);
    throw error;
  }
}

/** Letters of the insurances as COPY brings them. */
export const INSURANCE_OF_LETTER: Readonly<Record<number, Insurance>> = {
  112: 'pension',
  117: 'unemployment',
  105: 'injury',
};
