import type { FastifyInstance } from 'fastify';
import { pino } from 'pino';
import { afterAll, beforeAll, expect, test } from 'vitest';
import type { CivilDate, Moment } from '../kernel/month.ts';
import { createHttpServer, PORTALS, type Principal } from '../platform/http/index.ts';
import { type Services, systemActor, transact } from '../platform/services.ts';
import { type TestDatabase, testDatabase } from '../platform/testing/index.ts';
import { PLATFORM_MIGRATIONS } from '../platform/testing/services.ts';
import type { IssuedDocument } from './index.ts';
import { issueBillDocument } from './index.ts';
import { registerArchiveRoutes } from './routes.ts';

const now = '2021-11-13T10:24:43.000+08:00' as Moment;
const region = '421300';
let database: TestDatabase;
let app: FastifyInstance;
let issued: IssuedDocument;

/** The session cookie of these tests is the employer's number. */
const principalOf = (employerNo: string): Principal => ({
  accountId: `account-${employerNo}`,
  kind: 'AGENT',
  name: '林样',
  employerNo,
  region,
  roles: [],
  sessionId: employerNo,
});

beforeAll(async () => {
  database = await testDatabase([PLATFORM_MIGRATIONS, { name: 'archive', dir: `${import.meta.dirname}/migrations` }]);
  const clock = { now: () => now, today: () => now.slice(0, 10) } as unknown as Services['clock'];
  const services: Services = { db: database.db, clock, region, mode: 'test', log: pino({ level: 'silent' }) };
  app = await createHttpServer({ services, title: 'test', findPrincipal: async (token) => principalOf(token) });
  registerArchiveRoutes(app, services);
  issued = await transact(services, systemActor('test'), (ctx) =>
    issueBillDocument(
      ctx,
      {
        billNo: '2021111310244307',
        employerNo: '990000104',
        employerName: '随州示例商贸有限公司',
        officeName: '随州市社会保险服务中心',
        issuedOn: '2021-11-13' as CivilDate,
        deadline: '2021-11-29' as CivilDate,
        rows: [],
        totalFen: 20493,
        totalWords: '贰佰零肆元玖角叁分',
        kinds: [],
        billNotes: [],
      },
      'http://127.0.0.1:8080/verify',
    ),
  );
});
afterAll(async () => {
  await app.close();
  await database.close();
});

const headers = { 'x-requested-by': 'tongzheng' };
const document = (employerNo?: string) =>
  app.inject({
    url: `/api/documents/${issued.documentId}`,
    ...(employerNo ? { cookies: { [PORTALS[0].cookie]: employerNo } } : {}),
  });

test('an employer opens its own document, byte for byte', async () => {
  const reply = await document('990000104');
  expect(reply.statusCode).toBe(200);
  expect(reply.headers['content-type']).toBe('application/pdf');
  expect(reply.rawPayload.equals(Buffer.from(issued.bytes))).toBe(true);
});

test('nobody else does, and does not learn that it exists', async () => {
  expect((await document()).statusCode).toBe(401);
  expect((await document('990000105')).statusCode).toBe(404);
});

test('anybody verifies by the code', async () => {
  const verify = (code: string) => app.inject({ method: 'POST', url: '/api/verify', headers, payload: { code } });
  expect((await verify(issued.authCode)).json()).toMatchObject({ state: 'VALID', title: '社会保险费应缴认定单' });
  expect((await verify('2021 1113 1024 43AA AAAA')).json()).toMatchObject({ state: 'NOT_FOUND', code: 'CERT-006' });
});

test('a code is tried so often a minute from anywhere, an address tries so many codes (design §9.15)', async () => {
  const verify = async (code: string, remoteAddress: string) =>
    (await app.inject({ method: 'POST', url: '/api/verify', headers, payload: { code }, remoteAddress })).statusCode;
  const count = (found: number[], status: number) => found.filter((one) => one === status).length;
  const sameCode: number[] = [];
  for (let at = 0; at < 30; at += 1) sameCode.push(await verify('2021 1113 1024 43BB BBBB', `203.0.113.${at}`));
  expect([count(sameCode, 200), count(sameCode, 429)]).toEqual([20, 10]);
  const sameAddress: number[] = [];
  for (let at = 0; at < 80; at += 1) sameAddress.push(await verify(`2021 1113 1024 43CC CC${at}`, '198.51.100.7'));
  expect([count(sameAddress, 200), count(sameAddress, 429)]).toEqual([60, 20]);
});

test('anybody verifies by the file', async () => {
  const verify = async (bytes: Uint8Array) => {
    const form = new FormData();
    form.append('file', new Blob([Buffer.from(bytes)], { type: 'application/pdf' }), 'bill.pdf');
    const request = new Request('http://localhost/', { method: 'POST', body: form });
    return app.inject({
      method: 'POST',
      url: '/api/verify/file',
      headers: { ...headers, 'content-type': request.headers.get('content-type') ?? '' },
      payload: Buffer.from(await request.arrayBuffer()),
    });
  };
  expect((await verify(issued.bytes)).json()).toMatchObject({ state: 'VALID' });
  const changed = Buffer.from(issued.bytes);
  changed[3000]! ^= 1;
  expect((await verify(changed)).json()).toMatchObject({ state: 'ALTERED', fields: [] });
});
