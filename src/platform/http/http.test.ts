import type { FastifyInstance } from 'fastify';
import { pino } from 'pino';
import { afterAll, beforeAll, expect, test } from 'vitest';
import { z } from 'zod';
import { DomainError } from '../../kernel/errors.ts';
import type { Moment } from '../../kernel/month.ts';
import { type BusinessClock, createClock } from '../clock/index.ts';
import { type Access, endpoint } from '../contract.ts';
import { registerControl } from '../control.ts';
import { dateSchema } from '../schemas.ts';
import type { Services } from '../services.ts';
import { type Caller, walkPermissions } from '../testing/permissions.ts';
import { createHttpServer, type Principal, readFile, route, sendFile } from './index.ts';

const TOKEN = 'a-token-of-the-starter';
const CSRF = { 'x-requested-by': 'tongzheng' };
const PRINCIPALS: Readonly<Record<Exclude<Caller, 'nobody'>, Principal>> = {
  legal: principal('LEGAL', '990000101'),
  agent: principal('AGENT', '990000101'),
  staff: principal('STAFF'),
};
const COOKIES = { legal: 'tz_session=legal', agent: 'tz_session=agent', staff: 'tz_office=staff' };

function principal(kind: Principal['kind'], employerNo?: string): Principal {
  return {
    ...{ accountId: kind, kind, name: '样某', region: '429999', roles: [], sessionId: kind },
    ...(employerNo ? { employerNo } : {}),
  };
}

let app: FastifyInstance;
let clock: BusinessClock;

async function server(clock = createClock()): Promise<FastifyInstance> {
  const services = { clock, mode: 'test', log: pino({ level: 'silent' }), region: '429999' } as Services;
  return createHttpServer({
    services,
    title: '测试',
    findPrincipal: async (token) => PRINCIPALS[token as keyof typeof PRINCIPALS],
  });
}

beforeAll(async () => {
  clock = createClock();
  app = await server(clock);
  for (const access of ['public', 'employer', 'employer.legal', 'staff'] as const satisfies readonly Access[]) {
    for (const method of ['GET', 'POST'] as const) {
      const declared = endpoint({
        method,
        path: `/api/${access}`,
        summary: access,
        access,
        response: z.object({ ok: z.boolean() }),
      });
      // More than the schema names: it must not leave the server.
      route(app, declared, async () => ({ ok: true, idNo: '429999199001011234' }));
    }
  }
  route(
    app,
    endpoint({
      method: 'POST',
      path: '/api/form/:no',
      summary: '表单',
      access: 'public',
      params: z.object({ no: z.string() }),
      query: z.object({ from: dateSchema.optional(), purpose: z.enum(['核对', '补缴']).default('核对') }),
      body: z.object({ rows: z.array(z.object({ fen: z.int('金额应为整数分'), note: z.string().optional() })) }),
      response: z.object({ no: z.string(), sum: z.int() }),
    }),
    async ({ params, body }) => ({ no: params.no, sum: body.rows.reduce((sum, row) => sum + row.fen, 0) }),
  );
  route(
    app,
    endpoint({
      method: 'GET',
      path: '/api/fail/:how',
      summary: '失败',
      access: 'public',
      params: z.object({ how: z.string() }),
      response: z.object({}),
    }),
    async ({ params }) => {
      if (params.how === 'domain') {
        throw new DomainError({ code: 'DEC-004', message: '不能申报', why: '因为', next: '请补缴' }, 409);
      }
      throw new Error('secret detail of the database');
    },
  );
  route(
    app,
    endpoint({ method: 'POST', path: '/api/file', summary: '上传再下载', access: 'public', response: 'file' }),
    async ({ raw, reply }) => {
      const file = await readFile(raw);
      return sendFile(reply, { name: file.name, type: 'application/pdf', bytes: file.bytes });
    },
  );
  registerControl(app, TOKEN, {
    clock,
    nextSlot: async () => '2023-04-11T02:00:00.000+08:00' as Moment,
    runDue: async () => 2,
    pump: async () => 0,
    idle: async () => true,
  });
});
afterAll(() => app.close());

test('every route lets in whom its access rule names, and nobody else', async () => {
  const { walked, wrong } = await walkPermissions(app, COOKIES);
  expect(wrong.filter((step) => !step.route.includes('/api/fail'))).toEqual([]);
  expect(walked).toBe(16 * 4);
});

test('the walk notices a route whose rule is too weak', async () => {
  const weak = await server();
  route(
    weak,
    endpoint({ method: 'GET', path: '/api/weak', summary: '', access: 'employer', response: z.object({}) }),
    async () => ({}),
  );
  // A door that everybody passes: the session of an employer for every cookie.
  weak.addHook('onRequest', async (request) => {
    request.sessions = [PRINCIPALS.agent];
  });
  const { wrong } = await walkPermissions(weak, COOKIES);
  expect(wrong.map((step) => step.caller)).toEqual(['nobody', 'staff']);
  await weak.close();
});

test('a writing call without our header is refused whatever its cookie', async () => {
  const answer = await app.inject({ method: 'POST', url: '/api/employer', headers: { cookie: COOKIES.agent } });
  expect([answer.statusCode, answer.json().problems[0].code]).toEqual([403, 'SYS-403']);
});

test('only what the schema names leaves the server', async () => {
  expect((await app.inject('/api/public')).json()).toEqual({ ok: true });
});

test('a wrong field is named, in Chinese', async () => {
  const payload = { rows: [{ fen: 1 }, { fen: 0.5 }] };
  const answer = await app.inject({ method: 'POST', url: '/api/form/7', headers: CSRF, payload });
  expect(answer.statusCode).toBe(422);
  expect(answer.json().problems).toMatchObject([{ code: 'SYS-422', message: '金额应为整数分', field: 'rows.1.fen' }]);
});

test.each([
  ['a day that does not exist', '/api/form/7?from=2023-99-99', {}, 'from', '没有这一天'],
  ['the 30th of February', '/api/form/7?from=2023-02-30', {}, 'from', '没有这一天'],
  ['a year that is none', '/api/form/7?from=0000-01-01', {}, 'from', '日期应写成 2023-04-10'],
  ['a NUL in the path', '/api/form/%00', {}, 'no', '含有不能保存的字符'],
  ['a NUL deep in the body', '/api/form/7', { rows: [{ fen: 1, note: 'a\0b' }] }, 'rows.0.note', '含有不能保存的字符'],
  ['half a character', '/api/form/7', { rows: [{ fen: 1, note: '\ud800' }] }, 'rows.0.note', '含有不能保存的字符'],
  ['a value that is no choice', '/api/form/7?purpose=x', {}, 'purpose', '不是可选的值'],
  ['a missing field', '/api/form/7', { rows: [{}] }, 'rows.0.fen', '金额应为整数分'],
  ['a wrong type', '/api/form/7', { rows: 7 }, 'rows', '填写的内容不符合要求'],
])('%s is refused before any command, in Chinese', async (_, url, payload, field, message) => {
  const answer = await app.inject({ method: 'POST', url, headers: CSRF, payload: { rows: [], ...payload } });
  expect(answer.statusCode).toBe(422);
  expect(answer.json().problems[0]).toEqual({ code: 'SYS-422', message, next: '请改正后再试。', field });
});

test('a broken body is refused in Chinese, not with a stack', async () => {
  const answer = await app.inject({
    method: 'POST',
    url: '/api/form/7',
    headers: { ...CSRF, 'content-type': 'application/json' },
    payload: '{"rows":',
  });
  expect([answer.statusCode, answer.json().problems[0].code]).toEqual([400, 'SYS-400']);
});

test('a refusal keeps its status and its four parts', async () => {
  const answer = await app.inject('/api/fail/domain');
  expect(answer.statusCode).toBe(409);
  expect(answer.json()).toEqual({ problems: [{ code: 'DEC-004', message: '不能申报', why: '因为', next: '请补缴' }] });
});

test('a bug says nothing about itself, but gives a number to ask with', async () => {
  const answer = await app.inject('/api/fail/bug');
  expect(answer.statusCode).toBe(500);
  expect(answer.body).not.toContain('secret');
  expect(answer.json().problems[0].next).toContain(answer.json().requestId);
});

test('a file goes up and comes down with its Chinese name', async () => {
  const form = new FormData();
  form.set('file', new Blob([new Uint8Array([37, 80, 68, 70])]), '认定单.pdf');
  const body = new Response(form);
  const answer = await app.inject({
    method: 'POST',
    url: '/api/file',
    headers: { ...CSRF, 'content-type': body.headers.get('content-type') ?? '' },
    payload: Buffer.from(await body.arrayBuffer()),
  });
  expect(answer.rawPayload).toEqual(Buffer.from([37, 80, 68, 70]));
  expect(answer.headers['content-disposition']).toBe(
    `attachment; filename*=UTF-8''${encodeURIComponent('认定单.pdf')}`,
  );
});

test('who is calling is what this machine and the trusted proxies say, and nobody else', async () => {
  const services = { clock, mode: 'test', log: pino({ level: 'silent' }), region: '429999' } as Services;
  const trustedProxies = ['172.28.80.0/24'];
  const behind = await createHttpServer({ services, title: '', findPrincipal: async () => undefined, trustedProxies });
  behind.get('/who', async (request) => request.ip);
  const who = async (remoteAddress: string, forwarded: string) =>
    (await behind.inject({ url: '/who', remoteAddress, headers: { 'x-forwarded-for': forwarded } })).body;
  const caller = '203.0.113.7';
  expect(await who('127.0.0.1', caller)).toBe(caller);
  expect(await who('172.28.80.1', caller)).toBe(caller);
  expect(await who('::ffff:172.28.80.1', caller)).toBe(caller);
  // What the caller himself claims stands before what the proxy adds.
  expect(await who('172.28.80.1', `127.0.0.1, ${caller}`)).toBe(caller);
  expect(await who('172.28.81.1', caller)).toBe('172.28.81.1');
  await behind.close();
});

test('the page may load only our own scripts', async () => {
  const policy = (await app.inject('/api/public')).headers['content-security-policy'];
  expect(policy).toContain("script-src 'self'");
  expect(policy).not.toContain('unsafe-eval');
});

test('the contract is published', async () => {
  const paths = (await app.inject('/openapi.json')).json().paths;
  expect(paths['/api/form/{no}'].post.summary).toBe('表单');
});

test('the control of the clock answers only to the token', async () => {
  const payload = { offsetMs: 0, frozenAt: '2023-04-10T09:00:00.000+08:00' };
  const call = (headers: Record<string, string>) =>
    app.inject({ method: 'POST', url: '/internal/clock', headers, payload });
  const before = clock.setting();
  expect((await call({})).statusCode).toBe(404);
  expect((await call({ 'x-control-token': 'a-token-of-the-startex' })).statusCode).toBe(404);
  expect(clock.setting()).toEqual(before);
  expect((await call({ 'x-control-token': TOKEN })).statusCode).toBe(200);
  expect(clock.now()).toBe('2023-04-10T09:00:00.000+08:00');
  const next = await app.inject({ url: '/internal/next-slot', headers: { 'x-control-token': TOKEN } });
  expect(next.json()).toEqual({ at: '2023-04-11T02:00:00.000+08:00' });
});

test('the control of the clock is not reachable from another machine', async () => {
  const answer = await app.inject({
    method: 'GET',
    url: '/internal/idle',
    headers: { 'x-control-token': TOKEN },
    remoteAddress: '203.0.113.7',
  });
  expect(answer.statusCode).toBe(404);
});
