import { describe, expect, test } from 'vitest';
import { one, sql } from '../../platform/db.ts';
import { releaseByWatermark } from '../bills/life.ts';
import type { CollectionFact } from '../facts.ts';
import { releaseArrears } from './arrears.ts';
import { minus, only, parked, receiptsUnderTest } from './testing.ts';

const { db, facts, at, issue, stateOf, receiptOf, settled, told, pay, reverse, openArrears, post, allocate, issued } =
  receiptsUnderTest();

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
      db(),
      sql<{ held: number }>`select coalesce(sum(total_fen), 0)::bigint as held from collection_receipt_booked
                            where state = 'MATCHED' and ss_posting is not null`,
    );
    expect([facts.reduce((sum, fact) => sum + fenOf(fact), 0), held]).toEqual([fen, fen]);
  };

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
    await post('2023-04-04 16:00');
    await reverse('R1', '2023-04-04 16:30');
    await booksAgree(30_000);
    await pay('R4', billNo, '2023-04-04 17:00', { lines: minus(30_000) });
    await post('2023-04-04 20:00');
    await booksAgree(86_940);
    await allocate('2023-04-05 02:00');
    expect([await stateOf(billNo), await settled()]).toEqual(['ALLOCATED', 3]);
  });

  test('what was not booked yet is not booked while a booked part is missing', async () => {
    const billNo = await replaced();
    await reverse('R1', '2023-04-04 15:00');
    // Of 869.40 there are the 300.00 that wait for ④: the bill is short like any other.
    expect([await stateOf(billNo), await openArrears()]).toEqual(['PARTIAL', []]);
    expect(await post('2023-04-04 16:00')).toBe(0);
    await booksAgree(0);
    await pay('R4', billNo, '2023-04-04 17:00', { lines: minus(30_000) });
    expect(await post('2023-04-04 20:00')).toBe(1);
    await booksAgree(86_940);
  });

  test('the last booked part goes back: the bill is as unpaid as before its first money', async () => {
    const billNo = await replaced();
    await reverse('R3', '2023-04-04 15:00');
    expect(await stateOf(billNo)).toBe('PARTIAL');
    await reverse('R1', '2023-04-04 15:30');
    expect([await stateOf(billNo), await openArrears()]).toEqual(['INVOICED', []]);
    await booksAgree(0);
    await pay('R4', billNo, '2023-04-04 17:00');
    expect(await post('2023-04-04 20:00')).toBe(1);
    expect(await allocate('2023-04-05 02:00')).toBe(1);
    await booksAgree(86_940);
    expect(await settled()).toBe(3);
  });

  test('the same after the deadline: the bill expires and lets its dues go', async () => {
    const billNo = await replaced();
    await reverse('R3', '2023-04-04 15:00');
    await reverse('R1', '2023-04-20 09:00');
    expect(await stateOf(billNo)).toBe('EXPIRED');
    await at('2023-04-20 09:15', (ctx) => releaseByWatermark(ctx, ctx.now));
    expect((await issue('2023-04-20 10:00')).replaces).toBe(billNo);
  });

  test('booked money stays on the bill when a whole payment comes beside it, and its reversal opens arrears', async () => {
    const billNo = await replaced();
    expect(await pay('R4', billNo, '2023-04-04 15:00')).toEqual(parked('DOUBLE'));
    expect((await receiptOf('R1'))?.state).toBe('MATCHED');
    await post('2023-04-04 16:00');
    await allocate('2023-04-05 02:00');
    await booksAgree(86_940);
    // A parked receipt that goes back changes nothing on the bill.
    await reverse('R4', '2023-04-05 08:00');
    expect(await settled()).toBe(3);
    await reverse('R1', '2023-04-05 09:00');
    await booksAgree(30_000);
    expect(await settled()).toBe(0);
    expect(await openArrears()).toEqual(['R1']);
  });
});

describe('冲正 (52)', () => {
  test('before ④ the bill is payable again, or expired when its time is over', async () => {
    const billNo = await issued();
    await pay('R1', billNo, '2023-04-04 10:00');
    await reverse('R1', '2023-04-04 11:00');
    expect(await stateOf(billNo)).toBe('INVOICED');
    await pay('R2', billNo, '2023-04-18 10:00');
    await reverse('R2', '2023-04-19 09:00');
    expect(await stateOf(billNo)).toBe('EXPIRED');
  });

  test('a double takes the place of the reversed first one', async () => {
    const billNo = await issued();
    await pay('R1', billNo, '2023-04-04 10:00');
    await pay('R2', billNo, '2023-04-04 10:05');
    await reverse('R1', '2023-04-04 11:00');
    expect((await receiptOf('R2'))?.state).toBe('MATCHED');
    expect(await stateOf(billNo)).toBe('TAX_POSTED');
  });

  test('after ⑤ the state stays, the books are told, the dues are owed again', async () => {
    const billNo = await issued();
    await pay('R1', billNo, '2023-04-04 10:00');
    await post('2023-04-04 12:00');
    await allocate('2023-04-05 02:00');
    await reverse('R1', '2023-04-05 11:00');
    expect(await stateOf(billNo)).toBe('ALLOCATED');
    expect(await settled()).toBe(0);
    expect(facts.at(-1)).toMatchObject({ type: 'RECEIPT_REVERSED', stage: 'ALLOCATED' });
    await allocate('2023-04-06 02:00');
    expect(await settled()).toBe(0);
  });

  test.each([
    ['④', '2023-04-04 13:00'],
    ['⑤', '2023-04-05 11:00'],
  ])('after %s a double that waited takes its place and goes through ④ and ⑤ itself', async (_, when) => {
    const billNo = await issued();
    await pay('R1', billNo, '2023-04-04 10:00');
    await pay('R2', billNo, '2023-04-04 10:05');
    await post('2023-04-04 12:00');
    if (when > '2023-04-05') await allocate('2023-04-05 02:00');
    await reverse('R1', when);
    expect([await stateOf(billNo), (await receiptOf('R2'))?.state]).toEqual(['TAX_POSTED', 'MATCHED']);
    expect(await openArrears()).toEqual([]);
    facts.length = 0;
    expect(await post('2023-04-05 12:00')).toBe(1);
    expect(await allocate('2023-04-06 02:00')).toBe(1);
    expect(await told()).toEqual(['RECEIPT_POSTED R2', 'ALLOCATED R2']);
    expect([await stateOf(billNo), await settled()]).toEqual(['ALLOCATED', 3]);
  });

  test('without another receipt a person gets an ARREARS case; money that still comes closes it', async () => {
    const billNo = await issued();
    await pay('R1', billNo, '2023-04-04 10:00');
    await post('2023-04-04 12:00');
    await reverse('R1', '2023-04-04 13:00');
    expect([await stateOf(billNo), await openArrears()]).toEqual(['SS_POSTED', ['R1']]);
    expect(await allocate('2023-04-05 02:00')).toBe(0);
    expect(await pay('R2', billNo, '2023-04-06 10:00')).toEqual({ result: 'accepted' });
    expect([await stateOf(billNo), await openArrears()]).toEqual(['TAX_POSTED', []]);
    expect(await pay('R3', billNo, '2023-04-06 11:00')).toEqual(parked('DOUBLE'));
  });

  test('a part that went back leaves the rest booked but never allocated; the missing part completes it', async () => {
    const billNo = await issued();
    await pay('R1', billNo, '2023-04-04 10:00', { lines: minus(200) });
    await pay('R2', billNo, '2023-04-04 10:05', { lines: only(200) });
    await post('2023-04-04 12:00');
    await reverse('R2', '2023-04-04 13:00');
    expect(await allocate('2023-04-05 02:00')).toBe(0);
    expect([await stateOf(billNo), await openArrears()]).toEqual(['SS_POSTED', ['R2']]);
    await pay('R3', billNo, '2023-04-06 10:00', { lines: only(200) });
    facts.length = 0;
    expect(await post('2023-04-06 12:00')).toBe(1);
    expect(await told()).toEqual(['RECEIPT_POSTED R3']);
    expect(await allocate('2023-04-07 02:00')).toBe(1);
    expect(await settled()).toBe(3);
  });

  test('the person lets the dues go: they can be billed again, and the bill takes no more money', async () => {
    const billNo = await issued();
    await pay('R1', billNo, '2023-04-04 10:00');
    await post('2023-04-04 12:00');
    await allocate('2023-04-05 02:00');
    const refused = at('2023-04-05 10:00', (ctx) => releaseArrears(ctx, billNo));
    await expect(refused).rejects.toMatchObject({ code: 'BILL-015' });
    await reverse('R1', '2023-04-05 11:00');
    await at('2023-04-06 09:00', (ctx) => releaseArrears(ctx, billNo));
    expect([await stateOf(billNo), await openArrears()]).toEqual(['ALLOCATED', []]);
    expect(facts.at(-1)).toEqual({ type: 'BILL_VOIDED', billNo });
    const again = await issue('2023-04-06 10:00');
    expect([again.totalFen, again.replaces]).toEqual([86_940, billNo]);
    expect(await pay('R2', billNo, '2023-04-06 11:00')).toEqual(parked('SETTLED'));
  });
});
