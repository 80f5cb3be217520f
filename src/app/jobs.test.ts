import { pino } from 'pino';
import { afterEach, describe, expect, test } from 'vitest';
import { type Bureau, employer, idNo, moment, openBureau } from '../../tests/domain/harness.ts';
import { generateSigner, verifyKeyOf } from '../../wire/index.ts';
import { subscribe } from '../collection/index.ts';
import { createAgencyExchange } from '../exchange/index.ts';
import type { Month } from '../kernel/month.ts';
import { loadLaw } from '../parameters/index.ts';
import { rows, run, sql } from '../platform/db.ts';
import { createScheduler } from '../platform/jobs/index.ts';
import { agencyJobs, closeSlots } from './jobs.ts';

let bureau: Bureau | undefined;
afterEach(async () => {
  await bureau?.close();
  bureau = undefined;
});

async function schedulerOf(of: Bureau) {
  const services = { ...of.services, log: pino({ level: 'silent' }) };
  const exchange = createAgencyExchange({
    services,
    signer: generateSigner('agency-1'),
    taxKeys: [verifyKeyOf(generateSigner('tax-1'))],
    send: async () => {
      throw new Error('the tax side is not there');
    },
  });
  const { jobs, refresh } = await agencyJobs(services, exchange, of.url);
  return { scheduler: createScheduler(services, jobs), refresh };
}

const days = (slots: readonly string[]) => slots.map((slot) => slot.slice(0, 10));

describe('自动月结', () => {
  test('falls on the 20th, earlier when that is not worked (AT-13); nowhere where employers declare themselves', async () => {
    bureau = await openBureau({ at: '2021-08-01 09:00', region: '140100' });
    const law = await loadLaw(bureau.services.db);
    const [from, to] = [moment('2021-09-01 00:00'), moment('2021-12-01 00:00')];
    expect(days(closeSlots(law, '140100', from, to))).toEqual(['2021-09-18', '2021-10-20', '2021-11-19']);
    expect(closeSlots(law, '420500', from, to)).toEqual([]);
  });

  test('books the month at its slot, once, also after down time, and leaves a run record', async () => {
    bureau = await openBureau({ at: '2021-09-01 09:00', region: '140100' });
    for (const [key, value] of [
      ['base.lower', 100_000],
      ['base.upper', 10_000_000],
      ['wage.roundTo', 1],
      ['rate.injury.stageFactor', 1_000_000],
    ] as const) {
      await bureau.overlay(key, value);
    }
    const people = [1, 2].map((index) => ({
      idNo: idNo(index),
      name: `样${index}`,
      from: '2021-07' as Month,
      wageFen: 500_000,
    }));
    const insurances = (['pension', 'unemployment', 'injury'] as const).map((insurance) => ({
      insurance,
      from: '2021-07' as Month,
      bookedThrough: '2021-08' as Month,
    }));
    await bureau.open([employer({ bookedThrough: '2021-08', insurances, persons: people })]);
    const { scheduler } = await schedulerOf(bureau);
    await scheduler.nextSlot();
    // Down over two close days: both are made up, each under its own day.
    bureau.setTime('2021-10-25 09:00');
    const runs = (await scheduler.runDue()).filter((run) => run.job === 'month-close');
    expect(runs.map((run) => [run.slot.slice(0, 10), run.state, run.error])).toEqual([
      ['2021-09-18', 'DONE', null],
      ['2021-10-20', 'DONE', null],
    ]);
    expect(runs[0]?.result).toMatchObject({ 月份: '2021-09', 单位: 1, 明细: 6 });
    const booked = () =>
      rows(
        (bureau as Bureau).services.db,
        sql<{
          month: string;
          at: string;
        }>`select month, min(at) as at from collection_due join collection_assessment using (region, assessment_no)
          where kind = 'MONTHLY' group by month order by month`,
      );
    const before = await booked();
    expect(before.map((row) => [row.month, days([row.at])[0]])).toEqual([
      ['2021-09', '2021-09-18'],
      ['2021-10', '2021-10-20'],
    ]);
    expect(await scheduler.runDue()).toEqual([]);
    const again = await scheduler.rerun('month-close', runs[0]?.slot);
    expect(again).toMatchObject({ state: 'DONE', result: { 月份: '2021-09', 单位: 0, 明细: 0 } });
    expect(await booked()).toEqual(before);
  });

  test('a moment that is no close day is refused', async () => {
    bureau = await openBureau({ at: '2023-04-20 09:00' });
    const { scheduler } = await schedulerOf(bureau);
    await expect(scheduler.rerun('month-close', moment('2023-04-20 00:30'))).rejects.toMatchObject({ code: 'OPS-002' });
  });
});

test('the times of the jobs are those of the law, also when it changes while the program runs', async () => {
  bureau = await openBureau({ at: '2023-04-10 09:00' });
  const { scheduler, refresh } = await schedulerOf(bureau);
  const [from, to] = [moment('2023-04-10 09:00'), moment('2023-04-11 09:00')];
  const timesOf = (name: string) => {
    const job = scheduler.jobs.find((one) => one.name === name);
    return [job?.rule, ...(job?.slots(from, to) ?? []).map((slot) => slot.slice(11, 16))];
  };
  const posting = ['12:00', '16:00', '20:00', '00:00', '04:00', '08:00'];
  expect(timesOf('social-post')).toEqual(['每 4 小时', ...posting]);
  expect([timesOf('allocate'), timesOf('expire')]).toEqual([
    ['每天 02:00', '02:00'],
    ['每天 00:05', '00:05'],
  ]);
  await bureau.overlay('allocation.at', '03:30');
  await bureau.overlay('socialPosting.intervalHours', 8);
  await refresh();
  expect(timesOf('allocate')).toEqual(['每天 03:30', '03:30']);
  expect(timesOf('social-post')).toEqual(['每 8 小时', '16:00', '00:00', '08:00']);
  // What is no time stops no other job; the page shows it as it stands.
  await bureau.overlay('allocation.at', '半夜');
  await bureau.overlay('socialPosting.intervalHours', 0);
  await refresh();
  expect([timesOf('allocate'), timesOf('social-post')]).toEqual([['每天 半夜'], ['每 0 小时']]);
});

test('a bill that cannot be booked stops no other, is named in the run record, and is booked when it can be', async () => {
  bureau = await openBureau({ at: '2023-04-10 09:00' });
  const { scheduler } = await schedulerOf(bureau);
  await scheduler.nextSlot();
  const both = ['990000901', '990000902'];
  const persons = (index: number) => [
    { idNo: idNo(index), name: `样${index}`, from: '2022-07' as Month, baseFen: 345_000 },
  ];
  await bureau.open([
    employer({ bookedThrough: '2023-03', persons: persons(1) }),
    employer({ bookedThrough: '2023-03', employerNo: both[1], uscc: '91429999MA0000T1XK', persons: persons(2) }),
  ]);
  const billNos: string[] = [];
  for (const employerNo of both) {
    await bureau.submit(employerNo, 'unit.declare', { month: '2023-04' });
    const billNo = (await bureau.submit(employerNo, 'bill.issue')).refs.billNo ?? '';
    billNos.push(billNo);
    await bureau.pay(billNo, '2023-04-10 10:00');
  }
  let poisoned = billNos[0];
  subscribe(async (_ctx, fact) => {
    if ('billNos' in fact && fact.billNos.some((billNo) => billNo === poisoned))
      throw new Error('books do not take it');
  });
  const states = async () => Promise.all(billNos.map(async (billNo) => (await bureau?.bill(billNo))?.state));
  bureau.setTime('2023-04-10 12:00');
  const run = (await scheduler.runDue()).find((one) => one.job === 'social-post');
  expect(run).toMatchObject({ state: 'FAILED', error: expect.stringContaining('登账 1，失败 1：') });
  expect(run?.error).toContain(`${poisoned}（books do not take it）`);
  expect(await states()).toEqual(['TAX_POSTED', 'SS_POSTED']);
  poisoned = undefined;
  const again = (await scheduler.runDue()).find((one) => one.job === 'social-post');
  expect(again).toMatchObject({ state: 'DONE', result: { 登账: 1 } });
  expect(await states()).toEqual(['SS_POSTED', 'SS_POSTED']);
});

test('年度计息: a year that was given up is made up before the next one, which stands on it', async () => {
  bureau = await openBureau({ at: '2023-04-10 09:00' });
  const { db, region } = bureau.services;
  const { scheduler } = await schedulerOf(bureau);
  await scheduler.nextSlot();
  await bureau.open([
    employer({
      bookedThrough: '2023-03',
      persons: [{ idNo: idNo(1), name: '样一', from: '2022-07' as Month, baseFen: 345_000 }],
    }),
  ]);
  await bureau.submit('990000901', 'unit.declare', { month: '2023-04' });
  const billNo = (await bureau.submit('990000901', 'bill.issue')).refs.billNo ?? '';
  await bureau.pay(billNo, '2023-04-10 10:00');
  await bureau.post('2023-04-10 12:00');
  await bureau.allocate('2023-04-11 02:00');
  // The rate of 2023 was told late: tried in vain, and nobody ran it again.
  await run(
    db,
    sql`insert into platform_job_run (region, job, slot, state, failures, finished_real)
        values (${region}, 'annual-interest', ${moment('2024-07-01 03:30')}, 'FAILED', 5, now())`,
  );
  bureau.setTime('2025-07-01 03:30');
  const report = (await scheduler.runDue()).find((one) => one.job === 'annual-interest');
  // 276.00 booked in April: × 9 ÷ 12 × 3.97 % = 8.22; then (276.00 + 8.22) × 2.62 % = 7.45.
  expect(report).toMatchObject({ state: 'DONE', result: { 年度: 2024, 人数: 2, 利息: '15.67' } });
  const entries = await rows(
    db,
    sql<{ ref: string; fen: number }>`select ref, fen from account_all_entries where kind = 'INTEREST' order by ref`,
  );
  expect(entries).toEqual([
    { ref: '2023', fen: 822 },
    { ref: '2024', fen: 745 },
  ]);
});

test('完整性核对 runs every night, and what it finds is kept for the operations page', async () => {
  bureau = await openBureau({ at: '2023-04-10 09:00' });
  const { scheduler } = await schedulerOf(bureau);
  await scheduler.nextSlot();
  bureau.setTime('2023-04-11 04:00');
  const night = (await scheduler.runDue()).find((run) => run.job === 'integrity');
  expect(night).toMatchObject({ slot: moment('2023-04-11 04:00'), state: 'DONE', result: { 承诺: 8, 违反: 0 } });
  const kept = await rows(
    bureau.services.db,
    sql<{ violations: number }>`select violations from control_integrity_run where region = '420500'`,
  );
  expect(kept).toEqual([{ violations: 0 }]);
});
