/** HTTP of the tax side: everyone, taxpayers, clerks. Business lives in commands/, what is shown in queries/. */
import type { FastifyInstance } from 'fastify';
import { refuse } from '../src/kernel/errors.ts';
import { dateOf } from '../src/kernel/month.ts';
import type { Actor } from '../src/platform/context.ts';
import { type Principal, portalActor, route } from '../src/platform/http/index.ts';
import { once } from '../src/platform/idempotency.ts';
import { closeSession, DEMO_PASSWORD, login } from '../src/platform/identity/index.ts';
import { findAccountById, listDemoAccounts } from '../src/platform/identity/store.ts';
import { act, type TaxServices } from './act.ts';
import { invoice } from './commands/invoice.ts';
import { pay } from './commands/pay.ts';
import {
  myInvoiceEndpoint,
  myPayEndpoint,
  myReceiptsEndpoint,
  myTaxBillEndpoint,
  myTaxBillsEndpoint,
  myVoucherEndpoint,
  type PayChannel,
  taxDemoAccountsEndpoint,
  taxLoginEndpoint,
  taxLogoutEndpoint,
  taxLookupEndpoint,
  taxSessionEndpoint,
} from './contract.ts';
import { billRowView, getBill, getReceipt, getVoucher, NO_SUCH_BILL, receiptView } from './queries/views.ts';
import { findBill } from './store.ts';
import { numbersOf } from './store-employers.ts';
import { listBills, listReceipts } from './store-queries.ts';
import { organName } from './words.ts';

/** Not the agency's cookie: on one machine both programs have the same host name and cookies know no ports. */
export const TAX_COOKIE = 'tz_tax_session';

const NOT_FOUND_HINT =
  '没有查到可缴的单据。开单后一般 20 分钟内同步到税务，每月 1 至 10 日约 30 分钟；仍查不到，请持征集通知单据号联系税务专管员。';

export function lookingOf(services: TaxServices) {
  return { db: services.db, region: services.region, now: services.clock.now() };
}

/** Only a taxpayer's channels: the hall is the clerk's. */
const OWN_CHANNELS: ReadonlySet<PayChannel> = new Set<PayChannel>([
  'CLIENT',
  'AGREEMENT',
  'BANK_VOUCHER',
  'BANK_COUNTER',
]);

export function registerTaxRoutes(app: FastifyInstance, services: TaxServices): void {
  const { db, region } = services;
  const kindOf = (principal: Principal) => (principal.kind === 'STAFF' ? ('CLERK' as const) : ('TAXPAYER' as const));
  const view = async (principal: Principal) => ({
    kind: kindOf(principal),
    login: (await findAccountById(db, principal.accountId))?.login ?? '',
    name: principal.name,
    employerNo: principal.employerNo ?? null,
  });

  route(app, taxSessionEndpoint, async ({ principal }) => ({
    mode: services.mode,
    now: services.clock.now(),
    region,
    organName: organName(region),
    principal: principal ? await view(principal) : null,
  }));

  route(app, taxLoginEndpoint, async ({ body, reply }) => {
    const result = await login(db, body.login, body.password);
    if (result.kind !== 'session' || kindOf(result.principal) !== body.kind) {
      if (result.kind === 'session') await closeSession(db, result.token);
      refuse(
        {
          code: 'LOG-003',
          message: '账号或密码不对',
          why: body.kind === 'CLERK' ? '这不是税务人员的账号。' : '这不是缴费人的账号。',
          next: '请换一种身份登录，或核对账号。',
          field: 'login',
        },
        401,
      );
    }
    void reply.setCookie(TAX_COOKIE, result.token, {
      path: '/',
      httpOnly: true,
      sameSite: 'lax',
      secure: services.mode === 'production',
    });
    return { principal: await view(result.principal) };
  });

  route(app, taxLogoutEndpoint, async ({ raw, reply }) => {
    const token = raw.cookies[TAX_COOKIE];
    if (token) await closeSession(db, token);
    void reply.clearCookie(TAX_COOKIE, { path: '/' });
    return { ok: true as const };
  });

  route(app, taxDemoAccountsEndpoint, async () => {
    if (services.mode === 'production')
      refuse({ code: 'SYS-404', message: '没有这个地址', next: '请从首页进入。' }, 404);
    return (await listDemoAccounts(db)).map((account) => ({
      kind: account.kind === 'STAFF' ? ('CLERK' as const) : ('TAXPAYER' as const),
      login: account.login,
      password: DEMO_PASSWORD,
      name: account.name,
    }));
  });

  route(app, taxLookupEndpoint, async ({ body }) => {
    const text = body.q.replace(/\s/g, '').toUpperCase();
    const filter = /^\d{16}$/.test(text)
      ? { billNo: text }
      : /^[0-9A-Z]{18}$/.test(text)
        ? { uscc: text, payable: true }
        : null;
    if (!filter) {
      refuse({
        code: 'TZ-WIR-401',
        message: '请输入 16 位征集通知单据号或 18 位统一社会信用代码',
        next: '单据号在应缴认定单右上角。',
        field: 'q',
      });
    }
    const found = await listBills(db, region, filter, { page: 1, size: 50 });
    return { rows: found.rows.map(billRowView), hint: found.rows.length === 0 ? NOT_FOUND_HINT : null };
  });

  registerTaxpayerRoutes(app, services);
}

function registerTaxpayerRoutes(app: FastifyInstance, services: TaxServices): void {
  const { db, region } = services;
  const numbers = (principal: Principal | null) => numbersOf(db, region, principal?.employerNo ?? '');

  /** Another payer's bill does not exist for this one. */
  async function own(principal: Principal | null, billNo: string): Promise<Actor> {
    const bill = await findBill(db, region, billNo);
    if (!bill || !(await numbers(principal)).includes(bill.employerNo)) refuse(NO_SUCH_BILL, 404);
    return portalActor(principal);
  }

  route(app, myTaxBillsEndpoint, async ({ query, principal }) => {
    const filter = { employerNos: await numbers(principal), ...(query.state ? { state: query.state } : {}) };
    const found = await listBills(db, region, filter, query);
    return { total: found.total, page: query.page, size: query.size, rows: found.rows.map(billRowView) };
  });

  route(app, myTaxBillEndpoint, async ({ params, principal }) => {
    await own(principal, params.billNo);
    return getBill(lookingOf(services), params.billNo);
  });

  route(app, myInvoiceEndpoint, async ({ params, principal }) => {
    const actor = await own(principal, params.billNo);
    await act(services, actor, (ctx) => invoice(ctx, params.billNo));
    return getBill(lookingOf(services), params.billNo);
  });

  route(app, myPayEndpoint, async ({ params, body, principal, idempotencyKey }) => {
    const actor = await own(principal, params.billNo);
    if (!OWN_CHANNELS.has(body.channel)) {
      refuse({
        code: 'TZ-WIR-406',
        message: '这种方式在办税厅办理',
        next: '请到办税厅窗口缴费，或换一种方式。',
        field: 'channel',
      });
    }
    // Kept for a repetition is what the command answers: the number. What it shows is looked up each time.
    const receiptNo = await once(services, principal, idempotencyKey, () =>
      act(services, actor, (ctx) => pay(ctx, params.billNo, body.channel)),
    );
    const look = lookingOf(services);
    return { bill: await getBill(look, params.billNo), receipt: await getReceipt(look, receiptNo) };
  });

  route(app, myReceiptsEndpoint, async ({ query, principal }) => {
    const today = dateOf(services.clock.now());
    const { page, size, sort, ...range } = query;
    const found = await listReceipts(
      db,
      region,
      { employerNos: await numbers(principal), ...range },
      { sort, page, size },
    );
    return { total: found.total, page, size, rows: found.rows.map((row) => receiptView(row, today)) };
  });

  route(app, myVoucherEndpoint, async ({ params, principal }) => {
    const receipt = await getReceipt(lookingOf(services), params.receiptNo);
    await own(principal, receipt.billNo);
    return getVoucher(lookingOf(services), params.receiptNo);
  });
}
