/** wire.md §10, 33–54: the life of a bill against the real tax program. Each test has a pair of its own. */
import { setTimeout as sleep } from 'node:timers/promises';
import { afterEach, describe, expect, test } from 'vitest';
import { invoice } from '../../../tax/commands/invoice.ts';
import { pay } from '../../../tax/commands/pay.ts';
import { correctReceipt, postReceipt, reverseReceipt, treasureReceipt } from '../../../tax/commands/receipt.ts';
import type { FaultName } from '../../../tax/contract.ts';
import { receiptsOfBill } from '../../../tax/store.ts';
import { issueBill, listSuspense, revokeBill } from '../../collection/index.ts';
import { EMPLOYER, LAW, moment, REGION } from '../../collection/testing.ts';
import { DomainError } from '../../kernel/errors.ts';
import { one, run, sql } from '../../platform/db.ts';
import { makePair, type Pair, proveQuiet, reconStates } from './pair.ts';

const ROUNDS = 30;
const pairs: Pair[] = [];
afterEach(async () => {
  for (const pair of pairs.splice(0)) await pair.close();
});
async function begin(start?: string): Promise<Pair> {
  const pair = await makePair(start);
  pairs.push(pair);
  return pair;
}

const plant = (pair: Pair, name: FaultName) => pair.tax.faults.set({ name, ppm: 1_000_000, type: null, times: 1 });
const client = (pair: Pair, billNo: string) => pair.taxAct((ctx) => pay(ctx, billNo, 'CLIENT'));
const revoke = (pair: Pair, billNo: string) => pair.act((ctx) => revokeBill(ctx, billNo, pair.exchange.bills));
const state = async (pair: Pair, billNo: string) => (await pair.bill(billNo)).state;
const suspense = async (pair: Pair) =>
  (await Array.fromAsync(listSuspense(pair.agency, REGION))).map((receipt) => receipt.suspenseReason);
async function refusal(work: Promise<unknown>): Promise<string> {
  try {
    await work;
    return 'none';
  } catch (error) {
    if (error instanceof DomainError) return error.code;
    throw error;
  }
}

describe('issue and track', () => {
  test('33, 34: issue → ① … ⑤ with the five times; visible to tax at once', async () => {
    const pair = await begin();
    pair.jump('2023-04-03 09:00');
    const billNo = await pair.issue();
    expect(await state(pair, billNo)).toBe('ISSUED');
    await pair.settle();
    expect([await state(pair, billNo), await pair.taxState(billNo)]).toEqual(['PUSHED', 'OPEN']);
    pair.jump('2023-04-03 09:05');
    await pair.taxAct((ctx) => invoice(ctx, billNo));
    await pair.settle();
    pair.jump('2023-04-03 09:12');
    await client(pair, billNo);
    await pair.advance('2023-04-04 03:00');
    expect(await pair.bill(billNo)).toMatchObject({
      state: 'ALLOCATED',
      issuedAt: moment('2023-04-03 09:00'),
      invoicedAt: moment('2023-04-03 09:05'),
      taxPostedAt: moment('2023-04-03 09:12'),
      ssPostedAt: moment('2023-04-03 12:00'),
      allocatedAt: moment('2023-04-04 02:00'),
    });
    expect(await reconStates(pair)).toMatchObject({ '2023-04-03': 'EQUAL' });
    await proveQuiet(pair);
  });

  test('34: the tax side down for an hour — the bill is there within the next round after it is back', async () => {
    const pair = await begin();
    pair.cut('agency', true);
    const billNo = await pair.issue();
    await pair.advance('2023-04-03 10:00');
    expect([await state(pair, billNo), await pair.taxState(billNo)]).toEqual(['ISSUED', 'UNKNOWN']);
    pair.cut('agency', false);
    await pair.advance('2023-04-03 10:20');
    expect([await state(pair, billNo), await pair.taxState(billNo)]).toEqual(['PUSHED', 'OPEN']);
    await proveQuiet(pair);
  });

  test('35, 36: another amount under the number → 303, a reused number → 304', async () => {
    const pair = await begin();
    const billNo = await pair.issue();
    await pair.settle();
    const sent = await one(
      pair.agency,
      sql<{ body: string }>`select body::text as body from wire_outbox_item where type = 'bill.issue'`,
    );
    const body = JSON.parse(sent.body);
    const again = async (changed: object) => {
      await pair.act((ctx) =>
        pair.exchange.bills.enqueue(ctx.tx, { type: 'bill.issue', entity: `bill:${billNo}`, body: changed }),
      );
      await pair.settle();
      return (await pair.bill(billNo)).pushProblem;
    };
    const [first, ...rest] = body.lines;
    const bent = { ...first, employerFen: first.employerFen + 100, totalFen: first.totalFen + 100 };
    expect(await again({ ...body, lines: [bent, ...rest], totalFen: body.totalFen + 100 })).toBe('TZ-WIR-303');
    expect(await again({ ...body, issuedAt: moment('2023-04-03 08:00') })).toBe('TZ-WIR-304');
    expect(await pair.taxState(billNo)).toBe('OPEN');
  });
});

describe('cancel', () => {
  test('37: before invoice → granted, dues free, a later invoice refused 404', async () => {
    const pair = await begin();
    const billNo = await pair.issue();
    await pair.settle();
    expect(await revoke(pair, billNo)).toBe('REVOKING');
    expect(await pair.freeDues()).toBe(0);
    expect(await refusal(pair.act((ctx) => issueBill(ctx, LAW, EMPLOYER, 'case', pair.exchange.bills)))).toBe(
      'BILL-001',
    );
    await pair.settle();
    expect([await state(pair, billNo), await pair.taxState(billNo)]).toEqual(['REVOKED', 'VOID']);
    expect(await pair.freeDues()).toBe(3);
    expect(await refusal(pair.taxAct((ctx) => invoice(ctx, billNo)))).toBe('TZ-WIR-404');
    await proveQuiet(pair);
  });

  test('37: before the document went out → revoked at once, the tax side never hears of it', async () => {
    const pair = await begin();
    const billNo = await pair.issue();
    expect(await revoke(pair, billNo)).toBe('REVOKED');
    await pair.settle();
    expect(await pair.taxState(billNo)).toBe('UNKNOWN');
    expect(await pair.freeDues()).toBe(3);
    await proveQuiet(pair);
  });

  test('38: after invoice → refused, state INVOICED', async () => {
    const pair = await begin();
    const billNo = await pair.issue();
    await pair.settle();
    await pair.taxAct((ctx) => invoice(ctx, billNo));
    expect(await revoke(pair, billNo)).toBe('REVOKING');
    await pair.settle();
    expect([await state(pair, billNo), await pair.taxState(billNo)]).toEqual(['INVOICED', 'INVOICED']);
    expect(await refusal(revoke(pair, billNo))).toBe('BILL-010');
    await proveQuiet(pair);
  });

  test('39: cancel and invoice at the same instant: never both, never neither, both sides agree', async () => {
    const pair = await begin();
    const outcomes = new Set<string>();
    for (let round = 0; round < ROUNDS; round += 1) {
      const billNo = await pair.issue([{ insurance: 'pension', employerFen: 1_600, personFen: 800, month: '2023-04' }]);
      await pair.settle();
      await revoke(pair, billNo);
      // The cancellation has a way to go: later and later from round to round, the clerk is too late at last.
      const cancelled = pair.exchange.endpoint.pump();
      await (round === ROUNDS - 1 ? cancelled : sleep(3 * round));
      const invoiced = await pair
        .taxAct((ctx) => invoice(ctx, billNo))
        .then(
          () => true,
          () => false,
        );
      await cancelled;
      await pair.settle();
      const ours = await state(pair, billNo);
      expect([ours, await pair.taxState(billNo)]).toEqual(invoiced ? ['INVOICED', 'INVOICED'] : ['REVOKED', 'VOID']);
      outcomes.add(ours);
      // The dues of a revoked bill would join the next one.
      await run(pair.agency, sql`delete from collection_bill_due where not live`);
      await run(
        pair.agency,
        sql`insert into collection_settlement_unbilled (region, due_id, how, ref, at)
            select d.region, d.due_id, 'OFFSET', 'test', now() from collection_due d
            where not exists (select 1 from collection_bill_due x where x.region = d.region and x.due_id = d.due_id)
            on conflict do nothing`,
      );
      pair.jump(pair.now().replace(/:\d\d\./, `:${String(round + 10)}.`));
    }
    expect([...outcomes].sort()).toEqual(['INVOICED', 'REVOKED']);
    await proveQuiet(pair);
  }, 120_000);
});

describe('money and time', () => {
  test('41: paid before the invoice notice arrives', async () => {
    const pair = await begin();
    const billNo = await pair.issue();
    await pair.settle();
    await client(pair, billNo);
    // The stream of bills is held up, that of money is not.
    await pair.tax.faults.set({ name: 'drop', ppm: 1_000_000, type: 'bill.invoiced', times: null });
    await pair.settle();
    expect(await pair.bill(billNo)).toMatchObject({ state: 'TAX_POSTED', invoicedAt: pair.now() });
    await pair.tax.faults.clear();
    await pair.advance('2023-04-04 03:00');
    expect(await state(pair, billNo)).toBe('ALLOCATED');
    await proveQuiet(pair);
  });

  /** Paid in the last second of the last day while the way to the agency is down until `back`. */
  async function lastSecond(back: string, meanwhile?: (pair: Pair, billNo: string) => Promise<void>) {
    const pair = await begin();
    const billNo = await pair.issue();
    await pair.settle();
    pair.jump('2023-04-18 23:59:59');
    pair.cut('tax', true);
    await client(pair, billNo);
    await pair.advance('2023-04-19 01:00');
    expect(await pair.bill(billNo)).toMatchObject({ state: 'EXPIRED', released: false });
    await meanwhile?.(pair, billNo);
    pair.jump(back);
    pair.cut('tax', false);
    return { pair, billNo };
  }

  test('42: paid 23:59:59 on the last day, notice 3 days late → valid; without watermark the dues stayed bound (47)', async () => {
    const { pair, billNo } = await lastSecond('2023-04-21 10:00', async (pair) => {
      expect(await pair.freeDues()).toBe(0);
    });
    await pair.advance('2023-04-22 03:00');
    expect(await state(pair, billNo)).toBe('ALLOCATED');
    expect(await suspense(pair)).toEqual([]);
    expect(new Set(Object.values(await reconStates(pair)))).toEqual(new Set(['EQUAL']));
    await proveQuiet(pair);
  });

  /** A tax side that let go too early: what the watermark promised did not hold (restored backup, another implementation). */
  const forceRelease = async (pair: Pair, billNo: string) => {
    await run(
      pair.agency,
      sql`update collection_bill set released = true, released_at = now() where bill_no = ${billNo}`,
    );
    await run(pair.agency, sql`update collection_bill_due set live = false where bill_no = ${billNo}`);
  };

  test('43: the same after release, not billed again → reattached', async () => {
    const { pair, billNo } = await lastSecond('2023-04-19 10:00', forceRelease);
    await pair.advance('2023-04-20 03:00');
    expect(await pair.bill(billNo)).toMatchObject({ state: 'ALLOCATED', released: false });
    await proveQuiet(pair);
  });

  test('44: the same with an open newer bill → the newer one is cancelled, the money finds its place', async () => {
    let newer = '';
    const { pair, billNo } = await lastSecond('2023-04-19 10:00', async (pair, billNo) => {
      await forceRelease(pair, billNo);
      newer = (await pair.act((ctx) => issueBill(ctx, LAW, EMPLOYER, 'case', pair.exchange.bills))).billNo;
      await pair.settle();
    });
    await pair.advance('2023-04-20 03:00');
    expect([await state(pair, newer), await pair.taxState(newer)]).toEqual(['REVOKED', 'VOID']);
    expect(await state(pair, billNo)).toBe('ALLOCATED');
    expect(await suspense(pair)).toEqual([]);
    await proveQuiet(pair);
  });

  test('45: the newer one already paid → it stands, the late money is 挂账 DOUBLE', async () => {
    let newer = '';
    const { pair, billNo } = await lastSecond('2023-04-19 10:00', async (pair, billNo) => {
      await forceRelease(pair, billNo);
      newer = (await pair.act((ctx) => issueBill(ctx, LAW, EMPLOYER, 'case', pair.exchange.bills))).billNo;
      await pair.settle();
      // The late money waits for its next try; the way is open again and the newer bill's money overtakes it.
      const { db } = pair.tax.services;
      await run(db, sql`update wire_document set next_at = '2023-04-19 10:00+08' where type = 'payment.posted'`);
      await run(db, sql`update wire_peer set not_before = null, failures = 0`);
      pair.cut('tax', false);
      await client(pair, newer);
      await pair.settle();
      expect(await state(pair, newer)).toBe('TAX_POSTED');
    });
    await pair.advance('2023-04-20 03:00');
    expect([await state(pair, newer), await state(pair, billNo)]).toEqual(['ALLOCATED', 'EXPIRED']);
    expect(await suspense(pair)).toEqual(['DOUBLE']);
  });

  test('45: the newer one paid at tax but told later → its cancellation is refused, the same end', async () => {
    let newer = '';
    const { pair, billNo } = await lastSecond('2023-04-19 10:00', async (pair, billNo) => {
      await forceRelease(pair, billNo);
      newer = (await pair.act((ctx) => issueBill(ctx, LAW, EMPLOYER, 'case', pair.exchange.bills))).billNo;
      await pair.settle();
      await client(pair, newer);
    });
    await pair.advance('2023-04-20 03:00');
    expect([await state(pair, newer), await state(pair, billNo)]).toEqual(['ALLOCATED', 'EXPIRED']);
    expect(await suspense(pair)).toEqual(['DOUBLE']);
  });

  test('46: paid 00:00:00 of the next day → refused at tax; forced → 挂账 LATE_PAID', async () => {
    const pair = await begin();
    const billNo = await pair.issue();
    await pair.settle();
    pair.jump('2023-04-19 00:00:00');
    expect(await refusal(client(pair, billNo))).toBe('TZ-WIR-405');
    await plant(pair, 'payAfterDeadline');
    await client(pair, billNo);
    await pair.settle();
    expect(await suspense(pair)).toEqual(['LATE_PAID']);
    await pair.advance('2023-04-20 03:00');
    expect(await pair.bill(billNo)).toMatchObject({ state: 'EXPIRED' });
    expect(await reconStates(pair)).toMatchObject({ '2023-04-19': 'EQUAL' });
  });

  test('47: expiry without watermark keeps dues bound; with it frees them', async () => {
    const pair = await begin();
    const billNo = await pair.issue();
    await pair.settle();
    pair.jump('2023-04-18 23:59');
    pair.cut('tax', true);
    await pair.advance('2023-04-19 00:20');
    expect(await pair.bill(billNo)).toMatchObject({ state: 'EXPIRED', released: false });
    expect([await pair.freeDues(), await pair.taxState(billNo)]).toEqual([0, 'EXPIRED']);
    pair.cut('tax', false);
    await pair.advance('2023-04-19 01:00');
    expect(await pair.bill(billNo)).toMatchObject({ state: 'EXPIRED', released: true });
    expect(await pair.freeDues()).toBe(3);
    await proveQuiet(pair);
  });

  test('48: invoiced but unpaid over the deadline: voided by the tax side, then expired and let go', async () => {
    const pair = await begin();
    const billNo = await pair.issue();
    await pair.settle();
    await pair.taxAct((ctx) => invoice(ctx, billNo));
    pair.jump('2023-04-18 23:59');
    await pair.advance('2023-04-19 00:08');
    expect(await state(pair, billNo)).toBe('INVOICED');
    await pair.advance('2023-04-19 00:30');
    expect(await pair.bill(billNo)).toMatchObject({ state: 'EXPIRED', released: true });
    expect(await pair.taxState(billNo)).toBe('EXPIRED');
    await proveQuiet(pair);
  });
});

describe('sums', () => {
  test('49: two receipts → one counts, the other is 挂账 DOUBLE with a case', async () => {
    const pair = await begin();
    const billNo = await pair.issue();
    await pair.settle();
    await plant(pair, 'payTwice');
    await client(pair, billNo);
    await pair.advance('2023-04-04 03:00');
    expect(await state(pair, billNo)).toBe('ALLOCATED');
    expect(await suspense(pair)).toEqual(['DOUBLE']);
    const found = await sql<{ kind: string; state: string }>`select kind, state from exchange_recon_case`.execute(
      pair.agency,
    );
    expect(found.rows).toEqual([{ kind: 'DOUBLE', state: 'AGREED' }]);
    expect(await reconStates(pair)).toMatchObject({ '2023-04-03': 'EQUAL' });
  });

  test('50: short → PARTIAL, not allocated; the rest arrives → completes', async () => {
    const pair = await begin();
    const billNo = await pair.issue();
    await pair.settle();
    await plant(pair, 'payShort');
    await client(pair, billNo);
    await pair.advance('2023-04-05 03:00');
    expect(await state(pair, billNo)).toBe('PARTIAL');
    await client(pair, billNo);
    await pair.advance('2023-04-06 03:00');
    expect(await state(pair, billNo)).toBe('ALLOCATED');
    expect(await suspense(pair)).toEqual([]);
    await proveQuiet(pair);
  });

  test('51: unknown bill → 挂账, then the bill is restored → attaches', async () => {
    const pair = await begin();
    const billNo = await pair.issue();
    await pair.settle();
    // As after a restore from a backup taken before the bill.
    const keep = ['collection_bill', 'collection_bill_line', 'collection_bill_due'];
    for (const table of keep)
      await run(pair.agency, sql`create table ${sql.ref(`kept_${table}`)} as select * from ${sql.ref(table)}`);
    for (const table of [...keep].reverse()) await run(pair.agency, sql`delete from ${sql.ref(table)}`);
    await client(pair, billNo);
    await pair.settle();
    expect(await suspense(pair)).toEqual(['NO_BILL']);
    for (const table of keep)
      await run(pair.agency, sql`insert into ${sql.ref(table)} select * from ${sql.ref(`kept_${table}`)}`);
    await pair.advance('2023-04-05 03:00');
    expect(await state(pair, billNo)).toBe('ALLOCATED');
    expect(await suspense(pair)).toEqual([]);
    await proveQuiet(pair);
  });

  test('52: reversal before and after SS_POSTED', async () => {
    const pair = await begin();
    const billNo = await pair.issue();
    await pair.settle();
    const first = await client(pair, billNo);
    await pair.settle();
    await pair.taxAct((ctx) => reverseReceipt(ctx, first, 'BANK_RETURN'));
    await pair.settle();
    expect([await state(pair, billNo), await pair.taxState(billNo)]).toEqual(['INVOICED', 'INVOICED']);
    const second = await client(pair, billNo);
    await pair.advance('2023-04-04 03:00');
    expect(await state(pair, billNo)).toBe('ALLOCATED');
    await pair.taxAct((ctx) => reverseReceipt(ctx, second, 'ERROR'));
    await pair.advance('2023-04-05 03:00');
    expect(await state(pair, billNo)).toBe('ALLOCATED');
    const { n } = await one(
      pair.agency,
      sql<{ n: number }>`select count(*) as n from collection_due_state where settled_how is not null`,
    );
    expect(n).toBe(0);
    expect(new Set(Object.values(await reconStates(pair)))).toEqual(new Set(['EQUAL']));
    await proveQuiet(pair);
  });

  test('53: insurance split wrong → MISMATCH; named as a difference, corrected, allocated', async () => {
    const pair = await begin();
    const billNo = await pair.issue();
    await pair.settle();
    await plant(pair, 'wrongInsurance');
    const receiptNo = await client(pair, billNo);
    await pair.settle();
    expect(await state(pair, billNo)).toBe('MISMATCH');
    await pair.taxAct((ctx) => correctReceipt(ctx, receiptNo, '险种分配有误'));
    await pair.advance('2023-04-04 03:00');
    expect(await state(pair, billNo)).toBe('ALLOCATED');
    await proveQuiet(pair);
  });

  test('54: treasured before posted → kept, applied', async () => {
    const pair = await begin();
    const billNo = await pair.issue();
    await pair.settle();
    const receiptNo = await pair.taxAct((ctx) => pay(ctx, billNo, 'HALL_CASH', { post: false }));
    await pair.tax.faults.set({ name: 'drop', ppm: 1_000_000, type: 'payment.posted', times: null });
    await pair.taxAct((ctx) => postReceipt(ctx, receiptNo));
    await pair.taxAct((ctx) => treasureReceipt(ctx, receiptNo));
    await pair.settle();
    expect(await state(pair, billNo)).toBe('INVOICED');
    await pair.tax.faults.clear();
    await pair.advance('2023-04-04 03:00');
    const row = await one(
      pair.agency,
      sql<{ at: string | null }>`select treasured_at as at from collection_receipt where receipt_no = ${receiptNo}`,
    );
    expect(row.at).toBe(moment('2023-04-03 09:00'));
    expect(await state(pair, billNo)).toBe('ALLOCATED');
    expect(await pair.taxAct((ctx) => receiptsOfBill(ctx.tx, REGION, billNo))).toHaveLength(1);
    await proveQuiet(pair);
  });
});
