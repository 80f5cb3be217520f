/** 申报与补缴: the account period (做账期号) moves over months without anybody, and what is shown is what is posted. */
import { afterEach, describe, expect, test } from 'vitest';
import { listCases } from '../../src/casework/index.ts';
import { listPivots } from '../../src/collection/index.ts';
import type { Section } from '../../src/items/contract.ts';
import type { Month } from '../../src/kernel/month.ts';
import { type Bureau, employer, idNo, openBureau } from './harness.ts';

const EMPLOYER = '990000901';
let bureau: Bureau | undefined;
afterEach(async () => {
  await bureau?.close();
  bureau = undefined;
});

const codes = (work: Promise<unknown>): Promise<string[]> =>
  work.then(
    () => ['accepted'],
    (error: Error & { problems?: readonly { code: string }[] }) =>
      error.problems?.map((one) => one.code) ?? [error.message],
  );

async function booked(of: Bureau): Promise<string[]> {
  const pivots = await listPivots(of.services.db, of.services.region, EMPLOYER);
  return [...new Set(pivots.map((pivot) => pivot.bookedThrough))];
}

const amounts = (sections: readonly Section[]) => sections.find((section) => section.type === 'amounts');
const join = (index: number, entryDate: string) => ({
  people: [{ idNo: idNo(index), name: `样${index}`, entryDate, wage: '5000' }],
});
/** 5,000.00 in 2023: 16 % + 8 %, 0.7 % + 0.3 %, 0.2 %. */
const MONTH_OF_5000 = 126_000;

describe('months in which nobody was insured', () => {
  test('a new employer hires its first person months later: nothing to collect back, the month is declared (HB-DEC-04)', async () => {
    bureau = await openBureau({ at: '2023-04-10 09:00' });
    await bureau.open([employer({ bookedThrough: '2022-12' })]);
    await bureau.submit(EMPLOYER, 'emp.enroll', join(1, '2023-04-03'));
    const declared = await bureau.submit(EMPLOYER, 'unit.declare', { month: '2023-04' });
    expect([declared.headline, amounts(declared.sections)?.total.totalFen]).toEqual([
      '2023年4月缴费申报成功',
      MONTH_OF_5000,
    ]);
    expect(await booked(bureau)).toEqual(['2023-04']);
    expect(await codes(bureau.submit(EMPLOYER, 'bp.unit'))).toEqual(['GEN-006', 'GEN-006']);
    const april = { from: '2023-04', to: '2023-04' };
    expect(await codes(bureau.submit(EMPLOYER, 'bp.unit', april))).toEqual(['BP-002']);
    await bureau.undo(EMPLOYER, declared.caseNo);
    expect(await booked(bureau)).toEqual(['2022-12']);
  });

  test('months with somebody in them are collected back first, in order, over the empty ones', async () => {
    bureau = await openBureau({ at: '2023-04-10 09:00' });
    await bureau.open([employer({ bookedThrough: '2022-12' })]);
    await bureau.submit(EMPLOYER, 'emp.enroll', join(1, '2023-03-03'));
    expect(await codes(bureau.submit(EMPLOYER, 'unit.declare', { month: '2023-04' }))).toEqual(['DEC-004']);
    const empty = await bureau.submit(EMPLOYER, 'bp.unit', { from: '2023-01', to: '2023-02' });
    expect([await booked(bureau), empty.sections.length && amounts(empty.sections)?.total.totalFen]).toEqual([
      ['2023-02'],
      0,
    ]);
    const march = await bureau.submit(EMPLOYER, 'bp.unit', { from: '2023-03', to: '2023-03' });
    expect([await booked(bureau), amounts(march.sections)?.total.totalFen]).toEqual([['2023-03'], MONTH_OF_5000]);
    await bureau.submit(EMPLOYER, 'unit.declare', { month: '2023-04' });
    expect(await booked(bureau)).toEqual(['2023-04']);
  });

  test('somebody left in a month that was never declared: that month is still owed, and can be', async () => {
    bureau = await openBureau({ at: '2023-02-10 09:00' });
    const paid = { from: '2022-07' as Month, to: '2023-01' as Month };
    await bureau.open([
      employer({
        bookedThrough: '2023-01',
        persons: [{ idNo: idNo(1), name: '样1', from: '2022-07' as Month, baseFen: 500_000, paid }],
      }),
    ]);
    await bureau.overlay('suspension.requires', 'ASSESSED');
    const february = await bureau.submit(EMPLOYER, 'unit.declare', { month: '2023-02' });
    expect(february.headline).toBe('2023年2月缴费申报成功');
    bureau.setTime('2023-05-10 09:00');
    const stopped = await codes(
      bureau.submit(EMPLOYER, 'emp.suspend', { people: [{ idNo: idNo(1), suspendDate: '2023-02-10', reason: 'S01' }] }),
    );
    expect(stopped).toEqual(['accepted']);
    // Nobody since March: May is declared at once.
    await bureau.submit(EMPLOYER, 'unit.declare', { month: '2023-05' });
    expect(await booked(bureau)).toEqual(['2023-05']);
  });
});

describe('a month declared a second time (design §9.3)', () => {
  const begin = async () => {
    bureau = await openBureau({ at: '2023-04-10 09:00' });
    const paid = { from: '2022-07' as Month, to: '2023-03' as Month };
    await bureau.open([
      employer({
        bookedThrough: '2023-03',
        persons: [1, 2].map((index) => ({
          idNo: idNo(index),
          name: `样${index}`,
          from: '2022-07' as Month,
          baseFen: 500_000,
          paid,
        })),
      }),
    ]);
    return bureau;
  };

  test('the first time the month stands beside the former one and the reasons add up to the difference', async () => {
    const of = await begin();
    await of.submit(EMPLOYER, 'emp.enroll', join(3, '2023-04-03'));
    const preview = await of.preview(EMPLOYER, 'unit.declare', { month: '2023-04' });
    const total = amounts(preview.sections)?.total;
    const reasons = preview.sections.find((section) => section.type === 'reasons');
    expect([total?.totalFen, total?.previousFen, reasons?.totalFen]).toEqual([
      3 * MONTH_OF_5000,
      2 * MONTH_OF_5000,
      MONTH_OF_5000,
    ]);
  });

  test('nothing new: said so, and nothing is offered to submit', async () => {
    const of = await begin();
    await of.submit(EMPLOYER, 'unit.declare', { month: '2023-04' });
    const preview = await of.preview(EMPLOYER, 'unit.declare', { month: '2023-04' });
    expect([preview.ok, preview.problems.map((one) => one.message)]).toEqual([false, ['本月已申报，没有新增']]);
  });

  test('a preview gone stale in another tab: its submit is told so, and no empty case is made', async () => {
    const of = await begin();
    expect((await of.preview(EMPLOYER, 'unit.declare', { month: '2023-04' })).ok).toBe(true);
    const { caseNo } = await of.submit(EMPLOYER, 'unit.declare', { month: '2023-04' });
    expect(await codes(of.submit(EMPLOYER, 'unit.declare', { month: '2023-04' }))).toEqual(['DEC-010']);
    const { rows } = await listCases(of.services.db, of.services.region, EMPLOYER, { page: 1, size: 10 });
    expect(rows.map((one) => one.caseNo)).toEqual([caseNo]);
  });

  test('a difference is shown as one, with what was declared before, not against the whole former month', async () => {
    const of = await begin();
    await of.submit(EMPLOYER, 'unit.declare', { month: '2023-04' });
    await of.submit(EMPLOYER, 'emp.suspend', {
      people: [{ idNo: idNo(1), suspendDate: '2023-03-31', reason: 'S01' }],
    });
    // A rate that changes after the declaration: 1 % more of 5,000.00 for one person.
    await of.overlay('rate.pension.employer', 170_000);
    const preview = await of.preview(EMPLOYER, 'unit.declare', { month: '2023-04' });
    expect(preview.headline?.fen).toBe(5_000);
    expect(amounts(preview.sections)?.total.previousFen).toBeUndefined();
    expect(preview.sections.some((section) => section.type === 'reasons')).toBe(false);
    expect(preview.sections.find((section) => section.type === 'facts')).toMatchObject({
      rows: [
        { label: '原来申报', value: '1,260.00' },
        { label: '本次增减', value: '50.00' },
        { label: '申报以后', value: '1,310.00' },
      ],
    });
  });
});

test('another month than the current: a past one is collected back, of a future one it is said which is to be declared now', async () => {
  bureau = await openBureau({ at: '2023-04-10 09:00' });
  await bureau.open([employer({ bookedThrough: '2023-03' })]);
  const [past] = (await bureau.preview(EMPLOYER, 'unit.declare', { month: '2023-03' })).problems;
  expect([past?.code, past?.link?.to]).toEqual(['DEC-003', '/items/bp.unit']);
  const [future] = (await bureau.preview(EMPLOYER, 'unit.declare', { month: '2023-05' })).problems;
  expect([future?.code, future?.link]).toEqual(['DEC-003', undefined]);
  expect(future?.next).toBe('现在能申报的是 2023年4月，请把费款所属期改成它；以后的月份到当月再报。');
});
