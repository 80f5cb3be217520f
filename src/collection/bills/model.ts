import type { Insurance } from '../../kernel/insurance.ts';
import type { CivilDate, Moment, Month } from '../../kernel/month.ts';
import type { Tx } from '../../platform/db.ts';
import type { DueKind } from '../model.ts';

/** State codes of wire.md §13, everywhere. */
export const BILL_STATE_NAMES = {
  ISSUED: '缴费认定',
  PUSHED: '已推送',
  INVOICED: '税务开票',
  TAX_POSTED: '税务登账',
  SS_POSTED: '社保登账',
  ALLOCATED: '实收分配',
  EXPIRED: '已过期',
  REVOKING: '撤销中',
  REVOKED: '已撤销',
  PARTIAL: '部分到账',
  MISMATCH: '金额不符',
} as const;
export type BillState = keyof typeof BILL_STATE_NAMES;

/** A due that is free to be billed: unsettled, on no live bill; amounts after offsets. */
export type FreeDue = {
  readonly dueId: string;
  readonly insurance: Insurance;
  readonly month: Month;
  readonly kind: DueKind;
  readonly persons: number;
  readonly baseFen: number;
  readonly employerFen: number;
  readonly personFen: number;
  readonly lateFrom: CivilDate;
  /** Days since `lateFrom` on which it lay bound because the tax side had not yet granted an asked revocation (design §9.5). */
  readonly waitedDays: number;
};

export type BillLine = {
  readonly lineNo: number;
  readonly insurance: Insurance;
  readonly kind: DueKind;
  readonly month: Month;
  readonly lateFrom: CivilDate;
  readonly lateDays: number;
  readonly persons: number;
  readonly baseFen: number;
  readonly employerFen: number;
  readonly personFen: number;
  readonly lateFen: number;
  readonly interestFen: number;
  readonly totalFen: number;
};

export type BillTotals = {
  readonly employerFen: number;
  readonly personFen: number;
  readonly lateFen: number;
  readonly interestFen: number;
  readonly totalFen: number;
};

export type BillDraft = BillTotals & {
  readonly lines: readonly BillLine[];
  readonly dues: readonly (FreeDue & { readonly lineNo: number })[];
  readonly effectiveFrom: CivilDate;
  readonly deadline: CivilDate;
};

export type Bill = BillTotals & {
  readonly billNo: string;
  readonly employerNo: string;
  readonly state: BillState;
  readonly released: boolean;
  readonly issuedAt: Moment;
  readonly effectiveFrom: CivilDate;
  readonly deadline: CivilDate;
  readonly replaces: string | null;
  readonly caseNo: string;
  readonly actorName: string;
  readonly pushedAt: Moment | null;
  readonly acceptedAt: Moment | null;
  readonly pushProblem: string | null;
  readonly invoicedAt: Moment | null;
  readonly ticketNo: string | null;
  readonly taxPostedAt: Moment | null;
  readonly paidAt: Moment | null;
  readonly ssPostedAt: Moment | null;
  readonly allocatedAt: Moment | null;
  /** Its dues are settled by its money since then. */
  readonly settledAt: Moment | null;
  readonly expiredAt: Moment | null;
  readonly revokeAskedAt: Moment | null;
  readonly revokedAt: Moment | null;
};

/** How a bill reaches the tax side; given by the exchange, so that collection need not know the wire. */
export type BillPorts = {
  /** In the business transaction. Returns the item's id. */
  readonly enqueue: (
    tx: Tx,
    item: { readonly type: string; readonly entity: string; readonly body: unknown },
  ) => Promise<string>;
  /** True when the document had not been marked as sent: it is then withdrawn and never goes out. */
  readonly cancelUnsent: (tx: Tx, entity: string, type: string) => Promise<boolean>;
};
