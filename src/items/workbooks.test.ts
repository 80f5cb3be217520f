/** 导盘 of two clerks at once: what was saved is submitted, and what was submitted is not changed any more. */
import { afterEach, beforeEach, expect, test } from 'vitest';
import { type Bureau, employer, idNo, openBureau } from '../../tests/domain/harness.ts';
import { findWorkbook, insertWorkbook, saveChecked } from '../casework/index.ts';
import { DomainError } from '../kernel/errors.ts';
import { addMs, type Month } from '../kernel/month.ts';
import type { Actor } from '../platform/context.ts';
import { one, rows, sql } from '../platform/db.ts';
import { systemActor, transact } from '../platform/services.ts';
import { lockEmployer } from '../registry/index.ts';
import { checkWorkbook, submitWorkbook } from './workbooks.ts';

const EMPLOYER = '990000901';
const WORKBOOK = 'W1';
const ONE: Actor = { kind: 'portal', id: 'agent-1', name: '林样知', employerNo: EMPLOYER };
const OTHER: Actor = { ...ONE, id: 'agent-2', name: '方样宁' };

let bureau: Bureau;
beforeEach(async () => {
  bureau = await openBureau({ at: '2023-04-10 09:00' });
  const standing = { idNo: idNo(1), name: '样一', from: '2022-07' as Month, baseFen: 500_000 };
  await bureau.open([employer({ bookedThrough: '2023-03', persons: [standing] })]);
  const now = bureau.services.clock.now();
  await insertWorkbook(bureau.services.db, '420500', ONE.id, {
    ...{ workbookId: WORKBOOK, employerNo: EMPLOYER, itemCode: 'emp.enroll', fileName: '增员.xlsx' },
    ...{
      bytes: Buffer.from('xlsx'),
      checked: false,
      uploadedAt: now,
      keepUntil: addMs(now, 1_000),
      submittedCase: null,
    },
    rows: [typed(2, '样甲'), typed(3, '样乙')],
  });
  await check(ONE, []);
});
afterEach(() => bureau.close());

const typed = (row: number, name: string, wage = '500') => ({
  row,
  values: { idNo: idNo(row), name, entryDate: '2023-04-03', wage },
  cellProblems: [],
});

const check = (actor: Actor, edits: Parameters<typeof checkWorkbook>[4]) =>
  checkWorkbook(bureau.deps, actor, EMPLOYER, WORKBOOK, edits);
const submit = (actor: Actor) => submitWorkbook(bureau.deps, actor, EMPLOYER, WORKBOOK);
const stored = () => findWorkbook(bureau.services.db, '420500', EMPLOYER, WORKBOOK, false);
const mend = (row: number) => ({ row, key: 'wage', value: '5000' });

/** Done, or the code it was refused with. */
const told = (work: Promise<unknown>): Promise<string> =>
  work.then(
    () => 'done',
    (error: unknown) => (error instanceof DomainError ? (error.problems[0]?.code ?? '') : Promise.reject(error)),
  );

/** Wages in force of the two, in fen. */
const wages = async (): Promise<number[]> =>
  (
    await rows(
      bureau.services.db,
      sql<{ fen: number }>`select w.wage_fen as fen from wages_declaration w
                           join registry_person p on p.region = w.region and p.person_no = w.person_no
                           where p.name in ('样甲', '样乙') order by p.id_no`,
    )
  ).map((row) => row.fen);

/** Until so many others wait for a lock. */
async function untilWaiting(count: number): Promise<void> {
  const query = sql<{ waiting: number }>`
    select count(*)::int as waiting from pg_stat_activity where datname = current_database() and wait_event_type = 'Lock'`;
  await expect.poll(async () => (await one(bureau.services.db, query)).waiting, { timeout: 5_000 }).toBe(count);
}

test('who saves while another submits is told that it was submitted, and what was read is what was enrolled', async () => {
  let submitted: Promise<string> | undefined;
  let saved: Promise<string> | undefined;
  await transact(bureau.services, systemActor('test'), async (ctx) => {
    // The submission is under way and waits for the employer.
    await lockEmployer(ctx.tx, ctx.region, EMPLOYER);
    submitted = told(submit(ONE));
    await untilWaiting(1);
    saved = told(check(OTHER, [mend(2)]));
    await Promise.race([saved, untilWaiting(2)]);
  });
  expect([await submitted, await saved]).toEqual(['done', 'XLS-010']);
  expect(await wages()).toEqual([50_000, 50_000]);
  expect((await stored())?.rows).toEqual([typed(2, '样甲'), typed(3, '样乙')]);
});

test('what another saved just before is what is submitted', async () => {
  let submitted: Promise<string> | undefined;
  await transact(bureau.services, systemActor('test'), async (ctx) => {
    await findWorkbook(ctx.tx, ctx.region, EMPLOYER, WORKBOOK, true);
    submitted = told(submit(ONE));
    await untilWaiting(1);
    await saveChecked(ctx.tx, ctx.region, WORKBOOK, [typed(2, '样甲', '5000'), typed(3, '样乙')]);
  });
  expect(await submitted).toBe('done');
  expect(await wages()).toEqual([500_000, 50_000]);
});

test('two who mend different rows at once both keep what they mended', async () => {
  let saved: Promise<string[]> | undefined;
  await transact(bureau.services, systemActor('test'), async (ctx) => {
    await findWorkbook(ctx.tx, ctx.region, EMPLOYER, WORKBOOK, true);
    saved = Promise.all([told(check(ONE, [mend(2)])), told(check(OTHER, [mend(3)]))]);
    await untilWaiting(2);
  });
  expect(await saved).toEqual(['done', 'done']);
  expect((await stored())?.rows).toEqual([typed(2, '样甲', '5000'), typed(3, '样乙', '5000')]);
});

test('a second submission finds that it was submitted', async () => {
  const both = await Promise.all([told(submit(ONE)), told(submit(OTHER))]);
  expect(both.toSorted()).toEqual(['XLS-010', 'done']);
  expect(await wages()).toEqual([50_000, 50_000]);
});
