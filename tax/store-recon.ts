/** SQL of 日终对账 (wire.md §3.6). */
import type { CivilDate, Moment } from '../src/kernel/month.ts';
import { type Executor, rows, run, sql, type Tx } from '../src/platform/db.ts';

export type Direction = 'IN' | 'REVERSAL';
export type MoneyRow = {
  readonly receiptNo: string;
  readonly billNo: string;
  readonly ins: string;
  readonly fen: number;
  readonly paidAt: Moment;
  readonly ticketNo: string;
};

const dayStart = (day: CivilDate) => sql`${day}::date::timestamp at time zone 'Asia/Shanghai'`;
const dayEnd = (day: CivilDate) => sql`(${day}::date + 1)::timestamp at time zone 'Asia/Shanghai'`;

/** Posted money of a business day per receipt and insurance: payments by `paidAt`, reversals by their own day. */
export function moneyOfDay(on: Executor, region: string, day: CivilDate, direction: Direction): Promise<MoneyRow[]> {
  const at = sql.ref(direction === 'IN' ? 'r.paid_at' : 'r.reversed_at');
  return rows(
    on,
    sql<MoneyRow>`
      select r.receipt_no as "receiptNo", r.bill_no as "billNo", l.insurance as ins, sum(l.fen)::bigint as fen, r.paid_at as "paidAt",
             r.ticket_no as "ticketNo"
      from tax_receipt r
      join lateral (select insurance, fen from tax_receipt_line l where l.region = r.region and l.receipt_no = r.receipt_no
                    and l.revision = (select max(revision) from tax_receipt_line m where m.region = r.region and m.receipt_no = r.receipt_no)) l on true
      where r.region = ${region} and ${at} >= ${dayStart(day)} and ${at} < ${dayEnd(day)}
        and r.posted_at is not null and not r.hidden_in_recon
      group by r.receipt_no, r.bill_no, l.insurance, r.paid_at, r.ticket_no
      order by r.receipt_no, l.insurance`,
  );
}

export function openBills(
  on: Executor,
  region: string,
): Promise<{ readonly billNo: string; readonly state: string; readonly fen: number }[]> {
  return rows(
    on,
    sql<{ billNo: string; state: string; fen: number }>`
      select bill_no as "billNo", state, total_fen as fen from tax_bill
      where region = ${region} and state in ('OPEN', 'INVOICED', 'PAYING') order by state, bill_no`,
  );
}

export async function saveTotals(
  tx: Tx,
  region: string,
  day: CivilDate,
  side: 'TAX' | 'AGENCY',
  totals: unknown,
  at: Moment,
): Promise<void> {
  await run(
    tx,
    sql`insert into tax_recon (region, day, side, totals, at) values (${region}, ${day}, ${side}, ${JSON.stringify(totals)}::jsonb, ${at})
        on conflict (region, day, side) do update set totals = excluded.totals, at = excluded.at`,
  );
}

export async function saveCase(
  tx: Tx,
  region: string,
  caseNo: string,
  body: unknown,
  state: string,
  at: Moment,
): Promise<void> {
  await run(
    tx,
    sql`insert into tax_recon_case (region, case_no, body, state, at) values (${region}, ${caseNo}, ${JSON.stringify(body)}::jsonb, ${state}, ${at})
        on conflict (region, case_no) do update set body = excluded.body, state = excluded.state, at = excluded.at`,
  );
}

/** The planted omission of a receipt ends: the next totals contain it. */
export async function showInRecon(tx: Tx, region: string, receiptNo: string): Promise<boolean> {
  return (
    (await run(
      tx,
      sql`update tax_receipt set hidden_in_recon = false where region = ${region} and receipt_no = ${receiptNo} and hidden_in_recon`,
    )) > 0
  );
}
