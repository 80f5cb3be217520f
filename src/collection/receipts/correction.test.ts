import { describe, expect, test } from 'vitest';
import { amountsOf, type ReceiptLine } from './store.ts';
import { minus, only, parked, receiptsUnderTest, WHOLE, WRONG } from './testing.ts';

const {
  facts,
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
} = receiptsUnderTest();

describe('更正 beside 冲正后欠费', () => {
  /** Booked, gone back: the bill is owed again. */
  async function owedAgain(stage: '④' | '⑤'): Promise<string> {
    const billNo = await issued();
    await pay('R1', billNo, '2023-04-04 10:00');
    await post('2023-04-04 12:00');
    if (stage === '⑤') await allocate('2023-04-05 02:00');
    await reverse('R1', '2023-04-05 11:00');
    expect(await openArrears()).toEqual(['R1']);
    return billNo;
  }

  test.each(['④', '⑤'] as const)('after %s: money of another split, once corrected, pays the bill', async (stage) => {
    const billNo = await owedAgain(stage);
    expect(await pay('R2', billNo, '2023-04-06 10:00', { lines: WRONG })).toEqual(parked('PARTIAL'));
    await correct('R2', WHOLE, '2023-04-06 11:00');
    expect([await stateOf(billNo), (await receiptOf('R2'))?.state]).toEqual(['TAX_POSTED', 'MATCHED']);
    expect(await openArrears()).toEqual([]);
    facts.length = 0;
    expect([await post('2023-04-06 12:00'), await allocate('2023-04-07 02:00')]).toEqual([1, 1]);
    expect(await told()).toEqual(['RECEIPT_POSTED R2', 'ALLOCATED R2']);
    expect(await settled()).toBe(3);
  });

  test('a correction that still does not fit leaves the money waiting and the bill owed', async () => {
    const billNo = await owedAgain('④');
    await pay('R2', billNo, '2023-04-06 10:00', { lines: WRONG });
    await correct('R2', only(86_940), '2023-04-06 11:00');
    expect([await stateOf(billNo), await openArrears()]).toEqual(['SS_POSTED', ['R1']]);
    expect(await receiptOf('R2')).toMatchObject({ state: 'SUSPENSE', suspenseReason: 'PARTIAL' });
  });

  test('a waiting receipt that goes back no longer stands in the way of the others', async () => {
    const billNo = await owedAgain('⑤');
    await pay('R2', billNo, '2023-04-06 10:00', { lines: WRONG });
    await pay('R3', billNo, '2023-04-06 10:10', { lines: minus(30_000) });
    await pay('R4', billNo, '2023-04-06 10:20', { lines: only(30_000) });
    expect(await openArrears()).toEqual(['R1']);
    await reverse('R2', '2023-04-06 11:00');
    expect([await stateOf(billNo), await openArrears()]).toEqual(['TAX_POSTED', []]);
  });
});

describe('更正 of booked money', () => {
  const types = () => facts.map((fact) => fact.type);

  test('after ④: the money moves between the funds, and ⑤ waits until it fits its bill again', async () => {
    const billNo = await issued();
    await pay('R1', billNo, '2023-04-04 10:00');
    await post('2023-04-04 12:00');
    facts.length = 0;
    await correct('R1', WRONG, '2023-04-04 13:00');
    expect(facts).toMatchObject([{ type: 'RECEIPT_CORRECTED', stage: 'SS_POSTED' }]);
    expect([await stateOf(billNo), await waiting()]).toEqual(['MISMATCH', ['R1 MISMATCH']]);
    expect([await post('2023-04-04 16:00'), await allocate('2023-04-05 02:00')]).toEqual([0, 0]);
    await correct('R1', WHOLE, '2023-04-05 09:00');
    expect([await stateOf(billNo), await waiting()]).toEqual(['TAX_POSTED', []]);
    facts.length = 0;
    expect([await post('2023-04-05 12:00'), await allocate('2023-04-06 02:00')]).toEqual([1, 1]);
    // It was booked once already: this ④ has nothing to book, ⑤ has.
    expect(facts).toMatchObject([{ type: 'RECEIPT_POSTED', amounts: [] }, { type: 'ALLOCATED' }]);
    expect([(await told()).at(-1), await settled()]).toEqual(['ALLOCATED R1', 3]);
  });

  test('after ④: one that still fits goes on as it was', async () => {
    const billNo = await issued();
    await pay('R1', billNo, '2023-04-04 10:00');
    await post('2023-04-04 12:00');
    await correct('R1', WHOLE, '2023-04-04 13:00');
    expect(await stateOf(billNo)).toBe('SS_POSTED');
  });

  test('after ⑤: months stay paid, a person gets it to look at until it is put right', async () => {
    const billNo = await issued();
    await pay('R1', billNo, '2023-04-04 10:00');
    await post('2023-04-04 12:00');
    await allocate('2023-04-05 02:00');
    facts.length = 0;
    await correct('R1', WRONG, '2023-04-05 09:00');
    await correct('R1', only(86_940), '2023-04-05 09:30');
    expect(types()).toEqual(['RECEIPT_CORRECTED', 'RECEIPT_CORRECTED']);
    expect([await stateOf(billNo), await settled(), await waiting()]).toEqual(['ALLOCATED', 3, ['R1 MISMATCH']]);
    await correct('R1', WHOLE, '2023-04-05 10:00');
    expect([await settled(), await waiting()]).toEqual([3, []]);
  });

  test('after ⑤: what goes back then had settled the bill as it was before', async () => {
    const billNo = await issued();
    await pay('R1', billNo, '2023-04-04 10:00');
    await post('2023-04-04 12:00');
    await allocate('2023-04-05 02:00');
    await correct('R1', WRONG, '2023-04-05 09:00');
    facts.length = 0;
    await reverse('R1', '2023-04-05 11:00');
    const wrong = amountsOf(WRONG);
    expect(facts).toEqual([
      { type: 'SETTLEMENT_MOVED', receiptNo: 'R1', before: amountsOf(WHOLE), after: wrong },
      { type: 'RECEIPT_REVERSED', receiptNo: 'R1', billNo, stage: 'ALLOCATED', amounts: wrong },
    ]);
    expect([await settled(), await openArrears(), await waiting()]).toEqual([0, ['R1'], []]);
  });

  test('two that make up for each other fit together', async () => {
    const billNo = await issued();
    await pay('R1', billNo, '2023-04-04 10:00', { lines: minus(30_000) });
    await pay('R2', billNo, '2023-04-04 10:10', { lines: only(30_000) });
    await post('2023-04-04 12:00');
    await allocate('2023-04-05 02:00');
    const injury = { ...(WHOLE[4] as ReceiptLine), fen: 200 };
    await correct('R2', [...only(29_800), injury], '2023-04-05 09:00');
    expect(await waiting()).toEqual(['R2 MISMATCH']);
    const back = minus(30_000).map((line, i) => ({ ...line, fen: line.fen + ([200, 0, 0, 0, -200][i] ?? 0) }));
    await correct('R1', back, '2023-04-05 09:30');
    expect([await settled(), await waiting()]).toEqual([3, []]);
  });

  test('of a bill that is owed again: its settlement moves with it, and with the rest it may fit', async () => {
    const billNo = await issued();
    await pay('R1', billNo, '2023-04-04 10:00', { lines: minus(30_000) });
    await pay('R2', billNo, '2023-04-04 10:10', { lines: only(30_000) });
    await post('2023-04-04 12:00');
    await allocate('2023-04-05 02:00');
    await reverse('R2', '2023-04-05 09:00');
    const injury = { ...(WHOLE[4] as ReceiptLine), fen: 200 };
    await pay('R3', billNo, '2023-04-05 10:00', { lines: [...only(29_800), injury] });
    expect(await openArrears()).toEqual(['R2']);
    facts.length = 0;
    const back = minus(30_000).map((line, i) => ({ ...line, fen: line.fen + ([200, 0, 0, 0, -200][i] ?? 0) }));
    await correct('R1', back, '2023-04-05 11:00');
    expect(types()).toEqual(['RECEIPT_CORRECTED', 'SETTLEMENT_MOVED']);
    expect([await stateOf(billNo), await openArrears()]).toEqual(['TAX_POSTED', []]);
  });
});
