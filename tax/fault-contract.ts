/** Interface of the fault desk (故障台, wire.md §6); demo and test only. Part of `contract.ts`. */
import { z } from 'zod';
import { endpoint } from '../src/platform/contract.ts';
import { momentSchema } from '../src/platform/schemas.ts';

/** Delivery faults live in the transport; business faults in the acts. A fault hits with `probability` drawn from `seed`. */
export const FAULT_NAMES = {
  drop: '报文丢失',
  duplicate: '报文重复',
  delay: '报文迟到',
  reorder: '报文乱序',
  corrupt: '报文损坏一字节',
  wrongSeal: '签名错误',
  loseAnswer: '已收下但回执丢失',
  tooMany: '429 请求过多',
  unavailable: '503 暂停服务',
  slow: '应答缓慢',
  payAfterDeadline: '过期仍收款',
  payTwice: '重复收款',
  wrongInsurance: '险种分错',
  payShort: '少收（金额不符）',
  payOver: '多收（金额不符）',
  reverseLater: '收款后冲正',
  missingInRecon: '对账漏一笔',
} as const;
export type FaultName = keyof typeof FAULT_NAMES;
export const faultNameSchema = z.enum(Object.keys(FAULT_NAMES) as [FaultName, ...FaultName[]]);

export const faultSchema = z.object({
  name: faultNameSchema,
  title: z.string(),
  layer: z.enum(['delivery', 'business']),
  ppm: z.int().min(0).max(1_000_000).describe('命中概率，百万分之一'),
  /** Only items of this wire type, e.g. `payment.posted`; null: every type. */
  type: z.string().nullable(),
  /** 剩余次数; null: 不限. */
  times: z.int().nullable(),
  hits: z.int(),
});

const faultDeskSchema = z.object({
  seed: z.int(),
  /** 停机到…; null when up. */
  downUntil: momentSchema.nullable(),
  faults: z.array(faultSchema),
});

export const faultDeskEndpoint = endpoint({
  method: 'GET',
  path: '/api/clerk/faults',
  summary: '故障台：现状',
  access: 'staff',
  response: faultDeskSchema,
});

export const setFaultEndpoint = endpoint({
  method: 'PUT',
  path: '/api/clerk/faults/:name',
  summary: '故障台：开关一种故障',
  access: 'staff',
  params: z.object({ name: faultNameSchema }),
  body: z.object({
    ppm: z.int().min(0).max(1_000_000),
    type: z.string().nullable().default(null),
    times: z.int().min(1).nullable().default(null),
    seed: z.int().optional(),
  }),
  response: faultDeskSchema,
});

export const clearFaultsEndpoint = endpoint({
  method: 'DELETE',
  path: '/api/clerk/faults',
  summary: '故障台：全部关闭',
  access: 'staff',
  response: faultDeskSchema,
});

export const setDownEndpoint = endpoint({
  method: 'POST',
  path: '/api/clerk/faults/down',
  summary: '故障台：停机若干小时（0 为恢复）；停机时交换接口答 503 和 Retry-After',
  access: 'staff',
  body: z.object({ hours: z.int().min(0).max(240), withRetryAfter: z.boolean().default(true) }),
  response: faultDeskSchema,
});
