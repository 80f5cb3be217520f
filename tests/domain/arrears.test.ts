/** 冲正 and 更正 behind ④ and ⑤ (wire §4, ARREARS): the books stay right, a person sees what waits, and lets the dues go. */
import { afterEach, expect, test } from 'vitest';
import { applyCorrected, applyReversed, listReceiptsOfBill, releaseArrears } from '../../src/collection/index.ts';
import { listSuspense } from '../../src/control/store.ts';
import { expectIntact, openBooksBureau, pay } from '../../src/control/testing/bureau.ts';
import { openEnv } from '../../src/items/engine.ts';
import { billView } from '../../src/items/queries/bills.ts';
import type { Month } from '../../src/kernel/month.ts';
import { read, systemActor, transact } from '../../src/platform/services.ts';
import { type Bureau, employer, idNo } from './harness.ts';

const EMPLOYER = '990000901';
let bureau: Bureau | undefined;
afterEach(async () => {
  await bureau?.close();
  bureau = undefined;
});

/** April of one person, paid and booked as far as the stage. */
async function booked(stage: string): Promise<{ of: Bureau; billNo: string; receiptNo: string }> {
  const of = await openBooksBureau('2023-04-03 09:00');
  bureau = of;
  await of.overlay('interest.annualRate', 36_500);
  await of.open([
    employer({
      bookedThrough: '2023-03',
      persons: [{ idNo: idNo(1), name: '样一', from: '2022-07' as Month, baseFen: 345_000 }],
    }),
  ]);
  await of.submit(EMPLOYER, 'unit.declare', { month: '2023-04' });
  const billNo = (await of.submit(EMPLOYER, 'bill.issue')).refs.billNo ?? '';
  await pay(of, billNo, '2023-04-03 10:00');
  await of.post('2023-04-03 12:00');
  of.setTime('2023-04-04 03:00');
  if (stage === '⑤') await of.allocate('2023-04-04 02:00');
  return { of, billNo, receiptNo: `R${billNo}` };
}

const waitingAt = async ({ services }: Bureau) =>
  (await listSuspense(services.db, services.region)).map((one) => [one.receiptNo, one.billNo, one.reason, one.fen]);

test.each([['④'], ['⑤']])('更正 after %s that does not fit is on the list until it does', async (stage) => {
  const { of, billNo, receiptNo } = await booked(stage);
  const { services } = of;
  const [receipt] = await transact(services, systemActor('test'), (ctx) =>
    listReceiptsOfBill(ctx.tx, ctx.region, billNo),
  );
  const right = receipt?.lines ?? [];
  const correct = (lines: typeof right) =>
    transact(services, systemActor('test'), (ctx) => applyCorrected(ctx, { receiptNo, lines }, of.deps.bills));
  // All of it pension.
  await correct([{ ...(right[0] as (typeof right)[number]), fen: 86_940 }]);
  expect(await waitingAt(of)).toEqual([[receiptNo, billNo, 'MISMATCH', 86_940]]);
  await of.allocate('2023-04-05 02:00');
  await expectIntact(of);
  await correct(right);
  expect(await waitingAt(of)).toEqual([]);
  await expectIntact(of);
});

test.each([['④'], ['⑤']])('冲正 after %s', async (stage) => {
  const { of, billNo, receiptNo } = await booked(stage);
  const { services } = of;
  await transact(services, systemActor('test'), (ctx) => applyReversed(ctx, { receiptNo, reversedAt: ctx.now }));
  expect(await waitingAt(of)).toEqual([[receiptNo, billNo, 'ARREARS', 86_940]]);
  await of.allocate('2023-04-05 02:00');
  await expectIntact(of);
  const said = () =>
    read(services, systemActor('test'), async (ctx) =>
      billView(await openEnv(ctx, of.deps, EMPLOYER, false), billNo, null),
    ).then(({ alert, receivedFen }) => [alert, receivedFen]);
  expect(await said()).toEqual([expect.stringContaining('请联系经办机构'), 0]);

  of.setTime('2023-05-10 09:00');
  await transact(services, systemActor('test'), (ctx) => releaseArrears(ctx, billNo));
  expect(await waitingAt(of)).toEqual([]);
  expect(await said()).toEqual([expect.stringContaining('请重新开单缴费'), 0]);
  const again = await of.bill((await of.submit(EMPLOYER, 'bill.issue')).refs.billNo ?? '');
  // April billed on 10 May, as in AT-06 乙: 874.57.
  expect([again.totalFen, again.replaces]).toEqual([87_457, billNo]);
  await pay(of, again.billNo, '2023-05-10 10:00');
  await of.post('2023-05-10 12:00');
  of.setTime('2023-05-11 03:00');
  await of.allocate('2023-05-11 02:00');
  expect((await of.bill(again.billNo)).state).toBe('ALLOCATED');
  await expectIntact(of);
});
