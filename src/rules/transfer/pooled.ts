/** 转移接续的统筹基金 (国办发〔2009〕66号, unverified): a share of the monthly bases since 1998. */
import { ratioOf, showExact, toFen, yuanOf } from '../../kernel/exact.ts';
import { type Fen, formatPpm, formatYuanGrouped, sumFen } from '../../kernel/fen.ts';
import { lookup, type PolicyBook } from '../book.ts';
import { amountStep } from '../exact-steps.ts';
import { rateStep, resultStep, type Trace } from '../trace.ts';

/**
 * 统筹基金转移额 = Σ base of every month paid since 1998-01 × the rate, rounded half-up to the fen once.
 * @param monthlyBases 缴费基数 of each month really paid, fen.
 * @throws DomainError POL-001
 */
export function pooledTransfer(book: PolicyBook, region: string, on: string, monthlyBases: readonly Fen[]): Trace {
  const rate = lookup(book, region, 'transfer.pooledRate', on);
  const ppm = Number(rate.value);
  const sum = sumFen(monthlyBases, (base) => base);
  const inexact = yuanOf(sum).mul(ratioOf(ppm));
  const result = toFen(inexact);
  const words = `${formatYuanGrouped(sum)} × ${formatPpm(ppm)} = ${showExact(inexact)}，四舍五入到分。`;
  return {
    title: '统筹基金转移额',
    result,
    resultText: formatYuanGrouped(result),
    steps: [
      amountStep('sum', '各月缴费基数之和', sum, `1998 年起 ${monthlyBases.length} 个月。`),
      rateStep(rate, ''),
      amountStep('multiply', '相乘', result, words),
      resultStep('统筹基金转移额', result),
    ],
  };
}
