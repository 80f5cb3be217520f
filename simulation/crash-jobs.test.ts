/** Power cut after every statement of the inbox and of every job: the promises hold at every point, and it happens exactly once in the end. */
import { afterAll, beforeAll, expect, inject, test } from 'vitest';
import { annualInterest } from '../src/account/index.ts';
import { monthClose } from '../src/collection/batch/index.ts';
import { submitItem } from '../src/items/index.ts';
import { type Month, month } from '../src/kernel/month.ts';
import { loadLaw } from '../src/parameters/index.ts';
import { one, sql } from '../src/platform/db.ts';
import { act as taxAct } from '../tax/act.ts';
import { pay } from '../tax/commands/pay.ts';
import { EMPLOYERS } from './city.ts';
import {
  at,
  billOf,
  everyStatement,
  fingerprint,
  lastBill,
  openCrashWorld,
  slowClock,
  TIMEOUT_MS,
  violations,
} from './crash.ts';
import { type Fuse, type FusedPool, openFusedPool } from './fuse.ts';
import { REGION } from './law.ts';
import { momentAt, type World } from './world.ts';

const [PAYING, LATE] = EMPLOYERS;
const CLERK = { kind: 'staff' as const, id: 'tax01', name: '税务样一' };
const APRIL = month('2023-04') as Month;

let world: World;
beforeAll(async () => {
  world = await openCrashWorld(inject('postgresUrl'), 'crash-jobs');
}, TIMEOUT_MS);
afterAll(() => world?.close());

async function bill(employerNo: string): Promise<string> {
  const actor = { kind: 'portal' as const, id: 'a', name: '林样知', employerNo };
  await submitItem(world.items(), actor, employerNo, 'unit.declare', { values: { month: APRIL } });
  await submitItem(world.items(), actor, employerNo, 'bill.issue', { values: {} });
  return lastBill(world);
}

test('money comes, ④ and ⑤, the end of a deadline: exactly once', { timeout: TIMEOUT_MS }, async () => {
  const paid = await bill(PAYING.employerNo);
  const unpaid = await bill(LATE.employerNo);
  await world.settle();
  await taxAct(world.tax().services, CLERK, (ctx) => pay(ctx, paid, 'CLIENT'));
  const reached = (billNo: string, state: string) => async () => (await billOf(world, billNo)).state === state;
  const tick = slowClock(world, 10);
  const line = async (): Promise<void> => {
    tick();
    await world.tax().pump();
    await world.settle();
  };
  await everyStatement(world, 'agency', line, reached(paid, 'TAX_POSTED'));
  expect(await billOf(world, paid)).toMatchObject({ receipts: 1 });
  const day = Number(world.now().slice(8, 10));
  const jobs = () => world.scheduler().runDue();
  at(world, `2023-04-${day + 1} 00:01`);
  await everyStatement(world, 'agency', jobs, reached(paid, 'SS_POSTED'));
  // ⑤ is for what ④ booked on an earlier day.
  at(world, `2023-04-${day + 2} 02:01`);
  await everyStatement(world, 'agency', jobs, reached(paid, 'ALLOCATED'));
  expect(await billOf(world, paid)).toMatchObject({ receipts: 1 });
  await world.settle();
  at(world, '2023-05-20 00:01');
  await world.scheduler().runDue();
  at(world, '2023-05-20 00:06');
  await everyStatement(world, 'agency', jobs, reached(unpaid, 'EXPIRED'));
  expect(await violations(world, [1, 2, 3, 4, 6])).toEqual([]);
});

/** Connections of its own to the agency's database, as the long jobs have. */
async function openOwnPool(): Promise<FusedPool> {
  const { name } = await one(world.services.db, sql<{ name: string }>`select current_database() as name`);
  const target = new URL(inject('postgresUrl'));
  target.pathname = `/${name}`;
  return openFusedPool(target.href);
}

/** Cut after its first statement, its second, … until it comes through; `look` looks after each cut. */
async function cutEverywhere<T>(fuse: Fuse, run: () => Promise<T>, look: (after: number) => Promise<void>): Promise<T> {
  for (let after = 0; ; after += 1) {
    fuse.arm(after);
    const result = await run().catch(() => undefined);
    fuse.disarm();
    expect(fuse.blown).toBe(result === undefined);
    if (result !== undefined) return result;
    fuse.repair();
    await look(after);
  }
}

test('the month is closed: an employer has its month whole or not at all', { timeout: TIMEOUT_MS }, async () => {
  const { db } = world.services;
  const { pool, fuse, close } = await openOwnPool();
  try {
    const law = await loadLaw(db);
    const may = month('2023-05') as Month;
    // One employer a transaction, so that a run can end between two of them.
    const run = () =>
      monthClose(pool, { region: REGION, month: may, law, slot: momentAt('2023-05-20 00:30'), rangeSize: 1 });
    const pivots = async () =>
      (
        await one(
          db,
          sql<{
            n: number;
          }>`select count(*)::int as n from collection_pivot where region = ${REGION} and booked_through = ${may}`,
        )
      ).n;
    // The third employer has not declared April: it is left out, and said to be.
    const result = await cutEverywhere(fuse, run, async (after) => {
      expect([0, 3, 6]).toContain(await pivots());
      expect(await violations(world, [1, 2, 3, 4]), `after statement ${after}`).toEqual([]);
    });
    expect(result.complete).toBe(true);
    expect(await pivots()).toBe(6);
    const before = await fingerprint(db);
    expect(await run()).toMatchObject({ complete: true, lines: 0 });
    expect(await fingerprint(db)).toBe(before);
  } finally {
    await close();
  }
});

test('the year bears interest: everybody has his entry once or nobody has', { timeout: TIMEOUT_MS }, async () => {
  const { db } = world.services;
  const { pool, fuse, close } = await openOwnPool();
  try {
    const law = await loadLaw(db);
    const run = () => annualInterest(pool, { region: REGION, year: 2023, law, slot: momentAt('2024-07-01 03:30') });
    const entries = async () =>
      (await one(db, sql<{ n: number }>`select count(*)::int as n from account_all_entries where kind = 'INTEREST'`)).n;
    const seen = new Set<number>();
    const result = await cutEverywhere(fuse, run, async (after) => {
      seen.add(await entries());
      expect(await violations(world, [3, 8]), `after statement ${after}`).toEqual([]);
    });
    const all = await entries();
    expect(all).toBeGreaterThan(0);
    // Cut behind its commit the range is there, and the run that comes through has nothing left to write.
    expect([...seen]).toEqual([0, all]);
    expect(result).toMatchObject({ complete: true, persons: 0 });
    expect(await run()).toMatchObject({ complete: true, persons: 0 });
    expect(await entries()).toBe(all);
  } finally {
    await close();
  }
});
