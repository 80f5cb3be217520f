/** ④ and ⑤ of many bills in a few statements. Everything here works on bills whose rows the transaction holds. */
import { INSURANCES } from '../../kernel/insurance.ts';
import type { CivilDate, Moment } from '../../kernel/month.ts';
import { type Executor, one, rows, sql } from '../../platform/db.ts';
import type { PartAmount } from '../facts.ts';

const PARTS = ['EMPLOYER', 'PERSON', 'LATE', 'INTEREST'] as const;

/** What one posting moved: `amounts` by insurance and part add up to `fen`. */
export type Moved = {
  readonly receipts: number;
  readonly fen: number;
  readonly amounts: readonly PartAmount[];
};

/** Bills ④ is due for at the slot, in the order of their numbers. */
export const listBillNosToPost = (on: Executor, region: string, slot: Moment): Promise<string[]> =>
  billNos(on, sql`select bill_no from collection_bill where ${toPost(region, slot)} order by bill_no`);

/** Bills ⑤ is due for: posted on a day before. */
export const listBillNosToAllocate = (on: Executor, region: string, day: CivilDate): Promise<string[]> =>
  billNos(on, sql`select bill_no from collection_bill where ${toAllocate(region, day)} order by bill_no`);

/** Takes those of the bills that are due and nobody else holds, or waits for whoever holds them. In order, against deadlock. */
export const lockBillsToPost = (
  on: Executor,
  region: string,
  some: readonly string[],
  slot: Moment,
  wait: boolean,
): Promise<string[]> => lockBills(on, region, toPost(region, slot), some, wait);

export const lockBillsToAllocate = (
  on: Executor,
  region: string,
  some: readonly string[],
  day: CivilDate,
  wait: boolean,
): Promise<string[]> => lockBills(on, region, toAllocate(region, day), some, wait);

const toPost = (region: string, slot: Moment) =>
  sql`region = ${region} and state = 'TAX_POSTED' and tax_posted_at <= ${slot}::timestamptz`;
const toAllocate = (region: string, day: CivilDate) =>
  sql`region = ${region} and state = 'SS_POSTED' and ss_posted_at < (${day}::date::timestamp at time zone 'Asia/Shanghai')`;

/** Would ④ or ⑤ find a bill? For the scheduler. */
export const anyToPost = (region: string, slot: Moment) =>
  sql`exists (select 1 from collection_bill where ${toPost(region, slot)})`;
export const anyToAllocate = (region: string, day: CivilDate) =>
  sql`exists (select 1 from collection_bill where ${toAllocate(region, day)})`;

/**
 * The bills are taken by their numbers and then judged: asked by their state, which changed since the server counted, it would walk all
 * that are as far, again for every range (a CASE keeps it from that).
 */
const lockBills = (
  on: Executor,
  region: string,
  due: ReturnType<typeof sql>,
  some: readonly string[],
  wait: boolean,
): Promise<string[]> =>
  billNos(
    on,
    sql`select bill_no from collection_bill
        where region = ${region} and bill_no = any(${some}::text[]) and case when ${due} then true end
        order by bill_no for update ${wait ? sql`` : sql`skip locked`}`,
  );

const billNos = async (on: Executor, query: ReturnType<typeof sql>): Promise<string[]> =>
  (await rows(on, query as ReturnType<typeof sql<{ bill_no: string }>>)).map((row) => row.bill_no);

const CELLS = INSURANCES.flatMap((insurance, i) =>
  PARTS.map((part, p) => ({ insurance, part, at: i * PARTS.length + p + 1 })),
);
/** Of receipts by insurance and part, and in all. */
const SUMS = sql.raw(
  `count(*)::int as receipts, coalesce(sum(total_fen), 0)::bigint as fen,
   array[${CELLS.map(({ at }) => `coalesce(sum(parts[${at}]), 0)::bigint`).join(', ')}] as sums`,
);
type SumsRow = { receipts: number; fen: number; sums: number[] };

function toMoved({ receipts, fen, sums }: SumsRow): Moved {
  const amounts = CELLS.map(({ insurance, part, at }) => ({ insurance, part, fen: sums[at - 1] ?? 0 }));
  return { receipts, fen, amounts: amounts.filter((amount) => amount.fen !== 0) };
}

/** ④: receipts that count for these bills and are not booked yet. A part booked before another one went back is booked already. */
export async function markPosted(
  on: Executor,
  region: string,
  held: readonly string[],
  slot: Moment,
  posting: string,
): Promise<Moved> {
  return toMoved(
    await one(
      on,
      sql<SumsRow>`
        with bills as (
          update collection_bill set state = 'SS_POSTED', ss_posted_at = ${slot}, ss_posting = ${posting}
          where region = ${region} and bill_no = any(${held}::text[])
        )
        select ${SUMS} from collection_receipt
        where region = ${region} and bill_no = any(${held}::text[]) and state = 'MATCHED' and ss_posting is null`,
    ),
  );
}

/**
 * ⑤: those of the bills whose money is all there (of a posted bill some may have gone back) are allocated, and with them their dues and
 * their receipts.
 */
export async function markAllocated(
  on: Executor,
  region: string,
  held: readonly string[],
  slot: Moment,
  posting: string,
): Promise<Moved & { readonly paid: readonly string[] }> {
  const row = await one(
    on,
    sql<SumsRow & { paid: string[] }>`
      with money as materialized (
        select bill_no, total_fen, parts, allocation from collection_receipt
        where region = ${region} and bill_no = any(${held}::text[]) and state = 'MATCHED'
      ),
      paid as (
        update collection_bill b
        set state = 'ALLOCATED', allocated_at = ${slot}, settled_at = ${slot}, allocation = ${posting}
        from (select bill_no, sum(total_fen) as fen from money group by bill_no) m
        where b.region = ${region} and b.bill_no = any(${held}::text[]) and b.bill_no = m.bill_no and m.fen >= b.total_fen
        returning b.bill_no
      )
      select ${SUMS}, coalesce((select array_agg(bill_no order by bill_no) from paid), '{}') as paid
      from money where allocation is null and bill_no in (select bill_no from paid)`,
  );
  return { ...toMoved(row), paid: row.paid };
}
