import { ACCOUNTS, type AccountCode } from '../../fund/index.ts';
import { INSURANCES, type Insurance } from '../../kernel/insurance.ts';
import { dateOf } from '../../kernel/month.ts';
import type { HistoryOf } from './history.ts';
import type { Writers } from './tables.ts';

export type OpenedSums = { employerFen: number; personFen: number };

/** The memo voucher of an opening, per fund: paid before the books began (src/fund/vouchers.ts, OPENED). */
export function writeVouchers(
  to: Writers,
  { region, now, actor, nextId }: HistoryOf,
  assessmentId: string,
  opened: Readonly<Record<Insurance, OpenedSums>>,
): void {
  for (const insurance of INSURANCES) {
    const { employerFen, personFen } = opened[insurance];
    if (employerFen + personFen === 0) continue;
    const voucherId = nextId();
    const vouchers = to.fund_voucher;
    vouchers.row(10);
    vouchers.ascii(region);
    vouchers.ascii(voucherId);
    vouchers.ascii(insurance);
    vouchers.ascii('MEMO');
    vouchers.ascii('OPENED');
    vouchers.ascii(assessmentId);
    vouchers.bool(false);
    vouchers.date(dateOf(now));
    vouchers.timestamptz(now);
    vouchers.ascii(actor);
    let lineNo = 0;
    const entry = (account: AccountCode, debitFen: number, creditFen: number): void => {
      if (debitFen === 0 && creditFen === 0) return;
      lineNo += 1;
      const entries = to.fund_entry;
      entries.row(7);
      entries.ascii(region);
      entries.ascii(voucherId);
      entries.int4(lineNo);
      entries.bool(false);
      entries.ascii(account);
      entries.int8(debitFen);
      entries.int8(creditFen);
    };
    entry(ACCOUNTS.openedEmployer, employerFen, 0);
    entry(ACCOUNTS.openedPerson, personFen, 0);
    entry(ACCOUNTS.receivableContra, 0, employerFen + personFen);
  }
}
