import { join } from 'node:path';
import { fileURLToPath } from 'node:url';
import type { FastifyInstance } from 'fastify';
import type { Moment } from '../src/kernel/month.ts';
import { registerControl } from '../src/platform/control.ts';
import { jobsAnswer } from '../src/platform/health.ts';
import { createHttpServer } from '../src/platform/http/index.ts';
import { createAccount, DEMO_PASSWORD, principalOf, refuseDemoAccounts } from '../src/platform/identity/index.ts';
import { findAccount } from '../src/platform/identity/store.ts';
import { createScheduler, type Scheduler, type SchedulerOptions } from '../src/platform/jobs/index.ts';
import { registerMetrics } from '../src/platform/metrics/index.ts';
import type { MigrationFolder } from '../src/platform/migrate.ts';
import type { Services } from '../src/platform/services.ts';
import { registerHeldRoutes } from '../wire/held-routes.ts';
import { registerWire } from '../wire/http.ts';
import {
  createEndpoint,
  type Endpoint,
  type ReceiveReply,
  type Signer,
  type Transport,
  type VerifyKey,
} from '../wire/index.ts';
import { wireGauges } from '../wire/metrics.ts';
import type { TaxServices } from './act.ts';
import { registerClerkRoutes } from './clerk-routes.ts';
import { createFaultDesk, type FaultDesk } from './fault-desk.ts';
import { createHandlers } from './handlers.ts';
import { createJobs } from './jobs.ts';
import { registerTaxRoutes, TAX_COOKIE } from './routes.ts';
import { awaitsWatermark } from './store.ts';
import { countLiveBills } from './store-queries.ts';
import { serveTaxPages } from './web.ts';

export type TaxProgramOptions = {
  /** Database, business clock, region, mode, log. */
  readonly services: Services;
  readonly signer: Signer;
  readonly agencyKeys: readonly VerifyKey[];
  /** How documents reach the agency: `httpTransport(url)`, or a function in one process. */
  readonly send: Transport;
  readonly controlToken: string;
  /** Opens /metrics to other machines; absent: this one only. */
  readonly metricsToken?: string | undefined;
  readonly trustedProxies?: readonly string[];
  readonly jobs?: SchedulerOptions;
};

export type TaxProgram = {
  readonly app: FastifyInstance;
  readonly endpoint: Endpoint;
  readonly scheduler: Scheduler;
  readonly faults: FaultDesk;
  readonly services: TaxServices;
  /** Documents in, answers out, through the fault desk; what POST /wire/v1/messages does. `undefined`: no answer at all. */
  receive(body: string): Promise<ReceiveReply | undefined>;
  /** What the conductor asks (design §7). */
  nextSlot(): Promise<Moment | null>;
  runDue(): Promise<number>;
  pump(): Promise<number>;
  close(): Promise<void>;
};

/** The clerk of the demo. */
const DEMO_CLERK = 'tax01';
const ROOT = fileURLToPath(new URL('..', import.meta.url));

/** Owners of tables of the tax side's database, in order. */
export function taxMigrations(): MigrationFolder[] {
  return [
    { name: 'platform', dir: join(ROOT, 'src/platform/migrations') },
    { name: 'wire', dir: join(ROOT, 'wire/migrations') },
    { name: 'tax', dir: join(ROOT, 'tax/migrations') },
  ];
}

/** The tax bureau's program (wire.md §6), in one process with the agency (tests) or as its own (main.ts). The database is migrated. */
export async function createTaxProgram(options: TaxProgramOptions): Promise<TaxProgram> {
  const { region, mode, db, clock } = options.services;
  const agency = `agency.${region}`;
  const services: TaxServices = {
    ...options.services,
    enqueue: (tx, item) => endpoint.enqueue(tx, { ...item, peer: agency }),
    moneySeq: () => endpoint.sentThrough(agency, 'money'),
  };
  const faults = createFaultDesk(services);
  const endpoint: Endpoint = createEndpoint({
    db,
    self: `tax.${region}`,
    peers: [{ party: agency, send: faults.wrapTransport(options.send), keys: options.agencyKeys }],
    signer: options.signer,
    ...createHandlers(services),
    clock,
    log: { warn: (facts, message) => services.log.warn(facts, message) },
  });
  const receive = faults.wrapReceive((body) => endpoint.receive(body));

  let watermarkWanted = mode === 'production';
  const lookForWatermark = async () => {
    if (mode !== 'production') watermarkWanted = await awaitsWatermark(db, region);
  };
  const jobs = createJobs(services, { watermarkWanted: () => watermarkWanted });
  const scheduler = createScheduler(services, jobs, options.jobs);

  if (mode === 'production') await refuseDemoAccounts(db);
  else await openDemoClerk(services);
  await faults.load();
  // Jobs are owed from the first start on, not from the first time somebody asks for a slot.
  await scheduler.nextSlot();

  const conducted = {
    clock,
    async nextSlot(): Promise<Moment | null> {
      const down = faults.downUntil();
      if (down) return down;
      await lookForWatermark();
      const slots = [await scheduler.nextSlot(), await endpoint.nextAt()];
      return slots.filter((slot) => slot !== null).sort()[0] ?? null;
    },
    /** Nothing runs while the program plays «down»; what was missed is caught up. */
    async runDue(): Promise<number> {
      if (faults.downUntil()) return 0;
      await lookForWatermark();
      return (await scheduler.runDue()).length;
    },
    pump: async () => (faults.downUntil() ? 0 : (await endpoint.pump()).sent),
    idle: () => endpoint.idle(),
  };

  const app = await createHttpServer({
    services,
    title: '社保费征收 税务端',
    findPrincipal: (token) => principalOf(db, token),
    cookieName: TAX_COOKIE,
    trustedProxies: options.trustedProxies,
  });
  registerTaxRoutes(app, services);
  registerClerkRoutes(app, { services, scheduler, endpoint, faults });
  registerHeldRoutes(app, services, endpoint);
  registerWire(app, endpoint, { receive });
  registerControl(app, options.controlToken, conducted);
  app.get('/healthz', { schema: { hide: true } }, async (_request, reply) =>
    (await jobsAnswer(scheduler))
      ? { status: 'ok' }
      : reply.status(503).send({ status: 'failing', missing: ['database'] }),
  );
  registerMetrics(app, {
    services,
    scheduler,
    token: options.metricsToken,
    gauges: [
      ...wireGauges(db, region, clock.now),
      {
        name: 'tax_bills_open',
        help: '可以缴费的单据数，按状态',
        labels: ['state'],
        read: async () =>
          (await countLiveBills(db, region)).map(({ state, count }) => ({ labels: { state }, value: count })),
      },
    ],
  });
  await serveTaxPages(app);
  await app.ready();

  return {
    app,
    endpoint,
    scheduler,
    faults,
    services,
    receive,
    nextSlot: conducted.nextSlot,
    runDue: conducted.runDue,
    pump: conducted.pump,
    close: () => app.close(),
  };
}

async function openDemoClerk(services: Services): Promise<void> {
  if (await findAccount(services.db, DEMO_CLERK)) return;
  await createAccount(services.db, {
    login: DEMO_CLERK,
    password: DEMO_PASSWORD,
    kind: 'STAFF',
    name: '税务样一',
    region: services.region,
    roles: ['tax-clerk'],
    demo: true,
  });
}
