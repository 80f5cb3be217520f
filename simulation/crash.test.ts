/** Power cut after every statement of every item of the agency, once: it leaves the database as it was or has happened whole. */
import { afterAll, beforeAll, expect, inject, test } from 'vitest';
import { ITEMS, submitItem, undoCase } from '../src/items/index.ts';
import { one, sql } from '../src/platform/db.ts';
import { EMPLOYERS, personOf } from './city.ts';
import { allOrNothing, at, lastBill, openCrashWorld, TIMEOUT_MS, violations } from './crash.ts';
import { REGION } from './law.ts';
import type { World } from './world.ts';

const [EMPLOYER] = EMPLOYERS;
const ACTOR = { kind: 'portal' as const, id: 'a', name: '林样知', employerNo: EMPLOYER.employerNo };

let world: World;
beforeAll(async () => {
  world = await openCrashWorld(inject('postgresUrl'), 'crash');
}, TIMEOUT_MS);
afterAll(() => world?.close());

const submit = (code: string, values: Record<string, unknown>) =>
  submitItem(world.items(), ACTOR, EMPLOYER.employerNo, code, { values });

const count = async (where: ReturnType<typeof sql>): Promise<number> =>
  (
    await one(
      world.services.db,
      sql<{ n: number }>`select count(*)::int as n from casework_case where region = ${REGION} and ${where}`,
    )
  ).n;

const lastCase = async (code: string): Promise<string> =>
  (
    await one(
      world.services.db,
      sql<{
        no: string;
      }>`select max(case_no) as no from casework_case where region = ${REGION} and item_code = ${code}`,
    )
  ).no;

const people = [{ ...personOf(30), entryDate: '2023-03-15', wage: '6123.45' }];
const EVIDENCE = [{ name: 'jiechu.pdf', content: '%PDF-1.7' }];

type Act = readonly [code: string, form: () => Promise<Record<string, unknown>>];
const month = async () => ({ month: '2023-04' });
const nothing = async () => ({});
const FIRST: readonly Act[] = [
  ['emp.enroll', async () => ({ people })],
  ['emp.suspend', async () => ({ people: [{ idNo: personOf(1).idNo, suspendDate: '2023-02-28', reason: 'S01' }] })],
  ['refund.emp', async () => ({ idNo: personOf(1).idNo, months: '2023-03', attachments: EVIDENCE })],
  ['unit.declare', month],
  ['bill.issue', nothing],
  ['bill.revoke', async () => ({ billNo: await lastBill(world) })],
  ['unit.declare.revoke', nothing],
];

test.each(FIRST)('%s: after every statement, all or nothing', { timeout: TIMEOUT_MS }, submitted);

async function submitted(code: string, form: Act[1]): Promise<void> {
  const values = await form();
  const all = () => count(sql`true`);
  const before = await all();
  await allOrNothing(
    world,
    'agency',
    () => submit(code, values),
    async () => (await all()) > before,
  );
  expect(await violations(world, [1, 2, 3, 4, 6])).toEqual([]);
  expect(world.logged).toEqual([]);
}

test.each(['refund.emp', 'emp.enroll'])(
  '%s taken back: after every statement, all or nothing',
  {
    timeout: TIMEOUT_MS,
  },
  async (code) => {
    const caseNo = await lastCase(code);
    await allOrNothing(
      world,
      'agency',
      () => undoCase(world.items(), ACTOR, EMPLOYER.employerNo, caseNo),
      async () => (await count(sql`case_no = ${caseNo} and state = 'REVOKED'`)) === 1,
    );
    expect(await violations(world, [1, 2, 3, 4, 6])).toEqual([]);
    expect(world.logged).toEqual([]);
  },
);

/** A stop that takes from dues of the month, and its bill. */
const AFTER: readonly Act[] = [
  ['unit.declare', month],
  ['emp.suspend', async () => ({ people: [{ idNo: personOf(2).idNo, suspendDate: '2023-03-31', reason: 'S01' }] })],
  ['bill.issue', nothing],
];

test.each(AFTER)('%s, again: after every statement, all or nothing', { timeout: TIMEOUT_MS }, submitted);

test('bp.unit, a month left out: after every statement, all or nothing', { timeout: TIMEOUT_MS }, async () => {
  at(world, '2023-06-12 09:00');
  await submitted('bp.unit', nothing);
});

test('every item of the catalogue was cut', () => {
  const cut = [...FIRST, ...AFTER].map(([code]) => code);
  expect(new Set([...cut, 'bp.unit'])).toEqual(new Set(ITEMS.map(({ code }) => code)));
});
