import type { Insurance } from '../kernel/insurance.ts';
import type { Month } from '../kernel/month.ts';
import type { Ctx } from '../platform/context.ts';
import type { DueKind } from './model.ts';

/** Money of a receipt or bill by insurance and part. */
export type PartAmount = {
  readonly insurance: Insurance;
  readonly part: 'EMPLOYER' | 'PERSON' | 'LATE' | 'INTEREST';
  readonly fen: number;
};

export type FactDue = {
  readonly dueId: string;
  readonly insurance: Insurance;
  readonly kind: DueKind;
  readonly month: Month;
  readonly employerFen: number;
  readonly personFen: number;
};

export type ReceiptStage = 'TAX_POSTED' | 'SS_POSTED' | 'ALLOCATED';

/** What collection tells the books and the rights, in the same transaction (design §4). */
export type CollectionFact =
  | {
      readonly type: 'ASSESSED' | 'OPENED';
      readonly employerNo: string;
      readonly assessmentId: string;
      readonly dues: readonly FactDue[];
    }
  /**
   * ④ 社保登账: money is in the agency's account, not yet income. ⑤ 实收分配: income by part; the dues of the bills are settled.
   * `ref` names the posting; its receipts carry it.
   */
  | {
      readonly type: 'RECEIPT_POSTED' | 'ALLOCATED';
      readonly ref: string;
      readonly billNos: readonly string[];
      readonly amounts: readonly PartAmount[];
    }
  | {
      readonly type: 'RECEIPT_REVERSED';
      readonly receiptNo: string;
      readonly billNo: string | null;
      readonly stage: ReceiptStage;
      readonly amounts: readonly PartAmount[];
    }
  | {
      readonly type: 'RECEIPT_CORRECTED';
      readonly receiptNo: string;
      readonly stage: ReceiptStage;
      readonly before: readonly PartAmount[];
      readonly after: readonly PartAmount[];
    }
  /** What a receipt settled the dues with, from one fund to another: the 应收台账 follows, its money has moved already. */
  | {
      readonly type: 'SETTLEMENT_MOVED';
      readonly receiptNo: string;
      readonly before: readonly PartAmount[];
      readonly after: readonly PartAmount[];
    }
  /** The bill counts no more (expired or revoked): its printed form must say so. */
  | { readonly type: 'BILL_VOIDED'; readonly billNo: string }
  /** It counts again: a payment made in time turned up after its dues had been let go. */
  | { readonly type: 'BILL_REVIVED'; readonly billNo: string };

export type FactListener = (ctx: Ctx, fact: CollectionFact) => Promise<void>;

const listeners = new Set<FactListener>();

/** The composition root subscribes books and rights once. */
export function subscribe(listener: FactListener): void {
  listeners.add(listener);
}

export async function announce(ctx: Ctx, fact: CollectionFact): Promise<void> {
  for (const listener of listeners) await listener(ctx, fact);
}
