import { z } from 'zod';
import { billNoField, fenField, insField, type MessageType, monthField, textField, timeField } from './type.ts';

/** 缴费渠道 (NM-PAY). */
export const CHANNELS = [
  'CLIENT',
  'HALL_CASH',
  'HALL_POS',
  'AGREEMENT',
  'BATCH',
  'BANK_VOUCHER',
  'BANK_COUNTER',
  'AGENT_CLIENT',
  'VILLAGE_POS',
  'BANK_RURAL',
  'TAX_APP',
  'WECHAT',
  'WECHAT_CITY',
  'ALIPAY',
  'REGION_APP',
  'WEB',
  'UNIONPAY',
  'OTHER',
] as const;
export type Channel = (typeof CHANNELS)[number];

export const CHANNEL_NAMES: Readonly<Record<Channel, string>> = {
  CLIENT: '单位客户端',
  HALL_CASH: '办税厅现金',
  HALL_POS: '云POS',
  AGREEMENT: '三方协议',
  BATCH: '批量扣款',
  BANK_VOUCHER: '银行端查询缴费',
  BANK_COUNTER: '银行柜台',
  AGENT_CLIENT: '代收单位',
  VILLAGE_POS: '村级POS',
  BANK_RURAL: '裕农通',
  TAX_APP: '税务APP',
  WECHAT: '微信',
  WECHAT_CITY: '微信城市服务',
  ALIPAY: '支付宝',
  REGION_APP: '地方APP',
  WEB: '自然人电子税务局',
  UNIONPAY: '银联',
  OTHER: '其他',
};

/** 分险种金额. */
export const receiptLine = z.object({
  ins: insField,
  monthFrom: monthField,
  monthTo: monthField,
  part: z.enum(['EMPLOYER', 'PERSON', 'LATE', 'INTEREST']),
  fen: fenField,
  tierCode: z.string().optional(),
});
export type WireReceiptLine = z.infer<typeof receiptLine>;

/** 到账 (wire.md §3.3). Says everything, so that it lands although its bill is lost; `paidAt` decides validity. */
export const paymentPosted = z.object({
  receiptNo: z.string().min(1).max(64),
  billNo: billNoField.optional(),
  basis: z.enum(['ASSESSED', 'TIER', 'DECLARED']),
  payerName: textField.optional(),
  employerNo: z.string().optional(),
  personNo: z.string().optional(),
  taxRegNo: z.string().optional(),
  ticketNo: z.string().min(1).max(40),
  invoicedAt: timeField.optional(),
  paidAt: timeField,
  postedAt: timeField,
  lines: z.array(receiptLine).min(1).max(2000),
  totalFen: fenField,
  channel: z.enum(CHANNELS),
  bankSerial: z.string().optional(),
  treasury: z.string().optional(),
  /** 原码: stored, never computed with. */
  native: z.record(z.string(), z.unknown()).optional(),
});
export type PaymentPosted = z.infer<typeof paymentPosted>;

/** 上解、入库. */
export const paymentTreasured = z.object({
  receiptNo: z.string().min(1),
  remittedAt: timeField.optional(),
  treasuredAt: timeField,
  treasuryBatch: z.string().optional(),
});
export type PaymentTreasured = z.infer<typeof paymentTreasured>;

/** 冲正: always the whole receipt. */
export const paymentReversed = z.object({
  receiptNo: z.string().min(1),
  reversalNo: z.string().min(1),
  fen: fenField,
  reversedAt: timeField,
  reason: z.enum(['BANK_RETURN', 'DOUBLE', 'ERROR']),
});
export type PaymentReversed = z.infer<typeof paymentReversed>;

/** 更正: insurance or period only, the total stays. */
export const paymentCorrected = z.object({
  receiptNo: z.string().min(1),
  lines: z.array(receiptLine).min(1).max(2000),
  reason: textField,
});
export type PaymentCorrected = z.infer<typeof paymentCorrected>;

/** 水位: every payment with `paidAt` ≤ `paidThrough` is in the stream up to `moneySeq` (filled in by the engine). */
export const taxWatermark = z.object({ paidThrough: timeField, moneySeq: z.number().int().min(0).default(0) });
export type TaxWatermark = z.infer<typeof taxWatermark>;

/** Σ lines ≠ total of a receipt: the money is kept and parked (wire.md §2 rule 3). */
export function receiptSumFen(receipt: Pick<PaymentPosted, 'lines'>): number {
  return receipt.lines.reduce((sum, line) => sum + line.fen, 0);
}

const money = 'money' as const;

export const MONEY_TYPES: readonly MessageType[] = [
  {
    type: 'payment.posted',
    schema: 'payment.posted/1',
    stream: money,
    title: '税务登账',
    body: paymentPosted,
    amountFen: (body: PaymentPosted) => body.totalFen,
  },
  { type: 'payment.treasured', schema: 'payment.treasured/1', stream: money, title: '入库', body: paymentTreasured },
  {
    type: 'payment.reversed',
    schema: 'payment.reversed/1',
    stream: money,
    title: '冲正',
    body: paymentReversed,
    amountFen: (body: PaymentReversed) => body.fen,
  },
  { type: 'payment.corrected', schema: 'payment.corrected/1', stream: money, title: '更正', body: paymentCorrected },
  {
    type: 'tax.watermark',
    schema: 'tax.watermark/1',
    stream: money,
    title: '到账水位',
    body: taxWatermark,
    stampsMoneySeq: true,
  },
];
