/** 冲正 behind ④ and ⑤ (wire §4, ARREARS): the books stay right, a person lets the dues go, and they are paid once more. */
import { afterEach, expect, test } from 'vitest';
import { applyReversed, releaseArrears } from '../../src/collection/index.ts';
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

test.each([['④'], ['⑤']])('after %s', async (stage) => {
  const of = await openBooksBureau('2023-04-03 09:00');
  bureau = of;
  const { services } = of;
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
  const receiptNo = `R${billNo}`;
  await transact(services, systemActor('test'), (ctx) => applyReversed(ctx, { receiptNo, reversedAt: ctx.now }));
  const waiting = async () =>
    (await listSuspense(services.db, services.region)).map((one) => [one.receiptNo, one.billNo, one.reason, one.fen]);
  expect(await waiting()).toEqual([[receiptNo, billNo, 'ARREARS', 86_940]]);
  await of.allocate('2023-04-05 02:00');
  await expectIntact(of);
  const said = () =>
    read(services, systemActor('test'), async (ctx) =>
      billView(await openEnv(ctx, of.deps, EMPLOYER, false), billNo, null),
    ).then(({ alert, receivedFen }) => [alert, receivedFen]);
  expect(await said()).toEqual([expect.stringContaining('请联系经办机构'), 0]);

  of.setTime('2023-05-10 09:00');
  await transact(services, systemActor('test'), (ctx) => releaseArrears(ctx, billNo));
  expect(await waiting()).toEqual([]);
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
