import { afterEach, beforeEach, expect, test } from 'vitest';
import type { Moment } from '../src/kernel/month.ts';
import { sql } from '../src/platform/db.ts';
import { invoice } from './commands/invoice.ts';
import { pay } from './commands/pay.ts';
import { postReceipt } from './commands/receipt.ts';
import { sendWatermark } from './commands/watermark.ts';
import { findBill } from './store.ts';
import { aprilBill, EMPLOYER, employerSync, openTaxWorld, type TaxWorld } from './testing/index.ts';

let world: TaxWorld;
const A = '2023041009000001';
const B = '2023041009000002';

beforeEach(async () => {
  world = await openTaxWorld();
  await world.say('employer.sync', `employer:${EMPLOYER}`, employerSync());
  for (const billNo of [A, B]) await world.say('bill.issue', `bill:${billNo}`, aprilBill(billNo));
});
afterEach(() => world.close());

const at = (text: string) => world.at(`2023-04-${text}+08:00` as Moment);
const stateOf = async (billNo: string) => (await findBill(world.database.db, '420500', billNo))?.state;

test('the last second of the last day counts, the first of the next does not (wire.md 42, 46)', async () => {
  at('24T23:59:59.000');
  await world.act((ctx) => pay(ctx, A, 'CLIENT'));
  await world.act((ctx) => invoice(ctx, B));
  at('25T00:00:00.000');
  await expect(world.act((ctx) => pay(ctx, B, 'CLIENT'))).rejects.toMatchObject({ code: 'TZ-WIR-412' });
});

test('the night: unpaid bills expire, unpaid invoices are voided and told, the watermark rises; a second run changes nothing', async () => {
  await world.act((ctx) => invoice(ctx, B));
  at('25T00:20:00.000');
  await world.program.runDue();
  await world.settle();
  expect([await stateOf(A), await stateOf(B)]).toEqual(['EXPIRED', 'EXPIRED']);
  expect(world.of('bill.invoiceVoided').map((heard) => heard.entity)).toEqual([`bill:${B}`]);
  expect(world.of('tax.watermark').at(-1)?.body.paidThrough).toBe('2023-04-25T00:19:59.999+08:00');
  const before = world.heard.length;
  await world.program.scheduler.rerun('tax.expire');
  await world.program.scheduler.rerun('tax.void');
  await world.settle();
  expect(world.heard.length).toBe(before);
  await expect(world.act((ctx) => pay(ctx, A, 'CLIENT'))).rejects.toMatchObject({ code: 'TZ-WIR-405' });
});

/** Nothing can be written to this bill while `work` is done. */
async function unwritable<T>(billNo: string, work: () => Promise<T>): Promise<T> {
  const { db } = world.database;
  await sql`create function refuse() returns trigger language plpgsql as 'begin raise exception ''no''; end'`.execute(
    db,
  );
  await sql`create trigger refuse before update on tax_bill for each row when (old.bill_no = ${sql.lit(billNo)})
            execute function refuse()`.execute(db);
  try {
    return await work();
  } finally {
    await sql`drop function refuse cascade`.execute(db);
  }
}
const runsOf = async (job: string) => (await world.program.scheduler.runDue()).filter((run) => run.job === job);

test('a bill that cannot expire stops no other, is named, and the next run does it', async () => {
  at('25T00:06:00.000');
  const [failed] = await unwritable(A, () => runsOf('tax.expire'));
  expect(failed).toMatchObject({ state: 'FAILED', error: `作废 1，失败 1：${A}（no）` });
  expect([await stateOf(A), await stateOf(B)]).toEqual(['OPEN', 'EXPIRED']);
  expect(await world.program.scheduler.rerun('tax.expire')).toMatchObject({ state: 'DONE', result: { 作废: 1 } });
  expect(await stateOf(A)).toBe('EXPIRED');
});

test('an invoice that cannot be voided stops no money that goes back', async () => {
  await world.act((ctx) => invoice(ctx, A));
  await world.program.faults.set({ name: 'reverseLater', ppm: 1_000_000, type: null, times: 1 });
  await world.act((ctx) => pay(ctx, B, 'CLIENT'));
  at('25T00:11:00.000');
  const [failed] = await unwritable(A, () => runsOf('tax.void'));
  expect(failed).toMatchObject({ state: 'FAILED', error: `作废 0，冲正 1，失败 1：${A}（no）` });
  expect(await stateOf(A)).toBe('INVOICED');
  await world.settle();
  expect(world.of('payment.reversed')).toHaveLength(1);
});

test('the fault desk forces money after the deadline', async () => {
  at('25T00:20:00.000');
  await world.program.runDue();
  await world.program.faults.set({ name: 'payAfterDeadline', ppm: 1_000_000, type: null, times: 1 });
  await world.act((ctx) => pay(ctx, A, 'CLIENT'));
  await world.settle();
  expect(world.of('payment.posted').at(-1)?.body).toMatchObject({ billNo: A, paidAt: '2023-04-25T00:20:00.000+08:00' });
  await expect(world.act((ctx) => pay(ctx, B, 'CLIENT'))).rejects.toMatchObject({ code: 'TZ-WIR-405' });
});

test('money taken and not posted holds the watermark below it', async () => {
  at('12T10:00:00.000');
  const receiptNo = await world.act((ctx) => pay(ctx, A, 'HALL_CASH'));
  at('13T00:20:00.000');
  await world.program.runDue();
  await world.settle();
  expect(world.of('tax.watermark').at(-1)?.body.paidThrough).toBe('2023-04-12T09:59:59.999+08:00');
  await world.act((ctx) => postReceipt(ctx, receiptNo));
  at('14T00:20:00.000');
  await world.program.runDue();
  await world.settle();
  expect(world.of('tax.watermark').at(-1)?.body.paidThrough).toBe('2023-04-14T00:19:59.999+08:00');
});

test('a clock that goes back does not take the watermark back with it', async () => {
  at('25T00:20:00.000');
  const said = await world.act(sendWatermark);
  expect(said).toBe('2023-04-25T00:19:59.999+08:00');
  at('24T12:00:00.000');
  expect(await world.act(sendWatermark)).toBe(said);
  at('25T00:30:00.000');
  expect(await world.act(sendWatermark)).toBe('2023-04-25T00:29:59.999+08:00');
});

test('down: nothing is answered, nothing runs; afterwards everything is caught up', async () => {
  at('24T22:00:00.000');
  await world.program.faults.setDown(4, true);
  at('25T01:00:00.000');
  expect(await world.program.runDue()).toBe(0);
  expect((await world.program.receive(''))?.status).toBe(503);
  expect(await world.program.nextSlot()).toBe('2023-04-25T02:00:00.000+08:00');
  at('25T02:00:00.000');
  await world.program.runDue();
  expect(await stateOf(A)).toBe('EXPIRED');
});
