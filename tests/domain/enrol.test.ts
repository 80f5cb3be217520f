/** 参保登记: who may be enrolled (ages, HB-REG), how name and mobile number are written, and from when on it is charged. */
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
    name: row?.name,
    notices: row?.notices.map(({ text }) => text),
    noticed: row?.notices.flatMap(({ field }) => field ?? []),
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

test('a name is written as in a document, a mobile number has eleven digits', async () => {
  bureau = await openBureau({ at: '2023-04-10 09:00' });
  await bureau.open([employer({ bookedThrough: '2023-03' })]);
  const typed = (more: Record<string, string>) => check('19900101', '2023-04-10', more);
  expect(await typed({ name: '<b>x</b>' })).toMatchObject({ codes: ['REG-020'], fields: ['name'] });
  expect(await typed({ name: '样一；' })).toMatchObject({ codes: ['REG-020'] });
  for (const name of ['阿依古丽·样提', 'Jane Q. Sample', "O'Sample-Doe"])
    expect(await typed({ name })).toMatchObject({ codes: [] });
  for (const [name, written] of [
    ['样　一', '样一'],
    ['样 • 一', '样·一'],
    ['Jane  Sample', 'Jane Sample'],
  ]) {
    expect(await typed({ name: name ?? '' })).toMatchObject({ codes: [], name: written });
  }
  expect(await typed({ mobile: '123' })).toMatchObject({ codes: ['REG-021'], fields: ['mobile'] });
  expect(await typed({ mobile: '138 0000 0000' })).toMatchObject({ codes: [] });
});

test('a name with blanks, in the books or in the list, is the same name: enrolled and stopped', async () => {
  bureau = await openBureau({ at: '2023-04-10 09:00' });
  const from = '2022-07' as never;
  const persons = [
    { idNo: idNo(1), name: '样 一', from, to: '2023-02' as never, baseFen: 500_000 },
    { idNo: idNo(2), name: '样二', from, baseFen: 500_000 },
  ];
  await bureau.open([employer({ bookedThrough: '2023-03', persons })]);
  const again = { idNo: idNo(1), name: '样一', entryDate: '2023-04-03', wage: '5000' };
  const enrolled = await bureau.preview('990000901', 'emp.enroll', { people: [again] });
  expect(enrolled.rows?.[0]?.problems).toEqual([]);
  const stop = { idNo: idNo(2), name: '样　二', suspendDate: '2023-04-03', reason: 'S01' };
  const stopped = await bureau.preview('990000901', 'emp.suspend', { people: [stop] });
  expect(stopped.rows?.[0]?.problems.map((one) => one.code)).not.toContain('REG-016');
});

test('a wage far above the upper limit is asked about, not refused', async () => {
  bureau = await openBureau({ at: '2023-04-10 09:00' });
  await bureau.open([employer({ bookedThrough: '2023-03' })]);
  const asked = (wage: string) => check('19900101', '2023-04-10', { wage });
  expect(await asked('50000')).toMatchObject({ codes: [], notices: [], noticed: [] });
  expect(await asked('500000')).toMatchObject({
    codes: [],
    notices: ['申报工资超过缴费基数上限的 3 倍，请核对是否多写了一位'],
    noticed: ['wage'],
  });
});

test('what a newcomer adds is charged from the first month not yet declared on; the months before come in arrears', async () => {
  bureau = await openBureau({ at: '2023-04-10 09:00' });
  const persons = [{ idNo: idNo(9), name: '样零', from: '2022-07' as never, baseFen: 500_000 }];
  await bureau.open([employer({ bookedThrough: '2023-03', persons })]);
  const from = async (): Promise<string | undefined> => {
    const row = { idNo: idNo(1), name: '样一', entryDate: '2023-04-03', wage: '5000' };
    const preview = await bureau?.preview('990000901', 'emp.enroll', { people: [row] });
    const monthly = preview?.sections.find((section) => section.title === '以后每月增加');
    return monthly?.type === 'amounts' ? monthly.note : undefined;
  };
  expect(await from()).toBe('从 2023年4月申报起计入。');
  await bureau.submit('990000901', 'unit.declare', { month: '2023-04' });
  expect(await from()).toBe('从 2023年5月申报起计入。');
});
