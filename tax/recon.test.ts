import { createHash } from 'node:crypto';
import { afterEach, beforeEach, expect, test } from 'vitest';
import type { Moment } from '../src/kernel/month.ts';
import { pay } from './commands/pay.ts';
import { reverseReceipt } from './commands/receipt.ts';
import { getBill } from './queries/views.ts';
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

const sm3 = (text: string) => createHash('sm3').update(text).digest('hex');
async function night(): Promise<Record<string, unknown>> {
  world.at('2023-04-11T00:20:00.000+08:00' as Moment);
  await world.program.runDue();
  await world.settle();
  return world.of('recon.totals').at(-1)?.body ?? {};
}

test('totals per insurance with the digest of sorted receiptNo|ins|fen lines, reversals apart, open bills beside', async () => {
  const first = await world.act((ctx) => pay(ctx, A, 'CLIENT'));
  const second = await world.act((ctx) => pay(ctx, B, 'CLIENT'));
  await world.act((ctx) => reverseReceipt(ctx, second, 'ERROR'));
  const totals = await night();
  expect(totals.day).toBe('2023-04-10');
  const digest = (receipts: string[], ins: string, fen: number) =>
    sm3(
      [...receipts]
        .sort()
        .map((no) => `${no}|${ins}|${fen}\n`)
        .join(''),
    );
  const both = [first, second];
  expect(totals.rows).toEqual([
    { ins: 'injury', direction: 'IN', count: 2, fen: 1_380, digest: digest(both, 'injury', 690) },
    { ins: 'pension', direction: 'IN', count: 2, fen: 165_600, digest: digest(both, 'pension', 82_800) },
    { ins: 'unemployment', direction: 'IN', count: 2, fen: 6_900, digest: digest(both, 'unemployment', 3_450) },
    { ins: 'injury', direction: 'REVERSAL', count: 1, fen: 690, digest: digest([second], 'injury', 690) },
    { ins: 'pension', direction: 'REVERSAL', count: 1, fen: 82_800, digest: digest([second], 'pension', 82_800) },
    {
      ins: 'unemployment',
      direction: 'REVERSAL',
      count: 1,
      fen: 3_450,
      digest: digest([second], 'unemployment', 3_450),
    },
  ]);
  expect(totals.openBills).toEqual([{ state: 'INVOICED', count: 1, fen: 86_940, digest: sm3(`${B}|86940\n`) }]);
});

test('a day without payments is an empty list', async () => {
  expect((await night()).rows).toEqual([]);
});

test('detail on request', async () => {
  const receiptNo = await world.act((ctx) => pay(ctx, A, 'CLIENT'));
  await night();
  await world.say('recon.detailRequest', 'recon:2023-04-10', {
    day: '2023-04-10',
    ins: 'pension',
    direction: 'IN',
    page: 1,
  });
  expect(world.of('recon.detail').at(-1)?.body).toMatchObject({
    page: 1,
    pages: 1,
    rows: [{ receiptNo, billNo: A, ins: 'pension', fen: 82_800 }],
  });
});

test('an omitted receipt and a wrong split, found by the agency, are put right and the totals are sent again', async () => {
  const plant = (name: 'missingInRecon' | 'wrongInsurance') =>
    world.program.faults.set({ name, ppm: 1_000_000, type: null, times: 1 });
  await plant('missingInRecon');
  const hidden = await world.act((ctx) => pay(ctx, A, 'CLIENT'));
  await plant('wrongInsurance');
  const wrong = await world.act((ctx) => pay(ctx, B, 'CLIENT'));
  const before = (await night()).rows as { ins: string; count: number; fen: number }[];
  expect(before.find((row) => row.ins === 'pension')?.count).toBe(1);
  const report = (caseNo: string, kind: string, receiptNo: string) =>
    world.say('recon.case', `case:${caseNo}`, { caseNo, kind, receiptNo, state: 'OPEN' });
  await report('C1', 'OURS_ONLY', hidden);
  await report('C2', 'INSURANCE', wrong);
  expect(world.of('recon.case').map((heard) => heard.body.state)).toEqual(['AGREED', 'AGREED']);
  expect(world.of('payment.corrected').at(-1)?.body).toMatchObject({ receiptNo: wrong });
  const after = world.of('recon.totals').at(-1)?.body.rows as typeof before;
  expect(after.find((row) => row.ins === 'pension')).toMatchObject({ count: 2, fen: 165_600 });
});

test('planted money faults: short is completed by the rest, double comes twice, later it is taken back', async () => {
  const plant = (name: 'payShort' | 'payTwice' | 'reverseLater') =>
    world.program.faults.set({ name, ppm: 1_000_000, type: null, times: 1 });
  await plant('payShort');
  await world.act((ctx) => pay(ctx, A, 'CLIENT'));
  await world.act((ctx) => pay(ctx, A, 'CLIENT'));
  await plant('payTwice');
  await plant('reverseLater');
  await world.act((ctx) => pay(ctx, B, 'CLIENT'));
  const look = { db: world.database.db, region: '420500', now: world.now() };
  const [short, rest] = (await getBill(look, A)).receipts;
  expect(short!.totalFen + rest!.totalFen).toBe(86_940);
  expect((await getBill(look, B)).receipts.map((receipt) => receipt.totalFen)).toEqual([86_940, 86_940]);
  await night();
  expect(world.of('payment.reversed')).toHaveLength(1);
});
