import type { FastifyInstance } from 'fastify';
import { registerWire } from '../../wire/http.ts';
import type { Endpoint, Signer, Transport, VerifyKey } from '../../wire/index.ts';
import { findByRef, voidDocument } from '../archive/index.ts';
import { registerArchiveRoutes } from '../archive/routes.ts';
import { dropOldWorkbooks } from '../casework/index.ts';
import { allocateReceipts, type CollectionFact, expireBills, postReceipts, subscribe } from '../collection/index.ts';
import { registerControlRoutes } from '../control/routes.ts';
import { createAgencyExchange } from '../exchange/index.ts';
import { fundListener } from '../fund/index.ts';
import { registerItemRoutes, registerQueryRoutes } from '../items/index.ts';
import { addDays, dateOf, type Moment } from '../kernel/month.ts';
import { loadLaw } from '../parameters/index.ts';
import { sealAudit } from '../platform/audit/index.ts';
import type { Ctx } from '../platform/context.ts';
import { registerControl } from '../platform/control.ts';
import { createHttpServer } from '../platform/http/index.ts';
import { principalOf, refuseDemoAccounts } from '../platform/identity/index.ts';
import { registerIdentityRoutes } from '../platform/identity/routes.ts';
import { createScheduler, cronSlots, type Job, type JobResult, type Scheduler } from '../platform/jobs/index.ts';
import { type Services, systemActor, transact } from '../platform/services.ts';
import { lookupNumber, lookupText } from '../rules/index.ts';
import { seedDemo } from './seed.ts';
import { serveWeb } from './web.ts';

export type AgencyOptions = {
  readonly services: Services;
  readonly signer: Signer;
  readonly taxKeys: readonly VerifyKey[];
  /** How documents reach the tax side. */
  readonly send: Transport;
  /** Public address of this program, printed on documents. */
  readonly publicUrl: string;
  /** Where taxpayers pay; null in tests without pages. */
  readonly taxUrl: string | null;
  readonly controlToken: string;
  /** The starter's door to the clock; null where the clock cannot be moved. */
  readonly conductorUrl: string | null;
};

export type Agency = {
  readonly app: FastifyInstance;
  readonly endpoint: Endpoint;
  readonly scheduler: Scheduler;
  /** Loads the demo city the first time (demo mode only). */
  seedDemo(): Promise<void>;
  close(): Promise<void>;
};

const AUDIT_SEAL_MS = 1_000;
const TAX_PROBE_MS = 2_000;

let subscribed = false;

/** Books and printed forms listen to collection in the same transaction; once per process. */
function subscribeListeners(): void {
  if (subscribed) return;
  subscribed = true;
  subscribe(async (ctx: Ctx, fact: CollectionFact) => {
    if (fact.type !== 'BILL_VOIDED') return fundListener(ctx, fact);
    if (await findByRef(ctx.tx, ctx.region, 'BILL', fact.billNo)) await voidDocument(ctx, 'BILL', fact.billNo);
  });
}

/** The agency's program, usable in one process with the tax side (tests) or as its own (server.ts). */
export async function createAgency(options: AgencyOptions): Promise<Agency> {
  const { services } = options;
  if (services.mode === 'production') await refuseDemoAccounts(services.db);
  subscribeListeners();
  const exchange = createAgencyExchange({
    services,
    signer: options.signer,
    taxKeys: options.taxKeys,
    send: options.send,
  });
  const scheduler = createScheduler(services, await agencyJobs(services, exchange));
  const app = await createHttpServer({
    services,
    title: '统征 经办端',
    findPrincipal: (token) => principalOf(services.db, token),
  });

  const deps = { services, bills: exchange.bills, verifyPage: `${options.publicUrl}/verify` };
  registerIdentityRoutes(app, services);
  registerItemRoutes(app, deps);
  registerQueryRoutes(app, deps, { taxUrl: options.taxUrl, verifyPage: deps.verifyPage });
  registerArchiveRoutes(app, services);
  registerControlRoutes(app, {
    services,
    scheduler,
    endpoint: exchange.endpoint,
    syncEmployer: (ctx, employer) => exchange.syncEmployer(ctx, employer, employer.insurances),
    conductorUrl: options.conductorUrl,
    controlToken: options.controlToken,
    taxUrl: options.taxUrl,
  });
  registerWire(app, exchange.endpoint);
  registerControl(app, options.controlToken, {
    clock: services.clock,
    nextSlot: async () => earliest(await scheduler.nextSlot(), await exchange.endpoint.nextAt()),
    runDue: async () => (await scheduler.runDue()).length,
    pump: async () => {
      const { sent } = await exchange.endpoint.pump();
      return sent + (await exchange.releaseDue());
    },
    idle: () => exchange.endpoint.idle(),
  });
  app.get('/healthz', { schema: { hide: true } }, async () => {
    const tax = await taxAnswers(options.taxUrl);
    return tax ? { status: 'ok' } : { status: 'ok', tax: 'down' };
  });
  await serveWeb(app, 'portal');
  await app.ready();

  const sealer = setInterval(
    () => void sealAudit(services.db, services.region).catch((err) => services.log.error({ err }, 'audit seal failed')),
    AUDIT_SEAL_MS,
  );
  return {
    app,
    endpoint: exchange.endpoint,
    scheduler,
    seedDemo: () =>
      seedDemo(services, {
        mode: services.mode,
        syncEmployer: (ctx, employer) => exchange.syncEmployer(ctx, employer, employer.insurances),
      }),
    async close() {
      clearInterval(sealer);
      await app.close();
    },
  };
}

function earliest(a: Moment | null, b: Moment | null): Moment | null {
  if (a === null || b === null) return a ?? b;
  return a < b ? a : b;
}

async function taxAnswers(taxUrl: string | null): Promise<boolean> {
  if (!taxUrl) return true;
  try {
    return (await fetch(`${taxUrl}/healthz`, { signal: AbortSignal.timeout(TAX_PROBE_MS) })).ok;
  } catch {
    return false;
  }
}

/** The calendar of the region's jobs (D-OPS-04). Hours are parameters; each job is idempotent and can be run again. */
async function agencyJobs(services: Services, exchange: ReturnType<typeof createAgencyExchange>): Promise<Job[]> {
  const { book } = await loadLaw(services.db);
  const today = services.clock.today();
  const text = (key: 'allocation.at' | 'bill.expireAt') => lookupText(book, services.region, key, today);
  const hours = lookupNumber(book, services.region, 'socialPosting.intervalHours', today);
  const daily = (time: string) => {
    const [hour, minute] = time.split(':');
    return cronSlots(`${Number(minute)} ${Number(hour)} * * *`);
  };
  const job =
    (name: string, work: (ctx: Ctx, slot: Moment) => Promise<JobResult>): Job['run'] =>
    (slot) =>
      transact(services, systemActor(`job:${name}`), (ctx) => work(ctx, slot));
  return [
    {
      name: 'expire',
      title: '单据到期扫描',
      rule: `每天 ${text('bill.expireAt')}`,
      slots: daily(text('bill.expireAt')),
      catchUp: 'last',
      run: job('expire', async (ctx, slot) => ({ 失效: await expireBills(ctx, dateOf(slot)) })),
    },
    {
      name: 'social-post',
      title: '社保登账',
      rule: `每 ${hours} 小时`,
      slots: cronSlots(`0 */${hours} * * *`),
      catchUp: 'last',
      run: job('social-post', async (ctx, slot) => ({ 登账: await postReceipts(ctx, slot) })),
    },
    {
      name: 'allocate',
      title: '实收分配',
      rule: `每天 ${text('allocation.at')}`,
      slots: daily(text('allocation.at')),
      catchUp: 'last',
      run: job('allocate', async (ctx, slot) => ({ 配账: await allocateReceipts(ctx, slot) })),
    },
    {
      name: 'reconcile',
      title: '日终对账',
      rule: '每天 02:30',
      slots: daily('02:30'),
      catchUp: 'every',
      run: job('reconcile', async (ctx, slot) => ({
        合计行: await exchange.reconcile(ctx, addDays(dateOf(slot), -1)),
      })),
    },
    {
      name: 'drop-workbooks',
      title: '清理过期导盘',
      rule: '每天 03:00',
      slots: daily('03:00'),
      catchUp: 'last',
      run: job('drop-workbooks', async (ctx) => ({ 清理: await dropOldWorkbooks(ctx.tx, ctx.region, ctx.now) })),
    },
  ];
}
