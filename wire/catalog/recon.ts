import { z } from 'zod';
import { sm3 } from '../seal.ts';
import { dateField, fenField, insField, type MessageType, textField, timeField } from './type.ts';

const digestField = z.string().regex(/^[0-9a-f]{64}$/, '摘要应为 64 位十六进制');

/** 日终合计 (wire.md §3.6): payments by `paidAt` date, reversals and refunds by their own. */
export const reconTotals = z.object({
  day: dateField,
  moneySeq: z.number().int().min(0),
  rows: z.array(
    z.object({
      ins: insField,
      direction: z.enum(['IN', 'REFUND', 'REVERSAL']),
      count: z.number().int().min(0),
      fen: fenField,
      digest: digestField,
    }),
  ),
  openBills: z
    .array(z.object({ state: z.string(), count: z.number().int().min(0), fen: fenField, digest: digestField }))
    .optional(),
});
export type ReconTotals = z.infer<typeof reconTotals>;

export const reconDetailRequest = z.object({
  day: dateField,
  ins: insField,
  direction: z.enum(['IN', 'REFUND', 'REVERSAL']),
  page: z.number().int().min(1).default(1),
});
export type ReconDetailRequest = z.infer<typeof reconDetailRequest>;

/** 1,000 rows a page. */
export const reconDetail = z.object({
  day: dateField,
  ins: insField,
  direction: z.enum(['IN', 'REFUND', 'REVERSAL']),
  page: z.number().int().min(1),
  pages: z.number().int().min(1),
  rows: z
    .array(
      z.object({
        receiptNo: z.string(),
        billNo: z.string().optional(),
        ins: insField,
        fen: fenField,
        paidAt: timeField,
        ticketNo: z.string().optional(),
      }),
    )
    .max(1000),
});
export type ReconDetail = z.infer<typeof reconDetail>;

/** 对账差异 D-INT-02. */
export const RECON_KINDS = ['OURS_ONLY', 'THEIRS_ONLY', 'AMOUNT', 'INSURANCE', 'DOUBLE'] as const;
export const RECON_KIND_NAMES: Readonly<Record<(typeof RECON_KINDS)[number], string>> = {
  OURS_ONLY: '我有税无',
  THEIRS_ONLY: '税有我无',
  AMOUNT: '金额不一致',
  INSURANCE: '险种不一致',
  DOUBLE: '重复到账',
};

export const reconCase = z.object({
  caseNo: z.string().min(1),
  kind: z.enum(RECON_KINDS),
  receiptNo: z.string().optional(),
  billNo: z.string().optional(),
  agencyFen: fenField.optional(),
  taxFen: fenField.optional(),
  resolution: textField.optional(),
  state: z.enum(['OPEN', 'AGREED', 'DONE']),
});
export type ReconCase = z.infer<typeof reconCase>;

/** 维护窗口 (wire.md §3.7). */
export const windowNotice = z.object({
  noticeNo: z.string().min(1),
  kind: z.enum(['MAINTENANCE', 'CUTOVER', 'HOLIDAY']),
  scope: z.array(z.string()).min(1),
  from: timeField,
  to: timeField,
  text: textField,
  replaces: z.string().optional(),
});
export type WindowNotice = z.infer<typeof windowNotice>;

/** Digest of a totals row: SM3 of the sorted lines `receiptNo|ins|fen\n`, so that two errors cannot cancel out. */
export function receiptDigest(rows: readonly { receiptNo: string; ins: string; fen: number }[]): string {
  return sm3(
    rows
      .map((row) => `${row.receiptNo}|${row.ins}|${row.fen}\n`)
      .sort()
      .join(''),
  );
}

/** Digest of open bills: SM3 of the sorted lines `billNo|fen\n`. */
export function billDigest(rows: readonly { billNo: string; fen: number }[]): string {
  return sm3(
    rows
      .map((row) => `${row.billNo}|${row.fen}\n`)
      .sort()
      .join(''),
  );
}

const recon = 'recon' as const;

export const RECON_TYPES: readonly MessageType[] = [
  { type: 'recon.totals', schema: 'recon.totals/1', stream: recon, title: '日终合计', body: reconTotals },
  {
    type: 'recon.detailRequest',
    schema: 'recon.detailRequest/1',
    stream: recon,
    title: '请求对账明细',
    body: reconDetailRequest,
  },
  { type: 'recon.detail', schema: 'recon.detail/1', stream: recon, title: '对账明细', body: reconDetail },
  { type: 'recon.case', schema: 'recon.case/1', stream: recon, title: '对账差异', body: reconCase },
  { type: 'window.notice', schema: 'window.notice/1', stream: 'control', title: '维护窗口通知', body: windowNotice },
];
