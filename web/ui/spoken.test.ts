import { expect, test } from 'vitest';
import { spoken } from './spoken.ts';

test('an amount is said in 元 without its separators, a difference as more or less', () => {
  expect(spoken('4月费款\n¥2,772.00')).toBe('4月费款，2772.00元');
  expect(spoken('比上月 +1,260.00')).toBe('比上月 多1260.00元');
  expect(spoken('比上月 −67,966.22 元')).toBe('比上月 少67966.22元');
});

test('months and days are said in words, long numbers digit by digit, hidden numbers by their end', () => {
  expect(spoken('做账期号 2023-04')).toBe('做账期号 2023年4月');
  expect(spoken('2023-04-09 截止')).toBe('2023年4月9日 截止');
  expect(spoken('单据 2023041009000001')).toBe('单据 2 0 2 3 0 4 1 0 0 9 0 0 0 0 0 1');
  expect(spoken('样甲 429999********501X')).toBe('样甲 尾号5 0 1 X');
});
