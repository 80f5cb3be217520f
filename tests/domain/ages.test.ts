/** 参保登记: nobody is enrolled before birth or below the age of employment; past retirement age it is pointed at (HB-REG). */
import { afterEach, expect, test } from 'vitest';
import { type Bureau, employer, idNo, openBureau } from './harness.ts';

let bureau: Bureau | undefined;
afterEach(async () => {
  await bureau?.close();
  bureau = undefined;
});

async function check(birth: string, entryDate: string, more: Record<string, string> = {}) {
  const preview = await bureau?.preview('990000901', 'emp.enroll', {
    people: [{ idNo: idNo(1, birth), name: '样一', entryDate, wage: '5000', ...more }],
  });
  const row = preview?.rows?.[0];
  return {
    codes: row?.problems.map((one) => one.code),
    fields: row?.problems.map((one) => one.field),
    notices: row?.notices,
  };
}

test('born after the entry date, below sixteen (劳动法第十五条), and past the age of retirement', async () => {
  bureau = await openBureau({ at: '2023-04-10 09:00' });
  await bureau.open([employer({ bookedThrough: '2023-03' })]);
  expect(await check('20200101', '2019-01-03')).toMatchObject({ codes: ['REG-018'], fields: ['entryDate'] });
  expect(await check('20070411', '2023-04-10')).toMatchObject({ codes: ['REG-019'], fields: ['entryDate'] });
  expect(await check('20070410', '2023-04-10')).toMatchObject({ codes: [], notices: [] });
  expect(await check('19900101', '2023-04-10', { firstWorkDate: '2005-12-31' })).toMatchObject({
    codes: ['REG-019'],
    fields: ['firstWorkDate'],
  });
  // The last digit but one of idNo(1) is odd: a man, 60 in March 2023.
  expect(await check('19630301', '2023-04-10')).toMatchObject({
    codes: [],
    notices: ['2023年3月已到法定退休年龄，请核对是否已办退休'],
  });
  expect(await check('19630501', '2023-04-10')).toMatchObject({ codes: [], notices: [] });
  await bureau.overlay('employment.minAge', 18);
  expect(await check('20070410', '2023-04-10')).toMatchObject({ codes: ['REG-019'] });
});
