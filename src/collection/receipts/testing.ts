import { afterAll, beforeAll, beforeEach } from 'vitest';
import { dateOf } from '../../kernel/month.ts';
import { type Db, one, rows, sql } from '../../platform/db.ts';
import { emptyTables, type TestDatabase, testDatabase } from '../../platform/testing/index.ts';
import { type IssuedBill, issueBill } from '../bills/issue.ts';
import { expireBills, releaseByWatermark } from '../bills/life.ts';
import { findBill } from '../bills/store.ts';
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
import { applyCorrected, applyReceipt, applyReversed } from './apply.ts';
import { listOpenArrears } from './arrears-store.ts';
import { allocateReceipts, postReceipts } from './post.ts';
import { listSuspense, lockReceipt, type ReceiptLine } from './store.ts';

/** The whole bill of AT-06: 552.00 + 276.00, 24.15 + 10.35, 6.90 = 869.40. */
export const WHOLE: readonly ReceiptLine[] = [
  { insurance: 'pension', part: 'EMPLOYER', fen: 55_200, monthFrom: '2023-04', monthTo: '2023-04' },
  { insurance: 'pension', part: 'PERSON', fen: 27_600, monthFrom: '2023-04', monthTo: '2023-04' },
  { insurance: 'unemployment', part: 'EMPLOYER', fen: 2_415, monthFrom: '2023-04', monthTo: '2023-04' },
  { insurance: 'unemployment', part: 'PERSON', fen: 1_035, monthFrom: '2023-04', monthTo: '2023-04' },
  { insurance: 'injury', part: 'EMPLOYER', fen: 690, monthFrom: '2023-04', monthTo: '2023-04' },
];
/** The same sum, but 2.00 of pension booked as injury. */
export const WRONG: readonly ReceiptLine[] = WHOLE.map((line, i) => ({
  ...line,
  fen: line.fen + ([-200, 0, 0, 0, 200][i] ?? 0),
}));
/** The whole bill but for some fen, and just these. */
export const minus = (fen: number): ReceiptLine[] =>
  WHOLE.map((line, i) => (i === 0 ? { ...line, fen: line.fen - fen } : line));
export const only = (fen: number): ReceiptLine[] => [{ ...(WHOLE[0] as ReceiptLine), fen }];

export const parked = (reason: string) => ({ result: 'parked', reason });

type Paying = { readonly lines?: readonly ReceiptLine[]; readonly arrives?: string; readonly totalFen?: number };

/** What the tests of receipts share: one employer with its bill of April, money that comes for it, and what the books are told. */
export function receiptsUnderTest() {
  let database: TestDatabase;
  const ports = recordingPorts();
  const facts: CollectionFact[] = [];

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
    ports.told.length = 0;
    ports.unsent = false;
    facts.length = 0;
  });

  const db = (): Db => database.db;
  const at = <T>(time: string, work: Parameters<typeof inTransaction<T>>[2]) => inTransaction(db(), time, work);
  const issue = (time: string): Promise<IssuedBill> => at(time, (ctx) => issueBill(ctx, LAW, EMPLOYER, 'case', ports));
  const stateOf = async (billNo: string) =>
    (await at('2023-04-03 09:00', (ctx) => findBill(ctx.tx, REGION, billNo)))?.state;
  const receiptOf = (receiptNo: string) => at('2023-04-03 09:00', (ctx) => lockReceipt(ctx.tx, REGION, receiptNo));
  const settled = async (): Promise<number> =>
    (await one(db(), sql<{ n: number }>`select count(*) as n from collection_due_state where settled_how is not null`))
      .n;

  /** What the books were told, with the receipts that carry the posting's name. */
  async function told(): Promise<string[]> {
    const found = await rows(
      db(),
      sql<{ receipt_no: string; ss_posting: string | null; allocation: string | null }>`
        select receipt_no, ss_posting, allocation from collection_receipt_booked order by receipt_no`,
    );
    return facts.map((fact) => {
      if (fact.type !== 'RECEIPT_POSTED' && fact.type !== 'ALLOCATED') return fact.type;
      const own = found.filter((row) => (fact.type === 'ALLOCATED' ? row.allocation : row.ss_posting) === fact.ref);
      return `${fact.type} ${own.map((row) => row.receipt_no).join(' ')}`;
    });
  }

  /** 缴款 at a moment, told when it `arrives` (at once unless said). */
  const pay = (receiptNo: string, billNo: string, paidAt: string, { lines = WHOLE, arrives, totalFen }: Paying = {}) =>
    at(arrives ?? paidAt, (ctx) =>
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
  const reverse = (receiptNo: string, time: string) =>
    at(time, (ctx) => applyReversed(ctx, { receiptNo, reversedAt: ctx.now }));
  const correct = (receiptNo: string, lines: readonly ReceiptLine[], time: string) =>
    at(time, (ctx) => applyCorrected(ctx, { receiptNo, lines }, ports));
  /** What a person may have to look at: receipt and reason. */
  const waiting = async (): Promise<string[]> =>
    (await at('2023-04-30 09:00', (ctx) => Array.fromAsync(listSuspense(ctx.tx, REGION)))).map(
      (one) => `${one.receiptNo} ${one.suspenseReason}`,
    );
  const openArrears = async (): Promise<string[]> =>
    (await at('2023-04-30 09:00', (ctx) => listOpenArrears(ctx.tx, REGION))).map((one) => one.receiptNo);
  /** ④ and ⑤ of the whole region. */
  const post = (time: string) => at(time, (ctx) => postReceipts(ctx, ctx.now));
  const allocate = (time: string) => at(time, (ctx) => allocateReceipts(ctx, ctx.now));

  async function issued(): Promise<string> {
    await addDues(db(), '2023-04-03 09:00');
    return (await issue('2023-04-03 09:30')).billNo;
  }

  /** Expired on 4-19 and let go by the watermark. */
  async function released(): Promise<string> {
    const billNo = await issued();
    await at('2023-04-19 00:05', (ctx) => expireBills(ctx, dateOf(ctx.now)));
    await at('2023-04-19 00:15', (ctx) => releaseByWatermark(ctx, ctx.now));
    return billNo;
  }

  return {
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
    openArrears,
    waiting,
    post,
    allocate,
    issued,
    released,
  };
}
