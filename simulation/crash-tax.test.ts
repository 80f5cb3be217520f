/** Power cut after every statement of every command of the tax side, once; and of both sides of the line, of what goes over it. */
import { afterAll, beforeAll, expect, inject, test } from 'vitest';
import { submitItem } from '../src/items/index.ts';
import { one, sql } from '../src/platform/db.ts';
import { type TaxCtx, act as taxAct } from '../tax/act.ts';
import { invoice, voidInvoice } from '../tax/commands/invoice.ts';
import { pay } from '../tax/commands/pay.ts';
import { correctReceipt, postReceipt, reverseReceipt, treasureReceipt } from '../tax/commands/receipt.ts';
import { EMPLOYERS } from './city.ts';
import {
  allOrNothing,
  billOf,
  dbOf,
  everyStatement,
  lastBill,
  openCrashWorld,
  slowClock,
  TIMEOUT_MS,
  violations,
} from './crash.ts';
import { REGION } from './law.ts';
import type { World } from './world.ts';

const [EMPLOYER] = EMPLOYERS;
const ACTOR = { kind: 'portal' as const, id: 'a', name: '林样知', employerNo: EMPLOYER.employerNo };
const CLERK = { kind: 'staff' as const, id: 'tax01', name: '税务样一' };

let world: World;
let billNo: string;
let tick: () => void;
beforeAll(async () => {
  world = await openCrashWorld(inject('postgresUrl'), 'crash-tax');
  tick = slowClock(world, 10);
  await submitItem(world.items(), ACTOR, EMPLOYER.employerNo, 'unit.declare', { values: { month: '2023-04' } });
  await submitItem(world.items(), ACTOR, EMPLOYER.employerNo, 'bill.issue', { values: {} });
  billNo = await lastBill(world);
}, TIMEOUT_MS);
afterAll(() => world?.close());

/** The line is tried from both ends, a little later each time. */
const line = async (): Promise<void> => {
  tick();
  await world.settle();
};
const quiet = async (): Promise<boolean> =>
  (await world.exchange().endpoint.idle()) && (await world.tax().endpoint.idle());

const taxSide = () =>
  one(
    dbOf(world, 'tax'),
    sql<{
      bills: number;
      state: string | null;
      receipts: number;
      last: string | null;
      receipt: string | null;
      tickets: number;
      treasured: boolean | null;
      told: number;
    }>`
      select (select count(*)::int from tax_bill where region = ${REGION} and bill_no = ${billNo}) as bills,
             (select state from tax_bill where region = ${REGION} and bill_no = ${billNo}) as state,
             (select count(*)::int from tax_receipt where region = ${REGION} and bill_no = ${billNo}) as receipts,
             (select max(receipt_no) from tax_receipt where region = ${REGION} and bill_no = ${billNo}) as last,
             (select state from tax_receipt where region = ${REGION} and bill_no = ${billNo} order by receipt_no desc limit 1) as receipt,
             (select count(*)::int from tax_ticket where region = ${REGION} and bill_no = ${billNo} and voided_at is null) as tickets,
             (select treasured_at is not null from tax_receipt where region = ${REGION} and bill_no = ${billNo} order by receipt_no desc limit 1) as treasured,
             (select count(*)::int from wire_outbox_item) as told`,
  );

test('a bill goes over: the tax side is cut while it takes it, the agency while it sends it', {
  timeout: TIMEOUT_MS,
}, async () => {
  await everyStatement(world, 'tax', line, async () => (await taxSide()).bills === 1 && (await quiet()));
  expect(await taxSide()).toMatchObject({ bills: 1, state: 'OPEN' });
  await submitItem(world.items(), ACTOR, EMPLOYER.employerNo, 'bill.revoke', { values: { billNo } });
  const state = async () => (await billOf(world, billNo)).state;
  await everyStatement(world, 'agency', line, async () => (await state()) === 'REVOKED' && (await quiet()));
  expect(await taxSide()).toMatchObject({ bills: 1, state: 'VOID' });
  await submitItem(world.items(), ACTOR, EMPLOYER.employerNo, 'bill.issue', { values: {} });
  billNo = await lastBill(world);
  await everyStatement(world, 'agency', line, async () => (await billOf(world, billNo)).accepted && (await quiet()));
  expect(await taxSide()).toMatchObject({ bills: 1, state: 'OPEN' });
  expect(await violations(world, [1, 2, 3, 4, 6])).toEqual([]);
});

type Command = readonly [
  name: string,
  work: (ctx: TaxCtx, receiptNo: string) => Promise<unknown>,
  after: Partial<Awaited<ReturnType<typeof taxSide>>>,
];
const COMMANDS: readonly Command[] = [
  ['开票', (ctx) => invoice(ctx, billNo), { state: 'INVOICED', tickets: 1 }],
  ['作废票证', (ctx) => voidInvoice(ctx, billNo, '纳税人申请'), { state: 'OPEN', tickets: 0 }],
  [
    '缴费',
    (ctx) => pay(ctx, billNo, 'CLIENT', { post: false }),
    { state: 'PAYING', receipts: 1, receipt: 'PAID', tickets: 1 },
  ],
  ['登账', (ctx, receiptNo) => postReceipt(ctx, receiptNo), { state: 'POSTED', receipts: 1, receipt: 'POSTED' }],
  ['更正', (ctx, receiptNo) => correctReceipt(ctx, receiptNo, '险种分错'), { state: 'POSTED', receipt: 'POSTED' }],
  [
    '入库',
    (ctx, receiptNo) => treasureReceipt(ctx, receiptNo),
    { state: 'POSTED', receipt: 'POSTED', treasured: true },
  ],
  [
    '冲正',
    (ctx, receiptNo) => reverseReceipt(ctx, receiptNo, 'BANK_RETURN'),
    { state: 'INVOICED', receipt: 'REVERSED' },
  ],
  ['再缴', (ctx) => pay(ctx, billNo, 'CLIENT', { post: true }), { state: 'POSTED', receipts: 2, receipt: 'POSTED' }],
];

test.each(COMMANDS)('%s: after every statement, all or nothing', { timeout: TIMEOUT_MS }, async (_, work, after) => {
  const receiptNo = (await taxSide()).last ?? '';
  const before = JSON.stringify(await taxSide());
  await allOrNothing(
    world,
    'tax',
    () => taxAct(world.tax().services, CLERK, (ctx) => work(ctx, receiptNo)),
    async () => JSON.stringify(await taxSide()) !== before,
  );
  expect(await taxSide()).toMatchObject(after);
});

test('what was told arrives once: the tax side is cut while it sends', { timeout: TIMEOUT_MS }, async () => {
  await everyStatement(world, 'tax', line, async () => (await billOf(world, billNo)).receipts === 2 && (await quiet()));
  expect(await billOf(world, billNo)).toMatchObject({ state: 'TAX_POSTED', receipts: 2 });
  expect(await violations(world, [1, 2, 3, 4, 6])).toEqual([]);
  expect(world.logged).toEqual([]);
});
