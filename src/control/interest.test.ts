import type pg from 'pg';
import { afterAll, beforeAll, expect, it } from 'vitest';
import { type Bureau, employer, idNo } from '../../tests/domain/harness.ts';
import { annualInterest, moneyWentBackSince } from '../account/index.ts';
import { applyReversed } from '../collection/index.ts';
import type { Moment } from '../kernel/month.ts';
import { loadLaw } from '../parameters/index.ts';
import { openPool, rows, run, sql } from '../platform/db.ts';
import { systemActor, transact } from '../platform/services.ts';
import { expectIntact, integrityOf, openBooksBureau, pay, violationsOf } from './testing/bureau.ts';

const EMPLOYER = '990000901';
let bureau: Bureau;
let pool: pg.Pool;
/** The month of three people; of a fourth who joined after it; of all of them, paid in the year after. */
let [billNo, ofFourth, ofYearAfter]: string[] = [];

async function billAndPay(at: string): Promise<string> {
  const no = (await bureau.submit(EMPLOYER, 'bill.issue')).refs.billNo ?? '';
  await pay(bureau, no, `${at} 09:12`);
  await bureau.post(`${at} 12:00`);
  const next = `${at.slice(0, 8)}${String(Number(at.slice(8)) + 1)} 02:00`;
  bureau.setTime(next);
  await bureau.allocate(next);
  return no;
}

const goBack = (no: string | undefined) =>
  transact(bureau.services, systemActor('test'), (ctx) =>
    applyReversed(ctx, { receiptNo: `R${no}`, reversedAt: '2024-08-01T10:00:00.000+08:00' as never }),
  );

beforeAll(async () => {
  bureau = await openBooksBureau('2023-04-12 09:00');
  await bureau.overlay('interest.annualRate', 36_500);
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
  billNo = await billAndPay('2023-04-12');
  bureau.setTime('2023-04-14 09:00');
  const fourth = { idNo: idNo(4), name: '样员4', entryDate: '2023-04-03', wage: '6000' };
  await bureau.submit(EMPLOYER, 'emp.enroll', { people: [fourth] });
  ofFourth = await billAndPay('2023-04-14');
  bureau.setTime('2024-01-10 09:00');
  await bureau.submit(EMPLOYER, 'bp.unit', { from: '2023-05', to: '2023-05' });
  ofYearAfter = await billAndPay('2024-01-10');
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

const plant = (sign: 1 | -1) =>
  bureau.services.db.transaction().execute(async (tx) => {
    await run(tx, sql`set local session_replication_role = replica`);
    await run(
      tx,
      sql`update account_interest set interest_fen = (select array_agg(f + ${sign}::int) from unnest(interest_fen) f)`,
    );
  });

it('finds an interest that the facts do not bear', async () => {
  await plant(1);
  const found = await integrityOf(bureau);
  await plant(-1);
  expect(violationsOf(found).filter((text) => text.startsWith('8 '))).toContainEqual(
    expect.stringContaining('2023 年利息解释'),
  );
});

/** Of whom the interest of a year is excused. */
async function excused(year: number): Promise<string[]> {
  const { db, region } = bureau.services;
  const people = await rows(
    db,
    sql<{ person_no: string; name: string }>`select person_no, name from registry_person order by name`,
  );
  const at = '2024-07-01T03:30:00.000+08:00' as Moment;
  const found: string[] = [];
  for (const { person_no: personNo, name } of people) {
    if (await moneyWentBackSince(db, region, { personNo, year, at })) found.push(name);
  }
  return found;
}

it('is not put off by money that went back and was no part of it: of somebody else, or of another year', async () => {
  await goBack(ofFourth);
  await goBack(ofYearAfter);
  expect(await excused(2023)).toEqual(['样员4']);
  expect(await excused(2024)).toEqual(['样员1', '样员2', '样员3', '样员4']);
});

it('names what the interest waits for when money of the year went back after it was counted', async () => {
  await goBack(billNo);
  expect(await excused(2023)).toEqual(['样员1', '样员2', '样员3', '样员4']);
  const promise = (await integrityOf(bureau)).promises[7];
  expect(promise?.violations).toEqual([]);
  expect(promise?.gated).toContainEqual(expect.objectContaining({ gate: '计息后有到账被冲正，待更正利息' }));
});
