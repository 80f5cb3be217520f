/** Lists of many people: pages are cut by the database and add up to the whole; nothing is cut in silence. */
import { afterEach, expect, test } from 'vitest';
import { openEnv } from '../../src/items/index.ts';
import type { ItemEnv } from '../../src/items/model.ts';
import { billPersons, billPersonsPage } from '../../src/items/queries/bills.ts';
import { explain } from '../../src/items/queries/explain.ts';
import { listPeople, type PeopleFilter } from '../../src/items/queries/people.ts';
import type { Month } from '../../src/kernel/month.ts';
import { read, systemActor } from '../../src/platform/services.ts';
import { type Bureau, employer, idNo, openBureau } from './harness.ts';

const EMPLOYER = '990000901';
const PEOPLE = 510;
let bureau: Bureau | undefined;
afterEach(async () => {
  await bureau?.close();
  bureau = undefined;
});

test('缴费明细 by pages, by name and by insurance; 为什么 shows the first parts and counts all', async () => {
  const of = await openBureau({ at: '2023-04-10 09:00' });
  bureau = of;
  await of.open([
    employer({
      bookedThrough: '2023-03',
      persons: Array.from({ length: PEOPLE }, (_, index) => ({
        idNo: idNo(index + 1),
        name: `样${index + 1}`,
        from: '2023-03' as Month,
        baseFen: 500_000,
      })),
    }),
  ]);
  const preview = await of.preview(EMPLOYER, 'unit.declare', { month: '2023-04' });
  const roster = preview.sections.find((section) => section.title === `参与 ${PEOPLE} 人`);
  expect(roster?.type === 'table' && [roster.rows.length, roster.note]).toEqual([
    500,
    '只列前 500 人，其余 10 人见单位参保人员查询',
  ]);
  await of.submit(EMPLOYER, 'unit.declare', { month: '2023-04' });
  const billNo = (await of.submit(EMPLOYER, 'bill.issue')).refs.billNo ?? '';
  const show = <T>(work: (env: ItemEnv) => Promise<T>): Promise<T> => of.show(EMPLOYER, work);

  const all = await show((env) => billPersons(env, billNo));
  const pages = await Promise.all(
    [1, 2, 3, 4].map((page) => show((env) => billPersonsPage(env, billNo, { page, size: 500 }))),
  );
  expect(all.length).toBe(3 * PEOPLE);
  expect(pages.map((one) => [one.total, one.rows.length])).toEqual([
    [1_530, 500],
    [1_530, 500],
    [1_530, 500],
    [1_530, 30],
  ]);
  expect(pages.flatMap((one) => one.rows)).toEqual(all);

  const found = await show((env) => billPersonsPage(env, billNo, { q: '样510', page: 1, size: 50 }));
  expect([found.total, found.rows.map((row) => row.insurance)]).toEqual([3, ['pension', 'unemployment', 'injury']]);
  const injury = await show((env) => billPersonsPage(env, billNo, { insurance: 'injury', page: 1, size: 1 }));
  expect([injury.total, injury.rows[0]?.employerFen]).toEqual([PEOPLE, 1_000]);

  const query = { billNo, insurance: 'pension', kind: 'MONTHLY', month: '2023-04', part: 'employer' } as const;
  const answer = await show((env) => explain(env, query));
  expect([answer.parts.length, answer.partsTotal, answer.matches, answer.recomputedFen]).toEqual([
    500,
    PEOPLE,
    true,
    PEOPLE * 80_000,
  ]);
  const personNo = found.rows[0]?.personNo;
  const own = await show((env) => explain(env, { ...query, personNo }));
  expect([own.storedFen, own.matches]).toEqual([80_000, true]);
});

test('单位参保人员 by pages: every page is a part of the whole list, in any order and with any filter', async () => {
  const of = await openBureau({ at: '2023-04-10 09:00' });
  bureau = of;
  await of.open([
    employer({
      bookedThrough: '2023-03',
      persons: Array.from({ length: 7 }, (_, index) => ({
        idNo: idNo(index + 1),
        name: `样${index + 1}`,
        from: '2023-03' as Month,
        baseFen: 600_000 - 10_000 * ((index * 3) % 7),
        paid: { from: '2023-03' as Month, to: '2023-03' as Month },
      })),
    }),
  ]);
  const stops = [2, 5].map((index) => ({ idNo: idNo(index), suspendDate: '2023-03-31', reason: 'S01' }));
  await of.submit(EMPLOYER, 'emp.suspend', { people: stops });
  const list = (filter: PeopleFilter, page?: { page: number; size: number }) =>
    read(of.services, systemActor('test'), async (ctx) =>
      listPeople(await openEnv(ctx, of.deps, EMPLOYER, false), filter, page),
    );
  const paged = async (filter: PeopleFilter) =>
    (await Promise.all([1, 2, 3].map((page) => list(filter, { page, size: 3 })))).flatMap((one) => one.rows);

  for (const filter of [
    {},
    { sort: '-personNo' },
    { sort: 'base' },
    { sort: '-name' },
    { q: '样' },
  ] as PeopleFilter[]) {
    const whole = await list(filter);
    expect([whole.total, whole.rows.length, whole.counts]).toEqual([
      7,
      7,
      { all: 7, paying: 5, stopped: 2, exempt: 0 },
    ]);
    expect(await paged(filter)).toEqual(whole.rows);
  }
  const byBase = (await list({ sort: 'base' })).rows.map((row) => row.baseFen);
  expect(byBase).toEqual([540_000, 550_000, 560_000, 570_000, 580_000, 590_000, 600_000]);
  expect((await list({ state: 'STOPPED' })).rows.map((row) => [row.name, row.stateName])).toEqual([
    ['样2', '已停保'],
    ['样5', '已停保'],
  ]);
  expect((await list({ insurance: 'injury' })).total).toBe(5);
  expect((await list({ q: idNo(3) })).rows.map((row) => row.name)).toEqual(['样3']);
});
