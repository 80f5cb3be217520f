import { addFen, type Fen } from '../src/kernel/fen.ts';
import type { CivilDate, Moment, Month } from '../src/kernel/month.ts';
import type { PayChannel, ReceiptState, TaxBillState, TaxPart } from './contract.ts';

export type TaxBill = {
  readonly billNo: string;
  readonly employerNo: string;
  readonly payerName: string;
  readonly kind: string;
  readonly office: string;
  readonly issuedAt: Moment;
  /** 缴费截止日期, until 24:00. */
  readonly validThrough: CivilDate;
  readonly totalFen: Fen;
  readonly replaces: string | null;
  readonly state: TaxBillState;
  readonly ticketNo: string | null;
  readonly invoicedAt: Moment | null;
};

export type TaxBillLine = {
  readonly insurance: string;
  readonly kind: string;
  readonly month: Month;
  readonly persons: number;
  readonly baseFen: number;
  readonly employerFen: number;
  readonly personFen: number;
  readonly interestFen: number;
  readonly lateFen: number;
  readonly offsetFen: number;
  readonly totalFen: number;
};

/** 分险种、分部分的实缴金额: what a receipt says. */
export type MoneyLine = {
  readonly insurance: string;
  readonly part: TaxPart;
  readonly monthFrom: Month;
  readonly monthTo: Month;
  readonly fen: number;
};

export type TaxReceipt = {
  readonly receiptNo: string;
  readonly billNo: string;
  readonly employerNo: string;
  readonly ticketNo: string;
  readonly channel: PayChannel;
  readonly totalFen: Fen;
  readonly state: ReceiptState;
  readonly paidAt: Moment;
  readonly postedAt: Moment | null;
  readonly bankSerial: string | null;
  readonly remittedAt: Moment | null;
  readonly treasuredAt: Moment | null;
  readonly reversedAt: Moment | null;
  readonly reversedReason: 'BANK_RETURN' | 'DOUBLE' | 'ERROR' | null;
};

/** Channels whose money is there the moment it is paid; the others wait for the clerk's 登账 (HB-TRK-01 ③). */
export const POSTS_AT_ONCE: ReadonlySet<PayChannel> = new Set<PayChannel>(['CLIENT', 'AGREEMENT']);

const PARTS: readonly TaxPart[] = ['EMPLOYER', 'PERSON', 'LATE', 'INTEREST'];

/** Adds lines of the same insurance and part; the span of months widens. Lines that come to nothing are left out. */
export function gather(lines: readonly MoneyLine[]): MoneyLine[] {
  const sums = new Map<string, MoneyLine>();
  for (const line of lines) {
    const key = `${line.insurance}|${line.part}`;
    const known = sums.get(key);
    sums.set(
      key,
      known
        ? {
            ...known,
            monthFrom: line.monthFrom < known.monthFrom ? line.monthFrom : known.monthFrom,
            monthTo: line.monthTo > known.monthTo ? line.monthTo : known.monthTo,
            fen: addFen(known.fen, line.fen),
          }
        : line,
    );
  }
  return [...sums.values()].filter((line) => line.fen !== 0);
}

/**
 * What has to be paid, in tax items: employer and person parts are two 征收品目. 抵扣 lowers the employer's part first, what is left of it
 * the person's, then the charges, so that the lines always add up to 应缴金额.
 */
export function moneyOf(lines: readonly TaxBillLine[]): MoneyLine[] {
  return gather(
    lines.flatMap((line) => {
      let offset = line.offsetFen;
      const amounts = {
        EMPLOYER: line.employerFen,
        PERSON: line.personFen,
        LATE: line.lateFen,
        INTEREST: line.interestFen,
      };
      return PARTS.map((part) => {
        const taken = Math.min(offset, Math.max(amounts[part], 0));
        offset -= taken;
        return {
          insurance: line.insurance,
          part,
          monthFrom: line.month,
          monthTo: line.month,
          fen: amounts[part] - taken,
        };
      });
    }),
  );
}

/** Due less what living receipts brought (a short payment is completed by the rest). */
export function remaining(due: readonly MoneyLine[], paid: readonly MoneyLine[]): MoneyLine[] {
  return gather([...due, ...paid.map((line) => ({ ...line, fen: -line.fen }))]);
}

export function totalOf(lines: readonly { readonly fen: number }[]): Fen {
  return addFen(...lines.map((line) => line.fen));
}
