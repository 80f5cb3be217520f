import { afterEach, describe, expect, test } from 'vitest';
import { formatYuan } from '../../src/kernel/fen.ts';
import { type Bureau, employer, idNo, openBureau } from './harness.ts';

const EMPLOYER = '990000901';
let bureau: Bureau | undefined;
afterEach(async () => {
  await bureau?.close();
  bureau = undefined;
});

const yuan = (fen: number): string => formatYuan(fen);
const refusal = (work: Promise<unknown>): Promise<string> =>
  work.then(
    () => 'accepted',
    (error: Error & { code?: string }) => error.code ?? error.message,
  );

describe('AT-02 四十人', () => {
  test('补收、当月、合计到分', async () => {
    bureau = await openBureau({ at: '2023-04-10 09:00' });
    await bureau.open([employer({ bookedThrough: '2023-03' })]);
    const people = Array.from({ length: 40 }, (_, index) => {
      const i = index + 1;
      const fen = 298_765 + 42_321 * (i - 1);
      return {
        idNo: idNo(i),
        name: `样员${i}`,
        entryDate: i <= 30 ? '2023-04-03' : i <= 38 ? '2023-03-15' : i === 39 ? '2023-01-09' : '2022-12-20',
        wage: yuan(fen),
      };
    });
    const preview = await bureau.preview(EMPLOYER, 'emp.enroll', { people });
    expect(preview.problems).toEqual([]);
    expect(preview.headline?.fen).toBe(4_799_340);
    const enrolled = await bureau.submit(EMPLOYER, 'emp.enroll', { people });
    expect(enrolled.notices.map((notice) => notice.text)).toEqual(['样员40：该人员还需申报劳动合同补缴业务']);
    const declared = await bureau.submit(EMPLOYER, 'unit.declare', { month: '2023-04' });
    const [amounts] = declared.sections;
    expect(
      amounts?.type === 'amounts' && [amounts.total.totalFen, amounts.total.employerFen, amounts.total.personFen],
    ).toEqual([11_256_336, 7_548_892, 3_707_444]);
    const issued = await bureau.submit(EMPLOYER, 'bill.issue');
    const bill = await bureau.bill(issued.refs.billNo ?? '');
    expect(yuan(bill.totalFen)).toBe('160556.76');
    expect([yuan(bill.employerFen), yuan(bill.personFen), bill.lateFen, bill.interestFen]).toEqual([
      '107674.97',
      '52881.79',
      0,
      0,
    ]);
    expect(bill.deadline).toBe('2023-04-23');
  });
});

describe('AT-04 样张认定单', () => {
  test('随州两险两人', async () => {
    bureau = await openBureau({ at: '2021-11-13 10:24:43', region: '421300' });
    await bureau.open([
      employer({
        bookedThrough: '2021-10',
        insurances: [
          { insurance: 'unemployment', from: '2014-01' as never, bookedThrough: '2021-10' as never },
          { insurance: 'injury', from: '2009-01' as never, bookedThrough: '2021-10' as never },
        ],
        persons: [
          { idNo: idNo(1), name: '样一', from: '2021-01' as never, baseFen: 1_118_000 },
          { idNo: idNo(2), name: '样二', from: '2021-01' as never, baseFen: 745_000 },
        ],
      }),
    ]);
    await bureau.submit(EMPLOYER, 'unit.declare', { month: '2021-11' });
    const issued = await bureau.submit(EMPLOYER, 'bill.issue');
    const bill = await bureau.bill(issued.refs.billNo ?? '');
    expect(yuan(bill.totalFen)).toBe('204.93');
    expect(bill.billNo).toMatch(/^20211113102443\d\d$/);
    expect(bill.deadline).toBe('2021-11-29');
  });
});

describe('AT-05 期号不符', () => {
  test('先补后报，滞纳金与利息到分', async () => {
    bureau = await openBureau({ at: '2023-04-12 09:00' });
    await bureau.overlay('interest.annualRate', 36_500);
    const bases = [345_000, 400_000, 520_000, 668_000, 1_800_000];
    await bureau.open([
      employer({
        bookedThrough: '2023-02',
        persons: bases.map((baseFen, index) => ({
          idNo: idNo(index + 1),
          name: `样${index}`,
          from: '2022-07' as never,
          baseFen,
        })),
      }),
    ]);
    expect(await refusal(bureau.submit(EMPLOYER, 'unit.declare', { month: '2023-04' }))).toBe('DEC-004');
    expect(await refusal(bureau.submit(EMPLOYER, 'bp.unit', { from: '2023-02', to: '2023-03' }))).toBe('BP-002');
    await bureau.submit(EMPLOYER, 'bp.unit', { from: '2023-03', to: '2023-03' });
    await bureau.submit(EMPLOYER, 'unit.declare', { month: '2023-04' });
    const issued = await bureau.submit(EMPLOYER, 'bill.issue');
    const bill = await bureau.bill(issued.refs.billNo ?? '');
    expect([yuan(bill.lateFen), yuan(bill.interestFen), yuan(bill.totalFen), bill.deadline]).toEqual([
      '56.45',
      '10.75',
      '18881.52',
      '2023-04-25',
    ]);
  });
});

describe('AT-06 单据过期', () => {
  test.each([
    ['2023-04-20 09:00', '869.40', '2023-05-06'],
    ['2023-05-10 09:00', '874.57', '2023-05-24'],
  ])('%s 重开 %s', async (at, total, deadline) => {
    bureau = await openBureau({ at: '2023-04-03 09:00' });
    await bureau.overlay('interest.annualRate', 36_500);
    await bureau.open([
      employer({
        bookedThrough: '2023-03',
        persons: [{ idNo: idNo(1), name: '样一', from: '2022-07' as never, baseFen: 345_000 }],
      }),
    ]);
    await bureau.submit(EMPLOYER, 'unit.declare', { month: '2023-04' });
    const first = await bureau.bill((await bureau.submit(EMPLOYER, 'bill.issue')).refs.billNo ?? '');
    expect([yuan(first.totalFen), first.deadline]).toEqual(['869.40', '2023-04-18']);
    bureau.setTime('2023-04-19 00:05');
    await bureau.expire('2023-04-19');
    expect((await bureau.bill(first.billNo)).state).toBe('EXPIRED');
    expect(await refusal(bureau.submit(EMPLOYER, 'bill.issue'))).toBe('BILL-001');
    await bureau.release('2023-04-19 00:15');
    bureau.setTime(at);
    const again = await bureau.bill((await bureau.submit(EMPLOYER, 'bill.issue')).refs.billNo ?? '');
    expect([yuan(again.totalFen), again.deadline]).toEqual([total, deadline]);
  });
});

describe('AT-07 增减员时点', () => {
  test('先缴后停；到账后可停；月底入职整月补收', async () => {
    bureau = await openBureau({ at: '2023-03-10 09:00' });
    const paid = { from: '2022-07' as never, to: '2023-02' as never };
    await bureau.open([
      employer({
        bookedThrough: '2023-02',
        persons: [{ idNo: idNo(1), name: '样甲', from: '2022-07' as never, baseFen: 500_000, paid }],
      }),
    ]);
    const stop = (date: string) => ({ people: [{ idNo: idNo(1), suspendDate: date, reason: 'S01' }] });
    expect(await refusal(bureau.submit(EMPLOYER, 'emp.suspend', stop('2023-03-01')))).toBe('SUS-003');
    await bureau.submit(EMPLOYER, 'unit.declare', { month: '2023-03' });
    const bill = await bureau.submit(EMPLOYER, 'bill.issue');
    await bureau.pay(bill.refs.billNo ?? '', '2023-03-11 10:00');
    await bureau.post('2023-03-11 12:00');
    expect((await bureau.bill(bill.refs.billNo ?? '')).state).toBe('SS_POSTED');
    await bureau.allocate('2023-03-11 14:00');
    expect((await bureau.bill(bill.refs.billNo ?? '')).state).toBe('SS_POSTED');
    await bureau.allocate('2023-03-12 02:00');
    expect((await bureau.bill(bill.refs.billNo ?? '')).state).toBe('ALLOCATED');
    await bureau.submit(EMPLOYER, 'emp.suspend', stop('2023-03-01'));
    bureau.setTime('2023-04-10 09:00');
    const april = await bureau.submit(EMPLOYER, 'unit.declare', { month: '2023-04' });
    expect(april.headline).toBe('2023年4月缴费申报成功');
    const joined = await bureau.preview(EMPLOYER, 'emp.enroll', {
      people: [{ idNo: idNo(2), name: '样乙', entryDate: '2023-03-31', wage: '5000' }],
    });
    expect(joined.rows?.[0]?.notices).toContainEqual({ text: '存在补缴：2023-03–2023-04 自动补收' });
  });
});

describe('AT-11 撤销', () => {
  test('有单据不能撤增员；撤单后可撤；撤后仍可查', async () => {
    bureau = await openBureau({ at: '2023-04-10 10:00' });
    await bureau.open([employer({ bookedThrough: '2023-04' })]);
    const enrolled = await bureau.submit(EMPLOYER, 'emp.enroll', {
      people: [{ idNo: idNo(1), name: '样一', entryDate: '2023-04-03', wage: '6000' }],
    });
    const bill = await bureau.submit(EMPLOYER, 'bill.issue');
    expect(await refusal(bureau.undo(EMPLOYER, enrolled.caseNo))).toBe('CAN-001');
    await bureau.submit(EMPLOYER, 'bill.revoke', { billNo: bill.refs.billNo });
    expect((await bureau.bill(bill.refs.billNo ?? '')).state).toBe('REVOKED');
    const undone = await bureau.undo(EMPLOYER, enrolled.caseNo);
    expect(undone.state).toBe('REVOKED');
    expect(await refusal(bureau.submit(EMPLOYER, 'bill.issue'))).toBe('BILL-001');
  });
});
