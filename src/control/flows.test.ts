import { afterEach, describe, expect, it } from 'vitest';
import { type Bureau, employer, idNo } from '../../tests/domain/harness.ts';
import { personalAccount } from '../account/index.ts';
import { applyCorrected, applyReceipt, applyReversed } from '../collection/index.ts';
import { findReceipt } from '../collection/receipts/store.ts';
import { ACCOUNTS, type AccountCode, listBalances } from '../fund/index.ts';
import type { Insurance } from '../kernel/insurance.ts';
import type { Moment } from '../kernel/month.ts';
import { loadLaw } from '../parameters/index.ts';
import type { Ctx } from '../platform/context.ts';
import { systemActor, transact } from '../platform/services.ts';
import { findPersonsByIdNo, insertExemption } from '../registry/index.ts';
import { expectIntact, integrityOf, openBooksBureau, pay } from './testing/bureau.ts';

const EMPLOYER = '990000901';
const OTHER = '990000902';
const PAID = { from: '2022-07' as never, to: '2023-03' as never };

let bureau: Bureau;
afterEach(() => bureau.close());

const person = (index: number, baseFen: number, paid: typeof PAID | undefined = PAID) => ({
  idNo: idNo(index),
  name: `样员${index}`,
  from: '2022-07' as never,
  baseFen,
  ...(paid ? { paid } : {}),
});

async function balance(account: AccountCode): Promise<number> {
  const { db, region } = bureau.services;
  const all = await listBalances(db, region);
  return all.filter((one) => one.account === account).reduce((sum, one) => sum + one.balanceFen, 0);
}

async function personNoOf(index: number): Promise<string> {
  const { db, region } = bureau.services;
  const found = (await findPersonsByIdNo(db, region, [idNo(index)])).get(idNo(index));
  return found?.personNo ?? '';
}

async function creditOf(index: number): Promise<number> {
  const { db, region } = bureau.services;
  return (await personalAccount(db, region, await loadLaw(db), await personNoOf(index))).creditedFen;
}

describe('the promises hold through', () => {
  it('a bill that expires, is let go and issued again with late fee (AT-06)', async () => {
    bureau = await openBooksBureau('2023-04-03 09:00');
    await bureau.overlay('interest.annualRate', 36_500);
    await bureau.open([employer({ bookedThrough: '2023-03', persons: [person(1, 345_000)] })]);
    await bureau.submit(EMPLOYER, 'unit.declare', { month: '2023-04' });
    await bureau.submit(EMPLOYER, 'bill.issue');
    bureau.setTime('2023-04-19 00:05');
    await bureau.expire('2023-04-19');
    await expectIntact(bureau);
    await bureau.release('2023-04-19 00:15');
    await expectIntact(bureau);
    bureau.setTime('2023-05-10 09:00');
    const billNo = (await bureau.submit(EMPLOYER, 'bill.issue')).refs.billNo ?? '';
    expect((await bureau.bill(billNo)).totalFen).toBe(87_457);
    await expectIntact(bureau);
    await pay(bureau, billNo, '2023-05-10 10:00');
    bureau.setTime('2023-05-11 02:00');
    await bureau.post('2023-05-10 12:00');
    await bureau.allocate('2023-05-11 02:00');
    await expectIntact(bureau);
    expect(await balance(ACCOUNTS.bank)).toBe(87_457);
  });

  it('enrolment, bill, revocation and undo (AT-11)', async () => {
    bureau = await openBooksBureau('2023-04-10 10:00');
    await bureau.open([employer({ bookedThrough: '2023-04' })]);
    const enrolled = await bureau.submit(EMPLOYER, 'emp.enroll', {
      people: [{ idNo: idNo(1), name: '样一', entryDate: '2023-04-03', wage: '6000' }],
    });
    await expectIntact(bureau);
    const bill = await bureau.submit(EMPLOYER, 'bill.issue');
    await bureau.submit(EMPLOYER, 'bill.revoke', { billNo: bill.refs.billNo });
    await expectIntact(bureau);
    await bureau.undo(EMPLOYER, enrolled.caseNo);
    await expectIntact(bureau);
    expect(await balance(ACCOUNTS.receivable)).toBe(0);
  });

  it('a move between employers with an injury-only month (AT-08)', async () => {
    bureau = await openBooksBureau('2023-04-12 09:00');
    const paid = { ...PAID, to: '2023-04' as never };
    const other = { employerNo: '990000902', uscc: '91429999MA0000T1XK', name: '长堤示例物流有限公司', injuryClass: 3 };
    await bureau.open([
      employer({ bookedThrough: '2023-04', persons: [person(1, 600_000, paid)] }),
      employer({ bookedThrough: '2023-04', ...other }),
    ]);
    await bureau.submit(EMPLOYER, 'emp.suspend', {
      people: [{ idNo: idNo(1), suspendDate: '2023-04-10', reason: 'S01' }],
    });
    await bureau.submit(other.employerNo, 'emp.enroll', {
      people: [{ idNo: idNo(1), name: '样员1', entryDate: '2023-04-11', wage: '6000' }],
    });
    await expectIntact(bureau);
    const billNo = (await bureau.submit(other.employerNo, 'bill.issue')).refs.billNo ?? '';
    await pay(bureau, billNo, '2023-04-12 10:00');
    await bureau.post('2023-04-12 12:00');
    await bureau.allocate('2023-04-13 02:00');
    bureau.setTime('2023-05-10 09:00');
    await bureau.submit(other.employerNo, 'unit.declare', { month: '2023-05' });
    await expectIntact(bureau);
  });

  it('a suspension back in time, gated until the refund is asked for, and its undo (HB-REF)', async () => {
    bureau = await openBooksBureau('2023-04-18 09:00');
    const account = { bankName: '示例银行', account: '6200000000000001', holder: '云帆示例制造有限公司' };
    await bureau.open([employer({ bookedThrough: '2023-03', refundAccount: account, persons: [person(1, 721_000)] })]);
    await bureau.submit(EMPLOYER, 'emp.suspend', {
      people: [{ idNo: idNo(1), suspendDate: '2023-01-15', reason: 'S01' }],
    });
    const gates = async () => (await expectIntact(bureau)).promises[0]?.gated.map((one) => one.gate);
    // Two months × three insurances wait for the employer.
    expect(await gates()).toEqual(Array(6).fill('等单位申请多缴退费'));
    const attachments = [{ name: '解除劳动合同通知书.pdf', content: '%PDF-1.7' }];
    const refund = await bureau.submit(EMPLOYER, 'refund.emp', {
      idNo: idNo(1),
      months: '2023-02,2023-03',
      attachments,
    });
    expect(await gates()).toEqual([]);
    expect(await balance(ACCOUNTS.receivable)).toBe(-363_384);
    await bureau.undo(EMPLOYER, refund.caseNo);
    expect(await gates()).toEqual(Array(6).fill('等单位申请多缴退费'));
  });

  it('an unpaid month corrected downwards and paid net', async () => {
    bureau = await openBooksBureau('2023-04-10 09:00');
    await bureau.open([employer({ bookedThrough: '2023-03', persons: [person(1, 345_000), person(2, 500_000)] })]);
    await bureau.submit(EMPLOYER, 'unit.declare', { month: '2023-04' });
    await transact(bureau.services, systemActor('test'), async (ctx) =>
      insertExemption(
        ctx.tx,
        ctx.region,
        { personNo: await personNoOf(2), reason: 'RETIREMENT_APPROVED', from: '2023-04' as never, to: null },
        ctx.now,
      ),
    );
    const gated = (await expectIntact(bureau)).promises[0]?.gated ?? [];
    expect(gated.map((one) => one.gate)).toEqual(Array(3).fill('费用还没缴，等差额调整（重新申报该月）'));
    await bureau.submit(EMPLOYER, 'unit.declare', { month: '2023-04' });
    expect((await expectIntact(bureau)).promises[0]?.gated).toEqual([]);
    const billNo = (await bureau.submit(EMPLOYER, 'bill.issue')).refs.billNo ?? '';
    expect((await bureau.bill(billNo)).totalFen).toBe(86_940);
    await pay(bureau, billNo, '2023-04-10 10:00');
    await bureau.post('2023-04-10 12:00');
    await bureau.allocate('2023-04-11 02:00');
    await expectIntact(bureau);
    // 9 opened months and April at 276.00; the exempt one keeps 9 months at 400.00.
    expect([await creditOf(1), await creditOf(2)]).toEqual([276_000, 360_000]);
    expect(await balance(ACCOUNTS.receivable)).toBe(0);
  });

  it('money that goes back after allocation: red vouchers, rights withdrawn, dues owed again', async () => {
    bureau = await openBooksBureau('2023-04-10 09:00');
    await bureau.open([employer({ bookedThrough: '2023-03', persons: [person(1, 345_000)] })]);
    await bureau.submit(EMPLOYER, 'unit.declare', { month: '2023-04' });
    const billNo = (await bureau.submit(EMPLOYER, 'bill.issue')).refs.billNo ?? '';
    await pay(bureau, billNo, '2023-04-10 10:00');
    await bureau.post('2023-04-10 12:00');
    await bureau.allocate('2023-04-11 02:00');
    expect(await creditOf(1)).toBe(276_000);
    bureau.setTime('2023-04-11 09:00');
    await transact(bureau.services, systemActor('test'), (ctx) =>
      applyReversed(ctx, { receiptNo: `R${billNo}`, reversedAt: '2023-04-11T09:00:00.000+08:00' as Moment }),
    );
    await expectIntact(bureau);
    expect(await creditOf(1)).toBe(248_400);
    expect(await balance(ACCOUNTS.bank)).toBe(0);
    expect(await balance(ACCOUNTS.receivable)).toBe(86_940);
  });

  it('money corrected after allocation: months stay paid, it is named until it goes back', async () => {
    bureau = await openBooksBureau('2023-04-10 09:00');
    await bureau.open([employer({ bookedThrough: '2023-03', persons: [person(1, 345_000)] })]);
    await bureau.submit(EMPLOYER, 'unit.declare', { month: '2023-04' });
    const billNo = (await bureau.submit(EMPLOYER, 'bill.issue')).refs.billNo ?? '';
    await pay(bureau, billNo, '2023-04-10 10:00');
    await bureau.post('2023-04-10 12:00');
    await bureau.allocate('2023-04-11 02:00');
    bureau.setTime('2023-04-11 09:00');
    const { services, deps } = bureau;
    const receiptNo = `R${billNo}`;
    const lines = (await findReceipt(services.db, services.region, receiptNo))?.lines ?? [];
    // 276.00 of pension, the person's, become unemployment.
    const wrong = lines.map((line) =>
      line.insurance === 'pension' && line.part === 'PERSON' ? { ...line, insurance: 'unemployment' as const } : line,
    );
    const correct = (to: typeof lines) =>
      transact(services, systemActor('test'), (ctx) => applyCorrected(ctx, { receiptNo, lines: to }, deps.bills));
    await correct(wrong);
    const gated = (await expectIntact(bureau)).promises[2]?.gated.map((one) => one.object);
    expect([gated, await creditOf(1)]).toEqual([[`receipt:${receiptNo}`], 276_000]);
    await correct(lines);
    expect((await expectIntact(bureau)).promises[2]?.gated).toEqual([]);
    await correct(wrong);
    await transact(services, systemActor('test'), (ctx) => applyReversed(ctx, { receiptNo, reversedAt: ctx.now }));
    await expectIntact(bureau);
    expect([await balance(ACCOUNTS.bank), await balance(ACCOUNTS.receivable)]).toEqual([0, 86_940]);
    const owed = (await listBalances(services.db, services.region)).filter(
      (one) => one.account === ACCOUNTS.receivable,
    );
    expect(owed.map((one) => [one.insurance, one.balanceFen])).toEqual([
      ['pension', 82_800],
      ['unemployment', 3_450],
      ['injury', 690],
    ]);
  });

  it('one of two receipts is corrected, the other goes back and is replaced: every fund ends as the months say', async () => {
    bureau = await openBooksBureau('2023-04-10 09:00');
    await bureau.open([employer({ bookedThrough: '2023-03', persons: [person(1, 345_000)] })]);
    await bureau.submit(EMPLOYER, 'unit.declare', { month: '2023-04' });
    const billNo = (await bureau.submit(EMPLOYER, 'bill.issue')).refs.billNo ?? '';
    const { services, deps } = bureau;
    const act = <T>(work: (ctx: Ctx) => Promise<T>) => transact(services, systemActor('test'), work);
    const line = (insurance: Insurance, part: 'EMPLOYER' | 'PERSON', fen: number) => ({
      ...{ insurance, part, fen, monthFrom: '2023-04', monthTo: '2023-04' },
    });
    const receive = (receiptNo: string, lines: ReturnType<typeof line>[]) =>
      act((ctx) =>
        applyReceipt(
          ctx,
          {
            ...{ receiptNo, billNo, basis: 'ASSESSED', payer: EMPLOYER, ticketNo: 'T', channel: 'CLIENT', lines },
            ...{ invoicedAt: ctx.now, paidAt: ctx.now, postedAt: ctx.now },
            totalFen: lines.reduce((sum, one) => sum + one.fen, 0),
          },
          deps.bills,
        ),
      );
    const booksHold = async () => expect((await integrityOf(bureau)).promises[2]?.violations).toEqual([]);
    const pension = [line('pension', 'EMPLOYER', 55_200), line('pension', 'PERSON', 27_600)];
    const rest = [line('unemployment', 'EMPLOYER', 2_415), line('unemployment', 'PERSON', 1_035)];
    await receive('R1', pension);
    await receive('R2', [...rest, line('injury', 'EMPLOYER', 690)]);
    await bureau.post('2023-04-10 12:00');
    await bureau.allocate('2023-04-11 02:00');
    await booksHold();
    // 1.00 of pension becomes injury: the bill is paid by another split than it asks for.
    const moved = [
      line('pension', 'EMPLOYER', 55_100),
      line('pension', 'PERSON', 27_600),
      line('injury', 'EMPLOYER', 100),
    ];
    await act((ctx) => applyCorrected(ctx, { receiptNo: 'R1', lines: moved }, deps.bills));
    await booksHold();
    bureau.setTime('2023-04-11 09:00');
    await act((ctx) => applyReversed(ctx, { receiptNo: 'R2', reversedAt: ctx.now }));
    await booksHold();
    // What is missing beside the corrected money: 1.00 more of pension, 1.00 less of injury.
    await receive('R3', [...rest, line('pension', 'EMPLOYER', 100), line('injury', 'EMPLOYER', 590)]);
    await booksHold();
    bureau.setTime('2023-04-12 09:00');
    await bureau.post('2023-04-11 12:00');
    await bureau.allocate('2023-04-12 02:00');
    await booksHold();
    expect([(await bureau.bill(billNo)).state, await balance(ACCOUNTS.receivable)]).toEqual(['ALLOCATED', 0]);
    await act((ctx) => applyReversed(ctx, { receiptNo: 'R1', reversedAt: ctx.now }));
    await booksHold();
  });

  it('a declaration taken back by its own item, recorded with the case it undoes (HB-DEC-09)', async () => {
    bureau = await openBooksBureau('2023-04-03 09:00');
    await bureau.open([employer({ bookedThrough: '2023-03', persons: [person(1, 345_000)] })]);
    await bureau.submit(EMPLOYER, 'unit.declare', { month: '2023-04' });
    await bureau.submit(EMPLOYER, 'unit.declare.revoke');
    await expectIntact(bureau);
  });

  it('a move back in time: a month the old employer has paid stays there, the new one insures injury only (HB-REG-07)', async () => {
    bureau = await openBooksBureau('2023-04-03 09:00');
    const other = { employerNo: OTHER, uscc: '91429999MA0000T1XK', name: '长堤示例物流有限公司' };
    await bureau.open([
      employer({ bookedThrough: '2023-03', persons: [person(1, 345_000), person(2, 345_000)] }),
      { ...employer({ bookedThrough: '2023-03', persons: [person(3, 345_000)] }), ...other },
    ]);
    await bureau.submit(EMPLOYER, 'emp.suspend', {
      people: [{ idNo: idNo(1), suspendDate: '2023-02-25', reason: 'S01' }],
    });
    await bureau.submit(OTHER, 'emp.enroll', {
      people: [{ idNo: idNo(1), name: '样员1', entryDate: '2023-03-01', wage: '3450' }],
    });
    await expectIntact(bureau);
  });

  it('a declaration after which somebody was enrolled into its month: 后办先撤 (HB-CAN-01)', async () => {
    bureau = await openBooksBureau('2023-04-03 09:00');
    await bureau.open([employer({ bookedThrough: '2023-03', persons: [person(1, 345_000)] })]);
    await bureau.submit(EMPLOYER, 'unit.declare', { month: '2023-04' });
    const people = [{ idNo: idNo(2), name: '样员2', entryDate: '2023-04-01', wage: '3450' }];
    await bureau.submit(EMPLOYER, 'emp.enroll', { people });
    await expect(bureau.submit(EMPLOYER, 'unit.declare.revoke')).rejects.toMatchObject({
      problems: [{ code: 'CAN-001' }],
    });
    await expectIntact(bureau);
  });
});
