import type { Insurance } from '../kernel/insurance.ts';
import type { CivilDate, Moment } from '../kernel/month.ts';

/** CASH 基金账, MEMO 应收台账 (design §9.8). */
export type Book = 'CASH' | 'MEMO';

/** Codes of the chart of accounts (fund_account); names live in the database. */
export const ACCOUNTS = {
  bank: '1001',
  suspense: '2001',
  openingBalance: '3001',
  incomeEmployer: '4001',
  incomePerson: '4002',
  incomeLate: '4003',
  incomeInterest: '4004',
  receivable: '9001',
  receivableContra: '9002',
  openedEmployer: '9003',
  openedPerson: '9004',
} as const;
export type AccountCode = (typeof ACCOUNTS)[keyof typeof ACCOUNTS];

export type VoucherKind =
  | 'ASSESSED'
  | 'OPENED'
  | 'RECEIPT_POSTED'
  | 'ALLOCATED'
  | 'POSTING_REVERSED'
  | 'ALLOCATION_REVERSED'
  | 'CORRECTED_OUT'
  | 'CORRECTED_IN';

/** One side is zero. In a red voucher (红字冲销) the amounts are negative, on the sides of the original. */
export type Entry = { readonly account: AccountCode; readonly debitFen: number; readonly creditFen: number };

export type Voucher = {
  readonly voucherId: string;
  readonly insurance: Insurance;
  readonly book: Book;
  readonly kind: VoucherKind;
  readonly ref: string;
  readonly red: boolean;
  /** Business day it belongs to. */
  readonly day: CivilDate;
  readonly at: Moment;
  readonly actor: string;
  readonly entries: readonly Entry[];
};

export type Balance = {
  readonly insurance: Insurance;
  readonly book: Book;
  readonly account: AccountCode;
  readonly name: string;
  readonly debitFen: number;
  readonly creditFen: number;
  /** On the account's normal side. */
  readonly balanceFen: number;
};
