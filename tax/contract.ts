/**
 * Interface of the tax bureau's side (金税三期社保费征管的替身). Pages, stories and the server share it.
 * Taxpayer calls have access `employer`, clerk calls `staff`; both sign in at this program, not at the agency.
 */
import { z } from 'zod';
import { endpoint } from '../src/platform/contract.ts';
import {
  dateSchema,
  fenSchema,
  insuranceSchema,
  momentSchema,
  monthSchema,
  pageOf,
  pageQuery,
  sortBy,
} from '../src/platform/schemas.ts';
import {
  billNoParams,
  partSchema,
  payChannelSchema,
  receiptSchema,
  receiptStateSchema,
  taxBillRowSchema,
  taxBillSchema,
  taxBillStateSchema,
  taxLineSchema,
} from './shapes.ts';

export * from './shapes.ts';

const payBody = z.object({ channel: payChannelSchema });
const done = z.object({ ok: z.literal(true) });

// ── session ──────────────────────────────────────────────────────────────────────────────────────────────────────
const taxPrincipalSchema = z.object({
  kind: z.enum(['TAXPAYER', 'CLERK']),
  login: z.string(),
  name: z.string(),
  employerNo: z.string().nullable(),
});

export const taxSessionEndpoint = endpoint({
  method: 'GET',
  path: '/api/session',
  summary: '当前登录人、业务时间、办理机关',
  access: 'public',
  response: z.object({
    mode: z.enum(['demo', 'test', 'production']),
    now: momentSchema,
    region: z.string(),
    organName: z.string(),
    principal: taxPrincipalSchema.nullable(),
  }),
});

export const taxLoginEndpoint = endpoint({
  method: 'POST',
  path: '/api/login',
  summary: '登录：缴费人用统一社会信用代码，税务人员用工号',
  access: 'public',
  body: z.object({
    kind: z.enum(['TAXPAYER', 'CLERK']),
    login: z.string().trim().min(1, '请输入账号'),
    password: z.string().min(1, '请输入密码'),
  }),
  response: z.object({ principal: taxPrincipalSchema }),
});

export const taxLogoutEndpoint = endpoint({
  method: 'POST',
  path: '/api/logout',
  summary: '退出登录',
  access: 'public',
  response: done,
});

export const taxDemoAccountsEndpoint = endpoint({
  method: 'GET',
  path: '/api/demo/accounts',
  summary: '演示账号（仅演示、测试模式）',
  access: 'public',
  response: z.array(
    z.object({ kind: z.enum(['TAXPAYER', 'CLERK']), login: z.string(), password: z.string(), name: z.string() }),
  ),
});

// ── everyone ─────────────────────────────────────────────────────────────────────────────────────────────────────
/** A POST like every search by a typed text: whatever is typed, no address holds it (wire.md §10 test 76). */
export const taxLookupEndpoint = endpoint({
  method: 'POST',
  path: '/api/lookup',
  summary: '按征集通知单据号（16 位）或统一社会信用代码（18 位）查待缴单据',
  access: 'public',
  body: z.object({ q: z.string().trim().min(1, '请输入征集通知单据号或统一社会信用代码').max(40) }),
  response: z.object({
    rows: z.array(
      taxBillRowSchema.pick({
        billNo: true,
        payerName: true,
        totalFen: true,
        months: true,
        validThrough: true,
        validThroughText: true,
        state: true,
        stateName: true,
      }),
    ),
    /** Shown when nothing was found (HB-BILL-07: 20 分钟, 1–10 日 30 分钟). */
    hint: z.string().nullable(),
  }),
});

// ── taxpayer ─────────────────────────────────────────────────────────────────────────────────────────────────────
export const myTaxBillsEndpoint = endpoint({
  method: 'GET',
  path: '/api/my/bills',
  summary: '本单位单据',
  access: 'employer',
  query: z.object({ state: taxBillStateSchema.optional(), ...pageQuery }),
  response: pageOf(taxBillRowSchema),
});

export const myTaxBillEndpoint = endpoint({
  method: 'GET',
  path: '/api/my/bills/:billNo',
  summary: '单据详情：征收项目、品目、费款所属期、金额、怎么缴',
  access: 'employer',
  params: billNoParams,
  response: taxBillSchema,
});

export const myInvoiceEndpoint = endpoint({
  method: 'POST',
  path: '/api/my/bills/:billNo/invoice',
  summary: '开票',
  access: 'employer',
  params: billNoParams,
  response: taxBillSchema,
});

export const myPayEndpoint = endpoint({
  method: 'POST',
  path: '/api/my/bills/:billNo/pay',
  summary: '整单缴费；未开票的同时开票',
  access: 'employer',
  params: billNoParams,
  body: payBody,
  response: z.object({ bill: taxBillSchema, receipt: receiptSchema }),
});

export const receiptSort = sortBy('receiptNo', 'billNo', 'ticketNo', 'payer', 'channel', 'paidAt', 'total', 'state');

export const myReceiptsEndpoint = endpoint({
  method: 'GET',
  path: '/api/my/receipts',
  summary: '缴费记录',
  access: 'employer',
  query: z.object({ from: dateSchema.optional(), to: dateSchema.optional(), sort: receiptSort, ...pageQuery }),
  response: pageOf(receiptSchema),
});

export const voucherSchema = z.object({
  title: z.string(),
  voucherNo: z.string(),
  ticketNo: z.string(),
  receiptNo: z.string(),
  billNo: z.string(),
  payerName: z.string(),
  uscc: z.string().nullable(),
  employerNo: z.string(),
  organName: z.string(),
  treasury: z.string(),
  paidAt: momentSchema,
  treasuredAt: momentSchema.nullable(),
  lines: z.array(taxLineSchema),
  totalFen: fenSchema,
  totalWords: z.string(),
});

export const myVoucherEndpoint = endpoint({
  method: 'GET',
  path: '/api/my/receipts/:receiptNo/voucher',
  summary: '缴费凭证；缴款后第 2 个工作日起可开具（TZ-WIR-501）',
  access: 'employer',
  params: z.object({ receiptNo: z.string() }),
  response: voucherSchema,
});

// ── clerk ────────────────────────────────────────────────────────────────────────────────────────────────────────
export const taxBillSort = sortBy('billNo', 'payer', 'uscc', 'employerNo', 'months', 'total', 'validThrough', 'state');

export const clerkBillsEndpoint = endpoint({
  method: 'POST',
  path: '/api/clerk/bills/search',
  summary: '查询单据：单据号、信用代码、单位编号（含归并前旧号）、名称',
  access: 'staff',
  body: z.object({
    q: z.string().trim().max(60).optional(),
    state: taxBillStateSchema.optional(),
    sort: taxBillSort,
    ...pageQuery,
  }),
  response: pageOf(taxBillRowSchema),
});

export const clerkBillEndpoint = endpoint({
  method: 'GET',
  path: '/api/clerk/bills/:billNo',
  summary: '单据详情',
  access: 'staff',
  params: billNoParams,
  response: taxBillSchema,
});

export const clerkInvoiceEndpoint = endpoint({
  method: 'POST',
  path: '/api/clerk/bills/:billNo/invoice',
  summary: '代开票',
  access: 'staff',
  params: billNoParams,
  response: taxBillSchema,
});

export const clerkVoidInvoiceEndpoint = endpoint({
  method: 'POST',
  path: '/api/clerk/bills/:billNo/void-invoice',
  summary: '作废票证，单据回到待开票',
  access: 'staff',
  params: billNoParams,
  body: z.object({ reason: z.string().trim().min(1, '请写明作废原因').max(200) }),
  response: taxBillSchema,
});

export const clerkPayEndpoint = endpoint({
  method: 'POST',
  path: '/api/clerk/bills/:billNo/pay',
  summary: '窗口收款（现金、云POS、银行回单）；默认同时登账',
  access: 'staff',
  params: billNoParams,
  body: payBody.extend({ post: z.boolean().default(true).describe('收款同时登账；false 时留待登账') }),
  response: z.object({ bill: taxBillSchema, receipt: receiptSchema }),
});

export const clerkReceiptsEndpoint = endpoint({
  method: 'POST',
  path: '/api/clerk/receipts/search',
  summary: '收款记录；state=PAID 即待登账',
  access: 'staff',
  body: z.object({
    q: z.string().trim().max(60).optional(),
    state: receiptStateSchema.optional(),
    channel: payChannelSchema.optional(),
    from: dateSchema.optional(),
    to: dateSchema.optional(),
    sort: receiptSort,
    ...pageQuery,
  }),
  response: pageOf(receiptSchema),
});

export const clerkReceiptEndpoint = endpoint({
  method: 'GET',
  path: '/api/clerk/receipts/:receiptNo',
  summary: '收款明细',
  access: 'staff',
  params: z.object({ receiptNo: z.string() }),
  response: receiptSchema.extend({ lines: z.array(taxLineSchema) }),
});

export const clerkPostEndpoint = endpoint({
  method: 'POST',
  path: '/api/clerk/receipts/:receiptNo/post',
  summary: '登账',
  access: 'staff',
  params: z.object({ receiptNo: z.string() }),
  response: receiptSchema,
});

const reverseReasonSchema = z.enum(['BANK_RETURN', 'DOUBLE', 'ERROR']);
export const REVERSE_REASON_NAMES: Readonly<Record<z.infer<typeof reverseReasonSchema>, string>> = {
  BANK_RETURN: '银行退票',
  DOUBLE: '重复缴费',
  ERROR: '差错',
};

export const clerkReverseEndpoint = endpoint({
  method: 'POST',
  path: '/api/clerk/receipts/:receiptNo/reverse',
  summary: '整笔冲正',
  access: 'staff',
  params: z.object({ receiptNo: z.string() }),
  body: z.object({ reason: reverseReasonSchema }),
  response: receiptSchema,
});

export const clerkCorrectEndpoint = endpoint({
  method: 'POST',
  path: '/api/clerk/receipts/:receiptNo/correct',
  summary: '更正险种、所属期；总额不变',
  access: 'staff',
  params: z.object({ receiptNo: z.string() }),
  body: z.object({
    reason: z.string().trim().min(1, '请写明更正原因').max(200),
    lines: z
      .array(
        z.object({
          insurance: insuranceSchema,
          monthFrom: monthSchema,
          monthTo: monthSchema,
          part: partSchema,
          fen: fenSchema,
        }),
      )
      .min(1)
      .max(500)
      .optional()
      .describe('缺省：按应征明细更正'),
  }),
  response: receiptSchema,
});

export const clerkTreasureEndpoint = endpoint({
  method: 'POST',
  path: '/api/clerk/receipts/:receiptNo/treasure',
  summary: '上解入库',
  access: 'staff',
  params: z.object({ receiptNo: z.string() }),
  response: receiptSchema,
});

export const cashDeskEndpoint = endpoint({
  method: 'GET',
  path: '/api/clerk/cash-desk',
  summary: '收款台日结：按渠道的笔数、金额',
  access: 'staff',
  query: z.object({ day: dateSchema.optional() }),
  response: z.object({
    day: dateSchema,
    rows: z.array(
      z.object({
        channel: payChannelSchema,
        channelName: z.string(),
        count: z.int(),
        fen: fenSchema,
        toPost: z.int().describe('待登账笔数'),
      }),
    ),
    totalFen: fenSchema,
  }),
});

export const taxJobsEndpoint = endpoint({
  method: 'GET',
  path: '/api/clerk/jobs',
  summary: '作业运行记录与交换队列',
  access: 'staff',
  response: z.object({
    runs: z.array(
      z.object({
        job: z.string(),
        title: z.string(),
        slot: momentSchema,
        state: z.string(),
        result: z.string(),
        error: z.string().nullable(),
      }),
    ),
    exchange: z.unknown(),
  }),
});

export * from './fault-contract.ts';
