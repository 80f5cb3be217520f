/** 个人账户: a paid pension line is the credit itself; only opening balances, interest, corrections and payouts are entries. */
import { fen, mulPpm, ppm, sumFen } from '../kernel/fen.ts';
import type { Law } from '../parameters/index.ts';
import type { Executor } from '../platform/db.ts';
import { lookupNumber } from '../rules/index.ts';
import type { AccountCredit, PersonalAccount } from './model.ts';
import { listAccountEntries, listPaidPensionMonths } from './store.ts';

export {
  type AnnualInterestOptions,
  type AnnualInterestResult,
  annualInterest,
  explainInterest,
} from './interest.ts';
export { firstYearOfBooks, lastInterestYear, moneyWentBackSince, sampleInterest } from './interest-store.ts';
export type { AccountCredit, AccountEntry, PersonalAccount } from './model.ts';
export { sumCreditedPersonFen } from './store.ts';

/** The account of a person, in fen. @throws DomainError POL-001 for a month without a credit ratio. */
export async function personalAccount(
  on: Executor,
  region: string,
  law: Law,
  personNo: string,
): Promise<PersonalAccount> {
  const credits = (await listPaidPensionMonths(on, region, personNo)).map((paid): AccountCredit => {
    const beyond =
      lookupNumber(law.book, region, 'account.creditRatio', paid.month) -
      lookupNumber(law.book, region, 'rate.pension.person', paid.month);
    const employerCreditFen = beyond > 0 ? mulPpm(fen(paid.baseFen), ppm(beyond)) : 0;
    return { ...paid, employerCreditFen, creditFen: paid.personFen + employerCreditFen };
  });
  const entries = await listAccountEntries(on, region, personNo);
  const creditedFen = sumFen(credits, (credit) => credit.creditFen);
  const entriesFen = sumFen(entries, (entry) => entry.fen);
  return { personNo, credits, entries, creditedFen, entriesFen, balanceFen: creditedFen + entriesFen };
}
