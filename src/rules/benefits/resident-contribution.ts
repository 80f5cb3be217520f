/** 城乡居民养老保险的缴费: a yearly tier within the region's bounds, and the subsidy where the source gives it. */

import { DomainError } from '../../kernel/errors.ts';
import { addFen, type Fen, fen, formatYuanGrouped } from '../../kernel/fen.ts';
import { missingValue, type PolicyBook } from '../book.ts';
import { inputStep, resultStep, type Trace } from '../trace.ts';
import { lookupWhole, moneyStep } from './steps.ts';

export type ResidentContribution = {
  readonly subsidyFen: Fen;
  /** Into the personal account: the person's contribution and the subsidy. */
  readonly accountFen: Fen;
};

/**
 * @param paidFen the tier the person chose, fen a year.
 * @throws DomainError POL-001; CALC-005 outside the tiers. Between the lowest and the highest tier the sources give no subsidy: POL-001.
 */
export function residentContribution(
  book: PolicyBook,
  region: string,
  on: string,
  paidFen: Fen,
): Trace<ResidentContribution> {
  const lowest = lookupWhole(book, region, 'resident.tierMin', on);
  const highest = lookupWhole(book, region, 'resident.tierMax', on);
  if (paidFen < lowest.value || paidFen > highest.value) {
    const bounds = `${formatYuanGrouped(lowest.value)} 至 ${formatYuanGrouped(highest.value)}`;
    throw new DomainError({ code: 'CALC-005', message: `缴费档次须在 ${bounds} 元之间`, field: 'amount' });
  }
  if (paidFen !== lowest.value && paidFen !== highest.value && !book.given?.has('resident.subsidyMin')) {
    const missing = missingValue(region, 'resident.subsidyMin', on);
    throw new DomainError({
      ...missing,
      message: `${missing.message}：最低档与最高档之间各档的补贴`,
      field: 'subsidy',
    });
  }
  const atTop = paidFen === highest.value && paidFen !== lowest.value && !book.given?.has('resident.subsidyMin');
  const subsidy = lookupWhole(book, region, atTop ? 'resident.subsidyMax' : 'resident.subsidyMin', on);
  const subsidyFen = fen(subsidy.value);
  const accountFen = addFen(paidFen, subsidyFen);
  return {
    title: '居民养老年缴费',
    result: { subsidyFen, accountFen },
    resultText: formatYuanGrouped(accountFen),
    steps: [
      moneyStep(lowest, lowest.value),
      moneyStep(highest, highest.value),
      inputStep('本人选择的档次', paidFen),
      moneyStep(subsidy, subsidyFen, '政府补贴，记入个人账户。'),
      resultStep('全年记入个人账户', accountFen, '个人缴费与补贴之和。'),
    ],
  };
}
