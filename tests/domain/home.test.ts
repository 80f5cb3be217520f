/** 首页与单据页: what the first line says, what a refused bill says, and that a deadline counted again is the one that was issued. */
import { afterEach, describe, expect, test } from 'vitest';
import { markPushed, markRefused } from '../../src/collection/index.ts';
import type { ItemEnv } from '../../src/items/model.ts';
import { billView } from '../../src/items/queries/bills.ts';
import { explain } from '../../src/items/queries/explain.ts';
import { homeView } from '../../src/items/queries/home.ts';
import type { Month } from '../../src/kernel/month.ts';
import { one, sql } from '../../src/platform/db.ts';
import { systemActor, transact } from '../../src/platform/services.ts';
import { type Bureau, employer, idNo, openBureau } from './harness.ts';

const EMPLOYER = '990000901';
const TAX = 'http://127.0.0.1:8612';
let bureau: Bureau | undefined;
afterEach(async () => {
  await bureau?.close();
  bureau = undefined;
});

const show = <T>(of: Bureau, work: (env: ItemEnv) => Promise<T>): Promise<T> => of.show(EMPLOYER, work);
const home = (of: Bureau) => show(of, (env) => homeView(env, TAX));

const paid = { from: '2022-07' as Month, to: '2023-03' as Month };
const person = (index: number) => ({
  idNo: idNo(index),
  name: `样${index}`,
  from: '2022-07' as Month,
  baseFen: 500_000,
  paid,
});
const join = (index: number, entryDate: string) => ({
  people: [{ idNo: idNo(index), name: `样${index}`, entryDate, wage: '5000' }],
});

async function begin(persons = [person(1)]): Promise<Bureau> {
  bureau = await openBureau({ at: '2023-04-10 09:00' });
  await bureau.open([employer({ bookedThrough: '2023-03', persons })]);
  return bureau;
}

describe('首页第一行', () => {
  test('a bill of back collection does not hide that April is not declared', async () => {
    const of = await begin();
    await of.submit(EMPLOYER, 'emp.enroll', join(2, '2023-02-03'));
    const { refs } = await of.submit(EMPLOYER, 'bill.issue');
    const view = await home(of);
    expect([view.headline.title, view.headline.action?.to]).toEqual(['4月费款：还没申报', '/items/unit.declare']);
    expect(view.today.map((row) => row.words)).toContain(`单据 ${refs.billNo}`);
  });

  test('then the bill, titled by its own months; a second one is in the list', async () => {
    const of = await begin();
    await of.submit(EMPLOYER, 'emp.enroll', join(2, '2023-02-03'));
    const back = (await of.submit(EMPLOYER, 'bill.issue')).refs.billNo;
    of.setTime('2023-04-11 09:00');
    await of.submit(EMPLOYER, 'unit.declare', { month: '2023-04' });
    expect((await home(of)).headline.title).toBe('2023-02–2023-03 费款：等税务接收');
    const april = (await of.submit(EMPLOYER, 'bill.issue')).refs.billNo;
    const view = await home(of);
    expect([view.headline.title, view.headline.billNo]).toEqual(['2023-02–2023-03 费款：等税务接收', back]);
    const words = view.today.filter((row) => row.title === '认定单缴费').map((row) => row.words);
    expect(words).toEqual([`单据 ${back}`, `单据 ${april}`]);
  });

  test('a month left out comes before this one', async () => {
    bureau = await openBureau({ at: '2023-05-10 09:00' });
    await bureau.open([employer({ bookedThrough: '2023-03', persons: [person(1)] })]);
    const { headline } = await home(bureau);
    expect([headline.title, headline.action?.to]).toEqual(['5月费款：还没申报', '/items/bp.unit']);
    expect(headline.sentence).toContain('2023-04 没有申报');
  });

  test('a bill the tax side refused cannot be paid: revoke and issue again', async () => {
    const of = await begin();
    await of.submit(EMPLOYER, 'unit.declare', { month: '2023-04' });
    const billNo = (await of.submit(EMPLOYER, 'bill.issue')).refs.billNo ?? '';
    await transact(of.services, systemActor('test'), async (ctx) => {
      await markPushed(ctx, billNo, ctx.now);
      await markRefused(ctx, billNo, 'TZ-WIR-301');
    });
    const { headline, today, todo } = await home(of);
    expect([headline.title, headline.tone, headline.action?.to]).toEqual([
      '4月费款：税务没有接收',
      'bad',
      `/bills/${billNo}`,
    ]);
    expect(headline.sentence).toContain('撤销后重新开单');
    expect(headline.track[1]?.words).toContain('TZ-WIR-301');
    expect(today.some((row) => row.title === '认定单缴费')).toBe(false);
    expect(todo[0]).toMatchObject({ title: '税务没有接收单据', action: { to: `/bills/${billNo}` } });
    const bill = await show(of, (env) => billView(env, billNo, TAX));
    expect([bill.taxUrl, bill.alert]).toEqual([null, expect.stringContaining('请撤销后重新开单')]);
  });

  test('参保人数 counts who is insured now; sentences take the region’s own numbers', async () => {
    const of = await begin([person(1), person(2), person(3)]);
    await of.submit(EMPLOYER, 'emp.suspend', {
      people: [{ idNo: idNo(1), suspendDate: '2023-03-31', reason: 'S01' }],
    });
    await of.overlay('window.autoBackMonths', 6);
    await of.overlay('window.refundBackMonths', 5);
    const view = await home(of);
    expect([view.employer.persons, view.employer.paying]).toEqual([2, 2]);
    const rows = view.today.map((row) => [row.words, row.note]);
    expect(rows).toContainEqual(['六个月以内的自动补收', '下月起，2022-10 的不再自动补收']);
    expect(rows).toContainEqual(['2022-11–2023-04，先停保再申报', '停保当月不退']);
  });
});

describe('太原: the deadline follows the dues (D-CAL-03)', () => {
  test('counted again on the bill page and in 为什么 it is the one issued', async () => {
    bureau = await openBureau({ at: '2023-04-10 09:00', region: '140100' });
    for (const [key, value] of [
      ['rate.unemployment.employer', 7_000],
      ['rate.unemployment.person', 3_000],
      ['base.lower', 400_000],
      ['base.upper', 2_000_000],
    ] as const) {
      await bureau.overlay(key, value);
    }
    await bureau.open([
      employer({
        bookedThrough: '2022-10',
        insurances: [{ insurance: 'pension', from: '2022-07' as Month, bookedThrough: '2022-10' as Month }],
        persons: [
          {
            idNo: idNo(1),
            name: '样1',
            from: '2022-07' as Month,
            baseFen: 500_000,
            paid: { from: '2022-07' as Month, to: '2022-10' as Month },
          },
        ],
      }),
    ]);
    await bureau.submit(EMPLOYER, 'bp.unit', { from: '2022-11', to: '2023-03' });
    const billNo = (await bureau.submit(EMPLOYER, 'bill.issue')).refs.billNo ?? '';
    // November 2022: grace to 2022-12-31 is over, so it is payable on the day of issue.
    expect((await bureau.bill(billNo)).deadline).toBe('2023-04-10');
    const answer = await show(bureau, (env) => explain(env, { billNo, part: 'deadline' }));
    expect([answer.amountText, answer.matches]).toEqual(['2023-04-10', true]);
    // The paper carries the region's own notes, its words filled in.
    const paper = await one(
      bureau.services.db,
      sql<{ notes: string[] }>`select data->'billNotes' as notes from archive_document where ref = ${billNo}`,
    );
    expect(paper.notes).toEqual([
      '1.此单据缴费截止日期至2023年4月10日,过期作废。请在截止日期前到税务征收机构及时缴纳。',
      '2.此单据失效后,可重新生成缴费单据：宽限末日前重开不加收，过后加收滞纳金。',
    ]);
  });
});

test('«为什么» of a month on the home page: its insurances, then the people of one, each sum recomputed', async () => {
  const of = await begin([person(1), person(3)]);
  await of.submit(EMPLOYER, 'emp.enroll', join(2, '2023-02-03'));
  const month = '2023-03';
  const shown = (await home(of)).months.find((each) => each.month === month)?.totalFen;
  const whole = await show(of, (env) => explain(env, { month, part: 'total' }));
  expect([whole.amountFen, whole.matches]).toEqual([shown, true]);
  expect(whole.parts.reduce((sum, part) => sum + part.fen, 0)).toBe(shown);
  // 5000 × 16 % for each of the three.
  const people = await show(of, (env) => explain(env, { month, insurance: 'pension', part: 'employer' }));
  expect(people.parts.map((part) => part.fen)).toEqual([80_000, 80_000, 80_000]);
  expect(people.matches).toBe(true);
});
