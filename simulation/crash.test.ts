/**
 * Power cut after every statement of every command, once: an item leaves the database as it was or has happened whole; what goes over
 * several transactions (inbox, ④, ⑤) keeps the promises at every point and happens exactly once in the end.
 */
import { setTimeout as sleep } from 'node:timers/promises';
import { afterAll, beforeAll, expect, inject, test } from 'vitest';
import { checkIntegrity } from '../src/control/index.ts';
import { submitItem } from '../src/items/index.ts';
import { month } from '../src/kernel/month.ts';
import { sealAudit } from '../src/platform/audit/index.ts';
import { one, rows, sql } from '../src/platform/db.ts';
import { act as taxAct } from '../tax/act.ts';
import { pay } from '../tax/commands/pay.ts';
import { EMPLOYERS, makeCity, personOf } from './city.ts';
import { databasesOn } from './databases.ts';
import { REGION } from './law.ts';
import { randomOf } from './random.ts';
import { momentAt, openWorld, type World } from './world.ts';

const TIMEOUT_MS = 600_000;
const STATEMENTS_MAX = 400;
const PATIENCE = 100;
const PAUSE_MS = 50;
const [EMPLOYER] = EMPLOYERS;
const ACTOR = { kind: 'portal' as const, id: 'a', name: '林样知', employerNo: EMPLOYER.employerNo };

let world: World;
beforeAll(async () => {
  const city = makeCity(randomOf('crash/city'), month('2023-03'));
  world = await openWorld(databasesOn(inject('postgresUrl')), 'crash', '2023-04-10 09:00', city);
}, TIMEOUT_MS);
afterAll(() => world?.close());

const submit = (code: string, values: Record<string, unknown>) =>
  submitItem(world.items(), ACTOR, EMPLOYER.employerNo, code, { values });

/** Every row of every table of the agency, but the record of the jobs and the counters: numbers are taken ahead and may be left out. */
async function fingerprint(): Promise<string> {
  const { db } = world.services;
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

const cases = async (): Promise<number> =>
  (await one(world.services.db, sql<{ n: number }>`select count(*) as n from casework_case where region = ${REGION}`))
    .n;

async function violations(only: readonly number[]): Promise<string[]> {
  const { db, region } = world.services;
  await sealAudit(db, region);
  const found = await checkIntegrity({ db, region, now: world.now(), only });
  return found.promises.flatMap((promise) =>
    promise.violations.map((each) => `${promise.no} ${each.object} ${each.text}`),
  );
}

const people = [{ ...personOf(30), entryDate: '2023-03-15', wage: '6123.45' }];
const lastBill = async (): Promise<string> =>
  (
    await one(
      world.services.db,
      sql<{ no: string }>`select max(bill_no) as no from collection_bill where region = ${REGION}`,
    )
  ).no;

test.each([
  ['emp.enroll', async () => ({ people })],
  ['unit.declare', async () => ({ month: '2023-04' })],
  ['emp.suspend', async () => ({ people: [{ idNo: personOf(1).idNo, suspendDate: '2023-03-31', reason: 'S01' }] })],
  ['bill.issue', async () => ({})],
  ['bill.revoke', async () => ({ billNo: await lastBill() })],
  ['bill.issue', async () => ({})],
] as const)('%s: after every statement, all or nothing', { timeout: TIMEOUT_MS }, async (code, form) => {
  const values = await form();
  // What a start writes by itself is not the command's.
  world.agencyFuse.arm(0);
  await submit(code, values).catch(() => undefined);
  await world.restart();
  const [before, casesBefore] = [await fingerprint(), await cases()];
  for (let after = 0; ; after += 1) {
    expect(after).toBeLessThan(STATEMENTS_MAX);
    world.agencyFuse.arm(after);
    const told = await submit(code, values).then(
      () => true,
      () => false,
    );
    world.agencyFuse.disarm();
    if (told) throw new Error(`${code} ended before statement ${after} without its commit being cut`);
    expect(world.agencyFuse.blown, `${code} was refused`).toBe(true);
    await world.restart();
    if ((await cases()) > casesBefore) break;
    expect(await fingerprint(), `after statement ${after}`).toBe(before);
  }
  // Only the commit changes anything, and it changes all.
  expect(await violations([1, 2, 3, 4, 6])).toEqual([]);
  expect(world.logged).toEqual([]);
});

/** Goes on from where the cut left it, with one statement more each time, until it gets through. */
async function everyStatement(work: () => Promise<unknown>, done: () => Promise<boolean>): Promise<void> {
  let patience = PATIENCE;
  for (let after = 0; after < STATEMENTS_MAX; after += 1) {
    world.agencyFuse.arm(after);
    await work().catch(() => undefined);
    world.agencyFuse.disarm();
    if (!world.agencyFuse.blown) {
      if (await done()) return;
      // The server has not yet noticed that the dead program's connection, and with it its lock on the job, is gone.
      patience -= 1;
      if (patience === 0) break;
      await sleep(PAUSE_MS);
      after -= 1;
      continue;
    }
    await world.restart();
    expect(await violations([3, 4]), `after statement ${after}`).toEqual([]);
  }
  throw new Error('never gets through');
}

const stateOf = async (billNo: string) =>
  one(
    world.services.db,
    sql<{ state: string; receipts: number; vouchers: number }>`
      select state, (select count(*) from collection_receipt r where r.region = b.region and r.bill_no = b.bill_no) as receipts,
             (select count(*) from fund_voucher v where v.region = b.region) as vouchers
      from collection_bill b where region = ${REGION} and bill_no = ${billNo}`,
  );

test('payment inbox, ④ and ⑤: after every statement, exactly once', { timeout: TIMEOUT_MS }, async () => {
  const billNo = await lastBill();
  const reached = (state: string) => async () => (await stateOf(billNo)).state === state;
  await world.settle();
  await taxAct(world.tax().services, { kind: 'staff', id: 'tax01', name: '税务样一' }, (ctx) =>
    pay(ctx, billNo, 'CLIENT'),
  );
  let minute = 0;
  await everyStatement(async () => {
    // The sender waits a little longer after each failure.
    minute += 20;
    world.setNow(momentAt(`2023-04-${10 + Math.floor((540 + minute) / 1440)} ${clockOf(540 + minute)}`));
    await world.tax().pump();
    await world.settle();
  }, reached('TAX_POSTED'));
  expect(await stateOf(billNo)).toMatchObject({ state: 'TAX_POSTED', receipts: 1 });
  const day = Number(world.now().slice(8, 10));
  world.setNow(momentAt(`2023-04-${day + 1} 00:01`));
  await everyStatement(() => world.scheduler().runDue(), reached('SS_POSTED'));
  expect(await stateOf(billNo)).toMatchObject({ state: 'SS_POSTED', receipts: 1 });
  // ⑤ is for what ④ booked on an earlier day.
  world.setNow(momentAt(`2023-04-${day + 2} 02:01`));
  await everyStatement(() => world.scheduler().runDue(), reached('ALLOCATED'));
  expect(await stateOf(billNo)).toMatchObject({ state: 'ALLOCATED', receipts: 1 });
  expect(await violations([1, 2, 3, 4, 5, 6])).toEqual([]);
});

function clockOf(minutes: number): string {
  const two = (value: number): string => String(value).padStart(2, '0');
  return `${two(Math.floor(minutes / 60) % 24)}:${two(minutes % 60)}`;
}
