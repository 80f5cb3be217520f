import { pino } from 'pino';
import { type AgencyJobs, agencyJobs, closeSlots } from '../src/app/jobs.ts';
import { agencyMigrations } from '../src/app/migrations.ts';
import { seedCalendar } from '../src/app/seed.ts';
import { reviveDocument, voidDocument } from '../src/archive/index.ts';
import { subscribe } from '../src/collection/index.ts';
import { type OpeningInput, openBooks } from '../src/control/index.ts';
import { type AgencyExchange, createAgencyExchange } from '../src/exchange/index.ts';
import { fundListener } from '../src/fund/index.ts';
import type { ItemServices } from '../src/items/index.ts';
import { addMonths, dateOf, type Moment, type Month, monthOf, parseMoment } from '../src/kernel/month.ts';
import { addOverlays, loadLaw } from '../src/parameters/index.ts';
import { type BusinessClock, createClock } from '../src/platform/clock/index.ts';
import { one, openDb, rows, run, sql } from '../src/platform/db.ts';
import { createScheduler, type Scheduler } from '../src/platform/jobs/index.ts';
import { type Services, systemActor, transact } from '../src/platform/services.ts';
import { createTaxProgram, type TaxProgram, taxMigrations } from '../tax/server.ts';
import { generateSigner, verifyKeyOf } from '../wire/index.ts';
import type { Databases } from './databases.ts';
import { type Fuse, openFusedDb } from './fuse.ts';
import { autoClose, REGION, simulatedLaw } from './law.ts';
import { type Line, lineTo } from './network.ts';
import { randomOf } from './random.ts';

type AgencyParts = {
  readonly exchange: AgencyExchange;
  readonly scheduler: Scheduler;
  readonly refresh: AgencyJobs['refresh'];
};

/** Both programs in one process, each with its own database, over a line with weather, on one standing clock. */
export type World = {
  readonly clock: BusinessClock;
  readonly services: Services;
  readonly agencyFuse: Fuse;
  readonly taxFuse: Fuse;
  readonly toTax: Line;
  readonly toAgency: Line;
  exchange(): AgencyExchange;
  tax(): TaxProgram;
  scheduler(): Scheduler;
  items(): ItemServices;
  now(): Moment;
  setNow(at: Moment): void;
  /** Runs what is due on both sides and lets the exchange work. */
  beat(): Promise<void>;
  /** Both sides send until nothing moves. */
  settle(): Promise<void>;
  /** Whether a statement waits for a lock, as the database itself tells. */
  isBlocked(pid: number): Promise<boolean>;
  /** What autovacuum does for a server that runs for years: the planner learns how much there is by now. */
  analyze(): Promise<void>;
  /** The programs that died are started again. */
  restart(): Promise<void>;
  /** The bureau books the months itself. */
  readonly closesItself: boolean;
  /** Months that it booked, when it did, and for whom (`employer/insurance`). */
  readonly closes: { readonly month: Month; readonly at: Moment; readonly booked: readonly string[] }[];
  /** 自动记账日 in the days up to then, as moments. */
  closeSlots(until: Moment): Promise<Moment[]>;
  /** Errors that a program only wrote to its log. */
  readonly logged: string[];
  close(): Promise<void>;
};

let subscribed = false;

/** As src/app/agency.ts: books and printed forms listen in the same transaction; once per process. */
function subscribeListeners(): void {
  if (subscribed) return;
  subscribed = true;
  subscribe(async (ctx, fact) => {
    if (fact.type === 'BILL_VOIDED') await voidDocument(ctx, 'BILL', fact.billNo);
    else if (fact.type === 'BILL_REVIVED') await reviveDocument(ctx, 'BILL', fact.billNo);
    else await fundListener(ctx, fact);
  });
}

/** Signs of life go by real time; nobody watches here. */
const UNWATCHED = { beatMs: null };
const ROUNDS_MAX = 300;
/** Before anything of a run. */
const BORN = '2022-12-01 09:00';

/** The calendar and the law are the same in every run. */
async function prepareAgency(url: string): Promise<void> {
  const db = openDb(url, { max: 2 });
  try {
    const clock = createClock({ offsetMs: 0, frozenAt: momentAt(BORN) });
    const services: Services = { db, clock, region: REGION, mode: 'test', log: pino({ level: 'silent' }) };
    await seedCalendar(services);
    await transact(services, systemActor('simulation'), (ctx) => addOverlays(ctx.tx, simulatedLaw() as never, ctx.now));
  } finally {
    await db.destroy();
  }
}

export function momentAt(text: string): Moment {
  const moment = parseMoment(text);
  if (!moment) throw new Error(`not a moment: ${text}`);
  return moment;
}

export async function openWorld(
  databases: Databases,
  seed: string,
  start: string,
  city: OpeningInput['employers'],
): Promise<World> {
  subscribeListeners();
  const agencyHome = await databases.make(agencyMigrations(), prepareAgency);
  const taxHome = await databases.make(taxMigrations());
  const [agencyDb, taxDb] = [openFusedDb(agencyHome.url), openFusedDb(taxHome.url)];
  const clock = createClock({ offsetMs: 0, frozenAt: momentAt(start) });
  const logged: string[] = [];
  const log = pino(
    { level: 'error' },
    {
      write: (line: string) => {
        if (!agencyDb.fuse.blown && !taxDb.fuse.blown && !line.includes('the process died here')) logged.push(line);
      },
    },
  );
  const base = { clock, region: REGION, mode: 'test', log } as const;
  const services: Services = { ...base, db: agencyDb.db };
  // SM2 is computed in JavaScript, Ed25519 by the machine: both are played, the slow one in a quarter of the lives.
  const algorithm = randomOf(`${seed}/seal`).chance(0.25) ? 'SM2' : 'Ed25519';
  const [agencySigner, taxSigner] = [generateSigner('agency-1', algorithm), generateSigner('tax-1', algorithm)];
  const toAgency = lineTo((body) => agency.exchange.endpoint.receive(body), randomOf(`${seed}/line/agency`));
  const toTax = lineTo(
    async (body) => {
      const reply = await tax.receive(body);
      const wait = reply?.headers?.['retry-after'];
      return reply && { status: reply.status, body: reply.body, ...(wait ? { retryAfterSeconds: Number(wait) } : {}) };
    },
    randomOf(`${seed}/line/tax`),
  );

  async function startAgency(): Promise<AgencyParts> {
    const exchange = createAgencyExchange({
      services,
      signer: agencySigner,
      taxKeys: [verifyKeyOf(taxSigner)],
      send: toTax.send,
    });
    const { jobs, refresh } = await agencyJobs(services, exchange, agencyHome.url);
    const scheduler = createScheduler(
      services,
      jobs.filter((job) => job.name !== 'integrity'),
      UNWATCHED,
    );
    await scheduler.nextSlot();
    return { exchange, scheduler, refresh };
  }
  const startTax = (): Promise<TaxProgram> =>
    createTaxProgram({
      services: { ...base, db: taxDb.db },
      signer: taxSigner,
      agencyKeys: [verifyKeyOf(agencySigner)],
      send: toAgency.send,
      controlToken: 'simulation',
      jobs: UNWATCHED,
    });
  const watcher = openDb(agencyHome.url, { max: 1 });
  const taxWatcher = openDb(taxHome.url, { max: 1 });
  let tax = await startTax();
  let agency = await startAgency();

  const closesItself = randomOf(`${seed}/mode`).chance(0.3);
  const closes: World['closes'] = [];
  const pivotsAt = async (at: Month): Promise<string[]> =>
    (
      await rows(
        watcher,
        sql<{ key: string }>`
          select employer_no || '/' || insurance as key from collection_pivot where region = ${REGION} and booked_through = ${at}`,
      )
    ).map((one) => one.key);
  /** Runs the agency's jobs and notes for whom they booked a month: those that stood at the month before and stand at it now. */
  async function runAgencyJobs(): Promise<void> {
    const month = monthOf(dateOf(clock.now()));
    const before = new Set<string>();
    if (closesItself) {
      for (const one of [month, addMonths(month, -1)]) {
        for (const key of await pivotsAt(addMonths(one, -1))) before.add(`${one}/${key}`);
      }
    }
    for (const { job, state, result } of await agency.scheduler.runDue()) {
      if (job !== 'month-close' || state !== 'DONE') continue;
      const closed = String(result?.月份) as Month;
      const booked = (await pivotsAt(closed)).filter((key) => before.has(`${closed}/${key}`));
      closes.push({ month: closed, at: clock.now(), booked });
      const { 月份: _month, 单位: _employers, 明细: _lines, ...skipped } = result ?? {};
      const stood = [...before].filter((key) => key.startsWith(`${closed}/`)).length;
      if (booked.length < stood && Object.keys(skipped).length === 0) {
        logged.push(`自动记账 ${closed}：${stood} 个单位险种该记，只记了 ${booked.length} 个，没有说漏了谁`);
      }
    }
  }

  async function settle(): Promise<void> {
    for (let round = 0; round < ROUNDS_MAX; round += 1) {
      const { sent } = await agency.exchange.endpoint.pump();
      const released = await agency.exchange.releaseDue();
      const back = await tax.pump();
      if (sent + back + released === 0) return;
    }
    throw new Error('the exchange does not come to rest');
  }

  if (closesItself) {
    await transact(services, systemActor('simulation'), (ctx) => addOverlays(ctx.tx, autoClose() as never, ctx.now));
    await agency.refresh();
  }
  await transact(services, systemActor('simulation'), async (ctx) =>
    openBooks(
      ctx,
      await loadLaw(ctx.tx),
      { employers: city },
      {
        mode: 'test',
        syncEmployer: (inner, employer) => agency.exchange.syncEmployer(inner, employer, employer.insurances),
      },
    ),
  );
  await settle();

  return {
    clock,
    services,
    agencyFuse: agencyDb.fuse,
    taxFuse: taxDb.fuse,
    toTax,
    toAgency,
    exchange: () => agency.exchange,
    tax: () => tax,
    scheduler: () => agency.scheduler,
    items: () => ({ services, bills: agency.exchange.bills, verifyPage: 'http://127.0.0.1/verify' }),
    now: () => clock.now(),
    setNow: (at) => clock.set({ offsetMs: 0, frozenAt: at }),
    async beat() {
      await tax.runDue();
      await agency.refresh();
      await runAgencyJobs();
      await settle();
    },
    settle,
    isBlocked: async (pid) =>
      (await one(watcher, sql<{ blocked: boolean }>`select cardinality(pg_blocking_pids(${pid})) > 0 as blocked`))
        .blocked,
    async analyze() {
      await Promise.all([run(watcher, sql`analyze`), run(taxWatcher, sql`analyze`)]);
    },
    async restart() {
      if (agencyDb.fuse.blown) {
        agencyDb.fuse.repair();
        agency = await startAgency();
      }
      if (taxDb.fuse.blown) {
        taxDb.fuse.repair();
        await tax.close();
        tax = await startTax();
      }
    },
    logged,
    closes,
    closesItself,
    closeSlots: async (until) => (closesItself ? closeSlots(await loadLaw(watcher), REGION, clock.now(), until) : []),
    async close() {
      await tax.close();
      await watcher.destroy();
      await taxWatcher.destroy();
      await agencyDb.close();
      await taxDb.close();
      await agencyHome.drop();
      await taxHome.drop();
    },
  };
}
