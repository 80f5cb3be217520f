import { describe, expect, test } from 'vitest';
import { civilDate } from '../kernel/month.ts';
import { createBook } from './book.ts';
import { fillAll, fillWords } from './fill-words.ts';
import { officeWords } from './office-words.ts';

const on = civilDate('2023-04-10');
const overlay = (key: string, value: number | string) => ({
  region: '420500',
  key,
  from: '2020-01-01',
  to: null,
  value,
});

describe('办事时限 in the words of the region', () => {
  test('湖北, as its training says (FAQ 8, 11, 13, 18, 20, 28)', () => {
    expect(officeWords(createBook(), '420500', on)).toMatchObject({
      autoBack: '三个月',
      refundBack: '三个月',
      taxWait: '约 20 分钟（每月 1–10 日约 30 分钟）',
      billValid: '10 个工作日内',
      peakWait: '30分钟',
      posting: '每 4 小时',
      allocation: '次日 02:00',
      verify: '3 个月内',
      joinWithin: '30 日',
      lateRate: '万分之五',
      charges: '滞纳金和利息',
      backFrom: '从费款所属月次月 1 日起',
      reissue: '当月内重开不加收，跨月重开从次月 1 日起加收滞纳金和利息',
      quietMonth: '没有人员变动，每月也要申报和开单',
    });
  });

  test('太原 books by itself and lets a bill stand until the last day of grace (TY-CLS-01, TY-LATE-01)', () => {
    expect(officeWords(createBook(), '140100', on)).toMatchObject({
      billValid: '宽限末日前',
      charges: '滞纳金',
      reissue: '宽限末日前重开不加收，过后加收滞纳金',
      quietMonth: '没有人员变动的，每月 20 日自动记账，遇节假日提前',
      autoBack: '规定月数',
    });
  });

  test('other parameters, other words', () => {
    const book = createBook([
      overlay('window.autoBackMonths', 2),
      overlay('window.refundBackMonths', 12),
      overlay('allocation.at', '03:30'),
      overlay('bill.validWorkdays', 7),
    ]);
    expect(officeWords(book, '420500', on)).toMatchObject({
      autoBack: '两个月',
      refundBack: '12 个月',
      allocation: '次日 03:30',
      billValid: '7 个工作日内',
    });
  });

  test('are put into every text of a value; a name that does not exist is an error', () => {
    const words = officeWords(createBook(), '420500', on);
    expect(fillAll({ help: '{autoBack}以内', list: ['{posting}一批'], n: 1 }, words)).toEqual({
      help: '三个月以内',
      list: ['每 4 小时一批'],
      n: 1,
    });
    expect(() => fillWords('{nothing}', words)).toThrow('nothing');
  });
});
