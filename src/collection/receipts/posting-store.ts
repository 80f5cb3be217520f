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

const SUMS = sql.raw(
  INSURANCES.flatMap((_, i) => PARTS.map((_, p) => i * PARTS.length + p + 1))
    .map((at) => `coalesce(sum(parts[${at}]), 0)::bigint`)
    .join(', '),
);
const MOVED = sql`select count(*)::int as receipts, coalesce(sum(total_fen), 0)::bigint as fen, array[${SUMS}] as sums from moved`;
type MovedRow = { receipts: number; fen: number; sums: number[] };

function toMoved({ receipts, fen, sums }: MovedRow): Moved {
  const amounts = INSURANCES.flatMap((insurance, i) =>
    PARTS.map((part, p) => ({ insurance, part, fen: sums[i * PARTS.length + p] ?? 0 })),
  ).filter((amount) => amount.fen !== 0);
  return { receipts, fen, amounts };
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
      sql<MovedRow>`
        with bills as (
          update collection_bill set state = 'SS_POSTED', ss_posted_at = ${slot}
          where region = ${region} and bill_no = any(${held}::text[])
        ),
        moved as (
          update collection_receipt set ss_posted_at = ${slot}, ss_posting = ${posting}
          where region = ${region} and bill_no = any(${held}::text[]) and state = 'MATCHED' and ss_posted_at is null
          returning total_fen, parts
        )
        ${MOVED}`,
    ),
  );
}

/** Those of the bills whose money is all there: of a posted bill some may have gone back. */
export const listPaidBillNos = (on: Executor, region: string, held: readonly string[]): Promise<string[]> =>
  billNos(
    on,
    sql`select b.bill_no
        from collection_bill b
        join (select bill_no, sum(total_fen) as fen from collection_receipt
              where region = ${region} and bill_no = any(${held}::text[]) and state = 'MATCHED' group by bill_no) r
          on r.bill_no = b.bill_no
        where b.region = ${region} and b.bill_no = any(${held}::text[]) and r.fen >= b.total_fen
        order by b.bill_no`,
  );

/** ⑤: the dues of the bills are settled and their receipts allocated. @throws when a due is settled already. */
export async function markAllocated(
  on: Executor,
  region: string,
  paid: readonly string[],
  slot: Moment,
  posting: string,
): Promise<Moved> {
  return toMoved(
    await one(
      on,
      sql<MovedRow>`
        with settled as (
          insert into collection_settlement (region, due_id, how, ref, at)
          select region, due_id, 'RECEIPT', bill_no, ${slot}::timestamptz from collection_bill_due
          where region = ${region} and bill_no = any(${paid}::text[])
        ),
        bills as (
          update collection_bill set state = 'ALLOCATED', allocated_at = ${slot}
          where region = ${region} and bill_no = any(${paid}::text[])
        ),
        moved as (
          update collection_receipt set allocated_at = ${slot}, allocation = ${posting}
          where region = ${region} and bill_no = any(${paid}::text[]) and state = 'MATCHED' and allocated_at is null
          returning total_fen, parts
        )
        ${MOVED}`,
    ),
  );
}
