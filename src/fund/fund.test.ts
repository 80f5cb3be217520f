import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import type { CollectionFact, PartAmount } from '../collection/index.ts';
import type { Insurance } from '../kernel/insurance.ts';
import type { Moment, Month } from '../kernel/month.ts';
import type { Ctx } from '../platform/context.ts';
import { run, sql } from '../platform/db.ts';
import { type TestDatabase, testDatabase } from '../platform/testing/index.ts';
import { ACCOUNTS, type AccountCode, type Book, fundListener, listBalances, listVouchers } from './index.ts';

const REGION = '420500';
const folder = (name: string) => ({ name, dir: `src/${name}/migrations` });

let database: TestDatabase;
beforeAll(async () => {
  database = await testDatabase([folder('fund')]);
});
afterAll(() => database.close());

/** Each test books in a region of its own. */
async function tell(region: string, ...facts: CollectionFact[]): Promise<void> {
  for (const fact of facts) {
    await database.db.transaction().execute(async (tx) => {
      const ctx: Ctx = {
        tx,
        region,
        now: '2023-04-11T12:00:00.000+08:00' as Moment,
        actor: { kind: 'system', id: 'test', name: '系统' },
      };
      await fundListener(ctx, fact);
    });
  }
}

async function balance(region: string, book: Book, insurance: Insurance, account: AccountCode): Promise<number> {
  const all = await listBalances(database.db, region);
  return (
    all.find((one) => one.book === book && one.insurance === insurance && one.account === account)?.balanceFen ?? 0
  );
}

/** Pension 16 % and 8 % of 4,077.00 yuan with late fee and interest, injury 0.2 %. */
const AMOUNTS: readonly PartAmount[] = [
  { insurance: 'pension', part: 'EMPLOYER', fen: 65_232 },
  { insurance: 'pension', part: 'PERSON', fen: 32_616 },
  { insurance: 'pension', part: 'LATE', fen: 489 },
  { insurance: 'pension', part: 'INTEREST', fen: 98 },
  { insurance: 'injury', part: 'EMPLOYER', fen: 815 },
];
const assessed = (assessmentId: string, type: 'ASSESSED' | 'OPENED' = 'ASSESSED', sign = 1): CollectionFact => ({
  type,
  employerNo: '990000101',
  assessmentId,
  dues: [
    {
      dueId: `${assessmentId}p`,
      insurance: 'pension',
      kind: 'MONTHLY',
      month: '2023-04' as Month,
      employerFen: sign * 65_232,
      personFen: sign * 32_616,
    },
    {
      dueId: `${assessmentId}i`,
      insurance: 'injury',
      kind: 'MONTHLY',
      month: '2023-04' as Month,
      employerFen: sign * 815,
      personFen: 0,
    },
  ],
});
const posted: CollectionFact = { type: 'RECEIPT_POSTED', ref: 'P1', billNos: ['1'], amounts: AMOUNTS };
const allocated: CollectionFact = {
  type: 'ALLOCATED',
  ref: 'P2',
  billNos: ['1'],
  amounts: AMOUNTS,
};

describe('基金账', () => {
  it('follows a receipt from the receivable through the bank to income, fund by fund', async () => {
    await tell('100001', assessed('A'));
    expect(await balance('100001', 'MEMO', 'pension', ACCOUNTS.receivable)).toBe(97_848);
    expect(await balance('100001', 'CASH', 'pension', ACCOUNTS.bank)).toBe(0);
    await tell('100001', posted);
    expect(await balance('100001', 'CASH', 'pension', ACCOUNTS.bank)).toBe(98_435);
    expect(await balance('100001', 'CASH', 'pension', ACCOUNTS.suspense)).toBe(98_435);
    expect(await balance('100001', 'CASH', 'injury', ACCOUNTS.bank)).toBe(815);
    await tell('100001', allocated);
    expect(await balance('100001', 'CASH', 'pension', ACCOUNTS.suspense)).toBe(0);
    expect(await balance('100001', 'CASH', 'pension', ACCOUNTS.incomeEmployer)).toBe(65_232);
    expect(await balance('100001', 'CASH', 'pension', ACCOUNTS.incomePerson)).toBe(32_616);
    expect(await balance('100001', 'CASH', 'pension', ACCOUNTS.incomeLate)).toBe(489);
    expect(await balance('100001', 'CASH', 'pension', ACCOUNTS.incomeInterest)).toBe(98);
    expect(await balance('100001', 'MEMO', 'pension', ACCOUNTS.receivable)).toBe(0);
    expect(await balance('100001', 'MEMO', 'injury', ACCOUNTS.receivable)).toBe(0);
  });

  it('books an act once, however often it is told', async () => {
    await tell('100002', assessed('A'), assessed('A'), posted, posted, allocated, allocated);
    expect(await listVouchers(database.db, '100002')).toHaveLength(2 + 2 + 4);
    expect(await balance('100002', 'CASH', 'pension', ACCOUNTS.bank)).toBe(98_435);
  });

  it('takes back with red vouchers by stage and changes nothing that was written', async () => {
    const reversed = (stage: 'TAX_POSTED' | 'SS_POSTED' | 'ALLOCATED'): CollectionFact => ({
      type: 'RECEIPT_REVERSED',
      receiptNo: 'R1',
      billNo: '1',
      stage,
      amounts: AMOUNTS,
    });
    await tell('100003', reversed('TAX_POSTED'));
    expect(await listVouchers(database.db, '100003')).toEqual([]);
    await tell('100004', posted, reversed('SS_POSTED'));
    expect(await balance('100004', 'CASH', 'pension', ACCOUNTS.bank)).toBe(0);
    expect(await balance('100004', 'CASH', 'pension', ACCOUNTS.suspense)).toBe(0);
    await tell('100005', assessed('A'), posted, allocated, reversed('ALLOCATED'));
    expect(await balance('100005', 'CASH', 'pension', ACCOUNTS.incomePerson)).toBe(0);
    expect(await balance('100005', 'CASH', 'pension', ACCOUNTS.bank)).toBe(0);
    expect(await balance('100005', 'MEMO', 'pension', ACCOUNTS.receivable)).toBe(97_848);
    const red = (await listVouchers(database.db, '100005', { insurance: 'pension' })).filter((voucher) => voucher.red);
    expect(red).toHaveLength(3);
    // 红字 keeps the turnover clean: the debit side of the bank is netted, not blown up on the credit side.
    const bank = (await listBalances(database.db, '100005')).find(
      (one) => one.account === ACCOUNTS.bank && one.insurance === 'pension',
    );
    expect(bank).toMatchObject({ debitFen: 0, creditFen: 0 });
  });

  it('moves money between funds by red and blue, as often as it is corrected', async () => {
    const before: PartAmount[] = [{ insurance: 'pension', part: 'EMPLOYER', fen: 700 }];
    const after: PartAmount[] = [{ insurance: 'unemployment', part: 'EMPLOYER', fen: 700 }];
    const correct = (from: PartAmount[], to: PartAmount[]): CollectionFact => ({
      type: 'RECEIPT_CORRECTED',
      receiptNo: 'R2',
      stage: 'ALLOCATED',
      before: from,
      after: to,
    });
    await tell(
      '100006',
      { type: 'RECEIPT_POSTED', ref: 'P3', billNos: ['1'], amounts: before },
      { type: 'ALLOCATED', ref: 'P4', billNos: ['1'], amounts: before },
      correct(before, after),
    );
    expect(await balance('100006', 'CASH', 'pension', ACCOUNTS.bank)).toBe(0);
    expect(await balance('100006', 'CASH', 'unemployment', ACCOUNTS.incomeEmployer)).toBe(700);
    await tell('100006', correct(after, before), correct(before, after));
    expect(await balance('100006', 'CASH', 'unemployment', ACCOUNTS.bank)).toBe(700);
    expect(await balance('100006', 'CASH', 'pension', ACCOUNTS.incomeEmployer)).toBe(0);
  });

  it('moves what was settled between funds without touching the money', async () => {
    const before: PartAmount[] = [{ insurance: 'pension', part: 'EMPLOYER', fen: 700 }];
    const after: PartAmount[] = [
      { insurance: 'unemployment', part: 'EMPLOYER', fen: 600 },
      { insurance: 'unemployment', part: 'LATE', fen: 100 },
    ];
    const moved: CollectionFact = { type: 'SETTLEMENT_MOVED', receiptNo: 'R3', before, after };
    await tell('100008', { type: 'ALLOCATED', ref: 'P5', billNos: ['1'], amounts: before }, moved);
    expect(await balance('100008', 'MEMO', 'pension', ACCOUNTS.receivable)).toBe(0);
    // Late fee was never receivable.
    expect(await balance('100008', 'MEMO', 'unemployment', ACCOUNTS.receivable)).toBe(-600);
    expect(await balance('100008', 'CASH', 'pension', ACCOUNTS.incomeEmployer)).toBe(700);
  });

  it('keeps opened months out of the receivable and writes undone dues in red', async () => {
    await tell('100007', assessed('A', 'OPENED'), assessed('B'), assessed('C', 'ASSESSED', -1));
    expect(await balance('100007', 'MEMO', 'pension', ACCOUNTS.receivable)).toBe(0);
    expect(await balance('100007', 'MEMO', 'pension', ACCOUNTS.openedPerson)).toBe(32_616);
    const [, , undone] = await listVouchers(database.db, '100007', { insurance: 'pension' });
    expect(undone?.red).toBe(true);
  });

  it('lets the database refuse what does not balance, what is changed and what is deleted', async () => {
    await tell(REGION, posted);
    const unbalanced = database.db.transaction().execute(async (tx) => {
      await run(
        tx,
        sql`insert into fund_voucher (region, voucher_id, insurance, book, kind, ref, red, day, at, actor)
                        values (${REGION}, 'X', 'pension', 'CASH', 'RECEIPT_POSTED', 'RX', false, '2023-04-11', now(), 'system:test')`,
      );
      await run(
        tx,
        sql`insert into fund_entry values (${REGION}, 'X', 1, false, '1001', 100, 0), (${REGION}, 'X', 2, false, '2001', 0, 99)`,
      );
    });
    await expect(unbalanced).rejects.toThrow(/does not balance/);
    const [standing] = await listVouchers(database.db, REGION);
    const added = run(
      database.db,
      sql`insert into fund_entry values (${REGION}, ${standing?.voucherId}, 99, ${standing?.red}, '1001', 100, 0)`,
    );
    await expect(added).rejects.toThrow(/does not balance/);
    const empty = run(
      database.db,
      sql`insert into fund_voucher (region, voucher_id, insurance, book, kind, ref, red, day, at, actor)
          values (${REGION}, 'Y', 'pension', 'CASH', 'RECEIPT_POSTED', 'RY', false, '2023-04-11', now(), 'system:test')`,
    );
    await expect(empty).rejects.toThrow(/does not balance/);
    await expect(run(database.db, sql`update fund_entry set debit_fen = 1 where debit_fen > 0`)).rejects.toThrow(
      /append-only/,
    );
    await expect(run(database.db, sql`delete from fund_voucher`)).rejects.toThrow(/append-only/);
  });
});
