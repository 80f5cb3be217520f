/** 「为什么是这个数」 of one person on a bill: 应缴 less what was assessed before, and what came after it. */
import { afterEach, beforeEach, describe, expect, test } from 'vitest';
import { explain } from '../../src/items/queries/explain.ts';
import type { Month } from '../../src/kernel/month.ts';
import { one, run, sql } from '../../src/platform/db.ts';
import { systemActor, transact } from '../../src/platform/services.ts';
import { declareWages } from '../../src/wages/index.ts';
import { type Bureau, employer, idNo, openBureau } from './harness.ts';

const EMPLOYER = '990000901';
const APRIL = '2023-04' as Month;
let bureau: Bureau;
beforeEach(async () => {
  bureau = await openBureau({ at: '2023-04-10 09:00' });
  await bureau.overlay('base.lower', 400_000, '2023-01-01');
  // 3,000.00 counts as 4,000.00, the lower limit: 16 % of the employer are 640.00, 8 % of the person 320.00.
  const paid = { from: '2023-01', to: '2023-03' };
  const person = { idNo: idNo(1), name: '样一', from: '2023-01' as Month, wageFen: 300_000, paid };
  const refundAccount = { bankName: '样行', account: '6222000000001234', holder: '云帆示例制造有限公司' };
  await bureau.open([employer({ bookedThrough: '2023-03', persons: [person], refundAccount })]);
});
afterEach(() => bureau.close());

const declare = () => bureau.submit(EMPLOYER, 'unit.declare', { month: APRIL });
async function bill(): Promise<string> {
  return (await bureau.submit(EMPLOYER, 'bill.issue')).refs.billNo ?? '';
}
/** 4,500.00 from April on: 720.00 and 360.00. */
const raiseLimit = () => bureau.overlay('base.lower', 450_000, '2023-04-01');

async function correctWage(wageFen: number): Promise<void> {
  const personNo = await thePerson();
  await transact(bureau.services, systemActor('test'), (ctx) =>
    declareWages(ctx, EMPLOYER, 'CORRECTED', [{ personNo, from: APRIL, basis: 'DECLARED', wageFen }]),
  );
}

/** Paid and allocated by May. */
async function declareAndPay(): Promise<string> {
  await declare();
  const billNo = await bill();
  await bureau.pay(billNo, '2023-04-10 10:00');
  await bureau.post('2023-04-10 12:00');
  await bureau.allocate('2023-04-11 02:00');
  bureau.setTime('2023-05-10 09:00');
  return billNo;
}

const thePerson = async (): Promise<string> =>
  (await one(bureau.services.db, sql<{ no: string }>`select person_no as no from registry_person`)).no;

/** Said of the pension of one person on a bill: the steps behind the calculation of the obligation, and the verdict. */
async function why(billNo: string, part: 'employer' | 'person' = 'employer') {
  const personNo = await thePerson();
  const query = { billNo, insurance: 'pension', kind: 'MONTHLY', month: APRIL, personNo, part } as const;
  const { steps, storedFen, recomputedFen, matches } = await bureau.show(EMPLOYER, (env) => explain(env, query));
  const sums = steps.filter((step) => step.kind === 'sum').map((step) => `${step.label} ${step.valueText}`);
  const moved = steps.find((step) => step.kind === 'moved')?.words;
  return { storedFen, recomputedFen, matches, sums, moved };
}

test('one bill for all that is owed needs no more than the obligation', async () => {
  await declare();
  expect(await why(await bill())).toEqual({
    ...{ storedFen: 64_000, recomputedFen: 64_000, matches: true },
    ...{ sums: [], moved: undefined },
  });
});

test('two assessments on one bill are one figure', async () => {
  await declare();
  await raiseLimit();
  await declare();
  expect(await why(await bill())).toMatchObject({ storedFen: 72_000, recomputedFen: 72_000, matches: true, sums: [] });
});

describe.each([
  ['a limit that was raised', raiseLimit],
  // The same 4,500.00.
  ['a wage that was corrected', () => correctWage(450_000)],
])('%s after the bill', (_, change) => {
  test('the first bill says that the difference will come; then that it came; the second what came before it', async () => {
    await declare();
    const first = await bill();
    await change();
    // Both parts alike; the bill stays as it is.
    for (const [part, fen, now] of [
      ['employer', 64_000, 72_000],
      ['person', 32_000, 36_000],
    ] as const) {
      const waiting = await why(first, part);
      expect([waiting.storedFen, waiting.recomputedFen, waiting.matches]).toEqual([fen, now, false]);
      expect(waiting.moved).toContain('差额会另行核定');
    }
    await declare();
    const second = await bill();
    expect(await why(second)).toEqual({
      ...{ storedFen: 8_000, recomputedFen: 8_000, matches: true, moved: undefined },
      sums: ['应缴 720.00', '减 先前已核定 640.00', '本单 80.00'],
    });
    expect(await why(second, 'person')).toMatchObject({
      matches: true,
      sums: ['应缴 360.00', '减 先前已核定 320.00', '本单 40.00'],
    });
    expect(await why(first)).toEqual({
      ...{ storedFen: 64_000, recomputedFen: 64_000, matches: true, moved: undefined },
      sums: ['应缴 720.00', '减 开单以后另行核定 80.00', '本单 640.00'],
    });
  });
});

test('a difference that was declared and undone is to come again', async () => {
  await declare();
  const first = await bill();
  await raiseLimit();
  const { caseNo } = await declare();
  await bureau.undo(EMPLOYER, caseNo);
  expect(await why(first)).toMatchObject({ matches: false, moved: expect.stringContaining('差额会另行核定') });
});

test('who has nothing to pay any more: the month’s difference is to come', async () => {
  await declare();
  const first = await bill();
  await run(
    bureau.services.db,
    sql`insert into registry_exemption (region, exemption_id, person_no, reason, month_from, recorded_at)
        select region, 'E', person_no, 'CUSTODY', ${APRIL}, now() from registry_person`,
  );
  expect(await why(first)).toEqual({
    ...{ storedFen: 64_000, recomputedFen: 0, matches: false, sums: ['应缴 0.00'] },
    moved: expect.stringContaining('差额会另行核定'),
  });
});

test('a month that was paid and refunded: the bill asked what the calculation asks', async () => {
  const first = await declareAndPay();
  await bureau.submit(EMPLOYER, 'emp.suspend', {
    people: [{ idNo: idNo(1), suspendDate: '2023-03-31', reason: 'S01' }],
  });
  await bureau.submit(EMPLOYER, 'refund.emp', {
    ...{ idNo: idNo(1), months: '2023-04' },
    attachments: [{ name: '通知书.pdf', type: 'application/pdf', base64: Buffer.from('%PDF-1.7').toString('base64') }],
  });
  expect(await why(first)).toMatchObject({ storedFen: 64_000, recomputedFen: 64_000, matches: true, sums: [] });
});

describe('a figure that was altered in the database', () => {
  /** The rate by which the amounts of the latest block are given back: 1 % more for the employer. */
  async function alter(billNo: string): Promise<void> {
    await bureau.services.db.transaction().execute(async (tx) => {
      await run(tx, sql`set local session_replication_role = replica`);
      const altered = await run(
        tx,
        sql`update collection_block set rates_ppm = array_replace(rates_ppm, 160000, 170000)
            where block_id in (select collection_block_of(due_id) from collection_bill_due where bill_no = ${billNo})`,
      );
      expect(altered).toBeGreaterThan(0);
    });
  }

  test('is told', async () => {
    await declare();
    const first = await bill();
    await alter(first);
    const alone = { storedFen: 68_000, recomputedFen: 64_000, matches: false, moved: undefined };
    expect(await why(first)).toMatchObject(alone);
    expect((await why(first, 'person')).matches).toBe(true);
  });

  test('on the first of two bills, though the limit was raised between them', async () => {
    await declare();
    const first = await bill();
    await raiseLimit();
    await declare();
    const second = await bill();
    await alter(first);
    // 720.00 are owed, 80.00 of them on the second.
    expect(await why(first)).toMatchObject({
      ...{ storedFen: 68_000, recomputedFen: 64_000, matches: false, moved: undefined },
    });
    // Which of the two was touched nobody can know from here.
    expect(await why(second)).toMatchObject({ matches: false, moved: undefined });
  });
});
