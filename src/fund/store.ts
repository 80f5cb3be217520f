import type { Insurance } from '../kernel/insurance.ts';
import type { CivilDate, Moment } from '../kernel/month.ts';
import { type Executor, later, one, rows, sql } from '../platform/db.ts';
import type { AccountCode, Balance, Book, Entry, Voucher, VoucherKind } from './model.ts';

/** Writes vouchers with their entries; one that exists for the same act already is left alone, so that an act books once. */
export async function insertVouchers(on: Executor, region: string, vouchers: readonly Voucher[]): Promise<void> {
  if (vouchers.length === 0) return;
  await later(
    on,
    sql`insert into fund_voucher (region, voucher_id, insurance, book, kind, ref, red, day, at, actor)
        select ${region}, t.* from unnest(
          ${vouchers.map((v) => v.voucherId)}::text[], ${vouchers.map((v) => v.insurance)}::text[],
          ${vouchers.map((v) => v.book)}::text[], ${vouchers.map((v) => v.kind)}::text[], ${vouchers.map((v) => v.ref)}::text[],
          ${vouchers.map((v) => v.red)}::boolean[], ${vouchers.map((v) => v.day)}::date[],
          ${vouchers.map((v) => v.at)}::timestamptz[], ${vouchers.map((v) => v.actor)}::text[]) as t
        on conflict (region, insurance, book, kind, ref) do nothing`,
  );
  const entries = vouchers.flatMap((voucher) =>
    voucher.entries.map((entry, index) => ({ ...entry, voucher, lineNo: index + 1 })),
  );
  if (entries.length === 0) return;
  // The number of a voucher is its own: it is there when it was written just now, and not when its act was booked before.
  await later(
    on,
    sql`insert into fund_entry (region, voucher_id, line_no, red, account, debit_fen, credit_fen)
        select v.region, v.voucher_id, t.line_no, t.red, t.account, t.debit_fen, t.credit_fen from unnest(
          ${entries.map((e) => e.voucher.voucherId)}::text[], ${entries.map((e) => e.lineNo)}::int[],
          ${entries.map((e) => e.voucher.red)}::boolean[], ${entries.map((e) => e.account)}::text[],
          ${entries.map((e) => e.debitFen)}::bigint[], ${entries.map((e) => e.creditFen)}::bigint[])
          as t (voucher_id, line_no, red, account, debit_fen, credit_fen)
        join fund_voucher v on v.region = ${region} and v.voucher_id = t.voucher_id`,
  );
}

/** How many corrections of a receipt are booked: the next one gets the next number. */
export async function countCorrections(on: Executor, region: string, receiptNo: string): Promise<number> {
  const row = await one(
    on,
    sql<{ count: number }>`
      select count(distinct ref) as count from fund_voucher
      where region = ${region} and kind in ('CORRECTED_OUT', 'CORRECTED_IN') and starts_with(ref, ${`${receiptNo}/`})`,
  );
  return row.count;
}

/** Turnover and balance of every account that has moved, per fund. */
export async function listBalances(on: Executor, region: string, through?: CivilDate): Promise<Balance[]> {
  const until = through ? sql`and v.day <= ${through}` : sql``;
  const found = await rows(
    on,
    sql<{
      insurance: Insurance;
      book: Book;
      account: AccountCode;
      name: string;
      debit_fen: number;
      credit_fen: number;
      balance_fen: number;
    }>`
      select v.insurance, v.book, e.account, a.name, sum(e.debit_fen)::bigint as debit_fen, sum(e.credit_fen)::bigint as credit_fen,
             (case a.normal_side when 'DEBIT' then sum(e.debit_fen - e.credit_fen) else sum(e.credit_fen - e.debit_fen) end)::bigint as balance_fen
      from fund_voucher v
      join fund_entry e on e.region = v.region and e.voucher_id = v.voucher_id
      join fund_account a on a.code = e.account
      where v.region = ${region} ${until}
      group by v.insurance, v.book, e.account, a.name, a.normal_side
      order by array_position(array['pension','unemployment','injury'], v.insurance), e.account`,
  );
  return found.map((row) => ({
    insurance: row.insurance,
    book: row.book,
    account: row.account,
    name: row.name,
    debitFen: row.debit_fen,
    creditFen: row.credit_fen,
    balanceFen: row.balance_fen,
  }));
}

export type VoucherFilter = {
  readonly insurance?: Insurance;
  readonly book?: Book;
  readonly ref?: string;
  readonly from?: CivilDate;
  readonly to?: CivilDate;
};

/** Vouchers in the order in which they were written, at most 1,000. */
export async function listVouchers(on: Executor, region: string, filter: VoucherFilter = {}): Promise<Voucher[]> {
  const found = await rows(
    on,
    sql<{
      voucher_id: string;
      insurance: Insurance;
      book: Book;
      kind: VoucherKind;
      ref: string;
      red: boolean;
      day: CivilDate;
      at: Moment;
      actor: string;
      entries: { account: AccountCode; debit: number; credit: number }[];
    }>`
      select v.voucher_id, v.insurance, v.book, v.kind, v.ref, v.red, v.day, v.at, v.actor,
             (select jsonb_agg(jsonb_build_object('account', e.account, 'debit', e.debit_fen, 'credit', e.credit_fen) order by e.line_no)
              from fund_entry e where e.region = v.region and e.voucher_id = v.voucher_id) as entries
      from fund_voucher v
      where v.region = ${region}
        ${filter.insurance ? sql`and v.insurance = ${filter.insurance}` : sql``}
        ${filter.book ? sql`and v.book = ${filter.book}` : sql``}
        ${filter.ref ? sql`and v.ref = ${filter.ref}` : sql``}
        ${filter.from ? sql`and v.day >= ${filter.from}` : sql``}
        ${filter.to ? sql`and v.day <= ${filter.to}` : sql``}
      order by v.voucher_id limit 1000`,
  );
  return found.map((row) => ({
    voucherId: row.voucher_id,
    insurance: row.insurance,
    book: row.book,
    kind: row.kind,
    ref: row.ref,
    red: row.red,
    day: row.day,
    at: row.at,
    actor: row.actor,
    entries: (row.entries ?? []).map(
      (entry): Entry => ({ account: entry.account, debitFen: entry.debit, creditFen: entry.credit }),
    ),
  }));
}
