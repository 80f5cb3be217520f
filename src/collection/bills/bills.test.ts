import { afterAll, beforeAll, beforeEach, describe, expect, test } from 'vitest';
import { DomainError } from '../../kernel/errors.ts';
import { dateOf } from '../../kernel/month.ts';
import { emptyTables, type TestDatabase, testDatabase } from '../../platform/testing/index.ts';
import {
  APRIL,
  addDues,
  addEmployer,
  COLLECTION_MIGRATIONS,
  EMPLOYER,
  inTransaction,
  LAW,
  moment,
  REGION,
  recordingPorts,
} from '../testing.ts';
import { listFreeDues } from './dues-store.ts';
import { type IssuedBill, issueBill } from './issue.ts';
import {
  applyCancelAnswer,
  applyInvoiced,
  applyInvoiceVoided,
  expireBills,
  markAccepted,
  markPushed,
  releaseByWatermark,
  revokeBill,
} from './life.ts';
import { findBill } from './store.ts';

let database: TestDatabase;
let ports = recordingPorts();

beforeAll(async () => {
  database = await testDatabase(COLLECTION_MIGRATIONS);
});
afterAll(() => database.close());
beforeEach(async () => {
  await emptyTables(
    database.db,
    ...['registry_employer', 'collection_assessment', 'collection_block', 'parameters_counter', 'collection_bill'],
  );
  await addEmployer(database.db);
  ports = recordingPorts();
});

const at = <T>(time: string, work: Parameters<typeof inTransaction<T>>[2]) => inTransaction(database.db, time, work);
const issue = (time: string, employerNo = EMPLOYER): Promise<IssuedBill> =>
  at(time, (ctx) => issueBill(ctx, LAW, employerNo, 'case', ports));
const bill = (billNo: string) => at('2023-04-03 09:00', (ctx) => findBill(ctx.tx, REGION, billNo));
const free = async () => (await at('2023-04-03 09:00', (ctx) => listFreeDues(ctx.tx, REGION, EMPLOYER))).length;
const codeOf = async (work: Promise<unknown>): Promise<string> => {
  try {
    await work;
  } catch (error) {
    if (error instanceof DomainError) return error.code;
    throw error;
  }
  return 'none';
};

describe('AT-06 单据过期', () => {
  async function expired(): Promise<string> {
    await addDues(database.db, '2023-04-03 09:00');
    const first = await issue('2023-04-03 09:30');
    expect([first.totalFen, first.deadline]).toEqual([86_940, '2023-04-18']);
    expect(await at('2023-04-18 00:05', (ctx) => expireBills(ctx, dateOf(ctx.now)))).toBe(0);
    expect(await at('2023-04-19 00:05', (ctx) => expireBills(ctx, dateOf(ctx.now)))).toBe(1);
    expect((await bill(first.billNo))?.state).toBe('EXPIRED');
    return first.billNo;
  }

  test('expired dues stay bound until the watermark has passed the last day', async () => {
    const billNo = await expired();
    expect(await free()).toBe(0);
    await at('2023-04-19 00:06', (ctx) => releaseByWatermark(ctx, moment('2023-04-18 23:50')));
    expect(await free()).toBe(0);
    expect(await codeOf(issue('2023-04-19 00:07'))).toBe('BILL-001');
    await at('2023-04-19 00:15', (ctx) => releaseByWatermark(ctx, moment('2023-04-19 00:15')));
    expect(await free()).toBe(3);
    expect(await bill(billNo)).toMatchObject({ state: 'EXPIRED', released: true });
  });

  test('甲: issued again within the month, nothing is added', async () => {
    const old = await expired();
    await at('2023-04-19 00:15', (ctx) => releaseByWatermark(ctx, moment('2023-04-19 00:15')));
    const again = await issue('2023-04-20 10:00');
    expect(again).toMatchObject({
      totalFen: 86_940,
      lateFen: 0,
      interestFen: 0,
      deadline: '2023-05-06',
      replaces: old,
    });
  });

  test('乙: issued again in May, late fee and interest are added per line', async () => {
    await expired();
    await at('2023-04-19 00:15', (ctx) => releaseByWatermark(ctx, moment('2023-04-19 00:15')));
    const again = await issue('2023-05-10 10:00');
    expect(again).toMatchObject({ totalFen: 87_457, lateFen: 434, interestFen: 83, deadline: '2023-05-24' });
    expect(again.lines.map((line) => [line.insurance, line.lateDays, line.lateFen, line.interestFen])).toEqual([
      ['pension', 10, 414, 83],
      ['unemployment', 10, 17, 0],
      ['injury', 10, 3, 0],
    ]);
    const told = ports.told.at(-1);
    expect(told).toMatchObject({ type: 'bill.issue', body: { totalFen: 87_457, validThrough: '2023-05-24' } });
  });
});

describe('开单', () => {
  test('numbers a second full and goes on with the next one (HB-BILL-03)', async () => {
    const numbers: string[] = [];
    for (let i = 0; i < 101; i += 1) {
      const employerNo = String(990_000_200 + i);
      await addEmployer(database.db, employerNo);
      await addDues(database.db, '2021-11-13 10:24:43', APRIL, employerNo);
      numbers.push((await issue('2021-11-13 10:24:43', employerNo)).billNo);
    }
    expect(numbers[0]).toBe('2021111310244300');
    expect(numbers[99]).toBe('2021111310244399');
    expect(numbers[100]).toBe('2021111310244400');
  });

  test('lets one of two agents win and tells the other that nothing is left', async () => {
    await addDues(database.db, '2023-04-03 09:00');
    const results = await Promise.allSettled([issue('2023-04-03 09:30'), issue('2023-04-03 09:30')]);
    expect(results.filter((result) => result.status === 'fulfilled')).toHaveLength(1);
    const lost = results.find((result) => result.status === 'rejected');
    expect(lost?.reason).toMatchObject({ code: 'BILL-001' });
  });

  test('refuses without dues, and without a calendar for the year', async () => {
    expect(await codeOf(issue('2023-04-03 09:30'))).toBe('BILL-001');
    await addDues(database.db, '2023-04-03 09:00');
    const blind = { ...LAW, calendar: { years: new Map() } };
    expect(await codeOf(at('2023-04-03 09:30', (ctx) => issueBill(ctx, blind, EMPLOYER, 'case', ports)))).toBe(
      'BILL-006',
    );
  });
});

describe('撤销 (HB-BILL-10)', () => {
  async function issued(): Promise<string> {
    await addDues(database.db, '2023-04-03 09:00');
    return (await issue('2023-04-03 09:30')).billNo;
  }

  test('before the document went out: at once, and the dues are free', async () => {
    const billNo = await issued();
    ports.unsent = true;
    expect(await at('2023-04-03 09:31', (ctx) => revokeBill(ctx, billNo, ports))).toBe('REVOKED');
    expect(await free()).toBe(3);
    expect(ports.told.map((item) => item.type)).toEqual(['bill.issue']);
  });

  test('afterwards: asked, the dues bound until granted (40), and asked only once', async () => {
    const billNo = await issued();
    await at('2023-04-03 09:30:02', (ctx) => markPushed(ctx, billNo, ctx.now));
    await at('2023-04-03 09:30:03', (ctx) => markAccepted(ctx, billNo, ctx.now));
    expect(await at('2023-04-03 09:40', (ctx) => revokeBill(ctx, billNo, ports))).toBe('REVOKING');
    expect(await free()).toBe(0);
    expect(await codeOf(issue('2023-04-03 09:41'))).toBe('BILL-001');
    expect(await codeOf(at('2023-04-03 09:41', (ctx) => revokeBill(ctx, billNo, ports)))).toBe('BILL-013');
    const answer = { billNo, granted: true, at: moment('2023-04-03 09:42') };
    await at('2023-04-03 09:42', (ctx) => applyCancelAnswer(ctx, answer, ports));
    expect((await bill(billNo))?.state).toBe('REVOKED');
    expect(await free()).toBe(3);
  });

  const ticketOf = (billNo: string) => ({ billNo, ticketNo: '442050023040000001' });
  const invoiced = (billNo: string, time: string) =>
    at(time, (ctx) => applyInvoiced(ctx, { ...ticketOf(billNo), invoicedAt: ctx.now }));
  const voided = (billNo: string, time: string) =>
    at(time, (ctx) => applyInvoiceVoided(ctx, { ...ticketOf(billNo), voidedAt: ctx.now }));
  const ask = (billNo: string, time: string) => at(time, (ctx) => revokeBill(ctx, billNo, ports));
  const answer = (billNo: string, granted: boolean, time: string) =>
    at(time, (ctx) => applyCancelAnswer(ctx, { billNo, granted, at: ctx.now }, ports));

  test('a grant counts whatever the bill has become: an invoice that came and went, or its deadline', async () => {
    const billNo = await issued();
    await ask(billNo, '2023-04-03 09:40');
    await invoiced(billNo, '2023-04-03 09:41');
    await voided(billNo, '2023-04-03 09:42');
    expect((await bill(billNo))?.state).toBe('PUSHED');
    expect(await answer(billNo, true, '2023-04-03 09:43')).toEqual({ result: 'accepted' });
    expect(await bill(billNo)).toMatchObject({ state: 'REVOKED', released: true });
    expect(await free()).toBe(3);
    const again = await issue('2023-04-03 10:00');
    await ask(again.billNo, '2023-04-03 10:01');
    await invoiced(again.billNo, '2023-04-03 10:02');
    // The notice that it was voided is still on its way.
    await answer(again.billNo, true, '2023-04-03 10:03');
    expect((await bill(again.billNo))?.state).toBe('REVOKED');
    await voided(again.billNo, '2023-04-03 10:04');
    expect((await bill(again.billNo))?.state).toBe('REVOKED');
  });

  test('a grant lets an expired bill go, and nothing more once it has gone', async () => {
    const billNo = await issued();
    await ask(billNo, '2023-04-18 16:00');
    await invoiced(billNo, '2023-04-18 16:01');
    await voided(billNo, '2023-04-19 00:10');
    expect(await bill(billNo)).toMatchObject({ state: 'EXPIRED', released: false });
    await answer(billNo, true, '2023-04-19 00:11');
    expect(await bill(billNo)).toMatchObject({ state: 'REVOKED', released: true });
    const again = await issue('2023-04-20 09:00');
    await answer(billNo, true, '2023-04-20 09:05');
    expect(await bill(billNo)).toMatchObject({ revokedAt: moment('2023-04-19 00:11') });
    expect([(await bill(again.billNo))?.state, await free()]).toEqual(['ISSUED', 0]);
    // Gone by the watermark first: its dues have been free since then, the grant has nothing to give.
    await ask(again.billNo, '2023-05-06 16:00');
    await invoiced(again.billNo, '2023-05-06 16:01');
    await voided(again.billNo, '2023-05-07 00:10');
    await at('2023-05-07 00:15', (ctx) => releaseByWatermark(ctx, ctx.now));
    await answer(again.billNo, true, '2023-05-09 09:00');
    expect(await bill(again.billNo)).toMatchObject({ state: 'EXPIRED', released: true, revokedAt: null });
  });

  test('asked again because an invoice came between, the first day counts; a refused asking counts no more', async () => {
    await addDues(database.db, '2023-04-03 09:00');
    const { billNo, deadline } = await issue('2023-04-20 09:30');
    expect(deadline).toBe('2023-05-06');
    await ask(billNo, '2023-05-04 09:00');
    await invoiced(billNo, '2023-05-04 09:01');
    await voided(billNo, '2023-05-05 09:00');
    await ask(billNo, '2023-05-06 09:00');
    await answer(billNo, true, '2023-05-08 09:00');
    // 5-1 … 5-4, as if it had been granted at once: 828.00 × 0.05 % × 4 = 1.656.
    const again = await issue('2023-05-08 10:00');
    expect(again.lines[0]).toMatchObject({ insurance: 'pension', lateDays: 4, lateFen: 166 });
    await ask(again.billNo, '2023-05-09 09:00');
    await invoiced(again.billNo, '2023-05-09 09:01');
    await answer(again.billNo, false, '2023-05-09 09:02');
    await voided(again.billNo, '2023-05-10 09:00');
    await ask(again.billNo, '2023-05-11 09:00');
    await answer(again.billNo, true, '2023-05-12 09:00');
    // 5-1 … 5-12 without the four days and the one that the bureau took: 828.00 × 0.05 % × 7 = 2.898.
    const last = await issue('2023-05-12 10:00');
    expect(last.lines[0]).toMatchObject({ insurance: 'pension', lateDays: 7, lateFen: 290 });
  });

  test('is refused once invoiced, in the words of the requirement', async () => {
    const billNo = await issued();
    const invoiced = { billNo, ticketNo: '442050023040000001', invoicedAt: moment('2023-04-03 10:00') };
    await at('2023-04-03 10:00', (ctx) => applyInvoiced(ctx, invoiced));
    const refusal = await at('2023-04-03 10:01', (ctx) => revokeBill(ctx, billNo, ports)).catch((error) => error);
    expect(refusal).toBeInstanceOf(DomainError);
    expect(refusal.problems[0]).toMatchObject({ code: 'BILL-010', message: '该单据已在税务开票，不能撤销' });
  });

  test('the bureau’s delay in granting costs no late fee; the employer’s own delay does (design §9.5)', async () => {
    const billNo = await issued();
    await at('2023-05-04 09:00', (ctx) => revokeBill(ctx, billNo, ports));
    const answer = { billNo, granted: true, at: moment('2023-05-08 09:00') };
    await at('2023-05-08 09:00', (ctx) => applyCancelAnswer(ctx, answer, ports));
    // 5-1 … 5-4: 828.00 × 0.05 % × 4 = 1.656.
    const again = await issue('2023-05-08 10:00');
    expect(again.lines[0]).toMatchObject({ insurance: 'pension', lateDays: 4, lateFen: 166 });
    ports.unsent = true;
    await at('2023-05-08 10:01', (ctx) => revokeBill(ctx, again.billNo, ports));
    // Two more days of one's own: 828.00 × 0.05 % × 6 = 2.484.
    const later = await issue('2023-05-10 10:00');
    expect(later.lines[0]).toMatchObject({ insurance: 'pension', lateDays: 6, lateFen: 248 });
  });
});

describe('到期与开票', () => {
  test('a voided invoice opens the bill again before the deadline and expires it after (48)', async () => {
    await addDues(database.db, '2023-04-03 09:00');
    const { billNo } = await issue('2023-04-03 09:30');
    const ticket = { billNo, ticketNo: '442050023040000001' };
    const invoiced = { ...ticket, invoicedAt: moment('2023-04-03 10:00') };
    await at('2023-04-03 10:00', (ctx) => applyInvoiced(ctx, invoiced));
    await at('2023-04-04 10:00', (ctx) => applyInvoiceVoided(ctx, { ...ticket, voidedAt: ctx.now }));
    expect((await bill(billNo))?.state).toBe('PUSHED');
    await at('2023-04-05 10:00', (ctx) => applyInvoiced(ctx, { ...invoiced, invoicedAt: ctx.now }));
    expect(await at('2023-04-19 00:05', (ctx) => expireBills(ctx, dateOf(ctx.now)))).toBe(0);
    await at('2023-04-19 00:10', (ctx) => applyInvoiceVoided(ctx, { ...ticket, voidedAt: ctx.now }));
    expect(await bill(billNo)).toMatchObject({ state: 'EXPIRED', released: false });
  });

  test('an invoice of the last day that is told after our scan makes the bill alive again', async () => {
    await addDues(database.db, '2023-04-03 09:00');
    const { billNo } = await issue('2023-04-03 09:30');
    await at('2023-04-19 00:05', (ctx) => expireBills(ctx, dateOf(ctx.now)));
    const invoiced = { billNo, ticketNo: '442050023040000001', invoicedAt: moment('2023-04-18 23:59:59') };
    expect(await at('2023-04-19 00:06', (ctx) => applyInvoiced(ctx, invoiced))).toEqual({ result: 'accepted' });
    expect((await bill(billNo))?.state).toBe('INVOICED');
  });
});
