import type { Moment } from '../../kernel/month.ts';
import { type Executor, rows, run, sql } from '../../platform/db.ts';

/** 冲正后欠费: a booked bill whose money went back, until a person or other money settles it (wire §4). */
export type Arrears = {
  readonly billNo: string;
  readonly receiptNo: string;
  readonly employerNo: string;
  readonly fen: number;
  readonly openedAt: Moment;
};

export async function insertArrears(
  on: Executor,
  region: string,
  billNo: string,
  receiptNo: string,
  at: Moment,
): Promise<void> {
  await run(
    on,
    sql`insert into collection_arrears (region, bill_no, receipt_no, opened_at)
        values (${region}, ${billNo}, ${receiptNo}, ${at}) on conflict do nothing`,
  );
}

export function listOpenArrears(on: Executor, region: string, billNo?: string): Promise<Arrears[]> {
  return rows(
    on,
    sql<Arrears>`
      select a.bill_no as "billNo", a.receipt_no as "receiptNo", b.employer_no as "employerNo", r.total_fen as fen, a.opened_at as "openedAt"
      from collection_arrears a
      join collection_bill b on b.region = a.region and b.bill_no = a.bill_no
      join collection_receipt r on r.region = a.region and r.receipt_no = a.receipt_no
      where a.region = ${region} and a.state = 'OPEN' ${billNo ? sql`and a.bill_no = ${billNo}` : sql``}
      order by a.opened_at, a.receipt_no`,
  );
}

export async function closeArrears(
  on: Executor,
  region: string,
  billNo: string,
  state: 'PAID' | 'RELEASED',
  by: string,
  at: Moment,
): Promise<void> {
  await run(
    on,
    sql`update collection_arrears set state = ${state}, closed_at = ${at}, closed_by = ${by}
        where region = ${region} and bill_no = ${billNo} and state = 'OPEN'`,
  );
}
