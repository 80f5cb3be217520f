import type { CivilDate, Moment, Month } from '../kernel/month.ts';

/** An entry that is not a paid pension line. */
export type AccountEntry = {
  readonly entryId: string;
  readonly personNo: string;
  readonly kind: 'OPENING' | 'INTEREST' | 'CORRECTION' | 'PAYOUT';
  readonly fen: number;
  readonly day: CivilDate;
  readonly ref: string;
  readonly at: Moment;
  readonly actor: string;
};

/** A month of paid pension at an employer; corrections and paid refunds are already in it. */
export type AccountCredit = {
  readonly month: Month;
  readonly employerNo: string;
  readonly baseFen: number;
  readonly personFen: number;
  /** Beyond the person part, where the law of the month credits more than it (before 2006). */
  readonly employerCreditFen: number;
  readonly creditFen: number;
};

export type PersonalAccount = {
  readonly personNo: string;
  readonly credits: readonly AccountCredit[];
  readonly entries: readonly AccountEntry[];
  readonly creditedFen: number;
  readonly entriesFen: number;
  readonly balanceFen: number;
};
