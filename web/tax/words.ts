import type { ReceiptState, TaxBillState } from '../../tax/contract.ts';
import type { Tone } from '../ui/StatusTag.tsx';

export const TAX_TONES: Readonly<Record<TaxBillState, Tone>> = {
  OPEN: 'doing',
  INVOICED: 'wait',
  PAYING: 'wait',
  POSTED: 'done',
  VOID: 'none',
  EXPIRED: 'bad',
};

export const RECEIPT_TONES: Readonly<Record<ReceiptState, Tone>> = { PAID: 'wait', POSTED: 'done', REVERSED: 'bad' };

/** 2023-03 至 2023-04, or one month. */
export function periodText(from: string, to: string): string {
  return from === to ? from : `${from} 至 ${to}`;
}
