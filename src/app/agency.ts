import { setTimeout as sleep } from 'node:timers/promises';
import type { FastifyInstance } from 'fastify';
import type { Endpoint, Signer, Transport, VerifyKey } from '../../wire/index.ts';
import { wireGauges } from '../../wire/metrics.ts';
import { reviveDocument, voidDocument } from '../archive/index.ts';
import { type CollectionFact, countOpenBills, subscribe } from '../collection/index.ts';
import { integrityGauges, type OpeningDeps } from '../control/index.ts';
import { createAgencyExchange } from '../exchange/index.ts';
import { fundListener } from '../fund/index.ts';
import type { Moment } from '../kernel/month.ts';
import { sealAudit } from '../platform/audit/index.ts';
import type { Ctx } from '../platform/context.ts';
import { type Conducted, registerControl } from '../platform/control.ts';
import { createHttpServer } from '../platform/http/index.ts';
import { principalOf, refuseDemoAccounts } from '../platform/identity/index.ts';
import { createScheduler, type Scheduler } from '../platform/jobs/index.ts';
import { archiverGauge, registerMetrics } from '../platform/metrics/index.ts';
import type { Services } from '../platform/services.ts';
import { reconGauge } from './gauges.ts';
import { createHealth } from './health.ts';
import { agencyJobs } from './jobs.ts';
import { seedNeighbours } from './neighbours.ts';
import { registerAgencyRoutes } from './routes.ts';
import { seedDemo } from './seed.ts';
import { serveWeb } from './web.ts';

export type AgencyOptions = {
  readonly services: Services;
  /** The same database as `services.db`, for work that needs COPY on connections of its own. */
  readonly databaseUrl: string;
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
  /** Opens /metrics to other machines; absent: this one only. */
  readonly metricsToken?: string | undefined;
  readonly trustedProxies?: readonly string[];
};

export type Agency = {
  readonly app: FastifyInstance;
  readonly endpoint: Endpoint;
  readonly scheduler: Scheduler;
  /** What the conductor asks, for a program that has none. */
  readonly conducted: Conducted;
  /** Loads the demo city the first time (demo mode only). */
  seedDemo(): Promise<void>;
  close(): Promise<void>;
};

const AUDIT_SEAL_MS = 1_000;
const PATIENCE_MS = 2_000;

let subscribed = false;

/** Books and printed forms listen to collection in the same transaction; once per process. */
function subscribeListeners(): void {
  if (subscribed) return;
  subscribed = true;
  subscribe(async (ctx: Ctx, fact: CollectionFact) => {
    if (fact.type === 'BILL_VOIDED') await voidDocument(ctx, 'BILL', fact.billNo);
    else if (fact.type === 'BILL_REVIVED') await reviveDocument(ctx, 'BILL', fact.billNo);
    else await fundListener(ctx, fact);
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
  const { jobs, refresh } = await agencyJobs(services, exchange, options.databaseUrl);
  // A story checks all promises at its end; a check every night of the months it runs through would only make it slow.
  const wanted = services.mode === 'test' ? jobs.filter((job) => job.name !== 'integrity') : jobs;
  // Nobody watches the jobs of a story, where every statement counts.
  const scheduler = createScheduler(services, wanted, services.mode === 'test' ? { beatMs: null } : {});
  const runDue = inBackground(() => scheduler.runDue(), services);
  const app = await createHttpServer({
    services,
    title: '统征 经办端',
    findPrincipal: (token) => principalOf(services.db, token),
    trustedProxies: options.trustedProxies,
  });

  registerAgencyRoutes(app, {
    services,
    exchange,
    scheduler,
    publicUrl: options.publicUrl,
    taxUrl: options.taxUrl,
    conductorUrl: options.conductorUrl,
    controlToken: options.controlToken,
  });
  const conducted: Conducted = {
    clock: services.clock,
    async nextSlot() {
      await refresh();
      return earliest(await scheduler.nextSlot(), await exchange.endpoint.nextAt());
    },
    async runDue() {
      await refresh();
      return runDue();
    },
    pump: async () => {
      const { sent } = await exchange.endpoint.pump();
      return sent + (await exchange.releaseDue());
    },
    idle: () => exchange.endpoint.idle(),
  };
  registerControl(app, options.controlToken, conducted);
  const health = createHealth({ scheduler, taxUrl: options.taxUrl });
  app.get('/healthz', { schema: { hide: true } }, async (_request, reply) => {
    const { ready, ...answer } = await health();
    return reply.status(ready ? 200 : 503).send(answer);
  });
  registerMetrics(app, {
    services,
    scheduler,
    token: options.metricsToken,
    gauges: [
      ...wireGauges(services.db, services.region, services.clock.now),
      ...integrityGauges(services.db, services.region),
      reconGauge(services.db, services.region),
      archiverGauge(services.db),
      {
        name: 'bills_open',
        help: '在途单据数，按节点',
        labels: ['state'],
        read: async () =>
          (await countOpenBills(services.db, services.region)).map(({ state, count }) => ({
            labels: { state },
            value: count,
          })),
      },
    ],
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
    conducted,
    async seedDemo() {
      const deps: OpeningDeps = {
        mode: services.mode,
        syncEmployer: (ctx, employer) => exchange.syncEmployer(ctx, employer, employer.insurances),
      };
      if (await seedDemo(services, deps)) await seedNeighbours(services, options.databaseUrl, deps);
    },
    async close() {
      clearInterval(sealer);
      await scheduler.stop();
      await app.close();
    },
  };
}

/**
 * Due jobs while the clock runs: one that takes long goes on by itself, and the exchange is not kept waiting for it. A clock that stands is
 * being moved, and waits: what comes after a slot must find its work done.
 */
function inBackground(run: () => Promise<readonly unknown[]>, { clock }: Services): () => Promise<number> {
  let running: Promise<number> | undefined;
  return async () => {
    running ??= run()
      .then((reports) => reports.length)
      .finally(() => {
        running = undefined;
      });
    if (clock.setting().frozenAt !== null) return running;
    return Promise.race([running, sleep(PATIENCE_MS, 0)]);
  };
}

function earliest(a: Moment | null, b: Moment | null): Moment | null {
  if (a === null || b === null) return a ?? b;
  return a < b ? a : b;
}
