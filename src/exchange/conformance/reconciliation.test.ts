/** wire.md §10, 59–61: the daily reconciliation against the real tax program. */
import { afterEach, describe, expect, test } from 'vitest';
import { invoice } from '../../../tax/commands/invoice.ts';
import { pay } from '../../../tax/commands/pay.ts';
import type { FaultName } from '../../../tax/contract.ts';
import { REGION } from '../../collection/testing.ts';
import type { CivilDate } from '../../kernel/month.ts';
import { run, sql } from '../../platform/db.ts';
import { listCases } from '../index.ts';
import { makePair, type Pair, proveQuiet, reconStates } from './pair.ts';

const pairs: Pair[] = [];
afterEach(async () => {
  for (const pair of pairs.splice(0)) await pair.close();
});
async function begin(): Promise<Pair> {
  const pair = await makePair();
  pairs.push(pair);
  return pair;
}

const DAY = '2023-04-03' as CivilDate;
const MONTHS = ['2022-12', '2023-01', '2023-02', '2023-03', '2023-04'];

/** A bill of one month, taken by the tax side. */
async function bill(pair: Pair, index: number): Promise<string> {
  pair.jump(`2023-04-03 09:0${index}`);
  const billNo = await pair.issue([
    {
      insurance: 'pension',
      employerFen: 64_000,
      personFen: 32_000,
      month: MONTHS[index] ?? '2023-04',
      lateFrom: '2023-05-01',
    },
    { insurance: 'injury', employerFen: 800, personFen: 0, month: MONTHS[index] ?? '2023-04', lateFrom: '2023-05-01' },
  ]);
  await pair.settle();
  return billNo;
}

/** Paid on the day with a fault of the tax side's desk. Returns the receipt's number. */
async function paid(pair: Pair, index: number, fault?: FaultName): Promise<string> {
  const billNo = await bill(pair, index);
  if (fault) await pair.tax.faults.set({ name: fault, ppm: 1_000_000, type: null, times: 1 });
  const receiptNo = await pair.taxAct((ctx) => pay(ctx, billNo, 'CLIENT'));
  await pair.settle();
  return receiptNo;
}

/** Somebody changes our copy of a receipt behind the program's back; `mend` puts it back. */
async function keep(pair: Pair): Promise<() => Promise<void>> {
  await run(pair.agency, sql`create table kept as select * from collection_receipt`);
  // Made from the lines by the database itself.
  await run(pair.agency, sql`alter table kept drop column parts`);
  return async () => {
    await run(pair.agency, sql`delete from collection_receipt`);
    await run(pair.agency, sql`insert into collection_receipt select * from kept`);
  };
}
const addFen = (pair: Pair, receiptNo: string, fen: number) =>
  run(
    pair.agency,
    sql`update collection_receipt set total_fen = total_fen + ${fen},
               lines = jsonb_set(lines, '{0,fen}', to_jsonb((lines #>> '{0,fen}')::bigint + ${fen}))
        where receipt_no = ${receiptNo}`,
  );
const cases = async (pair: Pair) =>
  (await listCases(pair.agency, REGION, 50)).map((one) => `${one.receiptNo} ${one.kind} ${one.state}`).sort();
const billsStates = async (pair: Pair) =>
  Object.fromEntries(
    (
      await sql<{ day: string; bills: string }>`select day, bills from exchange_recon_run`.execute(pair.agency)
    ).rows.map(({ day, bills }) => [day, bills]),
  );
async function again(pair: Pair): Promise<void> {
  await pair.exchange.reconcile(pair.act, DAY);
  await pair.settle();
}

test('59: each of the five differences planted once: found, named, resolved, next run equal', async () => {
  const pair = await begin();
  const hidden = await paid(pair, 0, 'missingInRecon');
  const missing = await paid(pair, 1);
  const amount = await paid(pair, 2);
  const split = await paid(pair, 3, 'wrongInsurance');
  const first = await paid(pair, 4, 'payTwice');
  const mend = await keep(pair);
  await run(pair.agency, sql`delete from collection_receipt where receipt_no = ${missing}`);
  await addFen(pair, amount, -100);
  const { rows } = await sql<{ receipt_no: string }>`
    select receipt_no from collection_receipt where suspense_reason = 'DOUBLE'`.execute(pair.agency);
  const double = rows[0]?.receipt_no ?? '';
  expect(double > first).toBe(true);

  await pair.advance('2023-04-04 03:00');
  expect((await reconStates(pair))[DAY]).toBe('DIFFERENT');
  expect(await cases(pair)).toEqual(
    [
      `${hidden} OURS_ONLY AGREED`,
      `${missing} THEIRS_ONLY OPEN`,
      `${amount} AMOUNT OPEN`,
      `${split} INSURANCE AGREED`,
      `${double} DOUBLE AGREED`,
    ].sort(),
  );

  // A person restores what was lost here; the tax side has put right what was its own. (The correction of the split came meanwhile.)
  const corrected = await sql<{ lines: unknown }>`
    select lines from collection_receipt where receipt_no = ${split}`.execute(pair.agency);
  await mend();
  await run(
    pair.agency,
    sql`update collection_receipt set lines = ${JSON.stringify(corrected.rows[0]?.lines)}::jsonb where receipt_no = ${split}`,
  );
  await again(pair);
  expect((await reconStates(pair))[DAY]).toBe('EQUAL');
  expect(await cases(pair)).toEqual(
    [
      `${hidden} OURS_ONLY DONE`,
      `${missing} THEIRS_ONLY DONE`,
      `${amount} AMOUNT DONE`,
      `${split} INSURANCE DONE`,
      `${double} DOUBLE AGREED`,
    ].sort(),
  );
  await proveQuiet(pair);
});

test('money that comes after its difference was named: the next night finds the day equal', async () => {
  const pair = await begin();
  const missing = await paid(pair, 0);
  const mend = await keep(pair);
  await run(pair.agency, sql`delete from collection_receipt where receipt_no = ${missing}`);
  await pair.advance('2023-04-05 03:00');
  expect((await reconStates(pair))[DAY]).toBe('DIFFERENT');
  expect(await cases(pair)).toEqual([`${missing} THEIRS_ONLY OPEN`]);
  await mend();
  await pair.advance('2023-04-06 03:00');
  expect((await reconStates(pair))[DAY]).toBe('EQUAL');
  expect(await cases(pair)).toEqual([`${missing} THEIRS_ONLY DONE`]);
  await proveQuiet(pair);
});

test('60: two opposite errors of equal amount in one insurance: totals equal, the digest finds them', async () => {
  const pair = await begin();
  const [more, less] = [await paid(pair, 0), await paid(pair, 1)];
  const mend = await keep(pair);
  await addFen(pair, more, 100);
  await addFen(pair, less, -100);
  await pair.advance('2023-04-04 03:00');
  expect((await reconStates(pair))[DAY]).toBe('DIFFERENT');
  expect(await cases(pair)).toEqual([`${more} AMOUNT OPEN`, `${less} AMOUNT OPEN`].sort());
  await mend();
  await again(pair);
  expect((await reconStates(pair))[DAY]).toBe('EQUAL');
  expect(await cases(pair)).toEqual([`${more} AMOUNT DONE`, `${less} AMOUNT DONE`].sort());
});

test('61: a day with 0 payments is equal', async () => {
  const pair = await begin();
  await pair.advance('2023-04-04 03:00');
  expect(await reconStates(pair)).toMatchObject({ '2023-04-03': 'EQUAL' });
  expect(await cases(pair)).toEqual([]);
  await proveQuiet(pair);
});

/** Takes a bill out of a side's books behind its back, as after a restore from an older backup; returns the way back. */
async function lose(pair: Pair, side: 'agency' | 'tax', billNo: string): Promise<() => Promise<void>> {
  const on = side === 'tax' ? pair.tax.services.db : pair.agency;
  const [table, gone, state] =
    side === 'tax' ? (['tax_bill', 'VOID', 'OPEN'] as const) : (['collection_bill', 'REVOKED', 'PUSHED'] as const);
  const set = (to: string) =>
    run(on, sql`update ${sql.ref(table)} set state = ${to} where bill_no = ${billNo}`).then(() => undefined);
  await set(gone);
  return () => set(state);
}

describe('open bills', () => {
  test('agree: one open, one invoiced', async () => {
    const pair = await begin();
    const [, invoiced] = [await bill(pair, 0), await bill(pair, 1)];
    await pair.taxAct((ctx) => invoice(ctx, invoiced));
    await pair.advance('2023-04-04 03:00');
    expect(await billsStates(pair)).toMatchObject({ [DAY]: 'EQUAL' });
    expect(await cases(pair)).toEqual([]);
    await proveQuiet(pair);
  });

  test('ours only: named by asking, told to the tax side, closed by the next equal run and not opened twice', async () => {
    const pair = await begin();
    const [kept, lost] = [await bill(pair, 0), await bill(pair, 1)];
    expect(kept < lost).toBe(true);
    const mend = await lose(pair, 'tax', lost);
    await pair.advance('2023-04-05 03:00');
    expect(await billsStates(pair)).toMatchObject({ [DAY]: 'NAMED', '2023-04-04': 'NAMED' });
    expect(await cases(pair)).toEqual([`${lost} OURS_ONLY OPEN`]);
    await mend();
    await pair.advance('2023-04-06 03:00');
    expect(await cases(pair)).toEqual([`${lost} OURS_ONLY DONE`]);
    const told = await sql<{ state: string; bill: string }>`
      select state, body ->> 'billNo' as bill from tax_recon_case`.execute(pair.tax.services.db);
    expect(told.rows).toEqual([{ state: 'DONE', bill: lost }]);
  });

  test('a difference that is none any more is closed although another one stays', async () => {
    const pair = await begin();
    const [back, lost] = [await bill(pair, 0), await bill(pair, 1)];
    const mend = await lose(pair, 'tax', back);
    await lose(pair, 'tax', lost);
    await pair.advance('2023-04-04 03:00');
    expect(await cases(pair)).toEqual([`${back} OURS_ONLY OPEN`, `${lost} OURS_ONLY OPEN`].sort());
    await mend();
    await pair.advance('2023-04-05 03:00');
    expect(await cases(pair)).toEqual([`${back} OURS_ONLY DONE`, `${lost} OURS_ONLY OPEN`].sort());
  });

  test('theirs only: the state is named, since no bill of ours explains it', async () => {
    const pair = await begin();
    await bill(pair, 0);
    const mend = await lose(pair, 'agency', await bill(pair, 1));
    await pair.advance('2023-04-04 03:00');
    expect(await cases(pair)).toEqual(['OPEN THEIRS_ONLY OPEN']);
    await mend();
    await pair.advance('2023-04-05 03:00');
    expect(await cases(pair)).toEqual(['OPEN THEIRS_ONLY DONE']);
    await proveQuiet(pair);
  });
});

test('TRK-001: paid there and not told here: the question shows it and fetches the receipt', async () => {
  const pair = await begin();
  const billNo = await bill(pair, 0);
  await pair.tax.faults.set({ name: 'drop', ppm: 1_000_000, type: 'payment.posted', times: null });
  await pair.taxAct((ctx) => pay(ctx, billNo, 'CLIENT'));
  await pair.settle();
  expect((await pair.bill(billNo)).state).not.toBe('TAX_POSTED');
  await pair.tax.faults.clear();
  expect(await pair.exchange.askBill(billNo)).toMatchObject({ billNo, state: 'POSTED' });
  // The first round compares the streams and asks, the second brings the receipt; no clock moves, so it is no resend of its own time.
  await pair.settle();
  await pair.settle();
  expect((await pair.bill(billNo)).state).toBe('TAX_POSTED');
  pair.cut('agency', true);
  expect(await pair.exchange.askBill(billNo)).toBeNull();
});

/** One receipt differs and the tax side is asked about it; nothing is sent yet. `mend` puts the receipt back. */
async function asked(pair: Pair) {
  const receiptNo = await paid(pair, 4);
  await pair.advance('2023-04-04 01:00');
  const mend = await keep(pair);
  await addFen(pair, receiptNo, 100);
  await pair.exchange.reconcile(pair.act, DAY);
  return { receiptNo, mend };
}

test('money that comes between our question and its detail: the day is equal, without a case', async () => {
  const pair = await begin();
  const { mend } = await asked(pair);
  expect((await reconStates(pair))[DAY]).toBe('DIFFERENT');
  await mend();
  await pair.settle();
  expect((await reconStates(pair))[DAY]).toBe('EQUAL');
  expect(await cases(pair)).toEqual([]);
});

test('another insurance differs by the time the details come: it is asked about too, and named', async () => {
  const pair = await begin();
  const { receiptNo, mend } = await asked(pair);
  await mend();
  await run(
    pair.agency,
    sql`update collection_receipt set total_fen = total_fen + 100,
               lines = (select jsonb_agg(case when l ->> 'insurance' = 'injury'
                          then jsonb_set(l, '{fen}', to_jsonb((l ->> 'fen')::bigint + 100)) else l end)
                        from jsonb_array_elements(lines) as l)
        where receipt_no = ${receiptNo}`,
  );
  await pair.settle();
  expect((await reconStates(pair))[DAY]).toBe('DIFFERENT');
  expect(await cases(pair)).toEqual([`${receiptNo} AMOUNT OPEN`]);
});

test('their totals were overtaken by what they did since: receipt by receipt nothing differs, the day is equal', async () => {
  const pair = await begin();
  await paid(pair, 4);
  await pair.advance('2023-04-04 03:00');
  await run(
    pair.agency,
    sql`update exchange_recon_run set theirs = jsonb_set(theirs, '{0,fen}', to_jsonb((theirs #>> '{0,fen}')::bigint + 100))
        where day = ${DAY}`,
  );
  await again(pair);
  expect((await reconStates(pair))[DAY]).toBe('EQUAL');
  expect(await cases(pair)).toEqual([]);
});
