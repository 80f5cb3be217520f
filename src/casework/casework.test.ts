import { afterAll, beforeAll, expect, test } from 'vitest';
import { type Bureau, employer, idNo, openBureau } from '../../tests/domain/harness.ts';
import { addMs, type Month } from '../kernel/month.ts';
import { one, sql } from '../platform/db.ts';
import {
  anyOldWorkbook,
  dropOldWorkbooks,
  findCase,
  findWorkbook,
  insertWorkbook,
  listCases,
  markWorkbookSubmitted,
} from './index.ts';

let bureau: Bureau;
const EMPLOYER = '990000901';
const REFUNDED = '990000903';
beforeAll(async () => {
  bureau = await openBureau({ at: '2023-03-10 09:00' });
  const person = { idNo: idNo(1), name: '样甲', from: '2022-07' as Month, wageFen: 500_000 };
  const paid = { from: '2022-07' as Month, to: '2023-02' as Month };
  await bureau.open([
    employer({ bookedThrough: '2023-02', persons: [person] }),
    employer({
      bookedThrough: '2023-02',
      employerNo: REFUNDED,
      uscc: '91429999MA0000T1XK',
      name: '长堤示例物流有限公司',
      refundAccount: { bankName: '示例银行', account: '6200000000000001', holder: '长堤示例物流有限公司' },
      persons: [{ idNo: idNo(2), name: '样乙', from: '2022-07' as Month, baseFen: 500_000, paid }],
    }),
  ]);
});
afterAll(() => bureau.close());

test('the record of a case shows what its result page showed (HB-QRY-13)', async () => {
  const result = await bureau.submit(EMPLOYER, 'unit.declare', { month: '2023-03' });
  const record = await findCase(bureau.services.db, '420500', EMPLOYER, result.caseNo);
  expect(result.sections.length).toBeGreaterThan(0);
  expect(record?.result).toMatchObject({ headline: '2023年3月缴费申报成功', sections: result.sections });
  // Nobody else's: the same number asked by another employer finds nothing.
  expect(await findCase(bureau.services.db, '420500', '990000902', result.caseNo)).toBeUndefined();
});

test('a refund that nobody reviewed is accepted, not done: in the record, the list, its filter and its order', async () => {
  const { db, region } = bureau.services;
  await bureau.submit(REFUNDED, 'emp.suspend', {
    people: [{ idNo: idNo(2), suspendDate: '2022-12-31', reason: 'S01' }],
  });
  const { caseNo } = await bureau.submit(REFUNDED, 'refund.emp', {
    idNo: idNo(2),
    months: '2023-01',
    attachments: [{ name: '通知书.pdf', content: '%PDF-1.7' }],
  });
  const listed = async (filter: Pick<Parameters<typeof listCases>[3], 'state' | 'sort'>) => {
    const found = await listCases(db, region, REFUNDED, { ...filter, page: 1, size: 10 });
    return found.rows.map((row) => `${row.itemCode} ${row.state}`);
  };
  expect((await findCase(db, region, REFUNDED, caseNo))?.state).toBe('ACCEPTED');
  expect(await listed({ sort: 'state' })).toEqual(['refund.emp ACCEPTED', 'emp.suspend AUTO_DONE']);
  expect(await listed({ sort: '-state' })).toEqual(['emp.suspend AUTO_DONE', 'refund.emp ACCEPTED']);
  expect(await listed({ state: 'ACCEPTED' })).toEqual(['refund.emp ACCEPTED']);
  expect(await listed({ state: 'AUTO_DONE' })).toEqual(['emp.suspend AUTO_DONE']);
  await bureau.undo(REFUNDED, caseNo);
  expect(await listed({ state: 'ACCEPTED' })).toEqual([]);
  expect(await listed({ state: 'REVOKED' })).toEqual(['refund.emp REVOKED']);
});

test('a workbook nobody submitted goes after its week; one that was submitted stays with its case (D-IMP-04)', async () => {
  const { db, clock } = bureau.services;
  const now = clock.now();
  const rows = [{ row: 2, values: { name: '样甲', wage: '5000' }, cellProblems: [] }];
  for (const [workbookId, keepUntil] of [
    ['SUBMITTED', addMs(now, -1)],
    ['LEFT', addMs(now, -1)],
    ['NEW', addMs(now, 1)],
  ] as const) {
    await insertWorkbook(db, '420500', 'agent', {
      ...{
        workbookId,
        employerNo: EMPLOYER,
        itemCode: 'emp.enroll',
        fileName: '增员.xlsx',
        bytes: Buffer.from('xlsx'),
      },
      ...{ rows, checked: false, uploadedAt: addMs(now, -2), keepUntil, submittedCase: null },
    });
  }
  await markWorkbookSubmitted(db, '420500', 'SUBMITTED', 'C1');
  const wanted = async () => (await one(db, sql<{ yes: boolean }>`select ${anyOldWorkbook('420500', now)} as yes`)).yes;
  expect(await wanted()).toBe(true);
  expect(await dropOldWorkbooks(db, '420500', now)).toBe(1);
  expect(await wanted()).toBe(false);
  const kept = (workbookId: string) => findWorkbook(db, '420500', EMPLOYER, workbookId, false);
  expect(await kept('SUBMITTED')).toMatchObject({ rows, submittedCase: 'C1', fileName: '增员.xlsx' });
  expect(await kept('LEFT')).toBeUndefined();
  expect(await kept('NEW')).toBeDefined();
});
