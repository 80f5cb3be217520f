/** 灵活就业人员的养老缴费 (国发〔2005〕38号): one total rate, part of it into the personal account. */
import { type Fen, fen, formatPpm, formatYuanGrouped, mulPpm, type Ppm } from '../kernel/fen.ts';
import { lookup, type PolicyBook } from './book.ts';
import { inputStep, rateStep, resultStep, type Trace } from './trace.ts';

export type FlexibleContribution = {
  readonly totalFen: Fen;
  readonly accountFen: Fen;
  /** What goes to the pooled fund: the total less the account's part. */
  readonly pooledFen: Fen;
  readonly trace: Trace;
};

/** @param baseFen the base the person chose, fen a month. @throws DomainError POL-001 */
export function flexibleContribution(book: PolicyBook, region: string, on: string, baseFen: Fen): FlexibleContribution {
  const total = lookup(book, region, 'flexible.totalRate', on);
  const account = lookup(book, region, 'flexible.accountRate', on);
  const totalFen = mulPpm(baseFen, Number(total.value) as Ppm);
  const accountFen = mulPpm(baseFen, Number(account.value) as Ppm);
  const pooledFen = fen(totalFen - accountFen);
  const times = (rate: number): string => `${formatYuanGrouped(baseFen)} × ${formatPpm(rate)}，四舍五入到分。`;
  const steps = [
    inputStep('缴费基数', baseFen, '本人选定。'),
    rateStep(total, times(Number(total.value))),
    { kind: 'multiply', label: '每月缴费', words: '', valueText: formatYuanGrouped(totalFen), value: totalFen },
    rateStep(account, times(Number(account.value))),
    { kind: 'multiply', label: '记入个人账户', words: '', valueText: formatYuanGrouped(accountFen), value: accountFen },
    resultStep('进入统筹基金', pooledFen, '每月缴费减去记入个人账户的部分。'),
  ] as const;
  const trace = { title: '灵活就业养老缴费', result: totalFen, resultText: formatYuanGrouped(totalFen), steps };
  return { totalFen, accountFen, pooledFen, trace };
}
