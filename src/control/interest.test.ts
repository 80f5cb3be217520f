import type pg from 'pg';
import { afterAll, beforeAll, expect, it } from 'vitest';
import { type Bureau, employer, idNo } from '../../tests/domain/harness.ts';
import { annualInterest } from '../account/index.ts';
import { applyReversed } from '../collection/index.ts';
import { loadLaw } from '../parameters/index.ts';
import { openPool, run, sql } from '../platform/db.ts';
import { systemActor, transact } from '../platform/services.ts';
import { expectIntact, integrityOf, openBooksBureau, pay, violationsOf } from './testing/bureau.ts';

const EMPLOYER = '990000901';
let bureau: Bureau;
let pool: pg.Pool;
let billNo: string;

beforeAll(async () => {
  bureau = await openBooksBureau('2023-04-12 09:00');
  pool = openPool(bureau.url, { max: 1 });
  await bureau.open([
    employer({
      bookedThrough: '2023-03',
      persons: [1, 2, 3].map((n) => ({
        ...{ idNo: idNo(n), name: `样员${n}`, from: '2022-07' as never, baseFen: 345_000 + n * 100_000 },
        paid: { from: '2022-07' as never, to: '2023-03' as never },
      })),
    }),
  ]);
  await bureau.submit(EMPLOYER, 'unit.declare', { month: '2023-04' });
  billNo = (await bureau.submit(EMPLOYER, 'bill.issue')).refs.billNo ?? '';
  await pay(bureau, billNo, '2023-04-12 09:12');
  bureau.setTime('2023-04-13 02:00');
  await bureau.post('2023-04-12 12:00');
  await bureau.allocate('2023-04-13 02:00');
  const { db, region } = bureau.services;
  await annualInterest(pool, {
    region,
    year: 2023,
    law: await loadLaw(db),
    slot: '2024-07-01T03:30:00.000+08:00' as never,
  });
  bureau.setTime('2024-07-01 04:00');
});
afterAll(async () => {
  await pool.end();
  await bureau.close();
});

it('leaves the promises kept: accounts have their entries, and each is told again from the facts', async () => {
  await expectIntact(bureau);
});

it('finds an interest that the facts do not bear', async () => {
  const plant = (sign: 1 | -1) =>
    bureau.services.db.transaction().execute(async (tx) => {
      await run(tx, sql`set local session_replication_role = replica`);
      await run(
        tx,
        sql`update account_interest set interest_fen = (select array_agg(f + ${sign}::int) from unnest(interest_fen) f)`,
      );
    });
  await plant(1);
  const found = await integrityOf(bureau);
  await plant(-1);
  expect(violationsOf(found).filter((text) => text.startsWith('8 '))).toContainEqual(
    expect.stringContaining('2023 年利息解释'),
  );
});

it('names what the interest waits for when money of the year went back after it was counted', async () => {
  await transact(bureau.services, systemActor('test'), (ctx) =>
    applyReversed(ctx, { receiptNo: `R${billNo}`, reversedAt: '2024-08-01T10:00:00.000+08:00' as never }),
  );
  const promise = (await integrityOf(bureau)).promises[7];
  expect(promise?.violations).toEqual([]);
  expect(promise?.gated).toContainEqual(expect.objectContaining({ gate: '计息后有到账被冲正，待更正利息' }));
});
