import type pg from 'pg';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { type Bureau, employer, idNo, openBureau } from '../../tests/domain/harness.ts';
import { moment } from '../collection/testing.ts';
import { type Law, loadLaw } from '../parameters/index.ts';
import { one, openPool, run, sql } from '../platform/db.ts';
import { systemActor, transact } from '../platform/services.ts';
import { findPersonsByIdNo } from '../registry/index.ts';
import { annualInterest, explainInterest, personalAccount } from './index.ts';
import { postAccountEntry } from './testing.ts';

const SLOT = moment('2024-07-01 03:30');
let bureau: Bureau;
let pool: pg.Pool;
let law: Law;

/**
 * 样一: the published example of 月积数法 for 2023 (20,000.00 before, 480.00 in January and February). 样二: April is declared, and paid and
 * allocated in May. 样三: nothing but a wage.
 */
beforeAll(async () => {
  bureau = await openBureau({ at: '2023-04-10 09:00' });
  pool = openPool(bureau.url, { max: 2 });
  law = await loadLaw(bureau.services.db);
  const person = (n: number, name: string, baseFen: number) => ({
    idNo: idNo(n),
    name,
    from: '2022-07' as never,
    baseFen,
  });
  await bureau.open([
    employer({
      bookedThrough: '2023-02',
      persons: [
        { ...person(1, '样一', 600_000), paid: { from: '2023-01' as never, to: '2023-02' as never } },
        { ...person(3, '样三', 600_000) },
      ],
    }),
    employer({
      employerNo: '990000902',
      uscc: '91429999MA0000T1XK',
      bookedThrough: '2023-03',
      persons: [person(2, '样二', 345_000)],
    }),
  ]);
  await enter(await numberOf(1), 'OPENING', 2_000_000, '2022-12-31', 'opening');
  // Declared, undone and declared again: dues that took each other away without money.
  const first = await bureau.submit('990000902', 'unit.declare', { month: '2023-04' });
  await bureau.undo('990000902', first.caseNo);
  await bureau.submit('990000902', 'unit.declare', { month: '2023-04' });
  const billNo = (await bureau.submit('990000902', 'bill.issue')).refs.billNo ?? '';
  await bureau.pay(billNo, '2023-04-10 10:00');
  await bureau.post('2023-04-10 12:00');
  await bureau.allocate('2023-05-02 02:00');
});
afterAll(async () => {
  await pool.end();
  await bureau.close();
});

async function numberOf(n: number): Promise<string> {
  const { db, region } = bureau.services;
  return (await findPersonsByIdNo(db, region, [idNo(n)])).get(idNo(n))?.personNo ?? '';
}
const enter = (personNo: string, kind: 'OPENING' | 'PAYOUT', fen: number, day: string, ref: string) =>
  transact(bureau.services, systemActor('test'), (ctx) =>
    postAccountEntry(ctx, { personNo, kind, fen, day: day as never, ref }),
  );
const interest = (year: number, signal?: AbortSignal) =>
  annualInterest(pool, { region: bureau.services.region, year, law, slot: SLOT, ...(signal ? { signal } : {}) });
const explain = async (n: number, year: number) =>
  explainInterest(bureau.services.db, bureau.services.region, law, await numberOf(n), year);
const account = async (n: number) =>
  personalAccount(bureau.services.db, bureau.services.region, law, await numberOf(n));
const rowCount = async () =>
  (await one(bureau.services.db, sql<{ n: number }>`select count(*)::int as n from account_interest`)).n;

describe('年度计息', () => {
  it('writes nothing in a year without 记账利率, and names it', async () => {
    await expect(interest(2029)).rejects.toMatchObject({ code: 'POL-001' });
    expect(await rowCount()).toBe(0);
  });

  it('stops between ranges when it is told to, and says so', async () => {
    const stopped = AbortSignal.abort();
    expect(await interest(2023, stopped)).toMatchObject({ persons: 0, complete: false });
  });

  it('gives each account that bears interest one entry, by the month the money was booked in', async () => {
    // 794.00 + 36.52 of the published example; 276.00 booked in May: × 8 × 3.97 % ÷ 12 = 7.3048.
    expect(await interest(2023)).toEqual({ persons: 2, interestFen: 83_052 + 730, complete: true });
    const first = await account(1);
    expect(first.entries.map((entry) => [entry.kind, entry.ref, entry.day, entry.fen])).toEqual([
      ['OPENING', 'opening', '2022-12-31', 2_000_000],
      ['INTEREST', '2023', '2023-12-31', 83_052],
    ]);
    expect(first.balanceFen).toBe(2_179_052);
    expect((await account(2)).entries.map((entry) => entry.fen)).toEqual([730]);
    expect((await account(3)).entries).toEqual([]);
  });

  it('writes nothing the second time', async () => {
    const before = await rowCount();
    expect(await interest(2023)).toEqual({ persons: 0, interestFen: 0, complete: true });
    expect(await rowCount()).toBe(before);
    await expect(
      run(
        bureau.services.db,
        sql`insert into account_interest select region, year, first_no + 1, last_no, person_nos, opening_fen, principal_fen, product_fen,
                                                interest_fen, rate_ppm, at, actor from account_interest`,
      ),
    ).rejects.toThrow(/account_interest/);
    await expect(run(bureau.services.db, sql`update account_interest set rate_ppm = 1`)).rejects.toThrow(/append-only/);
  });

  it('is told again from the facts by the rule of the calculator', async () => {
    const told = await explain(1, 2023);
    expect(told).toMatchObject({
      openingInterestFen: 79_400,
      principalFen: 96_000,
      currentInterestFen: 3_652,
      closingFen: 2_179_052,
    });
    expect(told.trace.resultText).toBe('21,790.52');
    expect(await explain(2, 2023)).toMatchObject({
      openingInterestFen: 0,
      principalFen: 27_600,
      currentInterestFen: 730,
    });
  });

  it('goes on from the year before, a payout weighing like a credit', async () => {
    // 21,790.52 × 2.62 % = 570.91; −1,000.00 from July: × 6 × 2.62 % ÷ 12 = −13.10.
    await enter(await numberOf(1), 'PAYOUT', -100_000, '2024-07-15', 'p1');
    expect(await interest(2024)).toMatchObject({ persons: 2 });
    expect((await account(1)).entries.at(-1)).toMatchObject({ ref: '2024', fen: 57_091 - 1_310 });
    const told = await explain(1, 2024);
    expect([told.openingInterestFen, told.currentInterestFen]).toEqual([57_091, -1_310]);
  });
});
