import type { Insurance } from '../../kernel/insurance.ts';
import { addDays, atTime, type CivilDate, type Moment } from '../../kernel/month.ts';
import { among, type Executor, first, inPages, rows, run, sql } from '../../platform/db.ts';
import type { PartAmount } from '../facts.ts';

export type ReceiptLine = PartAmount & { readonly monthFrom: string; readonly monthTo: string };

/** 到账 as the tax side told it. */
export type Receipt = {
  readonly receiptNo: string;
  readonly billNo: string | null;
  readonly basis: string;
  readonly payer: string;
  readonly ticketNo: string;
  readonly invoicedAt: Moment | null;
  readonly paidAt: Moment;
  readonly postedAt: Moment;
  readonly totalFen: number;
  readonly channel: string;
  readonly lines: readonly ReceiptLine[];
  readonly state: 'MATCHED' | 'SUSPENSE' | 'REVERSED';
  readonly suspenseReason: string | null;
  readonly ssPostedAt: Moment | null;
  readonly allocatedAt: Moment | null;
};

type ReceiptRow = {
  receipt_no: string;
  bill_no: string | null;
  basis: string;
  payer: string;
  ticket_no: string;
  invoiced_at: Moment | null;
  paid_at: Moment;
  posted_at: Moment;
  total_fen: number;
  channel: string;
  lines: ReceiptLine[];
  state: Receipt['state'];
  suspense_reason: string | null;
  ss_posted_at: Moment | null;
  allocated_at: Moment | null;
};
const toReceipt = (row: ReceiptRow): Receipt => ({
  receiptNo: row.receipt_no,
  billNo: row.bill_no,
  basis: row.basis,
  payer: row.payer,
  ticketNo: row.ticket_no,
  invoicedAt: row.invoiced_at,
  paidAt: row.paid_at,
  postedAt: row.posted_at,
  totalFen: row.total_fen,
  channel: row.channel,
  lines: row.lines,
  state: row.state,
  suspenseReason: row.suspense_reason,
  ssPostedAt: row.ss_posted_at,
  allocatedAt: row.allocated_at,
});
const COLUMNS = sql.raw(
  `r.receipt_no, r.bill_no, r.basis, r.payer, r.ticket_no, r.invoiced_at, r.paid_at, r.posted_at, r.total_fen, r.channel, r.lines, r.state,
   r.suspense_reason, coalesce(r.ss_posted_at, b.ss_posted_at) as ss_posted_at, coalesce(r.allocated_at, b.allocated_at) as allocated_at`,
);
/** Receipts with the bill they count for: it says how far they are booked (see the view collection_receipt_booked). */
const RECEIPTS = sql.raw(
  `collection_receipt r
   left join collection_bill b on b.region = r.region and b.bill_no = r.bill_no and r.state = 'MATCHED'`,
);

/** True when it is new; a receipt number counts once for ever. */
export async function insertReceipt(
  on: Executor,
  region: string,
  receipt: Receipt,
  receivedAt: Moment,
): Promise<boolean> {
  return (
    (await run(
      on,
      sql`insert into collection_receipt (region, receipt_no, bill_no, basis, payer, ticket_no, invoiced_at, paid_at, posted_at, received_at,
                                          total_fen, channel, lines, state, suspense_reason)
          values (${region}, ${receipt.receiptNo}, ${receipt.billNo}, ${receipt.basis}, ${receipt.payer}, ${receipt.ticketNo},
                  ${receipt.invoicedAt}, ${receipt.paidAt}, ${receipt.postedAt}, ${receivedAt}, ${receipt.totalFen}, ${receipt.channel},
                  ${JSON.stringify(receipt.lines)}::jsonb, ${receipt.state}, ${receipt.suspenseReason})
          on conflict (region, receipt_no) do nothing`,
    )) === 1
  );
}

export async function findReceipt(on: Executor, region: string, receiptNo: string): Promise<Receipt | undefined> {
  const row = await first(
    on,
    sql<ReceiptRow>`select ${COLUMNS} from ${RECEIPTS} where r.region = ${region} and r.receipt_no = ${receiptNo}`,
  );
  return row && toReceipt(row);
}

export async function lockReceipt(on: Executor, region: string, receiptNo: string): Promise<Receipt | undefined> {
  const row = await first(
    on,
    sql<ReceiptRow>`select ${COLUMNS} from ${RECEIPTS}
                    where r.region = ${region} and r.receipt_no = ${receiptNo} for update of r`,
  );
  return row && toReceipt(row);
}

/** In order of payment (tie: number): the first by paidAt counts (wire §4). */
export async function listReceiptsOfBill(on: Executor, region: string, billNo: string): Promise<Receipt[]> {
  return (
    await rows(
      on,
      sql<ReceiptRow>`select ${COLUMNS} from ${RECEIPTS}
                      where r.region = ${region} and r.bill_no = ${billNo} and r.state <> 'REVERSED'
                      order by r.paid_at, r.receipt_no for update of r`,
    )
  ).map(toReceipt);
}

/** As they stand, in order of payment; whoever goes on with one locks it and looks again. */
export async function listWaitingReceiptNos(on: Executor, region: string, reason: string): Promise<string[]> {
  const found = await rows(
    on,
    sql<{ receipt_no: string }>`select receipt_no from collection_receipt
                                where region = ${region} and state = 'SUSPENSE' and suspense_reason = ${reason}
                                order by paid_at, receipt_no`,
  );
  return found.map((row) => row.receipt_no);
}

/** 挂账 and money that does not fit its bill (PARTIAL, MISMATCH), by number, reason and since when: everything a person may have to look at. */
export const waitingReceipts = (region: string) => sql`
  select r.receipt_no, r.suspense_reason as reason, r.received_at as at from collection_receipt r
  where r.region = ${region} and r.state = 'SUSPENSE'
  union all
  select r.receipt_no, b.state, r.received_at from collection_bill b
  join collection_receipt r on r.region = b.region and r.bill_no = b.bill_no and r.state = 'MATCHED'
  where b.region = ${region} and b.state in ('PARTIAL', 'MISMATCH')
  union all
  select m.receipt_no, 'MISMATCH', m.at from collection_receipt_moved m where m.region = ${region}`;

const SUSPENSE_PAGE = 500;

/** All of them in order of payment, read page by page. */
export const listSuspense = (on: Executor, region: string): AsyncGenerator<Receipt> =>
  inPages(SUSPENSE_PAGE, async (behind: Receipt | undefined) =>
    (
      await rows(
        on,
        sql<ReceiptRow>`
          select r.receipt_no, r.bill_no, r.basis, r.payer, r.ticket_no, r.invoiced_at, r.paid_at, r.posted_at, r.total_fen, r.channel,
                 r.lines, r.state, f.reason as suspense_reason, r.ss_posted_at, r.allocated_at
          from (${waitingReceipts(region)}) f
          join collection_receipt r on r.region = ${region} and r.receipt_no = f.receipt_no
          ${behind ? sql`where (r.paid_at, r.receipt_no) > (${behind.paidAt}, ${behind.receiptNo})` : sql``}
          order by r.paid_at, r.receipt_no limit ${sql.lit(SUSPENSE_PAGE)}`,
      )
    ).map(toReceipt),
  );

/** Which of these receipts a person may have to look at. */
export async function stillWaiting(on: Executor, region: string, receiptNos: readonly string[]): Promise<string[]> {
  const found = await rows(
    on,
    sql<{ receipt_no: string }>`
      select f.receipt_no from (${waitingReceipts(region)}) f where ${among('f.receipt_no', receiptNos, 'text')}`,
  );
  return found.map((row) => row.receipt_no);
}

/** 日终: one row per receipt and insurance of a business day, by the day of payment or of reversal (wire §3.6). */
export type MoneyOfDay = {
  readonly receiptNo: string;
  readonly billNo: string | null;
  readonly insurance: Insurance;
  readonly direction: 'IN' | 'REVERSAL';
  readonly fen: number;
  readonly paidAt: Moment;
  readonly ticketNo: string;
};

export async function listMoneyOfDay(on: Executor, region: string, day: CivilDate): Promise<MoneyOfDay[]> {
  const [from, to] = [atTime(day, '00:00'), atTime(addDays(day, 1), '00:00')];
  return rows(
    on,
    sql<MoneyOfDay>`
      with moved as (
        select r.*, 'IN' as direction from collection_receipt r
        where r.region = ${region} and r.paid_at >= ${from} and r.paid_at < ${to}
        union all
        select r.*, 'REVERSAL' from collection_receipt r
        where r.region = ${region} and r.reversed_at >= ${from} and r.reversed_at < ${to})
      select m.receipt_no as "receiptNo", m.bill_no as "billNo", l ->> 'insurance' as insurance, m.direction,
             sum((l ->> 'fen')::bigint)::bigint as fen, m.paid_at as "paidAt", m.ticket_no as "ticketNo"
      from moved m cross join lateral jsonb_array_elements(m.lines) as l
      group by 1, 2, 3, 4, 6, 7
      order by 1, 3, 4`,
  );
}

export async function setReceiptState(
  on: Executor,
  region: string,
  receiptNo: string,
  state: Receipt['state'],
  reason: string | null,
  at: Moment,
): Promise<void> {
  await run(
    on,
    sql`update collection_receipt set state = ${state}, suspense_reason = ${reason},
               reversed_at = case when ${state} = 'REVERSED' then ${at}::timestamptz else reversed_at end
        where region = ${region} and receipt_no = ${receiptNo}`,
  );
}

export async function setReceiptLines(
  on: Executor,
  region: string,
  receiptNo: string,
  lines: readonly ReceiptLine[],
): Promise<void> {
  await run(
    on,
    sql`update collection_receipt set lines = ${JSON.stringify(lines)}::jsonb where region = ${region} and receipt_no = ${receiptNo}`,
  );
}

export type EarlyKind = 'CORRECTED' | 'REVERSED' | 'TREASURED';

/** Keeps what was told about a receipt that has not come yet; told twice (更正 of a 更正), the later one stands. */
export async function saveEarly(
  on: Executor,
  region: string,
  receiptNo: string,
  kind: EarlyKind,
  message: unknown,
  at: Moment,
): Promise<void> {
  await run(
    on,
    sql`insert into collection_receipt_early (region, receipt_no, kind, message, at)
        values (${region}, ${receiptNo}, ${kind}, ${JSON.stringify(message)}::jsonb, ${at})
        on conflict (region, receipt_no, kind) do update set message = excluded.message, at = excluded.at`,
  );
}

export async function takeEarly(
  on: Executor,
  region: string,
  receiptNo: string,
): Promise<{ kind: EarlyKind; message: unknown }[]> {
  return rows(
    on,
    sql<{ kind: EarlyKind; message: unknown }>`
      with taken as (
        delete from collection_receipt_early where region = ${region} and receipt_no = ${receiptNo} returning kind, message, at)
      select kind, message from taken order by at, kind`,
  );
}

export async function markTreasured(on: Executor, region: string, receiptNo: string, at: Moment): Promise<boolean> {
  return (
    (await run(
      on,
      sql`update collection_receipt set treasured_at = ${at} where region = ${region} and receipt_no = ${receiptNo}`,
    )) === 1
  );
}

/**
 * The receipts of a bill part from it with the postings they went through: before the bill forgets its own, and before any of the
 * receipts changes.
 */
export async function partReceipts(on: Executor, region: string, billNo: string): Promise<void> {
  await run(
    on,
    sql`update collection_receipt r
        set ss_posted_at = k.ss_posted_at, ss_posting = k.ss_posting, allocated_at = k.allocated_at, allocation = k.allocation
        from collection_receipt_booked k
        where r.region = ${region} and r.bill_no = ${billNo} and r.state = 'MATCHED'
          and k.region = r.region and k.receipt_no = r.receipt_no`,
  );
}

export function amountsOf(lines: readonly ReceiptLine[]): PartAmount[] {
  const sums = new Map<string, PartAmount>();
  for (const line of lines) {
    const key = `${line.insurance}/${line.part}`;
    const before = sums.get(key);
    sums.set(key, { insurance: line.insurance as Insurance, part: line.part, fen: (before?.fen ?? 0) + line.fen });
  }
  return [...sums.values()].filter((amount) => amount.fen !== 0);
}
