import type { FastifyInstance, FastifyReply } from 'fastify';
import { refuse } from '../../kernel/errors.ts';
import { audit } from '../audit/index.ts';
import { findPortal, type Principal, portalActor, portalOf, route } from '../http/index.ts';
import { type Services, transact } from '../services.ts';
import {
  demoAccountsEndpoint,
  loginEndpoint,
  logoutEndpoint,
  scanConfirmEndpoint,
  scanSessionEndpoint,
  scanStatusEndpoint,
  sessionEndpoint,
} from './contract.ts';
import {
  closeSession,
  confirmByPhone,
  DEMO_PASSWORD,
  listDemoAccounts,
  login,
  openScanSession,
  SCAN_SECONDS,
  scanStatus,
} from './index.ts';

const KIND_NOTES = {
  LEGAL: '单位法人账号：密码登录',
  AGENT: '单位经办人：密码之后扫码',
  STAFF: '经办机构工作人员',
} as const;
/** A moved clock is more than this away from real time. */
const MOVED_MS = 60_000;

export function registerIdentityRoutes(app: FastifyInstance, services: Services): void {
  const { db } = services;
  const setCookie = (reply: FastifyReply, principal: Principal, token: string): void => {
    void reply.setCookie(portalOf(principal.kind).cookie, token, {
      path: '/',
      httpOnly: true,
      sameSite: 'lax',
      secure: services.mode === 'production',
    });
  };
  const view = (principal: Principal) => ({ ...principal, roles: [...principal.roles] });

  const record = (principal: Principal, action: 'login' | 'logout'): Promise<void> =>
    transact(services, portalActor(principal), (ctx) =>
      audit(ctx, { action, object: `account:${principal.accountId}`, detail: { sessionId: principal.sessionId } }),
    );

  route(app, loginEndpoint, async ({ body, reply }) => {
    const result = await login(db, body.login.trim(), body.password, body.portal);
    if (result.kind === 'scan') return { principal: null, scan: { code: result.code, expiresInSeconds: SCAN_SECONDS } };
    await record(result.principal, 'login');
    setCookie(reply, result.principal, result.token);
    return { principal: view(result.principal), scan: null };
  });
  route(app, logoutEndpoint, async ({ query, raw, reply }) => {
    const { cookie } = findPortal(query.portal);
    const token = raw.cookies[cookie];
    if (token) await closeSession(db, token);
    const principal = raw.sessions.find((one) => portalOf(one.kind).cookie === cookie);
    if (principal) await record(principal, 'logout');
    void reply.clearCookie(cookie, { path: '/' });
    return {};
  });
  route(app, sessionEndpoint, async ({ query, raw }) => {
    const principal = raw.sessions.find((one) => portalOf(one.kind).name === query.portal);
    const { offsetMs, frozenAt } = services.clock.setting();
    return {
      principal: principal ? view(principal) : null,
      now: services.clock.now(),
      mode: services.mode,
      clockMoved: frozenAt !== null || Math.abs(offsetMs) > MOVED_MS,
    };
  });
  route(app, scanStatusEndpoint, async ({ params }) => ({ state: await scanStatus(db, params.code) }));
  route(app, scanSessionEndpoint, async ({ params, reply }) => {
    const status = await openScanSession(db, params.code);
    if (status.state !== 'CONFIRMED') return { state: status.state, principal: null };
    await record(status.principal, 'login');
    setCookie(reply, status.principal, status.token);
    return { state: status.state, principal: view(status.principal) };
  });
  route(app, scanConfirmEndpoint, async ({ params, body }) => {
    // This page only plays the card. In production the card's own platform confirms; until it is connected nobody else may.
    if (services.mode === 'production') {
      refuse(
        {
          code: 'LOG-008',
          message: '电子社保卡平台还没有接通',
          why: '正式环境只接受电子社保卡平台的确认。',
          next: '请先用法人账号登录，或联系经办机构。',
        },
        503,
      );
    }
    await confirmByPhone(db, params.code, body.login.trim());
    return { state: 'CONFIRMED' as const };
  });
  route(app, demoAccountsEndpoint, async () => {
    if (services.mode === 'production') refuse({ code: 'SYS-404', message: '没有这个地址' }, 404);
    return (await listDemoAccounts(db)).map((account) => ({
      login: account.login,
      password: DEMO_PASSWORD,
      name: account.name,
      kind: account.kind,
      note: KIND_NOTES[account.kind],
    }));
  });
}
