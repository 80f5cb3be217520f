/** 转移接续的计算器 (rules: transfer/). */
import { pooledTransfer, withGiven } from '../rules/index.ts';
import { type Calculator, calculator } from './calculator.ts';
import { listOf, NATION, optional, rate, regionField, yuan } from './fields.ts';
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

export const TRANSFER_CALCULATORS: readonly Calculator[] = [transferPooled];
