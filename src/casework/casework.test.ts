import { afterAll, beforeAll, expect, test } from 'vitest';
import { type Bureau, employer, idNo, openBureau } from '../../tests/domain/harness.ts';
import type { Month } from '../kernel/month.ts';
import { findCase } from './index.ts';

let bureau: Bureau;
const EMPLOYER = '990000901';
beforeAll(async () => {
  bureau = await openBureau({ at: '2023-03-10 09:00' });
  const person = { idNo: idNo(1), name: '样甲', from: '2022-07' as Month, wageFen: 500_000 };
  await bureau.open([employer({ bookedThrough: '2023-02', persons: [person] })]);
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
