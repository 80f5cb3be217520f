import { z } from 'zod';
import {
  billNoField,
  dateField,
  fenField,
  insField,
  type MessageType,
  monthField,
  regionField,
  textField,
  timeField,
} from './type.ts';

/** 应缴类型. MIXED: the kinds stand on the lines. */
export const BILL_KINDS = [
  'MONTHLY',
  'BACK_UNIT',
  'BACK_PERSON',
  'CONTRACT',
  'AUTO_BACK',
  'DEFERRED',
  'INJURY_ONLY',
  'PROJECT',
  'SPECIAL',
  'CORRECTION',
  'OPENING',
] as const;

const notNegative = fenField.min(0, '金额不能为负');

/** 征集明细: one due. The amounts of the employer and of the person are two tax items (征收品目). */
export const billLine = z.object({
  ins: insField,
  kind: z.enum(BILL_KINDS),
  month: monthField,
  persons: z.number().int().min(0),
  baseFen: notNegative,
  employerFen: fenField,
  personFen: fenField,
  interestFen: notNegative,
  lateFen: notNegative,
  /** 抵扣/缓缴: 应缴合计 − 应缴金额. */
  offsetFen: fenField.optional(),
  totalFen: notNegative,
});
export type WireBillLine = z.infer<typeof billLine>;

/** 征集通知单 (wire.md §3.2). Sums are business checks of the receiver (TZ-WIR-302), not of the schema. */
export const billIssue = z.object({
  billNo: billNoField,
  kind: z.enum([...BILL_KINDS, 'MIXED']),
  payerType: z.enum(['EMPLOYER', 'PERSON', 'PROJECT']),
  employerNo: z.string().optional(),
  personNo: z.string().optional(),
  idType: z.string().optional(),
  idNo: z.string().optional(),
  payerName: textField.optional(),
  region: regionField,
  office: z.string().min(1),
  taxOrgan: z.string().optional(),
  issuedAt: timeField,
  /** 缴费截止日期, inclusive until 24:00. */
  validThrough: dateField,
  lines: z.array(billLine).min(1).max(500),
  totalFen: fenField.positive('应缴合计应大于 0'),
  replaces: billNoField.optional(),
  detail: z.enum(['NONE', 'BY_REQUEST', 'SENT']),
});
export type BillIssue = z.infer<typeof billIssue>;

export const billCancel = z.object({
  billNo: billNoField,
  reason: z.enum(['USER', 'SUPERSEDED', 'CORRECTION', 'ERROR']),
  requestedAt: timeField,
});
export type BillCancel = z.infer<typeof billCancel>;

/** 撤销答复. Once granted the tax side never invoices that number again. */
export const billCancelAnswer = z
  .object({
    billNo: billNoField,
    granted: z.boolean(),
    reason: z.enum(['INVOICED', 'PAYING', 'PAID']).optional(),
    at: timeField,
  })
  .refine((body) => body.granted || body.reason !== undefined, { message: '不同意撤销应说明原因', path: ['reason'] });
export type BillCancelAnswer = z.infer<typeof billCancelAnswer>;

/** 开票. */
export const billInvoiced = z.object({
  billNo: billNoField,
  ticketNo: z.string().min(1).max(40),
  invoicedAt: timeField,
  totalFen: fenField,
  payBy: dateField.optional(),
  channel: z.string().optional(),
});
export type BillInvoiced = z.infer<typeof billInvoiced>;

export const billInvoiceVoided = z.object({
  billNo: billNoField,
  ticketNo: z.string().min(1).max(40),
  voidedAt: timeField,
  reason: textField,
});
export type BillInvoiceVoided = z.infer<typeof billInvoiceVoided>;

export const billQuery = z.object({ billNo: billNoField });
export type BillQuery = z.infer<typeof billQuery>;

export const billState = z.object({
  billNo: billNoField,
  state: z.enum(['UNKNOWN', 'OPEN', 'INVOICED', 'PAYING', 'POSTED', 'VOID', 'EXPIRED']),
  ticketNo: z.string().optional(),
  paidAt: timeField.optional(),
  asOf: timeField,
  /** Last seq of the sender's `money` stream that includes this truth; filled in by the engine. */
  moneySeq: z.number().int().min(0).default(0),
});
export type BillState = z.infer<typeof billState>;

/** Σ lines = total, and every line adds up; the sentence says what differs, undefined when all agree (TZ-WIR-302). */
export function billSumsDiffer(bill: BillIssue): string | undefined {
  let sum = 0;
  for (const [index, line] of bill.lines.entries()) {
    const total = line.employerFen + line.personFen + line.interestFen + line.lateFen - (line.offsetFen ?? 0);
    if (total !== line.totalFen) return `第 ${index + 1} 行应缴金额 ${line.totalFen} 分，各项之和 ${total} 分`;
    sum += line.totalFen;
  }
  return sum === bill.totalFen ? undefined : `应缴合计 ${bill.totalFen} 分，各行之和 ${sum} 分`;
}

const bills = 'bills' as const;

export const BILL_TYPES: readonly MessageType[] = [
  {
    type: 'bill.issue',
    schema: 'bill.issue/1',
    stream: bills,
    title: '征集通知单',
    body: billIssue,
    overtakenCode: 'TZ-WIR-404',
    amountFen: (body: BillIssue) => body.totalFen,
  },
  {
    type: 'bill.cancel',
    schema: 'bill.cancel/1',
    stream: bills,
    title: '申请撤销单据',
    body: billCancel,
    anyOrder: true,
  },
  {
    type: 'bill.cancelAnswer',
    schema: 'bill.cancelAnswer/1',
    stream: bills,
    title: '撤销答复',
    body: billCancelAnswer,
  },
  {
    type: 'bill.invoiced',
    schema: 'bill.invoiced/1',
    stream: bills,
    title: '开票',
    body: billInvoiced,
    amountFen: (body: BillInvoiced) => body.totalFen,
  },
  {
    type: 'bill.invoiceVoided',
    schema: 'bill.invoiceVoided/1',
    stream: bills,
    title: '作废开票',
    body: billInvoiceVoided,
  },
  {
    type: 'bill.query',
    schema: 'bill.query/1',
    stream: bills,
    title: '查询单据状态',
    body: billQuery,
    answer: 'bill.state',
    unsequenced: true,
  },
  {
    type: 'bill.state',
    schema: 'bill.state/1',
    stream: bills,
    title: '单据状态',
    body: billState,
    stampsMoneySeq: true,
  },
];
