import { afterAll, beforeAll, expect, test } from 'vitest';
import { COLLECTION_MIGRATIONS, inTransaction, REGION } from '../collection/testing.ts';
import type { CivilDate } from '../kernel/month.ts';
import { rows, run, sql } from '../platform/db.ts';
import { type TestDatabase, testDatabase } from '../platform/testing/index.ts';
import { applyTheirTotals, type ReconSender, sendTotals } from './recon.ts';
import type { ReconRow } from './store.ts';

const DAY = '2023-04-03' as CivilDate;
/** More than one page of those that wait. */
const WAITING = 501;

let database: TestDatabase;
beforeAll(async () => {
  database = await testDatabase([...COLLECTION_MIGRATIONS, { name: 'exchange', dir: 'src/exchange/migrations' }]);
  // Two of the same moment end a page and begin the next.
  await run(
    database.db,
    sql`insert into collection_receipt (region, receipt_no, bill_no, basis, payer, ticket_no, paid_at, posted_at, received_at, total_fen, channel,
                                        lines, state, suspense_reason)
        select ${REGION}, 'R' || lpad(i::text, 4, '0'), null, 'ASSESSED', '990000101', 'T', at, at, at, 100, 'CLIENT',
               '[{"insurance": "pension", "part": "EMPLOYER", "fen": 100}]', 'SUSPENSE', 'NO_BILL'
        from generate_series(1, ${WAITING}::int) as i
        cross join lateral (select '2023-04-03 09:00+08'::timestamptz + least(i, ${WAITING - 1}) * interval '1 second') as t (at)`,
  );
});
afterAll(() => database.close());

const cases = () =>
  rows(
    database.db,
    sql<{ state: string; count: number; last: string }>`
      select state, count(*) as count, max(receipt_no) as last from exchange_recon_case where region = ${REGION} group by state order by state`,
  );

test('money that waits has its case and keeps it, however much of it there is', async () => {
  let totals: readonly ReconRow[] = [];
  const send: ReconSender = async (_ctx, type, _entity, body) => {
    if (type === 'recon.totals') totals = (body as { rows: readonly ReconRow[] }).rows;
  };
  const act = (work: Parameters<typeof inTransaction<unknown>>[2]) =>
    inTransaction(database.db, '2023-04-04 02:30', work);
  await act((ctx) => sendTotals(ctx, DAY, 0, send));
  expect(await cases()).toEqual([{ state: 'OPEN', count: 501, last: 'R0501' }]);
  // The tax side knows the same money: the day is equal, but all of it still waits for a bill.
  await act((ctx) => applyTheirTotals(ctx, { day: DAY, rows: totals }, send));
  expect(await cases()).toEqual([{ state: 'OPEN', count: 501, last: 'R0501' }]);
  await run(database.db, sql`update collection_receipt set state = 'MATCHED' where receipt_no = 'R0500'`);
  await act((ctx) => applyTheirTotals(ctx, { day: DAY, rows: totals }, send));
  expect(await cases()).toEqual([
    { state: 'DONE', count: 1, last: 'R0500' },
    { state: 'OPEN', count: 500, last: 'R0501' },
  ]);
});
