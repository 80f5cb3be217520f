import type { FastifyInstance } from 'fastify';
import { afterAll, beforeAll, expect, test } from 'vitest';
import { sql } from '../db.ts';
import { createHttpServer } from '../http/index.ts';
import { type TestServices, testServices } from '../testing/services.ts';
import { createAccount, DEMO_PASSWORD, disableAccount, principalOf, refuseDemoAccounts } from './index.ts';
import { hashPassword, verifyPassword } from './password.ts';
import { registerIdentityRoutes } from './routes.ts';
import { findAccount, takeTry } from './store.ts';

/** HB-LOG-01, appendix E. */
const LOG_001 = '该经办人未授权，请先报送《社保网上办事服务大厅登陆授权信息采集表》';
const PASSWORD = '样例-口令-1';

let services: TestServices;
let app: FastifyInstance;

beforeAll(async () => {
  services = await testServices();
  const employer = { password: PASSWORD, region: '429999', employerNo: '990000101' } as const;
  await createAccount(services.db, { ...employer, login: 'legal', kind: 'LEGAL', name: '云帆示例公司' });
  for (const login of ['agent1', 'agent2', 'leaver', 'clumsy', 'target', 'stormed']) {
    await createAccount(services.db, { ...employer, login, kind: 'AGENT', name: `样${login}` });
  }
  await createAccount(services.db, {
    login: 'staff',
    password: PASSWORD,
    kind: 'STAFF',
    name: '样柜员',
    region: '429999',
  });
  app = await createHttpServer({
    services,
    title: 'test',
    findPrincipal: (token) => principalOf(services.db, token),
  });
  registerIdentityRoutes(app, services);
});
afterAll(async () => {
  await app.close();
  await services.close();
});

type Body = {
  readonly principal: { readonly name: string } | null;
  readonly scan: { readonly code: string };
  readonly problems: readonly { readonly code: string; readonly message: string; readonly why: string }[];
};
type Answer = { readonly status: number; readonly body: Body; readonly cookie: string };
async function call(method: 'GET' | 'POST', url: string, payload?: object, cookie = ''): Promise<Answer> {
  const answer = await app.inject({
    method,
    url,
    headers: { 'x-requested-by': 'tongzheng', ...(cookie ? { cookie } : {}) },
    ...(payload ? { payload } : {}),
  });
  const set = answer.cookies[0];
  return { status: answer.statusCode, body: answer.json<Body>(), cookie: set ? `${set.name}=${set.value}` : '' };
}
const login = (name: string, password = PASSWORD) => call('POST', '/api/login', { login: name, password });
const who = async (cookie: string, portal = 'employer'): Promise<unknown> => {
  const { principal } = (await call('GET', `/api/session?portal=${portal}`, undefined, cookie)).body;
  return principal?.name ?? null;
};
const problem = (answer: Answer) => answer.body.problems[0];
const scanOf = (answer: Answer) => answer.body.scan.code;

/** An agent through both steps. */
async function loginAgent(name: string): Promise<string> {
  const code = scanOf(await login(name));
  await call('POST', `/api/scan/${code}/confirm`, { login: name });
  return (await call('POST', `/api/scan/${code}/session`, {})).cookie;
}

test('a password is kept as a salted argon2id hash', async () => {
  const [one, two] = [await hashPassword(PASSWORD), await hashPassword(PASSWORD)];
  expect(one).not.toBe(two);
  expect(one).toMatch(/^argon2id\$/);
  expect(await verifyPassword(PASSWORD, two)).toBe(true);
  expect(await verifyPassword(`${PASSWORD} `, two)).toBe(false);
});

test('a legal account and a staff account sign in by password; the cookie is HttpOnly and SameSite=Lax', async () => {
  const answer = await app.inject({
    method: 'POST',
    url: '/api/login',
    headers: { 'x-requested-by': 'tongzheng' },
    payload: { login: 'legal', password: PASSWORD },
  });
  expect(answer.cookies[0]).toMatchObject({ httpOnly: true, sameSite: 'Lax', path: '/' });
  expect(await who((await login('staff')).cookie, 'office')).toBe('样柜员');
});

test('an agent has no session after the password, only after the card (HB-LOG-01)', async () => {
  const first = await login('agent1');
  expect(first.cookie).toBe('');
  const code = scanOf(first);
  expect((await call('GET', `/api/scan/${code}`)).body).toEqual({ state: 'WAITING' });
  await call('POST', `/api/scan/${code}/confirm`, { login: 'agent1' });
  expect((await call('GET', `/api/scan/${code}`)).cookie).toBe('');
  const bare = await app.inject({ method: 'POST', url: `/api/scan/${code}/session`, payload: {} });
  expect([bare.statusCode, bare.cookies]).toEqual([403, []]);
  const done = await call('POST', `/api/scan/${code}/session`, {});
  expect(done.body).toMatchObject({ state: 'CONFIRMED', principal: { name: '样agent1', employerNo: '990000101' } });
  expect(await who(done.cookie)).toBe('样agent1');
});

test('a card that is not the authorised agent’s is refused with LOG-001, and the login stays shut', async () => {
  const code = scanOf(await login('agent1'));
  for (const holder of ['somebody', 'agent2']) {
    const answer = await call('POST', `/api/scan/${code}/confirm`, { login: holder });
    expect(answer.status).toBe(403);
    expect(problem(answer)).toMatchObject({ code: 'LOG-001', message: LOG_001 });
  }
  expect((await call('GET', `/api/scan/${code}`)).body).toMatchObject({ state: 'WAITING' });
});

test('a code opens one session, and none after two minutes', async () => {
  const code = scanOf(await login('agent1'));
  await call('POST', `/api/scan/${code}/confirm`, { login: 'agent1' });
  const asked = await Promise.all([1, 2, 3].map(() => call('POST', `/api/scan/${code}/session`, {})));
  expect(asked.filter((answer) => answer.cookie !== '')).toHaveLength(1);
  const late = scanOf(await login('agent1'));
  await sql`update platform_scan set expires_at = now() - interval '1 second' where code = ${late}`.execute(
    services.db,
  );
  const answer = await call('POST', `/api/scan/${late}/confirm`, { login: 'agent1' });
  expect([answer.status, problem(answer)?.code]).toEqual([410, 'LOG-006']);
  expect((await call('GET', `/api/scan/${late}`)).body).toMatchObject({ state: 'EXPIRED' });
});

test('wrong passwords: the tries left are told, then the account is locked also for the right one, then it opens again', async () => {
  const told: (string | undefined)[] = [];
  for (let attempt = 0; attempt < 5; attempt += 1) told.push(problem(await login('clumsy', 'wrong'))?.why);
  expect(told.map((why) => /还可以试 (\d) 次/.exec(why ?? '')?.[1])).toEqual(['4', '3', '2', '1', undefined]);
  expect(problem(await login('clumsy'))?.code).toBe('LOG-004');
  await sql`update platform_login_attempt set locked_until = now() - interval '1 second' where locked_until is not null`.execute(
    services.db,
  );
  expect(problem(await login('clumsy', 'wrong'))?.why).toContain('还可以试 4 次');
  expect((await login('clumsy')).status).toBe(200);
  expect(problem(await login('clumsy', 'wrong'))?.why).toContain('还可以试 4 次');
});

test('an unknown account is answered exactly like a known one, try after try, into the lock', async () => {
  for (let attempt = 0; attempt < 7; attempt += 1) {
    const [unknown, known] = [await login('nobody', 'x'), await login('target', 'x')];
    expect([unknown.status, unknown.body.problems]).toEqual([known.status, known.body.problems]);
    expect(known.status).toBe(attempt < 5 ? 401 : 429);
  }
  expect(problem(await login('nobody2', 'x'))?.why).toContain('还可以试 4 次');
});

test('one browser may be signed in as an employer and as staff; each signs out alone', async () => {
  const both = [(await login('legal')).cookie, (await login('staff')).cookie].join('; ');
  expect([await who(both), await who(both, 'office')]).toEqual(['云帆示例公司', '样柜员']);
  await call('POST', '/api/logout?portal=office', {}, both);
  expect([await who(both), await who(both, 'office')]).toEqual(['云帆示例公司', null]);
  const again = [both.split('; ')[0], (await login('staff')).cookie].join('; ');
  await call('POST', '/api/logout', {}, again);
  expect([await who(again), await who(again, 'office')]).toEqual([null, '样柜员']);
});

test('an account of the other door is sent there, and gets no session here', async () => {
  for (const [name, portal, to] of [
    ['staff', 'employer', '/office/login'],
    ['legal', 'office', '/login'],
  ]) {
    const answer = await call('POST', '/api/login', { login: name, password: PASSWORD, portal });
    expect([answer.status, answer.cookie]).toEqual([403, '']);
    expect(problem(answer)).toMatchObject({ code: 'LOG-009', link: { to } });
  }
});

test('a session opens only the door of its kind', async () => {
  const token = (await login('staff')).cookie.split('=')[1];
  expect(await who(`tz_session=${token}; tz_office=`)).toBeNull();
  expect(await who(`tz_session=${token}`, 'office')).toBeNull();
});

test('a disabled account is out at its next request and cannot come back (AT-01, D-SEC-04)', async () => {
  const cookie = await loginAgent('leaver');
  expect(await who(cookie)).toBe('样leaver');
  const account = await findAccount(services.db, 'leaver');
  await disableAccount(services.db, account?.accountId ?? '');
  expect(await who(cookie)).toBeNull();
  expect(problem(await login('leaver'))).toMatchObject({ code: 'PERM-003', message: '账户已封禁' });
  // Without the password nobody learns that the account was disabled.
  expect(problem(await login('leaver', 'x'))?.code).toBe('LOG-007');
});

test('signing out ends the session, and so does its age in real time', async () => {
  const [one, two] = [(await login('legal')).cookie, (await login('legal')).cookie];
  await call('POST', '/api/logout', {}, one);
  expect([await who(one), await who(two)]).toEqual([null, '云帆示例公司']);
  await sql`update platform_session set expires_at = now()`.execute(services.db);
  expect(await who(two)).toBeNull();
});

test('the database holds no token that could be used', async () => {
  const { cookie } = await login('legal');
  const token = cookie.split('=')[1];
  const found = await sql`select 1 from platform_session where token_hash = ${token} or session_id = ${token}`.execute(
    services.db,
  );
  expect(token?.length).toBeGreaterThan(40);
  expect(found.rows).toEqual([]);
});

test('demo accounts are listed in the demo and refused by a production start', async () => {
  await refuseDemoAccounts(services.db);
  await createAccount(services.db, {
    login: 'demo',
    password: DEMO_PASSWORD,
    kind: 'STAFF',
    name: '样演示',
    region: '429999',
    demo: true,
  });
  expect((await call('GET', '/api/demo/accounts')).body).toMatchObject([{ login: 'demo', password: DEMO_PASSWORD }]);
  await expect(refuseDemoAccounts(services.db)).rejects.toThrow('演示账号');
});

test('production has neither a list of demo accounts nor a page that plays the card', async () => {
  const production = { ...services, mode: 'production' as const };
  const other = await createHttpServer({ services: production, title: 't', findPrincipal: async () => undefined });
  registerIdentityRoutes(other, production);
  expect((await other.inject('/api/demo/accounts')).statusCode).toBe(404);
  const code = scanOf(await login('agent1'));
  const played = await other.inject({
    method: 'POST',
    url: `/api/scan/${code}/confirm`,
    headers: { 'x-requested-by': 'tongzheng' },
    payload: { login: 'agent1' },
  });
  expect(played.statusCode).toBe(503);
  expect((await call('GET', `/api/scan/${code}`)).body).toMatchObject({ state: 'WAITING' });
  await other.close();
});

test('sixty wrong passwords at the same time are not sixty tries, in one process or in many', async () => {
  const answers = await Promise.all(Array.from({ length: 60 }, (_, at) => login('stormed', `falsch-${at}`)));
  const of = (status: number) => answers.filter((answer) => answer.status === status).length;
  expect([of(401), of(429)]).toEqual([5, 55]);
  expect(problem(await login('stormed'))?.code).toBe('LOG-004');
  const tries = await Promise.all(Array.from({ length: 20 }, () => takeTry(services.db, 'another-process', 5, 15)));
  expect(tries.filter((taken) => taken !== undefined).sort()).toEqual([1, 2, 3, 4, 5]);
});

test('twelve right logins of one account at the same time all pass', async () => {
  const answers = await Promise.all(Array.from({ length: 12 }, () => login('legal')));
  expect(answers.map((answer) => answer.status)).toEqual(Array.from({ length: 12 }, () => 200));
});

test('who came in and went out is in the audit, by password and by card', async () => {
  const legal = (await login('legal')).cookie;
  const agent = await loginAgent('agent2');
  await call('POST', '/api/logout?portal=employer', {}, legal);
  await call('POST', '/api/logout?portal=employer', {}, agent);
  const { rows } = await sql<{ action: string; actor_name: string }>`
    select action, actor_name from platform_audit order by real_at desc, audit_id desc limit 4`.execute(services.db);
  expect(rows.reverse()).toEqual([
    { action: 'login', actor_name: '云帆示例公司' },
    { action: 'login', actor_name: '样agent2' },
    { action: 'logout', actor_name: '云帆示例公司' },
    { action: 'logout', actor_name: '样agent2' },
  ]);
});
