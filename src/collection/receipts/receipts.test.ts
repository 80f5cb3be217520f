import { describe, expect, test } from 'vitest';
import { dateOf } from '../../kernel/month.ts';
import { one, run, sql } from '../../platform/db.ts';
import { applyCancelAnswer, applyInvoiced, expireBills, markPushed, revokeBill } from '../bills/life.ts';
import { findBill, lockBill } from '../bills/store.ts';
import { moment, REGION } from '../testing.ts';
import { applyCorrected, applyTreasured, attachWaiting } from './apply.ts';
import { allocateReceipts, postBills, postReceipts } from './post.ts';
import { minus, only, parked, receiptsUnderTest, WHOLE, WRONG } from './testing.ts';

const {
  db,
  ports,
  facts,
  at,
  issue,
  stateOf,
  receiptOf,
  settled,
  told,
  pay,
  reverse,
  correct,
  waiting,
  post,
  issued,
  released,
} = receiptsUnderTest();

describe('③ ④ ⑤', () => {
  test('HB-TRK-01: 09:12 posted by tax → 12:00 in our books → 02:00 of the next day allocated, once', async () => {
    const billNo = await issued();
    expect(await pay('R1', billNo, '2023-04-03 09:12')).toEqual({ result: 'accepted' });
    expect(await stateOf(billNo)).toBe('TAX_POSTED');
    const slot = (time: string) => moment(time);
    expect(await at('2023-04-03 08:00', (ctx) => postReceipts(ctx, slot('2023-04-03 08:00')))).toBe(0);
    expect(await at('2023-04-03 12:00', (ctx) => postReceipts(ctx, slot('2023-04-03 12:00')))).toBe(1);
    expect(await at('2023-04-03 12:00', (ctx) => postReceipts(ctx, slot('2023-04-03 12:00')))).toBe(0);
    expect(await at('2023-04-03 14:00', (ctx) => allocateReceipts(ctx, slot('2023-04-03 14:00')))).toBe(0);
    expect(await settled()).toBe(0);
    expect(await at('2023-04-04 02:00', (ctx) => allocateReceipts(ctx, slot('2023-04-04 02:00')))).toBe(1);
    expect(await at('2023-04-04 02:00', (ctx) => allocateReceipts(ctx, slot('2023-04-04 02:00')))).toBe(0);
    expect(await settled()).toBe(3);
    const bill = await at('2023-04-04 09:00', (ctx) => findBill(ctx.tx, REGION, billNo));
    expect(bill).toMatchObject({
      state: 'ALLOCATED',
      invoicedAt: moment('2023-04-03 09:12'),
      ssPostedAt: slot('2023-04-03 12:00'),
      allocatedAt: slot('2023-04-04 02:00'),
    });
    expect(await told()).toEqual(['RECEIPT_POSTED R1', 'ALLOCATED R1']);
  });

  test('paid before the invoice is told: ② is filled, the late notice is only recorded (41)', async () => {
    const billNo = await issued();
    await pay('R1', billNo, '2023-04-04 10:00');
    const late = { billNo, ticketNo: '442050023040000001', invoicedAt: moment('2023-04-04 09:50') };
    expect(await at('2023-04-04 11:00', (ctx) => applyInvoiced(ctx, late))).toEqual({ result: 'accepted' });
    expect(await stateOf(billNo)).toBe('TAX_POSTED');
  });
});

describe('late notices (D-BILL-04)', () => {
  test('paid at 23:59:59 of the last day, told three days later: valid (42)', async () => {
    const billNo = await issued();
    await at('2023-04-19 00:05', (ctx) => expireBills(ctx, dateOf(ctx.now)));
    const outcome = await pay('R1', billNo, '2023-04-18 23:59:59', { arrives: '2023-04-21 10:00' });
    expect(outcome).toEqual({ result: 'accepted' });
    expect(await stateOf(billNo)).toBe('TAX_POSTED');
  });

  test('the same after the release, not billed again: the dues come back (43)', async () => {
    const billNo = await released();
    await pay('R1', billNo, '2023-04-18 23:59:59', { arrives: '2023-04-21 10:00' });
    expect(await stateOf(billNo)).toBe('TAX_POSTED');
    await expect(issue('2023-04-21 10:01')).rejects.toMatchObject({ code: 'BILL-001' });
  });

  test('the same with an open newer bill: that one is cancelled, then the money finds its place (44)', async () => {
    const billNo = await released();
    const newer = await issue('2023-04-20 10:00');
    await at('2023-04-20 10:00:01', (ctx) => markPushed(ctx, newer.billNo, ctx.now));
    const outcome = await pay('R1', billNo, '2023-04-18 23:59:59', { arrives: '2023-04-21 10:00' });
    expect(outcome).toEqual(parked('SUPERSEDING'));
    expect(ports.told.at(-1)).toMatchObject({
      type: 'bill.cancel',
      body: { billNo: newer.billNo, reason: 'SUPERSEDED' },
    });
    expect(await stateOf(newer.billNo)).toBe('REVOKING');
    const answer = { billNo: newer.billNo, granted: true, at: moment('2023-04-21 10:01') };
    await at('2023-04-21 10:01', (ctx) => applyCancelAnswer(ctx, answer, ports));
    expect([await stateOf(newer.billNo), await stateOf(billNo)]).toEqual(['REVOKED', 'TAX_POSTED']);
    expect((await receiptOf('R1'))?.state).toBe('MATCHED');
  });

  test('the cancellation of the newer bill is refused: it stands, the late money is a double', async () => {
    const billNo = await released();
    const newer = await issue('2023-04-20 10:00');
    await at('2023-04-20 10:00:01', (ctx) => markPushed(ctx, newer.billNo, ctx.now));
    await pay('R1', billNo, '2023-04-18 23:59:59', { arrives: '2023-04-21 10:00' });
    const answer = { billNo: newer.billNo, granted: false, at: moment('2023-04-21 10:01') };
    await at('2023-04-21 10:01', (ctx) => applyCancelAnswer(ctx, answer, ports));
    expect(await stateOf(newer.billNo)).toBe('INVOICED');
    expect(await receiptOf('R1')).toMatchObject({ state: 'SUSPENSE', suspenseReason: 'DOUBLE' });
  });

  test('a newer bill already paid stands, the late money is 挂账 DOUBLE (45)', async () => {
    const billNo = await released();
    const newer = await issue('2023-04-20 10:00');
    await pay('R2', newer.billNo, '2023-04-20 11:00');
    expect(await pay('R1', billNo, '2023-04-18 23:59:59', { arrives: '2023-04-21 10:00' })).toEqual(parked('DOUBLE'));
    expect([await stateOf(newer.billNo), await stateOf(billNo)]).toEqual(['TAX_POSTED', 'EXPIRED']);
  });

  test('paid at 00:00:00 of the next day: 挂账 LATE_PAID (46)', async () => {
    const billNo = await issued();
    await at('2023-04-19 00:05', (ctx) => expireBills(ctx, dateOf(ctx.now)));
    expect(await pay('R1', billNo, '2023-04-19 00:00:00')).toEqual(parked('LATE_PAID'));
    expect(await stateOf(billNo)).toBe('EXPIRED');
  });

  test('dues that were settled otherwise after the release do not take the money', async () => {
    const billNo = await released();
    await run(
      db(),
      sql`insert into collection_settlement_unbilled (region, due_id, how, ref, at)
          select region, due_id, 'OFFSET', 'x', now() from collection_due`,
    );
    expect(await pay('R1', billNo, '2023-04-18 12:00', { arrives: '2023-04-21 10:00' })).toEqual(parked('SETTLED'));
  });
});

describe('revocation and money', () => {
  test('a payment overtakes an asked revocation', async () => {
    const billNo = await issued();
    await at('2023-04-04 09:00', (ctx) => revokeBill(ctx, billNo, ports));
    expect(await pay('R1', billNo, '2023-04-04 08:59')).toEqual({ result: 'accepted' });
    const answer = { billNo, granted: false, at: moment('2023-04-04 09:05') };
    await at('2023-04-04 09:05', (ctx) => applyCancelAnswer(ctx, answer, ports));
    expect(await stateOf(billNo)).toBe('TAX_POSTED');
  });

  test('a grant that overtakes the reversal of the money has its effect with the reversal', async () => {
    const billNo = await issued();
    await pay('R1', billNo, '2023-04-04 10:00');
    const granted = (time: string) =>
      at(time, (ctx) => applyCancelAnswer(ctx, { billNo, granted: true, at: ctx.now }, ports));
    await granted('2023-04-04 11:00');
    expect(await stateOf(billNo)).toBe('TAX_POSTED');
    await reverse('R1', '2023-04-04 11:01');
    const bill = await at('2023-04-04 11:02', (ctx) => findBill(ctx.tx, REGION, billNo));
    expect(bill).toMatchObject({ state: 'REVOKED', released: true, revokedAt: moment('2023-04-04 11:00') });
    expect(facts.at(-1)).toEqual({ type: 'BILL_VOIDED', billNo });
    expect((await issue('2023-04-04 12:00')).replaces).toBe(billNo);
  });

  test('a grant that finds booked money changes nothing', async () => {
    const billNo = await issued();
    await pay('R1', billNo, '2023-04-04 10:00');
    await post('2023-04-04 12:00');
    const answer = { billNo, granted: true, at: moment('2023-04-04 13:00') };
    expect(await at('2023-04-04 13:00', (ctx) => applyCancelAnswer(ctx, answer, ports))).toEqual({
      result: 'accepted',
    });
    expect([await stateOf(billNo), facts.some((fact) => fact.type === 'BILL_VOIDED')]).toEqual(['SS_POSTED', false]);
  });

  test('money on a revoked bill contradicts the grant: 挂账', async () => {
    const billNo = await issued();
    ports.unsent = true;
    await at('2023-04-04 09:00', (ctx) => revokeBill(ctx, billNo, ports));
    expect(await pay('R1', billNo, '2023-04-04 10:00')).toEqual(parked('REVOKED_BILL'));
  });
});

test('a bill somebody holds is left for a second look; nobody waits for it', async () => {
  const billNo = await issued();
  await pay('R1', billNo, '2023-04-03 09:12');
  const slot = moment('2023-04-03 12:00');
  let letGo = (): void => undefined;
  const holding = new Promise<void>((resolve) => {
    letGo = resolve;
  });
  let taken = (): void => undefined;
  const held = new Promise<void>((resolve) => {
    taken = resolve;
  });
  const holder = at('2023-04-03 12:00', async (ctx) => {
    await lockBill(ctx.tx, REGION, billNo);
    taken();
    await holding;
  });
  await held;
  const first = await at('2023-04-03 12:00', (ctx) => postBills(ctx, [billNo], slot));
  expect(first).toMatchObject({ done: 0, busy: [billNo], ref: null });
  letGo();
  await holder;
  const second = await at('2023-04-03 12:00', (ctx) => postBills(ctx, [billNo], slot, { wait: true }));
  expect(second).toMatchObject({ done: 1, busy: [], detail: { bills: 1, receipts: 1, fen: 86_940 } });
});

describe('sums and doubles', () => {
  test('two receipts: the first by paidAt counts, whichever came first (49)', async () => {
    const billNo = await issued();
    await pay('R2', billNo, '2023-04-04 10:00');
    expect(await pay('R1', billNo, '2023-04-04 09:00', { arrives: '2023-04-04 11:00' })).toEqual({
      result: 'accepted',
    });
    expect((await receiptOf('R1'))?.state).toBe('MATCHED');
    expect(await receiptOf('R2')).toMatchObject({ state: 'SUSPENSE', suspenseReason: 'DOUBLE' });
  });

  test('after ④ the posted one counts, even if the other was paid earlier (49)', async () => {
    const billNo = await issued();
    await pay('R2', billNo, '2023-04-04 10:00');
    await post('2023-04-04 12:00');
    expect(await pay('R1', billNo, '2023-04-04 09:00', { arrives: '2023-04-04 13:00' })).toEqual(parked('DOUBLE'));
    expect((await receiptOf('R2'))?.state).toBe('MATCHED');
  });

  test('short money is PARTIAL and never allocated; the rest completes it (50)', async () => {
    const billNo = await issued();
    await pay('R1', billNo, '2023-04-04 10:00', { lines: minus(200) });
    expect(await stateOf(billNo)).toBe('PARTIAL');
    expect(await post('2023-04-04 12:00')).toBe(0);
    expect(await waiting()).toEqual(['R1 PARTIAL']);
    await pay('R2', billNo, '2023-04-04 13:00', { lines: only(200) });
    expect(await stateOf(billNo)).toBe('TAX_POSTED');
    expect(await post('2023-04-04 16:00')).toBe(1);
  });

  test('another split of the same sum is MISMATCH until corrected (53)', async () => {
    const billNo = await issued();
    await pay('R1', billNo, '2023-04-04 10:00', { lines: WRONG });
    expect(await stateOf(billNo)).toBe('MISMATCH');
    await correct('R1', WHOLE, '2023-04-04 11:00');
    expect(await stateOf(billNo)).toBe('TAX_POSTED');
  });

  test('lines that do not add up are kept and parked; the correction lets the money land', async () => {
    const billNo = await issued();
    const outcome = await pay('R1', billNo, '2023-04-04 10:00', { lines: minus(100), totalFen: 86_940 });
    expect(outcome).toEqual(parked('AMOUNT'));
    await correct('R1', WHOLE, '2023-04-04 11:00');
    expect(await stateOf(billNo)).toBe('TAX_POSTED');
  });

  test('the same receipt twice has one effect', async () => {
    const billNo = await issued();
    await pay('R1', billNo, '2023-04-04 10:00');
    expect(await pay('R1', billNo, '2023-04-04 10:00')).toEqual({ result: 'accepted' });
    const { n } = await one(db(), sql<{ n: number }>`select count(*) as n from collection_receipt`);
    expect(n).toBe(1);
  });
});

describe('unknown bills and early messages', () => {
  test('money of a bill we do not know waits and attaches itself when the bill turns up (51)', async () => {
    expect(await pay('R1', '2023040309300000', '2023-04-04 10:00')).toEqual(parked('NO_BILL'));
    const billNo = await issued();
    expect(billNo).toBe('2023040309300000');
    expect(await at('2023-04-05 09:00', (ctx) => attachWaiting(ctx, ports))).toBe(1);
    expect(await stateOf(billNo)).toBe('TAX_POSTED');
  });

  test('treasured before posted is kept and applied (54)', async () => {
    const billNo = await issued();
    const told = { receiptNo: 'R1', treasuredAt: moment('2023-04-04 17:00') };
    expect(await at('2023-04-04 17:00', (ctx) => applyTreasured(ctx, told))).toEqual(parked('NO_RECEIPT'));
    await pay('R1', billNo, '2023-04-04 10:00', { arrives: '2023-04-04 18:00' });
    const row = await one(
      db(),
      sql<{ treasured_at: string }>`select treasured_at from collection_receipt where receipt_no = 'R1'`,
    );
    expect(row.treasured_at).toBe(moment('2023-04-04 17:00'));
    expect(await stateOf(billNo)).toBe('TAX_POSTED');
  });

  test('of two corrections that overtake their receipt the later one stands', async () => {
    const billNo = await issued();
    const moved = (fen: number) => WHOLE.map((line, i) => ({ ...line, fen: line.fen + ([fen, -fen][i] ?? 0) }));
    for (const [time, fen] of [['11:00', 100] as const, ['11:30', 0] as const]) {
      await at(`2023-04-04 ${time}`, (ctx) => applyCorrected(ctx, { receiptNo: 'R1', lines: moved(fen) }, ports));
    }
    await pay('R1', billNo, '2023-04-04 10:00', { arrives: '2023-04-04 12:00', lines: moved(200) });
    expect((await receiptOf('R1'))?.lines).toEqual(WHOLE);
    expect(await stateOf(billNo)).toBe('TAX_POSTED');
  });

  test('a reversal that overtakes its receipt leaves the bill unpaid', async () => {
    const billNo = await issued();
    await reverse('R1', '2023-04-04 11:00');
    await pay('R1', billNo, '2023-04-04 10:00', { arrives: '2023-04-04 12:00' });
    expect((await receiptOf('R1'))?.state).toBe('REVERSED');
    expect(await stateOf(billNo)).toBe('INVOICED');
  });
});
