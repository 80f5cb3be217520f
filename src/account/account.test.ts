import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { type Bureau, employer, idNo, openBureau } from '../../tests/domain/harness.ts';
import { loadLaw } from '../parameters/index.ts';
import { run, sql } from '../platform/db.ts';
import { systemActor, transact } from '../platform/services.ts';
import { findPersonsByIdNo } from '../registry/index.ts';
import { type AccountEntry, personalAccount, sumCreditedPersonFen } from './index.ts';
import { postAccountEntry } from './testing.ts';

const EMPLOYER = '990000901';
let bureau: Bureau;

/** HB-RATE-07: base 3450, person part 276.00 a month. */
beforeAll(async () => {
  bureau = await openBureau({ at: '2023-04-10 09:00' });
  await bureau.open([
    employer({
      bookedThrough: '2023-03',
      persons: [
        {
          idNo: idNo(1),
          name: '样一',
          from: '2022-07' as never,
          baseFen: 345_000,
          paid: { from: '2023-02' as never, to: '2023-03' as never },
        },
      ],
    }),
  ]);
});
afterAll(() => bureau.close());

async function account() {
  const { db, region } = bureau.services;
  const person = (await findPersonsByIdNo(db, region, [idNo(1)])).get(idNo(1));
  return personalAccount(db, region, await loadLaw(db), person?.personNo ?? '');
}

const post = (personNo: string, kind: AccountEntry['kind'], fen: number, ref: string) =>
  transact(bureau.services, systemActor('test'), (ctx) =>
    postAccountEntry(ctx, { personNo, kind, fen, day: '2023-04-10' as never, ref }),
  );

describe('个人账户', () => {
  it('is credited by paid pension months only: not by a declared one, not by one on a bill', async () => {
    const months = async () => (await account()).credits.map((credit) => [credit.month, credit.creditFen]);
    const opened = [
      ['2023-02', 27_600],
      ['2023-03', 27_600],
    ];
    expect(await months()).toEqual(opened);
    await bureau.submit(EMPLOYER, 'unit.declare', { month: '2023-04' });
    expect(await months()).toEqual(opened);
    const billNo = (await bureau.submit(EMPLOYER, 'bill.issue')).refs.billNo ?? '';
    await bureau.pay(billNo, '2023-04-10 10:00');
    await bureau.post('2023-04-10 12:00');
    expect(await months()).toEqual(opened);
    await bureau.allocate('2023-04-11 02:00');
    expect(await months()).toEqual([...opened, ['2023-04', 27_600]]);
    const { db, region } = bureau.services;
    expect(await sumCreditedPersonFen(db, region)).toBe(82_800);
  });

  it('adds entries, each once, and keeps them as they are', async () => {
    const { personNo } = await account();
    await post(personNo, 'OPENING', 1_000_000, 'opening');
    await post(personNo, 'OPENING', 1_000_000, 'opening');
    await post(personNo, 'INTEREST', 6_120, '2022');
    await post(personNo, 'PAYOUT', -100, 'p1');
    const now = await account();
    expect([now.creditedFen, now.entriesFen, now.balanceFen]).toEqual([82_800, 1_006_020, 1_088_820]);
    await expect(post(personNo, 'PAYOUT', 100, 'p2')).rejects.toThrow(/account_entry_check/);
    await expect(run(bureau.services.db, sql`update account_entry set fen = 1`)).rejects.toThrow(/append-only/);
  });
});
