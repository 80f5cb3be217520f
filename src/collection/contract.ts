import { z } from 'zod';
import { endpoint } from '../platform/contract.ts';
import {
  dateSchema,
  fenSchema,
  insuranceSchema,
  momentSchema,
  monthSchema,
  pageOf,
  pageQuery,
  sortBy,
} from '../platform/schemas.ts';

export const billStateSchema = z.enum([
  'ISSUED',
  'PUSHED',
  'INVOICED',
  'TAX_POSTED',
  'SS_POSTED',
  'ALLOCATED',
  'EXPIRED',
  'REVOKING',
  'REVOKED',
  'PARTIAL',
  'MISMATCH',
]);

/** A bill the tax side has taken: the same words in the list, on the bill, on its track and in the filter. */
export const PAYABLE_NAME = '税务已接收，待缴费';

/** The five nodes of 到账跟踪 (HB-TRK-01). */
export const trackNodeSchema = z.object({
  code: z.enum(['ISSUED', 'INVOICED', 'TAX_POSTED', 'SS_POSTED', 'ALLOCATED']),
  name: z.string(),
  state: z.enum(['done', 'current', 'future', 'late', 'stopped']),
  at: momentSchema.nullable(),
  expectedAt: momentSchema.nullable(),
  words: z.string().describe('规则或要谁做什么'),
});

export const billRowSchema = z.object({
  billNo: z.string(),
  state: billStateSchema,
  stateName: z.string(),
  released: z.boolean(),
  months: z.string(),
  issuedAt: momentSchema,
  deadline: dateSchema,
  deadlineText: z.string().describe('4月23日（周日，补班）24:00'),
  employerFen: fenSchema,
  personFen: fenSchema,
  lateFen: fenSchema,
  interestFen: fenSchema,
  totalFen: fenSchema,
  receivedFen: fenSchema,
  actorName: z.string(),
  caseNo: z.string(),
  /** 待推送 / 已推送 / 税务已接收 / 失败 (HB-BILL-07). */
  pushState: z.enum(['WAITING', 'SENT', 'ACCEPTED', 'FAILED']),
  pushText: z.string(),
});

const billLineSchema = z.object({
  insurance: insuranceSchema,
  insuranceName: z.string(),
  kind: z.string(),
  kindName: z.string(),
  month: monthSchema,
  persons: z.int(),
  baseFen: fenSchema,
  employerFen: fenSchema,
  personFen: fenSchema,
  lateFrom: dateSchema,
  lateDays: z.int(),
  lateFen: fenSchema,
  interestFen: fenSchema,
  totalFen: fenSchema,
});

export const billSort = sortBy('billNo', 'state', 'months', 'total', 'received', 'deadline', 'issuedAt', 'actor');

export const billsEndpoint = endpoint({
  method: 'GET',
  path: '/api/bills',
  summary: '业务单据查询（HB-QRY-11）',
  access: 'employer',
  query: z.object({
    from: dateSchema.optional(),
    to: dateSchema.optional(),
    billNo: z.string().optional(),
    state: billStateSchema.optional(),
    sort: billSort,
    ...pageQuery,
  }),
  response: pageOf(billRowSchema),
});

export const billEndpoint = endpoint({
  method: 'GET',
  path: '/api/bills/:billNo',
  summary: '单据详情：金额、五节点、明细',
  access: 'employer',
  params: z.object({ billNo: z.string() }),
  response: billRowSchema.extend({
    employerNo: z.string(),
    employerName: z.string(),
    officeName: z.string(),
    totalWords: z.string(),
    countedDays: z.array(dateSchema).describe('有效期怎么数的'),
    effectiveFrom: dateSchema,
    track: z.array(trackNodeSchema),
    byInsurance: z.array(
      z.object({
        insurance: insuranceSchema,
        insuranceName: z.string(),
        employerFen: fenSchema,
        personFen: fenSchema,
        interestFen: fenSchema,
        lateFen: fenSchema,
        totalFen: fenSchema,
      }),
    ),
    byKind: z.array(
      z.object({
        kind: z.string(),
        name: z.string(),
        persons: z.int(),
        months: z.string(),
        employerFen: fenSchema,
        personFen: fenSchema,
        lateFen: fenSchema,
        interestFen: fenSchema,
        totalFen: fenSchema,
      }),
    ),
    lines: z.array(billLineSchema),
    canRevoke: z.boolean(),
    revokeBlocked: z.string().nullable(),
    documentId: z.string().nullable(),
    taxUrl: z.string().nullable().describe('去电子税务局缴费'),
    alert: z.string().nullable(),
  }),
});

export const personLineSchema = z.object({
  personNo: z.string(),
  name: z.string(),
  idNoMasked: z.string(),
  insurance: insuranceSchema,
  kind: z.string(),
  kindName: z.string(),
  month: monthSchema,
  baseFen: fenSchema,
  employerFen: fenSchema,
  personFen: fenSchema,
});

export const personLineSort = sortBy('insurance', 'month', 'kind', 'base', 'employer', 'person');

export const billPersonsEndpoint = endpoint({
  method: 'POST',
  path: '/api/bills/:billNo/persons/search',
  summary: '缴费明细（全部缴费人员的基数，FAQ27）',
  access: 'employer',
  params: z.object({ billNo: z.string() }),
  body: z.object({
    insurance: insuranceSchema.optional(),
    q: z.string().optional(),
    sort: personLineSort,
    ...pageQuery,
  }),
  response: pageOf(personLineSchema),
});

export const billPersonsFileEndpoint = endpoint({
  method: 'GET',
  path: '/api/bills/:billNo/persons.xlsx',
  summary: '人员明细（工作簿）',
  access: 'employer',
  params: z.object({ billNo: z.string() }),
  query: z.object({ sort: personLineSort }),
  response: 'file',
});

export const billPdfEndpoint = endpoint({
  method: 'GET',
  path: '/api/bills/:billNo/pdf',
  summary: '应缴认定单 PDF（签章）',
  access: 'employer',
  params: z.object({ billNo: z.string() }),
  response: 'file',
});

const traceStepSchema = z.object({
  kind: z.string(),
  label: z.string(),
  words: z.string(),
  valueText: z.string(),
  clamp: z.object({ lower: z.number(), upper: z.number(), value: z.number() }).optional(),
  source: z
    .object({
      title: z.string(),
      docNo: z.string().optional(),
      article: z.string().optional(),
      from: z.string().optional(),
      to: z.string().nullable().optional(),
      status: z.string().optional(),
      overlay: z.boolean().optional(),
    })
    .optional(),
});

/** 「为什么是这个数」. A sum opens the list of its parts; a part opens its trace. */
export const explainEndpoint = endpoint({
  method: 'GET',
  path: '/api/explain',
  summary: '为什么是这个数',
  access: 'employer',
  query: z.object({
    billNo: z.string().optional(),
    month: monthSchema.optional(),
    insurance: insuranceSchema.optional(),
    kind: z.string().optional(),
    personNo: z.string().optional(),
    part: z.enum(['employer', 'person', 'late', 'interest', 'total', 'deadline']),
  }),
  response: z.object({
    title: z.string(),
    subtitle: z.string(),
    amountFen: fenSchema.nullable(),
    amountText: z.string(),
    steps: z.array(traceStepSchema),
    parts: z.array(
      z.object({ label: z.string(), words: z.string(), fen: fenSchema, query: z.record(z.string(), z.string()) }),
    ),
    partsTotal: z.int(),
    matches: z.boolean().describe('复算相符'),
    storedFen: fenSchema.nullable(),
    recomputedFen: fenSchema.nullable(),
  }),
});

/** Home: what this month needs, in one answer. */
export const homeEndpoint = endpoint({
  method: 'GET',
  path: '/api/home',
  summary: '首页：本月、今天能办什么、要您处理、近 12 个月',
  access: 'employer',
  response: z.object({
    month: monthSchema,
    headline: z.object({
      title: z.string(),
      sentence: z.string(),
      tone: z.enum(['info', 'done', 'wait', 'bad']),
      tag: z.string().nullable(),
      amountFen: fenSchema.nullable(),
      employerFen: fenSchema.nullable(),
      personFen: fenSchema.nullable(),
      billNo: z.string().nullable(),
      track: z.array(trackNodeSchema),
      action: z.object({ label: z.string(), to: z.string(), external: z.boolean() }).nullable(),
    }),
    today: z.array(
      z.object({
        title: z.string(),
        words: z.string(),
        note: z.string(),
        until: dateSchema,
        days: z.int(),
        tone: z.enum(['info', 'wait']),
        action: z.object({ label: z.string(), to: z.string() }),
      }),
    ),
    rulerEnd: dateSchema,
    todo: z.array(
      z.object({
        title: z.string(),
        words: z.string(),
        fen: fenSchema.nullable(),
        action: z.object({ label: z.string(), to: z.string() }),
      }),
    ),
    months: z.array(
      z.object({
        month: monthSchema,
        cells: z.array(z.object({ insurance: insuranceSchema, employerFen: fenSchema, personFen: fenSchema })),
        totalFen: fenSchema,
      }),
    ),
    employer: z.object({
      employerNo: z.string(),
      name: z.string(),
      persons: z.int(),
      paying: z.int(),
      insurances: z.array(
        z.object({ insurance: insuranceSchema, name: z.string(), bookedThrough: monthSchema, state: z.string() }),
      ),
      injuryClass: z.string(),
      arrears: z.string(),
      refundAccount: z.string(),
    }),
  }),
});
