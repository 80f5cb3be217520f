/** 未开单费用 that no bill can be made of just now: they are owed all the same, and the pages say what is missing. */
import { afterEach, beforeEach, expect, test } from 'vitest';
import { buildMenu } from '../../src/items/menu.ts';
import { homeView } from '../../src/items/queries/home.ts';
import type { Month } from '../../src/kernel/month.ts';
import { run, sql } from '../../src/platform/db.ts';
import { type Bureau, employer, idNo, openBureau } from './harness.ts';

const EMPLOYER = '990000901';
let bureau: Bureau;
beforeEach(async () => {
  bureau = await openBureau({ at: '2023-04-10 09:00' });
  const person = { idNo: idNo(1), name: '样一', from: '2022-07' as Month, baseFen: 345_000 };
  await bureau.open([employer({ bookedThrough: '2023-03', persons: [person] })]);
});
afterEach(() => bureau.close());

const home = () => bureau.show(EMPLOYER, (env) => homeView(env, null));
const billItem = () =>
  bureau.show(EMPLOYER, async (env) =>
    (await buildMenu(env)).groups.flatMap((group) => group.items).find((item) => item.code === 'bill.issue'),
  );
const declare = (month: string) => bureau.submit(EMPLOYER, 'unit.declare', { month });

// HB-RATE-07: 869.40 a month at base 3450, class 1: 16 + 0.7 + 0.2 % of the employer, 8 + 0.3 % of the person.
const [EMPLOYER_FEN, PERSON_FEN] = [58_305, 28_635];

test('nothing to bill is nothing to bill', async () => {
  expect((await billItem())?.today).toEqual({ usable: false, note: '没有未开单的费用，不用办', tone: 'none' });
  expect((await home()).todo).toEqual([]);
});

test('a missing rate of interest (POL-001): the principal is shown, with what is missing and what to do', async () => {
  await declare('2023-04');
  // April is late from 1 May on, and the law has no rate of interest.
  bureau.setTime('2023-05-10 09:00');
  await declare('2023-05');
  const { headline, todo, today } = await home();
  expect(headline).toMatchObject({
    title: '2023-04–2023-05 费款：现在开不了单',
    tone: 'bad',
    amountFen: 2 * (EMPLOYER_FEN + PERSON_FEN),
    employerFen: 2 * EMPLOYER_FEN,
    personFen: 2 * PERSON_FEN,
    action: { to: '/items/bill.issue' },
  });
  for (const words of [headline.sentence, todo[0]?.words]) {
    expect(words).toContain('缺政策参数：');
    expect(words).toContain('2023-05-01');
    expect(words).toContain('请联系经办机构');
    expect(words).toContain('本金');
  }
  expect(todo).toMatchObject([{ title: '未开单费用', fen: 2 * 86_940, action: { to: '/items/bill.issue' } }]);
  expect(today[0]).toMatchObject({ title: '未开单 2023-04–2023-05', note: '已在加收滞纳金和利息' });
  const item = await billItem();
  expect(item?.today).toMatchObject({ usable: true, tone: 'wait' });
  expect(item?.today.note).toMatch(/^未开单本金 1,738\.80 元，现在开不了单：缺政策参数：/);
  // The item itself says all of it.
  const { problems } = await bureau.preview(EMPLOYER, 'bill.issue');
  expect(problems).toMatchObject([{ code: 'POL-001', next: expect.stringContaining('录入该参数') }]);

  await bureau.overlay('interest.annualRate', 36_500);
  const after = await home();
  expect(after.headline.title).toBe('2023-04–2023-05 费款：还没开单');
  // Ten days: 0.5 ‰ a day of 869.40 insurance by insurance, and 3.65 % a year of the principal: more than the principal alone.
  expect(after.headline.amountFen).toBeGreaterThan(2 * 86_940);
});

test('a work calendar that was not imported (BILL-006): the same', async () => {
  await declare('2023-04');
  const { db } = bureau.services;
  await run(db, sql`delete from parameters_workday where year = 2023`);
  await run(db, sql`delete from parameters_calendar_year where year = 2023`);
  const { headline, todo } = await home();
  expect(headline).toMatchObject({ title: '4月费款：现在开不了单', tone: 'bad', amountFen: 86_940 });
  for (const words of [headline.sentence, todo[0]?.words]) {
    expect(words).toContain('当年工作日历未维护，不能计算有效期');
    expect(words).toContain('请联系经办机构');
  }
  expect((await billItem())?.today).toMatchObject({ usable: true, note: expect.stringContaining('869.40') });
});
