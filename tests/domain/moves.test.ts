import { afterEach, describe, expect, test } from 'vitest';
import { openEnv } from '../../src/items/index.ts';
import { certificateCandidates } from '../../src/items/queries/certificates.ts';
import { read, systemActor } from '../../src/platform/services.ts';
import { type Bureau, employer, idNo, openBureau } from './harness.ts';

let bureau: Bureau | undefined;
afterEach(async () => {
  await bureau?.close();
  bureau = undefined;
});

const refusals = (work: Promise<unknown>): Promise<string[]> =>
  work.then(
    () => ['accepted'],
    (error: Error & { problems?: readonly { code: string }[] }) =>
      error.problems?.map((one) => one.code) ?? [error.message],
  );

describe('AT-08 调转与单工伤', () => {
  test('先停后续；重复月只收工伤 42.00；不能退；次月三险 1,542.00', async () => {
    bureau = await openBureau({ at: '2023-04-10 09:00' });
    const paid = { from: '2022-07' as never, to: '2023-04' as never };
    const [a, b] = ['990000901', '990000902'];
    await bureau.open([
      employer({
        bookedThrough: '2023-04',
        persons: [{ idNo: idNo(1), name: '样甲', from: '2022-07' as never, baseFen: 600_000, paid }],
      }),
      employer({
        bookedThrough: '2023-04',
        employerNo: b,
        uscc: '91429999MA0000T1XK',
        name: '长堤示例物流有限公司',
        injuryClass: 3,
        refundAccount: { bankName: '示例银行', account: '6200000000000001', holder: '长堤示例物流有限公司' },
      }),
    ]);
    const join = { people: [{ idNo: idNo(1), name: '样甲', entryDate: '2023-04-11', wage: '6000' }] };
    bureau.setTime('2023-04-12 09:00');
    expect(await refusals(bureau.submit(b, 'emp.enroll', join))).toEqual(['REG-009']);
    await bureau.submit(a, 'emp.suspend', { people: [{ idNo: idNo(1), suspendDate: '2023-04-10', reason: 'S01' }] });
    const joined = await bureau.submit(b, 'emp.enroll', join);
    expect(joined.notices.map((notice) => notice.text)).toEqual([
      '样甲：该人员本月养老、失业已在其他单位缴纳，仅核定工伤',
    ]);
    const bill = await bureau.bill((await bureau.submit(b, 'bill.issue')).refs.billNo ?? '');
    expect([bill.totalFen, bill.personFen]).toEqual([4_200, 0]);
    await bureau.pay(bill.billNo, '2023-04-12 10:00');
    await bureau.post('2023-04-12 12:00');
    await bureau.allocate('2023-04-13 02:00');
    const refund = {
      idNo: idNo(1),
      months: '2023-04',
      attachments: [{ name: '解除劳动合同通知书.pdf', content: '%PDF-1.7' }],
    };
    bureau.setTime('2023-04-13 09:00');
    expect(await refusals(bureau.submit(b, 'refund.emp', refund))).toEqual(['REF-006']);
    bureau.setTime('2023-05-10 09:00');
    const may = await bureau.submit(b, 'unit.declare', { month: '2023-05' });
    const [amounts] = may.sections;
    expect(
      amounts?.type === 'amounts' && [amounts.total.totalFen, amounts.total.employerFen, amounts.total.personFen],
    ).toEqual([154_200, 104_400, 49_800]);
  });
});

describe('HB-REF 多缴退费的检查', () => {
  test('停保当月、窗口外、缺附件、缺账户一次说全；可退的登记 3,633.84', async () => {
    bureau = await openBureau({ at: '2023-04-18 09:00' });
    const paid = { from: '2022-07' as never, to: '2023-03' as never };
    const account = { bankName: '示例银行', account: '6200000000000001', holder: '云帆示例制造有限公司' };
    await bureau.open([
      employer({
        bookedThrough: '2023-03',
        refundAccount: account,
        persons: [{ idNo: idNo(1), name: '样甲', from: '2022-07' as never, baseFen: 721_000, paid }],
      }),
      employer({
        bookedThrough: '2023-03',
        employerNo: '990000902',
        uscc: '91429999MA0000T1XK',
        name: '无账户示例公司',
      }),
    ]);
    const attachments = [{ name: '解除劳动合同通知书.pdf', content: '%PDF-1.7' }];
    expect(
      await refusals(bureau.submit('990000901', 'refund.emp', { idNo: idNo(1), months: '2023-02', attachments })),
    ).toEqual(['REF-007']);
    await bureau.submit('990000901', 'emp.suspend', {
      people: [{ idNo: idNo(1), suspendDate: '2023-01-15', reason: 'S01' }],
    });
    expect(
      await refusals(bureau.submit('990000901', 'refund.emp', { idNo: idNo(1), months: '2023-01,2022-12' })),
    ).toEqual(['REF-003', 'REF-002', 'REF-001']);
    const done = await bureau.submit('990000901', 'refund.emp', {
      idNo: idNo(1),
      months: '2023-02,2023-03',
      attachments,
    });
    const amounts = done.sections.find((section) => section.type === 'amounts');
    expect(amounts?.type === 'amounts' && [amounts.total.employerFen, amounts.total.personFen]).toEqual([
      243_698, 119_686,
    ]);
    expect(
      await refusals(bureau.submit('990000901', 'refund.emp', { idNo: idNo(1), months: '2023-02', attachments })),
    ).toEqual(['REF-001']);
    await bureau.undo('990000901', done.caseNo);
    await bureau.submit('990000901', 'refund.emp', { idNo: idNo(1), months: '2023-02', attachments });
    expect(
      await refusals(bureau.submit('990000902', 'refund.emp', { idNo: idNo(9), months: '2023-02', attachments })),
    ).toEqual(['REF-005', 'SUS-001']);
  });
});

describe('AT-12 参保证明的起止', () => {
  test('最近 N 个已实缴月，不是最近 N 个自然月', async () => {
    bureau = await openBureau({ at: '2021-11-13 13:36:29', region: '421300' });
    await bureau.overlay('rate.injury.stageFactor', 500_000);
    await bureau.open([
      employer({
        bookedThrough: '2021-09',
        insurances: [{ insurance: 'unemployment', from: '2014-01' as never, bookedThrough: '2021-09' as never }],
        persons: [
          {
            idNo: idNo(1),
            name: '样一',
            from: '2021-01' as never,
            baseFen: 500_000,
            paid: { from: '2021-01' as never, to: '2021-09' as never },
          },
          {
            idNo: idNo(2),
            name: '样二',
            from: '2021-01' as never,
            to: '2021-07' as never,
            baseFen: 500_000,
            paid: { from: '2021-01' as never, to: '2021-07' as never },
          },
        ],
      }),
    ]);
    const spanOf = (months: number) =>
      read(bureau!.services, systemActor('test'), async (ctx) =>
        certificateCandidates(await openEnv(ctx, bureau!.deps, '990000901', false), 'unemployment', months),
      );
    const three = await spanOf(3);
    expect(three.rows.map((row) => [row.from, row.to])).toEqual([
      ['2021-07', '2021-09'],
      ['2021-07', '2021-07'],
    ]);
    // 缴费总人数: who left is on the list, and not counted any more.
    expect(three.payers).toBe(1);
    expect((await spanOf(12)).rows.map((row) => [row.from, row.to])).toEqual([
      ['2021-01', '2021-09'],
      ['2021-01', '2021-07'],
    ]);
  });
});

describe('两个经办人同时', () => {
  test('同一个月申报两次只记一次；开单只有一张', async () => {
    bureau = await openBureau({ at: '2023-04-10 09:00' });
    await bureau.open([
      employer({
        bookedThrough: '2023-03',
        persons: [{ idNo: idNo(1), name: '样一', from: '2022-07' as never, baseFen: 345_000 }],
      }),
    ]);
    const april = { month: '2023-04' };
    const declared = await Promise.all([1, 2].map(() => refusals(bureau!.submit('990000901', 'unit.declare', april))));
    expect(declared.flat().sort()).toEqual(['DEC-010', 'accepted']);
    const issued = await Promise.all([1, 2].map(() => refusals(bureau!.submit('990000901', 'bill.issue'))));
    expect(issued.flat().sort()).toEqual(['BILL-001', 'accepted']);
  });
});
