/** The tax side's SQL about bills, tickets and receipts. Every row belongs to one region. */
import type { Fen } from '../src/kernel/fen.ts';
import type { CivilDate, Moment } from '../src/kernel/month.ts';
import { type Executor, first, one, rows, run, sql, type Tx } from '../src/platform/db.ts';
import type { BillIssue } from '../wire/index.ts';
import type { PayChannel, TaxBillState } from './contract.ts';
import type { MoneyLine, TaxBill, TaxBillLine, TaxReceipt } from './model.ts';

const BILL =
  sql.raw(`bill_no as "billNo", employer_no as "employerNo", payer_name as "payerName", kind, office, issued_at as "issuedAt",
  valid_through as "validThrough", total_fen as "totalFen", replaces, state, ticket_no as "ticketNo", invoiced_at as "invoicedAt"`);
const LINE =
  sql.raw(`insurance, kind, month, persons, base_fen as "baseFen", employer_fen as "employerFen", person_fen as "personFen",
  interest_fen as "interestFen", late_fen as "lateFen", offset_fen as "offsetFen", total_fen as "totalFen"`);
const RECEIPT =
  sql.raw(`receipt_no as "receiptNo", bill_no as "billNo", employer_no as "employerNo", ticket_no as "ticketNo", channel,
  total_fen as "totalFen", state, paid_at as "paidAt", posted_at as "postedAt", bank_serial as "bankSerial", remitted_at as "remittedAt",
  treasured_at as "treasuredAt", reversed_at as "reversedAt", reversed_reason as "reversedReason"`);

/** Two messages about one number, or a message and a number not there yet, take turns. */
export async function lockNumber(tx: Tx, region: string, billNo: string): Promise<void> {
  await run(tx, sql`select pg_advisory_xact_lock(hashtextextended(${`${region}/${billNo}`}, 0))`);
}

export function findBill(on: Executor, region: string, billNo: string): Promise<TaxBill | undefined> {
  return first(on, sql<TaxBill>`select ${BILL} from tax_bill where region = ${region} and bill_no = ${billNo}`);
}

/** Everything that moves a bill starts here: invoice, payment and cancellation are serialised on its row (wire.md §4). */
export function lockBill(tx: Tx, region: string, billNo: string): Promise<TaxBill | undefined> {
  return first(
    tx,
    sql<TaxBill>`select ${BILL} from tax_bill where region = ${region} and bill_no = ${billNo} for update`,
  );
}

export function billLines(on: Executor, region: string, billNo: string): Promise<TaxBillLine[]> {
  return rows(
    on,
    sql<TaxBillLine>`select ${LINE} from tax_bill_line where region = ${region} and bill_no = ${billNo} order by line_no`,
  );
}

export async function insertBill(
  tx: Tx,
  region: string,
  bill: BillIssue & { readonly employerNo: string },
  payerName: string,
  receivedAt: Moment,
): Promise<void> {
  await run(
    tx,
    sql`insert into tax_bill (region, bill_no, employer_no, payer_name, kind, office, issued_at, valid_through, total_fen, replaces, state, received_at)
        values (${region}, ${bill.billNo}, ${bill.employerNo}, ${payerName}, ${bill.kind}, ${bill.office}, ${bill.issuedAt}, ${bill.validThrough},
                ${bill.totalFen}, ${bill.replaces ?? null}, 'OPEN', ${receivedAt})`,
  );
  await run(
    tx,
    sql`insert into tax_bill_line (region, bill_no, line_no, insurance, kind, month, persons, base_fen, employer_fen, person_fen,
                                   interest_fen, late_fen, offset_fen, total_fen)
        select ${region}, ${bill.billNo}, n, l.ins, l.kind, l.month, l.persons, l."baseFen", l."employerFen", l."personFen",
               l."interestFen", l."lateFen", coalesce(l."offsetFen", 0), l."totalFen"
        from rows from (jsonb_to_recordset(${JSON.stringify(bill.lines)}::jsonb) as (
               ins text, kind text, month text, persons int, "baseFen" bigint, "employerFen" bigint, "personFen" bigint,
               "interestFen" bigint, "lateFen" bigint, "offsetFen" bigint, "totalFen" bigint)) with ordinality
             as l(ins, kind, month, persons, "baseFen", "employerFen", "personFen", "interestFen", "lateFen", "offsetFen", "totalFen", n)`,
  );
}

export async function extendBill(tx: Tx, region: string, billNo: string, validThrough: CivilDate): Promise<void> {
  await run(
    tx,
    sql`update tax_bill set valid_through = ${validThrough} where region = ${region} and bill_no = ${billNo}`,
  );
  await run(
    tx,
    sql`update tax_ticket set pay_by = ${validThrough} where region = ${region} and bill_no = ${billNo} and voided_at is null`,
  );
}

/** Sets the state; a bill that goes back before 开票 loses its ticket. */
export async function moveBill(
  tx: Tx,
  region: string,
  billNo: string,
  state: TaxBillState,
  at: Moment,
  ticket?: { readonly ticketNo: string; readonly invoicedAt: Moment },
): Promise<void> {
  const ended = state === 'VOID' || state === 'EXPIRED';
  const bare = ended || state === 'OPEN';
  await run(
    tx,
    sql`update tax_bill set state = ${state}, ended_at = ${ended ? at : null},
          ticket_no = ${ticket ? sql`${ticket.ticketNo}` : bare ? sql`null` : sql`ticket_no`},
          invoiced_at = ${ticket ? sql`${ticket.invoicedAt}::timestamptz` : bare ? sql`null` : sql`invoiced_at`}
        where region = ${region} and bill_no = ${billNo}`,
  );
}

export async function rememberCancel(
  tx: Tx,
  region: string,
  billNo: string,
  reason: string,
  at: Moment,
): Promise<void> {
  await run(
    tx,
    sql`insert into tax_cancel_memory (region, bill_no, reason, granted_at) values (${region}, ${billNo}, ${reason}, ${at})
        on conflict do nothing`,
  );
}

export async function cancelRemembered(on: Executor, region: string, billNo: string): Promise<boolean> {
  const row = await first(
    on,
    sql<{ bill_no: string }>`select bill_no from tax_cancel_memory where region = ${region} and bill_no = ${billNo}`,
  );
  return row !== undefined;
}

/** The state is written out: for any state at all the index of the living bills would not do. */
const isOverdue = (region: string, state: 'OPEN' | 'INVOICED', day: CivilDate) =>
  sql`region = ${region} and state = ${sql.lit(state)} and valid_through < ${day}`;
const isToReverse = (region: string, day: CivilDate) =>
  sql`region = ${region} and reverse_due <= ${day} and state <> 'REVERSED'`;
const isToTreasure = (region: string, day: CivilDate) =>
  sql`region = ${region} and state = 'POSTED' and treasured_at is null and posted_at < ${`${day}T00:00:00+08:00`}`;

/** Whether the nightly jobs would find anything, as questions for the scheduler. */
export const anyToExpire = (region: string, day: CivilDate) =>
  sql`exists (select 1 from tax_bill where ${isOverdue(region, 'OPEN', day)})`;
export const anyToVoid = (region: string, day: CivilDate) =>
  sql`exists (select 1 from tax_bill where ${isOverdue(region, 'INVOICED', day)})
        or exists (select 1 from tax_receipt where ${isToReverse(region, day)})`;
export const anyToTreasure = (region: string, day: CivilDate) =>
  sql`exists (select 1 from tax_receipt where ${isToTreasure(region, day)})`;

/** Bills whose deadline passed before `day` and nobody paid: OPEN ones expire, INVOICED ones lose their ticket first. */
export async function overdueBills(
  on: Executor,
  region: string,
  state: 'OPEN' | 'INVOICED',
  day: CivilDate,
): Promise<string[]> {
  const found = await rows(
    on,
    sql<{ bill_no: string }>`select bill_no from tax_bill where ${isOverdue(region, state, day)} order by bill_no`,
  );
  return found.map((row) => row.bill_no);
}

const serial = async (tx: Tx, sequence: string, width: number): Promise<string> =>
  String((await one(tx, sql<{ n: number }>`select nextval(${sequence}::regclass) as n`)).n).padStart(width, '0');

/** 税票号码, 18 digits: region, day, serial of the day. */
export async function nextTicketNo(tx: Tx, region: string, now: Moment): Promise<string> {
  return `${region}${now.slice(2, 10).replaceAll('-', '')}${await serial(tx, 'tax_ticket_serial', 6)}`;
}

/** 到账流水号, 22 digits. */
export async function nextReceiptNo(tx: Tx, region: string, now: Moment): Promise<string> {
  return `${region}${now.slice(0, 10).replaceAll('-', '')}${await serial(tx, 'tax_receipt_serial', 8)}`;
}

/** 登记序号, 20 digits. */
export async function nextTaxRegNo(tx: Tx, region: string): Promise<string> {
  return `1${region}${await serial(tx, 'tax_reg_serial', 13)}`;
}

export async function insertTicket(
  tx: Tx,
  region: string,
  ticket: {
    readonly ticketNo: string;
    readonly billNo: string;
    readonly totalFen: number;
    readonly invoicedAt: Moment;
    readonly invoicedBy: string;
    readonly payBy: CivilDate;
  },
): Promise<void> {
  await run(
    tx,
    sql`insert into tax_ticket (region, ticket_no, bill_no, total_fen, invoiced_at, invoiced_by, pay_by)
        values (${region}, ${ticket.ticketNo}, ${ticket.billNo}, ${ticket.totalFen}, ${ticket.invoicedAt}, ${ticket.invoicedBy}, ${ticket.payBy})`,
  );
}

export async function voidTicket(tx: Tx, region: string, ticketNo: string, at: Moment, reason: string): Promise<void> {
  await run(
    tx,
    sql`update tax_ticket set voided_at = ${at}, void_reason = ${reason}
        where region = ${region} and ticket_no = ${ticketNo} and voided_at is null`,
  );
}

export type NewReceipt = {
  readonly receiptNo: string;
  readonly bill: TaxBill;
  readonly ticketNo: string;
  readonly channel: PayChannel;
  readonly totalFen: Fen;
  readonly paidAt: Moment;
  readonly paidBy: string;
  readonly bankSerial: string | null;
  readonly lines: readonly MoneyLine[];
  /** Day on which a planted fault takes it back. */
  readonly reverseDue: CivilDate | null;
  readonly hiddenInRecon: boolean;
  readonly planted: string | null;
};

export async function insertReceipt(tx: Tx, region: string, receipt: NewReceipt): Promise<void> {
  await run(
    tx,
    sql`insert into tax_receipt (region, receipt_no, bill_no, employer_no, ticket_no, channel, total_fen, state, paid_at, paid_by, bank_serial,
                                 reverse_due, hidden_in_recon, planted)
        values (${region}, ${receipt.receiptNo}, ${receipt.bill.billNo}, ${receipt.bill.employerNo}, ${receipt.ticketNo}, ${receipt.channel},
                ${receipt.totalFen}, 'PAID', ${receipt.paidAt}, ${receipt.paidBy}, ${receipt.bankSerial}, ${receipt.reverseDue},
                ${receipt.hiddenInRecon}, ${receipt.planted})`,
  );
  await insertReceiptLines(tx, region, receipt.receiptNo, 1, receipt.lines);
}

export async function insertReceiptLines(
  tx: Tx,
  region: string,
  receiptNo: string,
  revision: number,
  lines: readonly MoneyLine[],
): Promise<void> {
  for (const [index, line] of lines.entries()) {
    await run(
      tx,
      sql`insert into tax_receipt_line (region, receipt_no, revision, line_no, insurance, month_from, month_to, part, fen)
          values (${region}, ${receiptNo}, ${revision}, ${index + 1}, ${line.insurance}, ${line.monthFrom}, ${line.monthTo}, ${line.part}, ${line.fen})`,
    );
  }
}

export function findReceipt(on: Executor, region: string, receiptNo: string): Promise<TaxReceipt | undefined> {
  return first(
    on,
    sql<TaxReceipt>`select ${RECEIPT} from tax_receipt where region = ${region} and receipt_no = ${receiptNo}`,
  );
}

export function receiptsOfBill(on: Executor, region: string, billNo: string): Promise<TaxReceipt[]> {
  return rows(
    on,
    sql<TaxReceipt>`select ${RECEIPT} from tax_receipt where region = ${region} and bill_no = ${billNo} order by paid_at, receipt_no`,
  );
}

/** The lines in force: those of the last revision. */
export async function receiptLines(
  on: Executor,
  region: string,
  receiptNo: string,
): Promise<{ revision: number; lines: MoneyLine[] }> {
  const found = await rows(
    on,
    sql<MoneyLine & { revision: number }>`
      select revision, insurance, month_from as "monthFrom", month_to as "monthTo", part, fen from tax_receipt_line l
      where region = ${region} and receipt_no = ${receiptNo}
        and revision = (select max(revision) from tax_receipt_line where region = ${region} and receipt_no = ${receiptNo})
      order by line_no`,
  );
  return {
    revision: found[0]?.revision ?? 0,
    lines: found.map(({ insurance, part, monthFrom, monthTo, fen }) => ({ insurance, part, monthFrom, monthTo, fen })),
  };
}

export async function setPosted(tx: Tx, region: string, receiptNo: string, at: Moment): Promise<void> {
  await run(
    tx,
    sql`update tax_receipt set state = 'POSTED', posted_at = ${at} where region = ${region} and receipt_no = ${receiptNo}`,
  );
}

export async function setReversed(
  tx: Tx,
  region: string,
  receiptNo: string,
  at: Moment,
  reversalNo: string,
  reason: string,
): Promise<void> {
  await run(
    tx,
    sql`update tax_receipt set state = 'REVERSED', reversed_at = ${at}, reversal_no = ${reversalNo}, reversed_reason = ${reason},
               reverse_due = null
        where region = ${region} and receipt_no = ${receiptNo}`,
  );
}

export async function setTreasured(
  tx: Tx,
  region: string,
  receiptNo: string,
  remittedAt: Moment,
  treasuredAt: Moment,
  batch: string,
): Promise<void> {
  await run(
    tx,
    sql`update tax_receipt set remitted_at = ${remittedAt}, treasured_at = ${treasuredAt}, treasury_batch = ${batch}
        where region = ${region} and receipt_no = ${receiptNo}`,
  );
}

/** Receipts a planted fault takes back on or before that day. */
export async function receiptsToReverse(on: Executor, region: string, day: CivilDate): Promise<string[]> {
  const found = await rows(
    on,
    sql<{
      receipt_no: string;
    }>`select receipt_no from tax_receipt where ${isToReverse(region, day)} order by receipt_no`,
  );
  return found.map((row) => row.receipt_no);
}

/** Posted before that day and not yet 入库. */
export async function receiptsToTreasure(on: Executor, region: string, day: CivilDate): Promise<string[]> {
  const found = await rows(
    on,
    sql<{
      receipt_no: string;
    }>`select receipt_no from tax_receipt where ${isToTreasure(region, day)} order by receipt_no`,
  );
  return found.map((row) => row.receipt_no);
}

/** The earliest payment that was taken and not posted yet: the watermark stays before it. */
export async function oldestUnposted(on: Executor, region: string): Promise<Moment | null> {
  const row = await first(
    on,
    sql<{ at: Moment | null }>`select min(paid_at) as at from tax_receipt where region = ${region} and state = 'PAID'`,
  );
  return row?.at ?? null;
}

/** It only rises: what was told stays true when a clock goes back. Returns where it stands. */
export async function raiseWatermark(tx: Tx, region: string, paidThrough: Moment, at: Moment): Promise<Moment> {
  const row = await one(
    tx,
    sql<{ level: Moment }>`
      insert into tax_watermark as w (region, paid_through, emitted_at) values (${region}, ${paidThrough}, ${at})
      on conflict (region) do update
        set paid_through = greatest(w.paid_through, excluded.paid_through), emitted_at = excluded.emitted_at
      returning w.paid_through as level`,
  );
  return row.level;
}

/** True while the other side may hold dues of an ended bill that only a later watermark frees. */
export async function awaitsWatermark(on: Executor, region: string): Promise<boolean> {
  const row = await one(
    on,
    sql<{ waits: boolean }>`
      select exists (
        select 1 from tax_bill where region = ${region} and state = 'EXPIRED' and valid_through >= coalesce(
          (select (paid_through at time zone 'Asia/Shanghai')::date from tax_watermark where region = ${region}), '-infinity')) as waits`,
  );
  return row.waits;
}
