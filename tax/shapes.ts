/** Words and shapes of the tax side's interface; part of `contract.ts`. */
import { z } from 'zod';
import { dateSchema, fenSchema, insuranceSchema, momentSchema, monthSchema } from '../src/platform/schemas.ts';

/** wire.md §4, tax column. PAYING is kept for channels that answer later; TREASURED is a date on the receipt. */
export const taxBillStateSchema = z.enum(['OPEN', 'INVOICED', 'PAYING', 'POSTED', 'VOID', 'EXPIRED']);
export type TaxBillState = z.infer<typeof taxBillStateSchema>;

export const TAX_BILL_STATE_NAMES: Readonly<Record<TaxBillState, string>> = {
  OPEN: '待开票',
  INVOICED: '已开票，待缴费',
  PAYING: '缴费中',
  POSTED: '已缴费',
  VOID: '已作废',
  EXPIRED: '已过期',
};

/** Channels an employer can use here (wire.md §3.3). CLIENT and AGREEMENT post at once; the others wait for the tax clerk's 登账. */
export const PAY_CHANNELS = ['CLIENT', 'AGREEMENT', 'BANK_VOUCHER', 'BANK_COUNTER', 'HALL_CASH', 'HALL_POS'] as const;
export const payChannelSchema = z.enum(PAY_CHANNELS);
export type PayChannel = (typeof PAY_CHANNELS)[number];

export const PAY_CHANNEL_NAMES: Readonly<Record<PayChannel, string>> = {
  CLIENT: '单位客户端',
  AGREEMENT: '三方协议扣款',
  BANK_VOUCHER: '银行端查询缴费',
  BANK_COUNTER: '银行柜台',
  HALL_CASH: '办税厅现金',
  HALL_POS: '办税厅云POS',
};

export const receiptStateSchema = z.enum(['PAID', 'POSTED', 'REVERSED']);
export type ReceiptState = z.infer<typeof receiptStateSchema>;
export const RECEIPT_STATE_NAMES: Readonly<Record<ReceiptState, string>> = {
  PAID: '已收款，待登账',
  POSTED: '已登账',
  REVERSED: '已冲正',
};

export const partSchema = z.enum(['EMPLOYER', 'PERSON', 'LATE', 'INTEREST']);
export type TaxPart = z.infer<typeof partSchema>;

/** One line in tax words: 征收项目 + 征收品目 + 费款所属期. */
export const taxLineSchema = z.object({
  insurance: insuranceSchema,
  /** 征收项目代码, 10201…; null when the code table has no row. */
  projectCode: z.string().nullable(),
  projectName: z.string(),
  itemName: z.string().describe('征收品目：单位缴纳、个人缴纳、滞纳金、利息'),
  part: partSchema,
  monthFrom: monthSchema,
  monthTo: monthSchema,
  fen: fenSchema,
  /** The code was inferred from the budget chart and is not confirmed by a published interface (wire.md §1). */
  verified: z.boolean(),
});

export const taxBillRowSchema = z.object({
  billNo: z.string(),
  employerNo: z.string(),
  payerName: z.string(),
  uscc: z.string().nullable(),
  totalFen: fenSchema,
  months: z.string().describe('费款所属期，2023-03 至 2023-04'),
  issuedAt: momentSchema,
  validThrough: dateSchema,
  validThroughText: z.string().describe('4月23日（周日，补班）'),
  state: taxBillStateSchema,
  stateName: z.string(),
  ticketNo: z.string().nullable(),
  invoicedAt: momentSchema.nullable(),
  paidAt: momentSchema.nullable(),
});

export const receiptSchema = z.object({
  receiptNo: z.string().describe('到账流水号'),
  billNo: z.string(),
  employerNo: z.string(),
  payerName: z.string(),
  ticketNo: z.string().describe('电子税票号码'),
  channel: payChannelSchema,
  channelName: z.string(),
  totalFen: fenSchema,
  state: receiptStateSchema,
  stateName: z.string(),
  paidAt: momentSchema,
  postedAt: momentSchema.nullable(),
  remittedAt: momentSchema.nullable(),
  treasuredAt: momentSchema.nullable(),
  reversedAt: momentSchema.nullable(),
  reversedReason: z.string().nullable(),
  bankSerial: z.string().nullable(),
  /** 缴费凭证最早可开具的日期; null when it can be printed now. */
  voucherFrom: dateSchema.nullable(),
});

export const ticketSchema = z.object({
  ticketNo: z.string(),
  totalFen: fenSchema,
  invoicedAt: momentSchema,
  payBy: dateSchema,
  voidedAt: momentSchema.nullable(),
  voidReason: z.string().nullable(),
});

export const taxBillSchema = taxBillRowSchema.extend({
  kindName: z.string(),
  officeName: z.string(),
  regionName: z.string(),
  totalWords: z.string(),
  interestFen: fenSchema,
  lateFen: fenSchema,
  offsetFen: fenSchema,
  replaces: z.string().nullable(),
  lines: z.array(taxLineSchema),
  tickets: z.array(ticketSchema),
  receipts: z.array(receiptSchema),
  canInvoice: z.boolean(),
  canPay: z.boolean(),
  /** 不能办时：为什么、怎么办. */
  blocked: z.object({ code: z.string(), message: z.string(), next: z.string() }).nullable(),
  channels: z.array(
    z.object({ code: payChannelSchema, name: z.string(), words: z.string(), postsAtOnce: z.boolean() }),
  ),
  account: z
    .object({ payer: z.string(), bank: z.string(), masked: z.string(), treasury: z.string() })
    .describe('付款户（演示）'),
  /** 缴完以后: what this side has seen is `done`; the agency's steps have the times it announced, `past` once they are over. */
  afterwards: z.array(
    z.object({
      name: z.string(),
      words: z.string(),
      at: momentSchema.nullable(),
      state: z.enum(['done', 'past', 'next', 'later']),
    }),
  ),
});

export const billNoParams = z.object({ billNo: z.string().regex(/^\d{16}$/, '征集通知单据号是 16 位数字') });
