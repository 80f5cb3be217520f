/** SQL behind the pages. */

import type { RawBuilder } from 'kysely';
import type { CivilDate, Moment, Month } from '../src/kernel/month.ts';
import type { Sort } from '../src/kernel/sort.ts';
import { byPlace, bySound, type Executor, type Orders, one, orderBy, rows, sql } from '../src/platform/db.ts';
import type { SortKey } from '../src/platform/schemas.ts';
import {
  PAY_CHANNELS,
  type PayChannel,
  type ReceiptState,
  type receiptSort,
  receiptStateSchema,
  type TaxBillState,
  type taxBillSort,
  taxBillStateSchema,
} from './contract.ts';
import type { TaxReceipt } from './model.ts';

export type BillRow = {
  readonly billNo: string;
  readonly employerNo: string;
  readonly payerName: string;
  readonly uscc: string | null;
  readonly totalFen: number;
  readonly months: readonly Month[];
  readonly issuedAt: Moment;
  readonly validThrough: CivilDate;
  readonly state: TaxBillState;
  readonly ticketNo: string | null;
  readonly invoicedAt: Moment | null;
  readonly paidAt: Moment | null;
};

type Page<Key extends string> = {
  readonly sort?: Sort<Key> | undefined;
  readonly page: number;
  readonly size: number;
};
const and = (conditions: readonly RawBuilder<unknown>[]) => sql.join([...conditions], sql` and `);

export type BillFilter = {
  readonly billNo?: string;
  readonly employerNos?: readonly string[];
  readonly uscc?: string;
  /** Bill number, credit code, employer number or a piece of the name. */
  readonly text?: string;
  readonly state?: TaxBillState;
  readonly payable?: boolean;
};

function billConditions(region: string, filter: BillFilter): RawBuilder<unknown> {
  const list: RawBuilder<unknown>[] = [sql`b.region = ${region}`];
  if (filter.billNo !== undefined) list.push(sql`b.bill_no = ${filter.billNo}`);
  if (filter.employerNos) list.push(sql`b.employer_no = any(${[...filter.employerNos]}::text[])`);
  if (filter.uscc !== undefined) list.push(sql`e.uscc = ${filter.uscc}`);
  if (filter.state) list.push(sql`b.state = ${sql.lit(filter.state)}`);
  if (filter.payable) list.push(sql`b.state in ('OPEN', 'INVOICED', 'PAYING')`);
  if (filter.text) {
    const like = `%${filter.text.replace(/[\\%_]/g, '\\$&')}%`;
    list.push(sql`(b.bill_no = ${filter.text} or e.uscc = ${filter.text} or b.payer_name like ${like} or n.employer_no =
      (select employer_no from tax_employer_number where region = ${region} and number = ${filter.text}))`);
  }
  return and(list);
}

const BILL_FROM = sql`tax_bill b
  left join tax_employer_number n on n.region = b.region and n.number = b.employer_no
  left join tax_employer e on e.region = b.region and e.employer_no = n.employer_no`;

const BILL_ORDERS: Orders<SortKey<typeof taxBillSort>> = {
  billNo: sql`b.bill_no`,
  payer: bySound(sql`b.payer_name`),
  uscc: sql`e.uscc`,
  employerNo: sql`b.employer_no`,
  months: sql`months`,
  total: sql`b.total_fen`,
  validThrough: sql`b.valid_through`,
  state: byPlace(sql`b.state`, taxBillStateSchema.options),
};

export async function listBills(
  on: Executor,
  region: string,
  filter: BillFilter,
  page: Page<keyof typeof BILL_ORDERS>,
): Promise<{ total: number; rows: BillRow[] }> {
  const where = billConditions(region, filter);
  const { total } = await one(on, sql<{ total: number }>`select count(*) as total from ${BILL_FROM} where ${where}`);
  const found = await rows(
    on,
    sql<BillRow>`
      select b.bill_no as "billNo", b.employer_no as "employerNo", b.payer_name as "payerName", e.uscc, b.total_fen as "totalFen",
             (select array_agg(distinct l.month::text order by l.month::text) from tax_bill_line l
              where l.region = b.region and l.bill_no = b.bill_no) as months,
             b.issued_at as "issuedAt", b.valid_through as "validThrough", b.state, b.ticket_no as "ticketNo", b.invoiced_at as "invoicedAt",
             (select min(r.paid_at) from tax_receipt r where r.region = b.region and r.bill_no = b.bill_no and r.state <> 'REVERSED') as "paidAt"
      from ${BILL_FROM} where ${where} order by ${orderBy(BILL_ORDERS, page.sort, sql`b.issued_at desc, b.bill_no desc`)}
      limit ${page.size} offset ${(page.page - 1) * page.size}`,
  );
  return { total, rows: found };
}

export type TicketRow = {
  readonly ticketNo: string;
  readonly totalFen: number;
  readonly invoicedAt: Moment;
  readonly payBy: CivilDate;
  readonly voidedAt: Moment | null;
  readonly voidReason: string | null;
};

export function ticketsOf(on: Executor, region: string, billNo: string): Promise<TicketRow[]> {
  return rows(
    on,
    sql<TicketRow>`select ticket_no as "ticketNo", total_fen as "totalFen", invoiced_at as "invoicedAt", pay_by as "payBy",
                          voided_at as "voidedAt", void_reason as "voidReason"
                   from tax_ticket where region = ${region} and bill_no = ${billNo} order by invoiced_at, ticket_no`,
  );
}

export type ReceiptRow = TaxReceipt & { readonly payerName: string };
export type ReceiptFilter = {
  readonly receiptNo?: string;
  readonly billNo?: string;
  readonly employerNos?: readonly string[];
  readonly text?: string;
  readonly state?: ReceiptState;
  readonly channel?: PayChannel;
  readonly from?: string;
  readonly to?: string;
};

const RECEIPT_ORDERS: Orders<SortKey<typeof receiptSort>> = {
  receiptNo: sql`r.receipt_no`,
  billNo: sql`r.bill_no`,
  ticketNo: sql`r.ticket_no`,
  payer: bySound(sql`b.payer_name`),
  channel: byPlace(sql`r.channel`, PAY_CHANNELS),
  paidAt: sql`r.paid_at`,
  total: sql`r.total_fen`,
  state: byPlace(sql`r.state`, receiptStateSchema.options),
};

export async function listReceipts(
  on: Executor,
  region: string,
  filter: ReceiptFilter,
  page: Page<keyof typeof RECEIPT_ORDERS>,
): Promise<{ total: number; rows: ReceiptRow[] }> {
  const list: RawBuilder<unknown>[] = [sql`r.region = ${region}`];
  if (filter.receiptNo !== undefined) list.push(sql`r.receipt_no = ${filter.receiptNo}`);
  if (filter.billNo !== undefined) list.push(sql`r.bill_no = ${filter.billNo}`);
  if (filter.employerNos) list.push(sql`r.employer_no = any(${[...filter.employerNos]}::text[])`);
  if (filter.state) list.push(sql`r.state = ${sql.lit(filter.state)}`);
  if (filter.channel) list.push(sql`r.channel = ${filter.channel}`);
  if (filter.from) list.push(sql`r.paid_at >= ${filter.from}::date::timestamp at time zone 'Asia/Shanghai'`);
  if (filter.to) list.push(sql`r.paid_at < (${filter.to}::date + 1)::timestamp at time zone 'Asia/Shanghai'`);
  if (filter.text) {
    const like = `%${filter.text.replace(/[\\%_]/g, '\\$&')}%`;
    list.push(
      sql`(r.receipt_no = ${filter.text} or r.bill_no = ${filter.text} or r.ticket_no = ${filter.text} or r.employer_no = ${filter.text} or b.payer_name like ${like})`,
    );
  }
  const where = and(list);
  const source = sql`tax_receipt r join tax_bill b on b.region = r.region and b.bill_no = r.bill_no`;
  const { total } = await one(on, sql<{ total: number }>`select count(*) as total from ${source} where ${where}`);
  const found = await rows(
    on,
    sql<ReceiptRow>`
      select r.receipt_no as "receiptNo", r.bill_no as "billNo", r.employer_no as "employerNo", b.payer_name as "payerName",
             r.ticket_no as "ticketNo", r.channel, r.total_fen as "totalFen", r.state, r.paid_at as "paidAt", r.posted_at as "postedAt",
             r.bank_serial as "bankSerial", r.remitted_at as "remittedAt", r.treasured_at as "treasuredAt", r.reversed_at as "reversedAt",
             r.reversed_reason as "reversedReason"
      from ${source} where ${where} order by ${orderBy(RECEIPT_ORDERS, page.sort, sql`r.paid_at desc, r.receipt_no desc`)}
      limit ${page.size} offset ${(page.page - 1) * page.size}`,
  );
  return { total, rows: found };
}

export function deskOfDay(
  on: Executor,
  region: string,
  day: CivilDate,
): Promise<{ channel: PayChannel; count: number; fen: number; toPost: number }[]> {
  return rows(
    on,
    sql<{ channel: PayChannel; count: number; fen: number; toPost: number }>`
      select channel, count(*) as count, sum(total_fen)::bigint as fen, count(*) filter (where state = 'PAID') as "toPost"
      from tax_receipt
      where region = ${region} and state <> 'REVERSED' and paid_at >= ${day}::date::timestamp at time zone 'Asia/Shanghai'
        and paid_at < (${day}::date + 1)::timestamp at time zone 'Asia/Shanghai'
      group by channel order by channel`,
  );
}

/** Bills the taxpayer can still act on, by state. */
export function countLiveBills(on: Executor, region: string): Promise<{ state: string; count: number }[]> {
  return rows(
    on,
    sql<{ state: string; count: number }>`
      select state, count(*)::int as count from tax_bill
      where region = ${region} and state in ('OPEN', 'INVOICED', 'PAYING') group by state order by state`,
  );
}
