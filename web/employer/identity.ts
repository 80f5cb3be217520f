import { z } from 'zod';
import { endpoint } from '../../src/platform/contract.ts';

const principal = z.object({
  accountId: z.string(),
  kind: z.enum(['LEGAL', 'AGENT', 'STAFF']),
  name: z.string(),
  employerNo: z.string().optional(),
  region: z.string(),
  roles: z.array(z.string()),
});
export const loginEndpoint = endpoint({
  method: 'POST',
  path: '/api/login',
  summary: '登录',
  access: 'public',
  body: z.object({ login: z.string(), password: z.string() }),
  response: z.object({
    principal: principal.nullable(),
    scan: z.object({ code: z.string(), expiresInSeconds: z.int() }).nullable(),
  }),
});
export const logoutEndpoint = endpoint({
  method: 'POST',
  path: '/api/logout',
  summary: '退出',
  access: 'public',
  response: z.object({}),
});
export const sessionEndpoint = endpoint({
  method: 'GET',
  path: '/api/session',
  summary: '会话',
  access: 'public',
  response: z.object({
    principal: principal.nullable(),
    now: z.string(),
    mode: z.string(),
    clockMoved: z.boolean(),
  }),
});
export const scanStartEndpoint = endpoint({
  method: 'POST',
  path: '/api/scan',
  summary: '扫码',
  access: 'public',
  response: z.object({ code: z.string(), expiresInSeconds: z.int() }),
});
export const scanStatusEndpoint = endpoint({
  method: 'GET',
  path: '/api/scan/:code',
  summary: '扫码状态',
  access: 'public',
  params: z.object({ code: z.string() }),
  response: z.object({ state: z.enum(['WAITING', 'SCANNED', 'CONFIRMED', 'EXPIRED']), principal: principal.nullable() }),
});
export const scanConfirmEndpoint = endpoint({
  method: 'POST',
  path: '/api/scan/:code/confirm',
  summary: '手机确认',
  access: 'public',
  params: z.object({ code: z.string() }),
  body: z.object({ login: z.string() }),
  response: z.object({ state: z.string() }),
});
export const demoAccountsEndpoint = endpoint({
  method: 'GET',
  path: '/api/demo/accounts',
  summary: '演示账号',
  access: 'public',
  response: z.array(z.object({ login: z.string(), password: z.string(), name: z.string(), kind: z.string(), note: z.string() })),
});
