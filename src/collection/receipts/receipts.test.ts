import { afterAll, beforeAll, beforeEach, describe, expect, test } from 'vitest';
import { dateOf } from '../../kernel/month.ts';
import { one, rows, run, sql } from '../../platform/db.ts';
import { emptyTables, type TestDatabase, testDatabase } from '../../platform/testing/index.ts';
import { type IssuedBill, issueBill } from '../bills/issue.ts';
import {
  applyCancelAnswer,
  applyInvoiced,
  expireBills,
  markPushed,
  releaseByWatermark,
  revokeBill,
} from '../bills/life.ts';
import { findBill, lockBill } from '../bills/store.ts';
import { type CollectionFact, subscribe } from '../facts.ts';
import {
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
import { applyCorrected, applyReceipt, applyReversed, applyTreasured, attachWaiting } from './apply.ts';
import { releaseArrears } from './arrears.ts';
import { listOpenArrears } from './arrears-store.ts';
import { allocateReceipts, postBills, postReceipts } from './post.ts';
import { listSuspense, lockReceipt, type ReceiptLine } from './store.ts';

let database: TestDatabase;
let ports = recordingPorts();
let facts: CollectionFact[] = [];

beforeAll(async () => {
  subscribe(async (_ctx, fact) => {
    facts.push(fact);
  });
  database = await testDatabase(COLLECTION_MIGRATIONS);
});
afterAll(() => database.close());
beforeEach(async () => {
  await emptyTables(
    database.db,
    'registry_employer',
    'collection_assessment',
    'collection_block',
    'collection_bill',
    'collection_settlement_unbilled',
  );
  await emptyTables(database.db, 'collection_receipt', 'collection_receipt_early', 'parameters_counter');
  await addEmployer(database.db);
  ports = recordingPorts();
  facts = [];
});

const at = <T>(time: string, work: Parameters<typeof inTransaction<T>>[2]) => inTransaction(database.db, time, work);
const issue = (time: string): Promise<IssuedBill> => at(time, (ctx) => issueBill(ctx, LAW, EMPLOYER, 'case', ports));
const stateOf = async (billNo: string) =>
  (await at('2023-04-03 09:00', (ctx) => findBill(ctx.tx, REGION, billNo)))?.state;
const receiptOf = (receiptNo: string) => at('2023-04-03 09:00', (ctx) => lockReceipt(ctx.tx, REGION, receiptNo));
const settled = async () =>
  (
    await one(
      database.db,
      sql<{ n: number }>`select count(*) as n from collection_due_state where settled_how is not null`,
    )
  ).n;

/** What the books were told, with the receipts that carry the posting's name. */
const told = async (): Promise<string[]> => {
  const found = await rows(
    database.db,
    sql<{ receipt_no: string; ss_posting: string | null; allocation: string | null }>`
      select receipt_no, ss_posting, allocation from collection_receipt_booked order by receipt_no`,
  );
  return facts.map((fact) => {
    if (fact.type !== 'RECEIPT_POSTED' && fact.type !== 'ALLOCATED') return fact.type;
    const own = found.filter((row) => (fact.type === 'ALLOCATED' ? row.allocation : row.ss_posting) === fact.ref);
    return `${fact.type} ${own.map((row) => row.receipt_no).join(' ')}`;
  });
};

/** The whole bill of AT-06: 552.00 + 276.00, 24.15 + 10.35, 6.90 = 869.40. */
const WHOLE: readonly ReceiptLine[] = [
  { insurance: 'pension', part: 'EMPLOYER', fen: 55_200, monthFrom: '2023-04', monthTo: '2023-04' },
  { insurance: 'pension', part: 'PERSON', fen: 27_600, monthFrom: '2023-04', monthTo: '2023-04' },
  { insurance: 'unemployment', part: 'EMPLOYER', fen: 2_415, monthFrom: '2023-04', monthTo: '2023-04' },
  { insurance: 'unemployment', part: 'PERSON', fen: 1_035, monthFrom: '2023-04', monthTo: '2023-04' },
  { insurance: 'injury', part: 'EMPLOYER', fen: 690, monthFrom: '2023-04', monthTo: '2023-04' },
];
const minus = (fen: number): ReceiptLine[] =>
  WHOLE.map((line, i) => (i === 0 ? { ...line, fen: line.fen - fen } : line));
const only = (fen: number): ReceiptLine[] => [{ ...(WHOLE[0] as ReceiptLine), fen }];

type Paying = { readonly lines?: readonly ReceiptLine[]; readonly arrives?: string; readonly totalFen?: number };

/** 缴款 at a moment, told when it `arrives` (at once unless said). */
function pay(receiptNo: string, billNo: string, paidAt: string, { lines = WHOLE, arrives, totalFen }: Paying = {}) {
  return at(arrives ?? paidAt, (ctx) =>
    applyReceipt(
      ctx,
      {
        receiptNo,
        billNo,
        basis: 'ASSESSED',
        payer: EMPLOYER,
        ticketNo: '442050023040000001',
        invoicedAt: moment(paidAt),
        paidAt: moment(paidAt),
        postedAt: moment(paidAt),
        totalFen: totalFen ?? lines.reduce((sum, line) => sum + line.fen, 0),
        channel: 'CLIENT',
        lines,
      },
      ports,
    ),
  );
}
const parked = (reason: string) => ({ result: 'parked', reason });

async function issued(): Promise<string> {
  await addDues(database.db, '2023-04-03 09:00');
  return (await issue('2023-04-03 09:30')).billNo;
}

/** Expired on 4-19 and let go by the watermark. */
async function released(): Promise<string> {
  const billNo = await issued();
  await at('2023-04-19 00:05', (ctx) => expireBills(ctx, dateOf(ctx.now)));
  await at('2023-04-19 00:15', (ctx) => releaseByWatermark(ctx, ctx.now));
  return billNo;
}

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
      database.db,
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
    await at('2023-04-04 12:00', (ctx) => postReceipts(ctx, ctx.now));
    expect(await pay('R1', billNo, '2023-04-04 09:00', { arrives: '2023-04-04 13:00' })).toEqual(parked('DOUBLE'));
    expect((await receiptOf('R2'))?.state).toBe('MATCHED');
  });

  test('short money is PARTIAL and never allocated; the rest completes it (50)', async () => {
    const billNo = await issued();
    await pay('R1', billNo, '2023-04-04 10:00', { lines: minus(200) });
    expect(await stateOf(billNo)).toBe('PARTIAL');
    expect(await at('2023-04-04 12:00', (ctx) => postReceipts(ctx, ctx.now))).toBe(0);
    const suspense = await at('2023-04-04 12:00', (ctx) => listSuspense(ctx.tx, REGION));
    expect(suspense.map((one) => [one.receiptNo, one.suspenseReason])).toEqual([['R1', 'PARTIAL']]);
    await pay('R2', billNo, '2023-04-04 13:00', { lines: only(200) });
    expect(await stateOf(billNo)).toBe('TAX_POSTED');
    expect(await at('2023-04-04 16:00', (ctx) => postReceipts(ctx, ctx.now))).toBe(1);
  });

  test('another split of the same sum is MISMATCH until corrected (53)', async () => {
    const billNo = await issued();
    const wrong = WHOLE.map((line, i) => (i === 0 ? { ...line, fen: 55_000 } : i === 4 ? { ...line, fen: 890 } : line));
    await pay('R1', billNo, '2023-04-04 10:00', { lines: wrong });
    expect(await stateOf(billNo)).toBe('MISMATCH');
    await at('2023-04-04 11:00', (ctx) => applyCorrected(ctx, { receiptNo: 'R1', lines: WHOLE }, ports));
    expect(await stateOf(billNo)).toBe('TAX_POSTED');
  });

  test('a correction after ④ moves the money between the funds', async () => {
    const billNo = await issued();
    await pay('R1', billNo, '2023-04-04 10:00');
    await at('2023-04-04 12:00', (ctx) => postReceipts(ctx, ctx.now));
    const moved = WHOLE.map((line, i) => (i === 0 ? { ...line, fen: 55_000 } : i === 4 ? { ...line, fen: 890 } : line));
    await at('2023-04-04 13:00', (ctx) => applyCorrected(ctx, { receiptNo: 'R1', lines: moved }, ports));
    expect(facts.at(-1)).toMatchObject({ type: 'RECEIPT_CORRECTED', stage: 'SS_POSTED' });
    expect(await stateOf(billNo)).toBe('SS_POSTED');
  });

  test('lines that do not add up are kept and parked; the correction lets the money land', async () => {
    const billNo = await issued();
    const outcome = await pay('R1', billNo, '2023-04-04 10:00', { lines: minus(100), totalFen: 86_940 });
    expect(outcome).toEqual(parked('AMOUNT'));
    await at('2023-04-04 11:00', (ctx) => applyCorrected(ctx, { receiptNo: 'R1', lines: WHOLE }, ports));
    expect(await stateOf(billNo)).toBe('TAX_POSTED');
  });

  test('the same receipt twice has one effect', async () => {
    const billNo = await issued();
    await pay('R1', billNo, '2023-04-04 10:00');
    expect(await pay('R1', billNo, '2023-04-04 10:00')).toEqual({ result: 'accepted' });
    const { n } = await one(database.db, sql<{ n: number }>`select count(*) as n from collection_receipt`);
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
      database.db,
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
    await at('2023-04-04 11:00', (ctx) => applyReversed(ctx, { receiptNo: 'R1', reversedAt: ctx.now }));
    await pay('R1', billNo, '2023-04-04 10:00', { arrives: '2023-04-04 12:00' });
    expect((await receiptOf('R1'))?.state).toBe('REVERSED');
    expect(await stateOf(billNo)).toBe('INVOICED');
  });
});

describe('several parts of a bill go back', () => {
  const fenOf = (fact: CollectionFact): number => {
    if (fact.type === 'RECEIPT_POSTED') return fact.amounts.reduce((sum, amount) => sum + amount.fen, 0);
    if (fact.type === 'RECEIPT_REVERSED' && fact.stage !== 'TAX_POSTED')
      return -fact.amounts.reduce((sum, amount) => sum + amount.fen, 0);
    return 0;
  };
  /** The cash book and the receipts say the same: what was booked and did not go back. */
  const booksAgree = async (fen: number): Promise<void> => {
    const { held } = await one(
      database.db,
      sql<{ held: number }>`select coalesce(sum(total_fen), 0)::bigint as held from collection_receipt_booked
                            where state = 'MATCHED' and ss_posting is not null`,
    );
    expect([facts.reduce((sum, fact) => sum + fenOf(fact), 0), held]).toEqual([fen, fen]);
  };
  const reverse = (receiptNo: string, time: string) =>
    at(time, (ctx) => applyReversed(ctx, { receiptNo, reversedAt: ctx.now }));
  const post = (time: string) => at(time, (ctx) => postReceipts(ctx, ctx.now));

  /** 569.40 and 300.00 booked, the second gone back and replaced. */
  async function replaced(): Promise<string> {
    const billNo = await issued();
    await pay('R1', billNo, '2023-04-04 09:00', { lines: minus(30_000) });
    await pay('R2', billNo, '2023-04-04 09:10', { lines: only(30_000) });
    await post('2023-04-04 12:00');
    await booksAgree(86_940);
    await reverse('R2', '2023-04-04 13:00');
    await pay('R3', billNo, '2023-04-04 14:00', { lines: only(30_000) });
    expect(await stateOf(billNo)).toBe('TAX_POSTED');
    await booksAgree(56_940);
    return billNo;
  }

  test('a receipt booked between two reversals is booked once', async () => {
    const billNo = await replaced();
    await reverse('R1', '2023-04-04 15:00');
    await post('2023-04-04 16:00');
    await booksAgree(30_000);
    await pay('R4', billNo, '2023-04-04 17:00', { lines: minus(30_000) });
    await post('2023-04-04 20:00');
    await booksAgree(86_940);
    await at('2023-04-05 02:00', (ctx) => allocateReceipts(ctx, ctx.now));
    expect([await stateOf(billNo), await settled()]).toEqual(['ALLOCATED', 3]);
  });

  test('booked money stays on the bill when a whole payment comes beside it, and its reversal opens arrears', async () => {
    const billNo = await replaced();
    expect(await pay('R4', billNo, '2023-04-04 15:00')).toEqual(parked('DOUBLE'));
    expect((await receiptOf('R1'))?.state).toBe('MATCHED');
    await post('2023-04-04 16:00');
    await at('2023-04-05 02:00', (ctx) => allocateReceipts(ctx, ctx.now));
    await booksAgree(86_940);
    // A parked receipt that goes back changes nothing on the bill.
    await reverse('R4', '2023-04-05 08:00');
    expect(await settled()).toBe(3);
    await reverse('R1', '2023-04-05 09:00');
    await booksAgree(30_000);
    expect(await settled()).toBe(0);
    expect((await at('2023-04-05 10:00', (ctx) => listOpenArrears(ctx.tx, REGION, billNo))).length).toBe(1);
  });
});

describe('冲正 (52)', () => {
  test('before ④ the bill is payable again, or expired when its time is over', async () => {
    const billNo = await issued();
    await pay('R1', billNo, '2023-04-04 10:00');
    await at('2023-04-04 11:00', (ctx) => applyReversed(ctx, { receiptNo: 'R1', reversedAt: ctx.now }));
    expect(await stateOf(billNo)).toBe('INVOICED');
    await pay('R2', billNo, '2023-04-18 10:00');
    await at('2023-04-19 09:00', (ctx) => applyReversed(ctx, { receiptNo: 'R2', reversedAt: ctx.now }));
    expect(await stateOf(billNo)).toBe('EXPIRED');
  });

  test('a double takes the place of the reversed first one', async () => {
    const billNo = await issued();
    await pay('R1', billNo, '2023-04-04 10:00');
    await pay('R2', billNo, '2023-04-04 10:05');
    await at('2023-04-04 11:00', (ctx) => applyReversed(ctx, { receiptNo: 'R1', reversedAt: ctx.now }));
    expect((await receiptOf('R2'))?.state).toBe('MATCHED');
    expect(await stateOf(billNo)).toBe('TAX_POSTED');
  });

  test('after ⑤ the state stays, the books are told, the dues are owed again', async () => {
    const billNo = await issued();
    await pay('R1', billNo, '2023-04-04 10:00');
    await at('2023-04-04 12:00', (ctx) => postReceipts(ctx, ctx.now));
    await at('2023-04-05 02:00', (ctx) => allocateReceipts(ctx, ctx.now));
    await at('2023-04-05 11:00', (ctx) => applyReversed(ctx, { receiptNo: 'R1', reversedAt: ctx.now }));
    expect(await stateOf(billNo)).toBe('ALLOCATED');
    expect(await settled()).toBe(0);
    expect(facts.at(-1)).toMatchObject({ type: 'RECEIPT_REVERSED', stage: 'ALLOCATED' });
    await at('2023-04-06 02:00', (ctx) => allocateReceipts(ctx, ctx.now));
    expect(await settled()).toBe(0);
  });

  const run4 = (time: string) => at(time, (ctx) => postReceipts(ctx, ctx.now));
  const run5 = (time: string) => at(time, (ctx) => allocateReceipts(ctx, ctx.now));
  const reverse = (receiptNo: string, time: string) =>
    at(time, (ctx) => applyReversed(ctx, { receiptNo, reversedAt: ctx.now }));
  const openCases = () =>
    at('2023-04-30 09:00', (ctx) => listOpenArrears(ctx.tx, REGION)).then((list) => list.map((one) => one.receiptNo));

  test.each([
    ['④', '2023-04-04 13:00'],
    ['⑤', '2023-04-05 11:00'],
  ])('after %s a double that waited takes its place and goes through ④ and ⑤ itself', async (_, when) => {
    const billNo = await issued();
    await pay('R1', billNo, '2023-04-04 10:00');
    await pay('R2', billNo, '2023-04-04 10:05');
    await run4('2023-04-04 12:00');
    if (when > '2023-04-05') await run5('2023-04-05 02:00');
    await reverse('R1', when);
    expect([await stateOf(billNo), (await receiptOf('R2'))?.state]).toEqual(['TAX_POSTED', 'MATCHED']);
    expect(await openCases()).toEqual([]);
    facts = [];
    expect(await run4('2023-04-05 12:00')).toBe(1);
    expect(await run5('2023-04-06 02:00')).toBe(1);
    expect(await told()).toEqual(['RECEIPT_POSTED R2', 'ALLOCATED R2']);
    expect([await stateOf(billNo), await settled()]).toEqual(['ALLOCATED', 3]);
  });

  test('without another receipt a person gets an ARREARS case; money that still comes closes it', async () => {
    const billNo = await issued();
    await pay('R1', billNo, '2023-04-04 10:00');
    await run4('2023-04-04 12:00');
    await reverse('R1', '2023-04-04 13:00');
    expect([await stateOf(billNo), await openCases()]).toEqual(['SS_POSTED', ['R1']]);
    expect(await run5('2023-04-05 02:00')).toBe(0);
    expect(await pay('R2', billNo, '2023-04-06 10:00')).toEqual({ result: 'accepted' });
    expect([await stateOf(billNo), await openCases()]).toEqual(['TAX_POSTED', []]);
    expect(await pay('R3', billNo, '2023-04-06 11:00')).toEqual(parked('DOUBLE'));
  });

  test('a part that went back leaves the rest booked but never allocated; the missing part completes it', async () => {
    const billNo = await issued();
    await pay('R1', billNo, '2023-04-04 10:00', { lines: minus(200) });
    await pay('R2', billNo, '2023-04-04 10:05', { lines: only(200) });
    await run4('2023-04-04 12:00');
    await reverse('R2', '2023-04-04 13:00');
    expect(await run5('2023-04-05 02:00')).toBe(0);
    expect([await stateOf(billNo), await openCases()]).toEqual(['SS_POSTED', ['R2']]);
    await pay('R3', billNo, '2023-04-06 10:00', { lines: only(200) });
    facts = [];
    expect(await run4('2023-04-06 12:00')).toBe(1);
    expect(await told()).toEqual(['RECEIPT_POSTED R3']);
    expect(await run5('2023-04-07 02:00')).toBe(1);
    expect(await settled()).toBe(3);
  });

  test('the person lets the dues go: they can be billed again, and the bill takes no more money', async () => {
    const billNo = await issued();
    await pay('R1', billNo, '2023-04-04 10:00');
    await run4('2023-04-04 12:00');
    await run5('2023-04-05 02:00');
    const refused = at('2023-04-05 10:00', (ctx) => releaseArrears(ctx, billNo));
    await expect(refused).rejects.toMatchObject({ code: 'BILL-015' });
    await reverse('R1', '2023-04-05 11:00');
    await at('2023-04-06 09:00', (ctx) => releaseArrears(ctx, billNo));
    expect([await stateOf(billNo), await openCases()]).toEqual(['ALLOCATED', []]);
    expect(facts.at(-1)).toEqual({ type: 'BILL_VOIDED', billNo });
    const again = await issue('2023-04-06 10:00');
    expect([again.totalFen, again.replaces]).toEqual([86_940, billNo]);
    expect(await pay('R2', billNo, '2023-04-06 11:00')).toEqual(parked('SETTLED'));
  });
});
