import type { Moment } from '../../kernel/month.ts';
import { type Executor, rows, run, sql } from '../../platform/db.ts';
import type { ReceiptLine } from './store.ts';

/** What a receipt had settled, before the first 更正 that moved it. */
export async function insertMoved(
  on: Executor,
  region: string,
  receiptNo: string,
  lines: readonly ReceiptLine[],
  at: Moment,
): Promise<void> {
  await run(
    on,
    sql`insert into collection_receipt_moved (region, receipt_no, lines, at)
        values (${region}, ${receiptNo}, ${JSON.stringify(lines)}::jsonb, ${at}) on conflict do nothing`,
  );
}

export function listMoved(
  on: Executor,
  region: string,
  billNo: string,
): Promise<{ receiptNo: string; settled: ReceiptLine[]; lines: ReceiptLine[] }[]> {
  return rows(
    on,
    sql<{ receiptNo: string; settled: ReceiptLine[]; lines: ReceiptLine[] }>`
      select r.receipt_no as "receiptNo", m.lines as settled, r.lines
      from collection_receipt r join collection_receipt_moved m on m.region = r.region and m.receipt_no = r.receipt_no
      where r.region = ${region} and r.bill_no = ${billNo} order by r.receipt_no`,
  );
}

/** What the receipts of a bill settled is what they are. */
export async function dropMoved(on: Executor, region: string, billNo: string): Promise<void> {
  await run(
    on,
    sql`delete from collection_receipt_moved m using collection_receipt r
        where m.region = ${region} and r.region = m.region and r.receipt_no = m.receipt_no and r.bill_no = ${billNo}`,
  );
}
