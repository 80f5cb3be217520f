import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { amountInWords } from './amount-words.ts';

describe('人民币大写 (D-CAL-08)', () => {
  it.each([
    [20493, '贰佰零肆元玖角叁分'],
    [87457, '捌佰柒拾肆元伍角柒分'],
    [86940, '捌佰陆拾玖元肆角整'],
    [16055676, '壹拾陆万零伍佰伍拾陆元柒角陆分'],
    [10000000, '壹拾万元整'],
    [100005, '壹仟元零伍分'],
    [30, '叁角整'],
    [1002030040, '壹仟零贰万零叁佰元肆角整'],
    [1888152, '壹万捌仟捌佰捌拾壹元伍角贰分'],
    [4200, '肆拾贰元整'],
  ])('%i fen', (amount, words) => {
    expect(amountInWords(amount)).toBe(words);
  });

  it.each([
    [0, '零元整'],
    [5, '伍分'],
    [-20493, '负贰佰零肆元玖角叁分'],
    [1_0000_0000_00, '壹亿元整'],
    [1_0000_0001_00, '壹亿零壹元整'],
    [1_2000_0000_0000_00, '壹万贰仟亿元整'],
  ])('edge %i fen', (amount, words) => {
    expect(amountInWords(amount)).toBe(words);
  });

  it('reads back to the same amount', () => {
    fc.assert(
      fc.property(fc.integer({ min: 1, max: 9_999_999_999_99 }), (amount) => {
        const words = amountInWords(amount);
        expect(readBack(words)).toBe(amount);
        expect(words).not.toMatch(/零零/);
      }),
      { numRuns: 2000 },
    );
  });
});

/** A reader that knows nothing of the writer. */
function readBack(words: string): number {
  const digits = '零壹贰叁肆伍陆柒捌玖';
  const places: Record<string, number> = { 拾: 10, 佰: 100, 仟: 1000 };
  let total = 0;
  let section = 0;
  let digit = 0;
  for (const character of words) {
    if (digits.includes(character)) digit = digits.indexOf(character);
    else if (places[character]) {
      section += digit * places[character];
      digit = 0;
    } else if (character === '万') {
      total += (section + digit) * 10_000 * 100;
      section = digit = 0;
    } else if (character === '亿') {
      total = (total / 100 + section + digit) * 100_000_000 * 100;
      section = digit = 0;
    } else if (character === '元') {
      total += (section + digit) * 100;
      section = digit = 0;
    } else if (character === '角') {
      total += digit * 10;
      digit = 0;
    } else if (character === '分') {
      total += digit;
      digit = 0;
    }
  }
  return total;
}
