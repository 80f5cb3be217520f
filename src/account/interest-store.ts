/** What the yearly interest reads and writes in bulk, and for one person. The same conditions as the account itself (store.ts). */
import { dueIs, linesOfDue } from '../collection/index.ts';
import type { Moment, Month } from '../kernel/month.ts';
import { type CopyReader, type CopySession, literal } from '../platform/copy/index.ts';
import { type Executor, first, rows, run, sql } from '../platform/db.ts';

/** Settlements that bring money, or take it back: a pension due counts from the day of its settlement, an opened one from its own month. */
const BY_MONEY = `('RECEIPT', 'OPENING', 'REFUND')`;
const BOOKED = `case d.settled_how when 'OPENING' then d.month::text else to_char(d.settled_at at time zone 'Asia/Shanghai', 'YYYY-MM') end`;

/**
 * Pension dues with the month they are booked in, up to the end of the year: by money of their own, or (冲抵) with the first due by money
 * that they hang on, however far.
 */
const bookedDues = (region: string, year: number, of: string): string => `
  with recursive ends (due_id, other) as (
    select credit_due_id, debit_due_id from collection_offset where region = ${literal(region)}
    union all
    select debit_due_id, credit_due_id from collection_offset where region = ${literal(region)}
  ),
  by_money as (
    select d.due_id, ${BOOKED} as booked
    from collection_due_state d
    where d.region = ${literal(region)} and d.settled_how in ${BY_MONEY} and d.insurance = 'pension' ${of}
  ),
  hanging (due_id, booked) as (
    select e.other, m.booked from by_money m join ends e on e.due_id = m.due_id
    join collection_settlement_unbilled s on s.region = ${literal(region)} and s.due_id = e.other and s.how = 'OFFSET'
    union
    select e.other, h.booked from hanging h join ends e on e.due_id = h.due_id
    join collection_settlement_unbilled s on s.region = ${literal(region)} and s.due_id = e.other and s.how = 'OFFSET'
  ),
  booked as (
    select due_id, booked, false as hangs from by_money where booked <= ${literal(`${year}-12`)}
    union all
    select due_id, min(booked), true from hanging group by due_id having min(booked) <= ${literal(`${year}-12`)}
  )`;

/** Of the dues by money, those on which others hang. */
const OFFSET_ONLY = 'and exists (select 1 from ends e where e.due_id = d.due_id)';

const slice = (column: string): string =>
  `d.${column}[d.slot * cardinality(d.person_nos) + 1 : (d.slot + 1) * cardinality(d.person_nos)]`;

/**
 * Rows of booked month, month, person_nos, the rate by which base_fen gives the person's part, or -1, and then person_fen (may be shorter:
 * naughts at the end), base_fen where it is needed: of each booked due.
 */
export async function readBookedDues(
  copy: CopySession,
  region: string,
  year: number,
  withBases: boolean,
  take: (reader: CopyReader) => void,
): Promise<void> {
  const bases = `d.cell_base_fen[(d.slot * cardinality(d.person_nos)) % cardinality(d.cell_base_fen) + 1
                                 : (d.slot * cardinality(d.person_nos)) % cardinality(d.cell_base_fen) + cardinality(d.person_nos)]`;
  const rate = `coalesce(d.rates_ppm[cardinality(d.rates_ppm) / 2 + d.slot + 1], -1)`;
  const columns = `d.month::text, d.person_nos, ${rate}, ${slice('cell_person_fen')},
    ${withBases ? bases : `case when d.rates_ppm is not null then ${bases} end`}`;
  await copy.copyOutParts(
    `select ${BOOKED}, ${columns}
     from collection_due_state d
     where d.region = ${literal(region)} and d.settled_how in ${BY_MONEY} and d.insurance = 'pension' and ${BOOKED} <= ${literal(`${year}-12`)}`,
    take,
  );
  // Few dues hang on others, and they are asked for by themselves: the many above then need no second look.
  if (!(await first(copy.db, sql`select 1 from collection_offset where region = ${region} limit 1`))) return;
  await copy.copyOutParts(
    `${bookedDues(region, year, OFFSET_ONLY)}
     select b.booked, ${columns}
     from booked b join collection_due d on d.region = ${literal(region)} and d.block_id = collection_block_of(b.due_id) and d.due_id = b.due_id
     where b.hangs`,
    take,
  );
}

/** Rows of month, person_no, fen: every single entry with its day up to the end of the year, but the interest of the year itself. */
export function readEntries(
  copy: CopySession,
  region: string,
  year: number,
  take: (reader: CopyReader) => void,
): Promise<void> {
  return copy.copyOutParts(
    `select to_char(day, 'YYYY-MM'), person_no, fen from account_entry
     where region = ${literal(region)} and day <= ${literal(`${year}-12-31`)}
       and not (kind = 'INTEREST' and ref = ${literal(String(year))})`,
    take,
  );
}

/** Rows of person_nos, interest_fen: interest of the years before. */
export function readFormerInterest(
  copy: CopySession,
  region: string,
  year: number,
  take: (reader: CopyReader) => void,
): Promise<void> {
  return copy.copyOutParts(
    `select person_nos, interest_fen from account_interest where region = ${literal(region)} and year < ${year}`,
    take,
  );
}

/** The first month anybody has lines for. */
export async function firstMonth(on: Executor, region: string): Promise<Month | undefined> {
  const row = await first(
    on,
    sql<{ month: Month | null }>`select min(month) as month from collection_block where region = ${region}`,
  );
  return row?.month ?? undefined;
}

/** The sorts and joins of a whole region's dues stay in memory; for the transaction only. */
export const giveRoom = (on: Executor): Promise<number> => run(on, sql`set local work_mem = '96MB'`);

export async function listInterestStarts(
  on: Executor,
  region: string,
  year: number,
  from: number,
  to: number,
): Promise<Set<number>> {
  const found = await rows(
    on,
    sql<{ first_no: number }>`select first_no from account_interest
                              where region = ${region} and year = ${year} and first_no between ${from} and ${to}`,
  );
  return new Set(found.map((row) => row.first_no));
}

export const INTEREST_COPY =
  'account_interest (region, year, first_no, last_no, person_nos, opening_fen, principal_fen, product_fen, interest_fen, rate_ppm, at, actor)';

/** A person's booked pension credits by month booked and month of the line, up to the end of the year. */
export async function listBookedCredits(
  on: Executor,
  region: string,
  personNo: string,
  year: number,
): Promise<{ booked: Month; month: Month; baseFen: number; personFen: number }[]> {
  const of = `and d.employer_no in (select e.employer_no from enrolment_span e
              where e.region = ${literal(region)} and e.person_no = ${literal(personNo)})`;
  return rows(
    on,
    sql<{ booked: Month; month: Month; baseFen: number; personFen: number }>`
      ${sql.raw(bookedDues(region, year, of))}
      select b.booked, d.month, p.base_fen as "baseFen", p.person_fen as "personFen"
      from booked b join collection_due d on d.region = ${region} and ${dueIs(sql`b.due_id`)} ${linesOfDue}
      where p.person_no = ${Number(personNo)}
      order by 1, 2`,
  );
}

/** The year in which the books of the region began; undefined before the first act. Interest of earlier years is in the opening balances. */
export async function firstYearOfBooks(on: Executor, region: string): Promise<number | undefined> {
  const row = await first(
    on,
    sql<{ year: number | null }>`
      select extract(year from min(at) at time zone 'Asia/Shanghai')::int as year from collection_assessment where region = ${region}`,
  );
  return row?.year ?? undefined;
}

/** The last year any interest was written for, perhaps not of everybody. */
export async function lastInterestYear(on: Executor, region: string): Promise<number | undefined> {
  const row = await first(
    on,
    sql<{ year: number | null }>`select max(year)::int as year from account_interest where region = ${region}`,
  );
  return row?.year ?? undefined;
}

export type SampledInterest = {
  readonly personNo: string;
  readonly year: number;
  readonly interestFen: number;
  readonly at: Moment;
};

/** Interest of persons and years taken at random. */
export function sampleInterest(on: Executor, region: string, count: number): Promise<SampledInterest[]> {
  return rows(
    on,
    sql<SampledInterest>`
      select lpad(i.person_nos[x.n]::text, 11, '0') as "personNo", i.year, i.interest_fen[x.n] as "interestFen", i.at
      from (select region, year, first_no, 1 + floor(random() * cardinality(person_nos))::int as n from account_interest
            where region = ${region} order by random() limit ${count}) x
      join account_interest i using (region, year, first_no)`,
  );
}

/**
 * Money that the person's interest of the year counted went back after the moment: of a bill with pension lines of his, or (冲抵) of dues
 * that hang on one. What he had at that time cannot be told from the facts of now.
 */
export async function moneyWentBackSince(
  on: Executor,
  region: string,
  { personNo, year, at }: Pick<SampledInterest, 'personNo' | 'year' | 'at'>,
): Promise<boolean> {
  const row = await first(
    on,
    sql`with recursive gone (due_id) as (
          select x.due_id from collection_receipt r join collection_bill_due x on x.region = r.region and x.bill_no = r.bill_no
          where r.region = ${region} and r.reversed_at > ${at}::timestamptz
            and extract(year from r.allocated_at at time zone 'Asia/Shanghai') <= ${year}
          union
          select case when o.credit_due_id = g.due_id then o.debit_due_id else o.credit_due_id end
          from gone g join collection_offset o on o.region = ${region} and g.due_id in (o.credit_due_id, o.debit_due_id)
        )
        select 1 from gone g join collection_due d on d.region = ${region} and ${dueIs(sql`g.due_id`)} ${linesOfDue}
        where d.insurance = 'pension' and p.person_no = ${Number(personNo)} limit 1`,
  );
  return row !== undefined;
}
