/** 排序: every list in the order of every column it declares; the pages of an order add up to the list, whatever is alike. */
import { afterAll, beforeAll, describe, expect, test } from 'vitest';
import { caseSort } from '../../src/casework/contract.ts';
import { listCases } from '../../src/casework/index.ts';
import { billSort, personLineSort } from '../../src/collection/contract.ts';
import { applyReceipt } from '../../src/collection/index.ts';
import type { suspenseSort } from '../../src/control/contract.ts';
import { listSuspense } from '../../src/control/store.ts';
import { peopleSort } from '../../src/enrolment/contract.ts';
import type { ItemEnv } from '../../src/items/model.ts';
import { billPage, billPersons, billPersonsPage } from '../../src/items/queries/bills.ts';
import { listPeople } from '../../src/items/queries/people.ts';
import type { Month } from '../../src/kernel/month.ts';
import { run, sql } from '../../src/platform/db.ts';
import { systemActor, transact } from '../../src/platform/services.ts';
import { type Bureau, employer, idNo, moment, openBureau } from './harness.ts';

const EMPLOYER = '990000901';
let bureau: Bureau;
let march = '';
let april = '';

beforeAll(async () => {
  bureau = await openBureau({ at: '2023-03-06 09:00' });
  const person = (index: number, name: string, from: string, baseFen: number) => ({
    idNo: idNo(index),
    name,
    from: from as Month,
    baseFen,
  });
  await bureau.open([
    employer({
      bookedThrough: '2023-02',
      // By sound 李 < 王 < 张; by their bytes 张 < 李 < 王.
      persons: [
        person(1, '张样', '2022-07', 500_000),
        person(2, '王样', '2023-03', 700_000),
        person(3, '李样', '2023-04', 600_000),
      ],
    }),
  ]);
  const issue = async (month: string) => {
    await bureau.submit(EMPLOYER, 'unit.declare', { month });
    return (await bureau.submit(EMPLOYER, 'bill.issue')).refs.billNo ?? '';
  };
  march = await issue('2023-03');
  bureau.setTime('2023-04-06 09:00');
  april = await issue('2023-04');
});
afterAll(() => bureau.close());

const show = <T>(work: (env: ItemEnv) => Promise<T>): Promise<T> => bureau.show(EMPLOYER, work);

type Asked<S> = { readonly sort: S; readonly page: number; readonly size: number };
/** Each list, by one of its orders, and the number that tells its rows apart. */
const bills = (asked: Asked<(typeof billSort)['_output']>) =>
  show((env) => billPage(env, asked)).then(({ total, rows }) => ({ total, keys: rows.map((row) => row.billNo) }));
const cases = (asked: Asked<(typeof caseSort)['_output']>) =>
  listCases(bureau.services.db, bureau.services.region, EMPLOYER, asked).then(({ total, rows }) => ({
    total,
    keys: rows.map((row) => row.caseNo),
  }));
const lines = (asked: Asked<(typeof personLineSort)['_output']>) =>
  show((env) => billPersonsPage(env, april, asked)).then(({ total, rows }) => ({
    total,
    keys: rows.map((row) => `${row.name} ${row.insurance} ${row.month}`),
  }));
const people = ({ sort, ...page }: Asked<(typeof peopleSort)['_output']>) =>
  show((env) => listPeople(env, { sort }, page)).then(({ total, rows }) => ({
    total,
    keys: rows.map((row) => row.name),
  }));

const LISTS = [
  ...billSort
    .unwrap()
    .options.map((sort) => ({ list: '业务单据', sort, pages: (page: number) => bills({ sort, page, size: 1 }) })),
  ...caseSort
    .unwrap()
    .options.map((sort) => ({ list: '办件记录', sort, pages: (page: number) => cases({ sort, page, size: 1 }) })),
  ...personLineSort
    .unwrap()
    .options.map((sort) => ({ list: '缴费明细', sort, pages: (page: number) => lines({ sort, page, size: 2 }) })),
  ...peopleSort
    .unwrap()
    .options.map((sort) => ({ list: '参保人员', sort, pages: (page: number) => people({ sort, page, size: 1 }) })),
];

test.each(LISTS)('$list by $sort: no row is on two pages, none is missing', async ({ pages }) => {
  const seen: string[] = [];
  const { total } = await pages(1);
  for (let page = 1; seen.length < total; page += 1) seen.push(...(await pages(page)).keys);
  expect(seen.length).toBe(total);
  expect(new Set(seen).size).toBe(total);
});

describe('the order itself', () => {
  const ALL = { page: 1, size: 50 };
  const ordered = async (sort: (typeof billSort)['_output']) => (await bills({ sort, ...ALL })).keys;

  test('bills by month, by amount, by when they were issued; as ever without an order', async () => {
    expect(await ordered('months')).toEqual([march, april]);
    expect(await ordered('-total')).toEqual([april, march]);
    expect(await ordered('issuedAt')).toEqual([march, april]);
    expect(await ordered(undefined)).toEqual([april, march]);
  });

  test('cases by item, by the sound of its name, the newest first among equals', async () => {
    const found = await listCases(bureau.services.db, bureau.services.region, EMPLOYER, { sort: 'item', ...ALL });
    const names = found.rows.map((row) => row.itemName);
    expect(names).toEqual(names.toSorted(new Intl.Collator('zh-CN').compare));
    expect(new Set(names).size).toBe(2);
    const times = found.rows.map((row) => row.submittedAt.slice(0, 7));
    expect(times).toEqual(['2023-04', '2023-03', '2023-04', '2023-03']);
  });

  test('people by the sound of their names and by base', async () => {
    expect((await people({ sort: 'name', ...ALL })).keys).toEqual(['李样', '王样', '张样']);
    expect((await people({ sort: '-base', ...ALL })).keys).toEqual(['王样', '李样', '张样']);
  });

  test('缴费明细 by base, and its workbook alike', async () => {
    const page = (await lines({ sort: '-base', ...ALL })).keys;
    expect(page.map((key) => key.slice(0, 2))).toEqual([
      ...['王样', '王样', '王样'],
      ...['李样', '李样', '李样'],
      ...['张样', '张样', '张样'],
    ]);
    const workbook = await show((env) => billPersons(env, april, '-base'));
    expect(workbook.map((row) => `${row.name} ${row.insurance} ${row.month}`)).toEqual(page);
  });

  test('挂账: the oldest first, or as asked', async () => {
    const money = (receiptNo: string, billNo: string, totalFen: number, at: string) =>
      transact(bureau.services, systemActor('test'), (ctx) =>
        applyReceipt(
          ctx,
          {
            ...{ receiptNo, billNo, totalFen, basis: 'ASSESSED', payer: EMPLOYER, ticketNo: `T${billNo}` },
            ...{ invoicedAt: moment(at), paidAt: moment(at), postedAt: moment(at), channel: 'CLIENT', lines: [] },
          },
          bureau.deps.bills,
        ),
      );
    // Nobody has heard of these bills.
    await money('R3', '2023040609009903', 200, '2023-04-06 09:00');
    bureau.setTime('2023-04-06 10:00');
    await money('R1', '2023040609009901', 900, '2023-04-06 10:00');
    bureau.setTime('2023-04-06 11:00');
    await money('R2', '2023040609009902', 200, '2023-04-06 11:00');
    const by = async (sort?: (typeof suspenseSort)['_output']) =>
      (await listSuspense(bureau.services.db, bureau.services.region, sort)).map((row) => row.receiptNo);
    expect(await by()).toEqual(['R3', 'R1', 'R2']);
    expect(await by('fen')).toEqual(['R3', 'R2', 'R1']);
    expect(await by('-fen')).toEqual(['R1', 'R3', 'R2']);
    expect(await by('receiptNo')).toEqual(['R1', 'R2', 'R3']);
    expect(await by('-at')).toEqual(['R2', 'R1', 'R3']);
    // Reasons in the order in which they are listed, not by their code: these have AMOUNT.
    await run(
      bureau.services.db,
      sql`update collection_receipt set suspense_reason = 'NO_BILL' where receipt_no = 'R2'`,
    );
    expect(await by('reason')).toEqual(['R2', 'R3', 'R1']);
  });
});
