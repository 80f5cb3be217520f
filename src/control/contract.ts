import { z } from 'zod';
import { endpoint } from '../platform/contract.ts';
import { dateSchema, fenSchema, insuranceSchema, momentSchema, monthSchema, sortBy } from '../platform/schemas.ts';

const promiseSchema = z.object({
  no: z.int(),
  title: z.string(),
  checked: z.string().describe('查了多少'),
  violations: z.array(z.object({ object: z.string(), text: z.string() })),
  gated: z.array(z.object({ object: z.string(), text: z.string(), gate: z.string() })).default([]),
});
export const integritySchema = z.object({
  at: momentSchema,
  durationMs: z.int(),
  violations: z.int(),
  promises: z.array(promiseSchema),
  audit: z
    .object({ seq: z.int(), chain: z.string() })
    .nullable()
    .default(null)
    .describe('审计链核对到第几环、那一环的值；没有核对审计链为空'),
});

/** Public: what every page says about the place it serves. No personal data. */
export const siteEndpoint = endpoint({
  method: 'GET',
  path: '/api/site',
  summary: '本站：统筹区、经办机构、办事时限',
  access: 'public',
  response: z.object({
    region: z.object({ code: z.string(), name: z.string(), shortName: z.string().describe('宜昌') }),
    officeName: z.string(),
    verificationPlatform: z.string().describe('证明上写的验证平台'),
    billValidWorkdays: z.int().nullable().describe('认定单有效工作日数；按别的规则的地区为空'),
    allocationAt: z.string().describe('配账时刻'),
    words: z.record(z.string(), z.string()).describe('办事时限的说法，指引里的 {…} 用它填'),
    taxSync: z
      .object({ minutes: z.int(), peakMinutes: z.int(), peakDayFrom: z.int(), peakDayTo: z.int() })
      .describe('税务同步分钟数；每月高峰期另计'),
  }),
});

export const jobSort = sortBy('title', 'last', 'state', 'next');
export const suspenseSort = sortBy('receiptNo', 'reason', 'at', 'fen');

export const operationsEndpoint = endpoint({
  method: 'GET',
  path: '/api/ops/overview',
  summary: '运行总览',
  access: 'staff',
  query: z.object({ jobs: jobSort, suspense: suspenseSort }),
  response: z.object({
    headline: z.string(),
    tone: z.enum(['done', 'wait', 'bad']),
    alerts: z.array(z.string()),
    clock: z.object({
      now: momentSchema,
      mode: z.string(),
      frozen: z.boolean(),
      adjustable: z.boolean(),
      calendarThrough: dateSchema,
    }),
    jobs: z.array(
      z.object({
        job: z.string(),
        title: z.string(),
        rule: z.string(),
        last: z
          .object({ slot: momentSchema, state: z.string(), result: z.string(), realStartedAt: z.string() })
          .nullable(),
        next: momentSchema.nullable(),
        slots: z.array(z.object({ at: momentSchema, state: z.enum(['done', 'failed', 'future']) })),
      }),
    ),
    exchange: z.object({
      tax: z.enum(['up', 'down']),
      waiting: z.int(),
      unconfirmed: z.int(),
      acceptedToday: z.int(),
      retrying: z.int(),
      held: z.int().describe('待人处理的报文：死信、整件被拒、隔离、处理出错'),
      alarms: z.int().describe('没有看过的交换告警'),
      parked: z.int(),
      oldestSeconds: z.int().nullable(),
      suspense: z.array(
        z.object({
          receiptNo: z.string(),
          reason: z.string(),
          fen: fenSchema,
          at: momentSchema,
          arrearsOf: z.string().nullable().describe('冲正后欠费的单据号'),
        }),
      ),
      recon: z.array(z.object({ day: dateSchema, state: z.string(), text: z.string() })),
    }),
    foundation: z.array(z.object({ label: z.string(), value: z.string() })),
    integrity: integritySchema.nullable(),
  }),
});

export const integrityEndpoint = endpoint({
  method: 'POST',
  path: '/api/ops/integrity',
  summary: '现在校验八条承诺',
  access: 'staff',
  body: z.object({}).default({}),
  response: integritySchema,
});

export const runJobEndpoint = endpoint({
  method: 'POST',
  path: '/api/ops/jobs/:job/run',
  summary: '重跑一个作业时点（幂等）',
  access: 'staff',
  params: z.object({ job: z.string() }),
  body: z.object({
    slot: momentSchema.optional(),
    wait: z.boolean().default(true).describe('等它跑完再答；否则一秒内没跑完就答“正在跑”'),
  }),
  response: z.object({ job: z.string(), slot: momentSchema.nullable(), state: z.string(), result: z.string() }),
});

export const runningJobsEndpoint = endpoint({
  method: 'GET',
  path: '/api/ops/jobs/running',
  summary: '正在跑的作业与进度，不论在哪个进程',
  access: 'staff',
  response: z.array(
    z.object({
      job: z.string(),
      title: z.string(),
      slot: momentSchema,
      realStartedAt: z.string(),
      done: z.int().nullable().describe('已做；还没报过为空'),
      total: z.int().nullable(),
      unit: z.string().describe('进度的单位：批、张'),
      perSecond: z.number().nullable(),
      restSeconds: z.int().nullable().describe('照目前快慢还要多少秒'),
      alive: z.boolean().describe('否：跑它的进程没有音讯，另一个进程会接着跑'),
      cancelAsked: z.boolean().describe('已请求取消，到下一个安全点停下'),
    }),
  ),
});

export const cancelJobEndpoint = endpoint({
  method: 'POST',
  path: '/api/ops/jobs/:job/cancel',
  summary: '取消正在跑的作业：做完手上这一批停下，已做的不退，可以继续',
  access: 'staff',
  params: z.object({ job: z.string() }),
  body: z.object({ reason: z.string().trim().min(2).max(200) }),
  response: z.object({ job: z.string(), slot: momentSchema }),
});

export const advanceClockEndpoint = endpoint({
  method: 'POST',
  path: '/api/ops/clock',
  summary: '推进业务时钟（仅演示）：按事件逐个时点运行',
  access: 'staff',
  body: z.object({ to: momentSchema, freeze: z.boolean().default(false) }),
  response: z.object({ now: momentSchema, slotsRun: z.int() }),
});

/** 期初建账：an operator's function, used by migration, stories and the demo city. Amounts in fen. */
export const openingSchema = z.object({
  employers: z
    .array(
      z.object({
        employerNo: z.string().optional(),
        uscc: z.string(),
        name: z.string(),
        injuryClass: z.int().min(1).max(8),
        enjoysRelief2020: z.boolean().default(false),
        insurances: z.array(
          z.object({ insurance: insuranceSchema, from: monthSchema, bookedThrough: monthSchema.optional() }),
        ),
        refundAccount: z.object({ bankName: z.string(), account: z.string(), holder: z.string() }).optional(),
        legal: z.object({ login: z.string(), password: z.string(), name: z.string() }).optional(),
        agents: z
          .array(
            z.object({
              login: z.string(),
              password: z.string(),
              name: z.string(),
              idNo: z.string(),
              mobile: z.string().optional(),
            }),
          )
          .default([]),
        persons: z
          .array(
            z.object({
              personNo: z.string().optional(),
              idNo: z.string(),
              name: z.string(),
              firstWorkDate: dateSchema.optional(),
              entryDate: dateSchema.optional(),
              from: monthSchema.describe('参保起始月'),
              to: monthSchema.optional(),
              suspendReason: z.string().optional().describe('停保原因代码，默认 S99'),
              insurances: z.array(insuranceSchema).optional(),
              baseFen: fenSchema.optional().describe('核定基数'),
              wageFen: fenSchema.optional().describe('申报工资，按规则取整、夹取'),
              laterWages: z
                .array(z.object({ from: monthSchema, wageFen: fenSchema }))
                .optional()
                .describe('参保以后改报的工资'),
              paid: z.object({ from: monthSchema, to: monthSchema }).optional().describe('已实缴到账的月份'),
              exempt: z
                .object({
                  reason: z.enum(['RETIREMENT_APPROVED', 'CUSTODY', 'TREATY']),
                  from: monthSchema,
                  to: monthSchema.optional(),
                })
                .optional(),
            }),
          )
          .default([]),
      }),
    )
    .max(1000),
});

export const openingEndpoint = endpoint({
  method: 'POST',
  path: '/api/ops/opening',
  summary: '期初建账',
  access: 'staff',
  body: openingSchema,
  response: z.object({ employers: z.array(z.object({ employerNo: z.string(), name: z.string(), persons: z.int() })) }),
});

export const overlayEndpoint = endpoint({
  method: 'POST',
  path: '/api/ops/overlays',
  summary: '叠加政策参数（测试参数，仅演示与演练）',
  access: 'staff',
  body: z.object({
    overlays: z.array(
      z.object({
        region: z.string(),
        key: z.string(),
        from: z.string(),
        to: z.string().nullable(),
        value: z.unknown(),
        label: z.string().optional(),
      }),
    ),
  }),
  response: z.object({ count: z.int() }),
});

export const exemptionEndpoint = endpoint({
  method: 'POST',
  path: '/api/ops/exemptions',
  summary: '登记不可做账事实（退休审批、服刑、中外互免；HB-DEC-05）',
  access: 'staff',
  body: z.object({
    idNo: z.string(),
    reason: z.enum(['RETIREMENT_APPROVED', 'CUSTODY', 'TREATY']),
    from: monthSchema,
    to: monthSchema.nullable().default(null),
  }),
  response: z.object({ personNo: z.string() }),
});

export const releaseArrearsEndpoint = endpoint({
  method: 'POST',
  path: '/api/ops/arrears/:billNo/release',
  summary: '冲正后欠费：让费用回到未开单，重新开单收取',
  access: 'staff',
  params: z.object({ billNo: z.string() }),
  body: z.object({}).default({}),
  response: z.object({ billNo: z.string() }),
});

export const suspenseEndpoint = endpoint({
  method: 'GET',
  path: '/api/ops/suspense',
  summary: '挂账清单',
  access: 'staff',
  response: z.array(
    z.object({
      receiptNo: z.string(),
      billNo: z.string().nullable(),
      reason: z.string(),
      fen: fenSchema,
      at: momentSchema,
      state: z.string(),
    }),
  ),
});
