import { describe, expect, test } from 'vitest';
import { minus, only, parked, receiptsUnderTest, WHOLE, WRONG } from './testing.ts';

const { facts, stateOf, receiptOf, settled, told, pay, reverse, correct, openArrears, post, allocate, issued } =
  receiptsUnderTest();

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
