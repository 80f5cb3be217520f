import { z } from 'zod';
import { endpoint } from '../contract.ts';
import { PORTAL_NAMES } from '../http/portals.ts';
import { momentSchema } from '../schemas.ts';

const principalSchema = z.object({
  accountId: z.string(),
  kind: z.enum(['LEGAL', 'AGENT', 'STAFF']),
  name: z.string(),
  employerNo: z.string().optional(),
  region: z.string(),
  roles: z.array(z.string()),
});

/** 单位网厅 or 工作台: each has its own session in a browser (http/portals.ts). */
const portalQuery = z.object({ portal: z.enum(PORTAL_NAMES).default('employer') });

const scanSchema = z.object({ code: z.string(), expiresInSeconds: z.int() });

export const loginEndpoint = endpoint({
  method: 'POST',
  path: '/api/login',
  summary: '登录：法人账号、工作人员凭密码；经办人密码之后再扫电子社保卡',
  access: 'public',
  body: z.object({
    login: z.string().min(1).max(64),
    password: z.string().min(1).max(200),
    portal: z.enum(PORTAL_NAMES).optional().describe('从哪个入口登录；不写则由账号决定'),
  }),
  response: z.object({ principal: principalSchema.nullable(), scan: scanSchema.nullable() }),
});

export const logoutEndpoint = endpoint({
  method: 'POST',
  path: '/api/logout',
  summary: '退出',
  access: 'public',
  query: portalQuery,
  response: z.object({}),
});

export const sessionEndpoint = endpoint({
  method: 'GET',
  path: '/api/session',
  summary: '当前会话与业务时间',
  access: 'public',
  query: portalQuery,
  response: z.object({
    principal: principalSchema.nullable(),
    now: momentSchema,
    mode: z.enum(['demo', 'test', 'production']),
    clockMoved: z.boolean(),
  }),
});

export const scanStatusEndpoint = endpoint({
  method: 'GET',
  path: '/api/scan/:code',
  summary: '扫码状态',
  access: 'public',
  params: z.object({ code: z.string() }),
  response: z.object({ state: z.enum(['WAITING', 'CONFIRMED', 'EXPIRED']) }),
});

export const scanSessionEndpoint = endpoint({
  method: 'POST',
  path: '/api/scan/:code/session',
  summary: '电脑端等扫码；确认后本次应答带上会话',
  access: 'public',
  params: z.object({ code: z.string() }),
  body: z.object({}).default({}),
  response: z.object({
    state: z.enum(['WAITING', 'CONFIRMED', 'EXPIRED']),
    principal: principalSchema.nullable(),
  }),
});

export const scanConfirmEndpoint = endpoint({
  method: 'POST',
  path: '/api/scan/:code/confirm',
  summary: '手机端确认：持卡人须是已授权的经办人（LOG-001）',
  access: 'public',
  params: z.object({ code: z.string() }),
  body: z.object({ login: z.string().describe('电子社保卡持卡人（演示中为经办人账号）') }),
  response: z.object({ state: z.enum(['CONFIRMED']) }),
});

export const demoAccountsEndpoint = endpoint({
  method: 'GET',
  path: '/api/demo/accounts',
  summary: '演示账号（仅演示）',
  access: 'public',
  response: z.array(
    z.object({ login: z.string(), password: z.string(), name: z.string(), kind: z.string(), note: z.string() }),
  ),
});
