/** 转移接续的计算器 (rules: transfer/). */
import { benefitPlace, pooledTransfer, withGiven } from '../rules/index.ts';
import { type Calculator, calculator, wrongInput } from './calculator.ts';
import { group, listOf, NATION, optional, rate, regionField, textAs, whole, yuan } from './fields.ts';
import { amount } from './write.ts';

const transferPooled = calculator({
  name: 'transfer-pooled',
  title: '跨省转移的统筹基金',
  topic: 'transfer',
  example: { monthlyBasesSince1998: ['3450.00', '3450.00', '4000.00'] },
  fields: {
    monthlyBasesSince1998: listOf('1998 年起各月缴费基数', yuan('月缴费基数')),
    rate: optional(rate('转移比例', 1)),
    region: optional(regionField()),
  },
  run: ({ monthlyBasesSince1998, rate: given, region = NATION }, { book, asOf }) => {
    const trace = pooledTransfer(
      withGiven(book, { 'transfer.pooledRate': given }),
      region,
      asOf,
      monthlyBasesSince1998,
    );
    return { result: { pooledTransfer: amount(trace.result), months: monthlyBasesSince1998.length }, trace };
  },
});

/** Any place of the country, in the policy book or not. */
function placeCode(name: string) {
  return textAs(name, '六位行政区划代码，如 "420500"', (raw) => (/^[1-9]\d{5}$/.test(raw) ? raw : undefined));
}

const place = calculator({
  name: 'benefit-place',
  title: '多地参保的待遇领取地',
  topic: 'transfer',
  example: {
    household: '420500',
    stays: [
      { place: '140100', months: 150 },
      { place: '420100', months: 100 },
    ],
  },
  fields: {
    household: placeCode('户籍地'),
    stays: listOf(
      '各段参保（按时间先后）',
      group('参保段', { place: placeCode('参保地'), months: whole('缴费月数', 1, 900) }),
      60,
    ),
    region: optional(regionField()),
  },
  run: ({ household, stays, region = NATION }, { book, asOf }) => {
    if (stays.length === 0) throw wrongInput('至少要有一段参保', 'stays');
    const trace = benefitPlace(book, region, asOf, household, stays);
    return { result: { place: trace.result, reason: trace.steps.at(-1)?.words ?? '' }, trace };
  },
});

export const TRANSFER_CALCULATORS: readonly Calculator[] = [transferPooled, place];
