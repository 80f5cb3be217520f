/** Power cuts after every statement of a command, one after the other: shared by the crash tests. */
import { setTimeout as sleep } from 'node:timers/promises';
import { expect } from 'vitest';
import { checkIntegrity } from '../src/control/index.ts';
import { month } from '../src/kernel/month.ts';
import { sealAudit } from '../src/platform/audit/index.ts';
import { type Db, one, rows, sql } from '../src/platform/db.ts';
import { makeCity } from './city.ts';
import { databasesOn } from './databases.ts';
import type { Fuse } from './fuse.ts';
import { REGION } from './law.ts';
import { randomOf } from './random.ts';
import { momentAt, openWorld, type World } from './world.ts';

export const TIMEOUT_MS = 600_000;
const STATEMENTS_MAX = 400;
const PATIENCE = 100;
const PAUSE_MS = 50;

export type Side = 'agency' | 'tax';

/** The small town in April 2023, paid up to March. */
export const openCrashWorld = (postgresUrl: string, seed: string): Promise<World> =>
  openWorld(databasesOn(postgresUrl), seed, '2023-04-10 09:00', makeCity(randomOf('crash/city'), month('2023-03')));

const fuseOf = (world: World, side: Side): Fuse => (side === 'agency' ? world.agencyFuse : world.taxFuse);
export const dbOf = (world: World, side: Side): Db => (side === 'agency' ? world.services.db : world.tax().services.db);

/** Every row of every table, but the record of the jobs and the counters: numbers are taken ahead and may be left out. */
export async function fingerprint(db: Db): Promise<string> {
  const tables = await rows(
    db,
    sql<{ name: string }>`
      select relname as name from pg_class where relkind in ('r', 'p') and not relispartition
        and relnamespace = 'public'::regnamespace and relname not like 'platform_job%' and relname <> 'parameters_counter' order by 1`,
  );
  const parts = tables.map(
    ({ name }) =>
      `select coalesce(sum(hashtextextended(t::text, 0)::numeric), 0)::text || ${`'/${name}/'`} || count(*) as f from ${name} t`,
  );
  const found = await rows(db, sql.raw<{ f: string }>(parts.join(' union all ')));
  return found
    .map((row) => row.f)
    .sort()
    .join('\n');
}

export async function violations(world: World, only: readonly number[]): Promise<string[]> {
  const { db, region } = world.services;
  await sealAudit(db, region);
  const found = await checkIntegrity({ db, region, now: world.now(), only });
  return found.promises.flatMap((promise) =>
    promise.violations.map((each) => `${promise.no} ${each.object} ${each.text}`),
  );
}

/**
 * One transaction: cut after each of its statements it leaves every row as it was; only the cut after the commit changes anything, and then
 * it has happened. Returns the number of statements.
 */
export async function allOrNothing(
  world: World,
  side: Side,
  work: () => Promise<unknown>,
  happened: () => Promise<boolean>,
): Promise<number> {
  const fuse = fuseOf(world, side);
  // What a start writes by itself is not the command's.
  fuse.arm(0);
  await work().catch(() => undefined);
  await world.restart();
  const before = await fingerprint(dbOf(world, side));
  for (let after = 0; after < STATEMENTS_MAX; after += 1) {
    fuse.arm(after);
    const told = await work().then(
      () => 'done',
      (error: unknown) => String(error),
    );
    fuse.disarm();
    expect(fuse.blown, `cut after statement ${after}, but told: ${told}`).toBe(true);
    // Nothing but the database outlives a cut: new connections are all that a fresh start has.
    fuse.repair();
    if (await happened()) return after;
    expect(await fingerprint(dbOf(world, side)), `after statement ${after}`).toBe(before);
  }
  throw new Error('never gets through');
}

/**
 * What goes over several transactions goes on from where the cut left it, with one statement more each time, until it gets through; the
 * promises hold at every point.
 */
export async function everyStatement(
  world: World,
  side: Side,
  work: () => Promise<unknown>,
  done: () => Promise<boolean>,
  only: readonly number[] = [3, 4],
): Promise<number> {
  const fuse = fuseOf(world, side);
  let patience = PATIENCE;
  for (let after = 0; after < STATEMENTS_MAX; after += 1) {
    fuse.arm(after);
    await work().catch(() => undefined);
    fuse.disarm();
    if (!fuse.blown) {
      if (await done()) return after;
      // The server has not yet noticed that the dead program's connection, and with it its lock on the job, is gone.
      patience -= 1;
      if (patience === 0) break;
      await sleep(PAUSE_MS);
      after -= 1;
      continue;
    }
    await world.restart();
    expect(await violations(world, only), `after statement ${after}`).toEqual([]);
  }
  throw new Error('never gets through');
}

export const lastBill = async (world: World): Promise<string> =>
  (
    await one(
      world.services.db,
      sql<{ no: string }>`select max(bill_no) as no from collection_bill where region = ${REGION}`,
    )
  ).no;

export const billOf = (world: World, billNo: string) =>
  one(
    world.services.db,
    sql<{ state: string; released: boolean; receipts: number; accepted: boolean }>`
      select state, released, accepted_at is not null as accepted,
             (select count(*)::int from collection_receipt r where r.region = b.region and r.bill_no = b.bill_no) as receipts
      from collection_bill b where region = ${REGION} and bill_no = ${billNo}`,
  );

export const at = (world: World, text: string): void => world.setNow(momentAt(text));

/** Twenty minutes more at each try: a sender waits longer after each failure. */
export function slowClock(world: World, day: number): () => void {
  let minute = 540;
  const two = (value: number): string => String(value).padStart(2, '0');
  return () => {
    minute += 20;
    at(
      world,
      `2023-04-${two(day + Math.floor(minute / 1440))} ${two(Math.floor(minute / 60) % 24)}:${two(minute % 60)}`,
    );
  };
}
