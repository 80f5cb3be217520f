import { join } from 'node:path';
import { pino } from 'pino';
import { type TaxCtx, act as taxAct } from '../../../tax/act.ts';
import { createTaxProgram, type TaxProgram, taxMigrations } from '../../../tax/server.ts';
import { generateSigner, type Transport, verifyKeyOf } from '../../../wire/index.ts';
import { allocateReceipts, type Bill, expireBills, findBill, issueBill, postReceipts } from '../../collection/index.ts';
import { APRIL, addDues, addEmployer, type DueInput, EMPLOYER, LAW, moment, REGION } from '../../collection/testing.ts';
import { addDays, dateOf, type Moment, type Month } from '../../kernel/month.ts';
import { createClock } from '../../platform/clock/index.ts';
import type { Actor, Ctx } from '../../platform/context.ts';
import { type Db, one, sql } from '../../platform/db.ts';
import { createScheduler, cronSlots, type Job } from '../../platform/jobs/index.ts';
import { type Services, systemActor, transact } from '../../platform/services.ts';
import { testDatabase } from '../../platform/testing/index.ts';
import { findEmployer } from '../../registry/index.ts';
import { type Act, type AgencyExchange, createAgencyExchange } from '../index.ts';

/** Both programs in one process over an in-memory wire, each with its own database, on one standing clock (design §7). */
export type Pair = {
  readonly agency: Db;
  readonly exchange: AgencyExchange;
  readonly tax: TaxProgram;
  now(): Moment;
  /** The exchange works until nothing moves. */
  settle(): Promise<void>;
  /** Event loop: every slot of either side on the way, the exchange settling after each. */
  advance(to: string): Promise<void>;
  /** Sets the clock without running anything. */
  jump(to: string): void;
  readonly act: Act;
  taxAct<T>(work: (ctx: TaxCtx) => Promise<T>): Promise<T>;
  /** Dues of AT-06 and a bill of them; nothing is sent yet. */
  issue(dues?: readonly DueInput[]): Promise<string>;
  bill(billNo: string): Promise<Bill>;
  taxState(billNo: string): Promise<string>;
  freeDues(): Promise<number>;
  /** Takes down the way from one side to the other: documents of that side are lost. */
  cut(from: 'agency' | 'tax', lost: boolean): void;
  close(): Promise<void>;
};

const src = join(import.meta.dirname, '../..');
const AGENCY = [
  { name: 'platform', dir: join(src, 'platform/migrations') },
  { name: 'wire', dir: join(src, '../wire/migrations') },
  ...['parameters', 'registry', 'collection', 'exchange'].map((name) => ({ name, dir: join(src, name, 'migrations') })),
];
const CLERK: Actor = { kind: 'staff', id: 'tax01', name: '税务样一' };
const AGENT: Actor = { kind: 'portal', id: 'a', name: '林样' };
const ROUNDS_MAX = 200;

export async function makePair(start = '2023-04-03 09:00'): Promise<Pair> {
  const [agencyDatabase, taxDatabase] = [await testDatabase(AGENCY), await testDatabase(taxMigrations())];
  const clock = createClock({ offsetMs: 0, frozenAt: moment(start) });
  const base = { clock, region: REGION, mode: 'test', log: pino({ level: 'silent' }) } as const;
  const services: Services = { ...base, db: agencyDatabase.db };
  const [agencySigner, taxSigner] = [generateSigner('agency-1'), generateSigner('tax-1')];
  const lost = { agency: false, tax: false };

  const toAgency: Transport = async (documents) => {
    if (lost.tax) throw new Error('lost');
    return exchange.endpoint.receive(documents.join(''));
  };
  const toTax: Transport = async (documents) => {
    if (lost.agency) throw new Error('lost');
    const answer = await tax.receive(documents.join(''));
    if (!answer) throw new Error('no answer');
    return answer;
  };
  const tax = await createTaxProgram({
    services: { ...base, db: taxDatabase.db },
    signer: taxSigner,
    agencyKeys: [verifyKeyOf(agencySigner)],
    send: toAgency,
    controlToken: 'test',
  });
  const exchange = createAgencyExchange({
    services,
    signer: agencySigner,
    taxKeys: [verifyKeyOf(taxSigner)],
    send: toTax,
  });
  const scheduler = createScheduler(services, jobs(services, exchange));
  await scheduler.nextSlot();

  const act = <T>(work: (ctx: Ctx) => Promise<T>): Promise<T> => transact(services, AGENT, work);

  async function settle(): Promise<void> {
    for (let round = 0; round < ROUNDS_MAX; round += 1) {
      const { sent } = await exchange.endpoint.pump();
      const released = await exchange.releaseDue();
      const back = await tax.pump();
      if (sent + back + released === 0) return;
    }
    throw new Error('the exchange does not come to rest');
  }

  await addEmployer(agencyDatabase.db);
  await act(async (ctx) => {
    const employer = await findEmployer(ctx.tx, REGION, EMPLOYER);
    if (!employer) throw new Error('no employer');
    const from = '2020-01' as Month;
    await exchange.syncEmployer(ctx, employer, [
      { insurance: 'pension', from },
      { insurance: 'unemployment', from },
      { insurance: 'injury', from },
    ]);
  });
  await settle();

  return {
    agency: agencyDatabase.db,
    exchange,
    tax,
    now: () => clock.now(),
    settle,
    async advance(to) {
      const end = moment(to);
      await settle();
      for (let round = 0; round < 5_000; round += 1) {
        const slots = [await scheduler.nextSlot(), await exchange.endpoint.nextAt(), await tax.nextSlot()];
        const next = slots
          .filter((slot) => slot !== null)
          .map((slot) => (slot < clock.now() ? clock.now() : slot))
          .sort()[0];
        if (!next || next > end) break;
        clock.set({ offsetMs: 0, frozenAt: next });
        await tax.runDue();
        await scheduler.runDue();
        await settle();
      }
      clock.set({ offsetMs: 0, frozenAt: end });
      await settle();
    },
    jump: (to) => clock.set({ offsetMs: 0, frozenAt: moment(to) }),
    act,
    taxAct: (work) => taxAct(tax.services, CLERK, work),
    async issue(dues = APRIL) {
      await addDues(agencyDatabase.db, clock.now(), dues);
      return (await act((ctx) => issueBill(ctx, LAW, EMPLOYER, 'case', exchange.bills))).billNo;
    },
    async bill(billNo) {
      const found = await findBill(agencyDatabase.db, REGION, billNo);
      if (!found) throw new Error(`no bill ${billNo}`);
      return found;
    },
    async taxState(billNo) {
      const row = await one(
        taxDatabase.db,
        sql<{ state: string }>`
          select coalesce((select state from tax_bill where region = ${REGION} and bill_no = ${billNo}), 'UNKNOWN') as state`,
      );
      return row.state;
    },
    async freeDues() {
      const row = await one(
        agencyDatabase.db,
        sql<{ n: number }>`
          select count(*) as n from collection_due d where d.region = ${REGION}
            and not exists (select 1 from collection_settlement_unbilled s where s.region = d.region and s.due_id = d.due_id)
            and not exists (select 1 from collection_bill_due x where x.region = d.region and x.due_id = d.due_id and x.live)`,
      );
      return row.n;
    },
    cut(from, isLost) {
      lost[from] = isLost;
    },
    async close() {
      await tax.close();
      await agencyDatabase.close();
      await taxDatabase.close();
    },
  };
}

function jobs(services: Services, exchange: AgencyExchange): Job[] {
  const job = (
    name: string,
    cron: string,
    catchUp: Job['catchUp'],
    work: (act: Act, slot: Moment) => Promise<number>,
  ): Job => ({
    name,
    title: name,
    rule: cron,
    slots: cronSlots(cron),
    catchUp,
    run: async (slot) => ({ done: await work((one) => transact(services, systemActor(name), one), slot) }),
  });
  return [
    job('expire', '5 0 * * *', 'last', (act, slot) => act((ctx) => expireBills(ctx, dateOf(slot)))),
    job('social-post', '0 */4 * * *', 'last', (act, slot) => act((ctx) => postReceipts(ctx, slot))),
    job('allocate', '0 2 * * *', 'last', (act, slot) => act((ctx) => allocateReceipts(ctx, slot))),
    job('reconcile', '30 2 * * *', 'every', (act, slot) => exchange.reconcile(act, addDays(dateOf(slot), -1))),
  ];
}

/**
 * A test ends with nothing parked, dead or refused and no alarm, on either side (wire.md §10). Whether reconciliation is equal is said by
 * the tests that go through a night (`reconStates`).
 */
export async function proveQuiet(pair: Pair): Promise<void> {
  await pair.settle();
  for (const side of [pair.exchange.endpoint, pair.tax.endpoint]) {
    const { parked, deadLetters, alarms, failures } = await side.status();
    if (parked.length + deadLetters.length + alarms.length + failures.length > 0) {
      throw new Error(`${side.self}: ${JSON.stringify({ parked, deadLetters, alarms, failures })}`);
    }
  }
}

/** Every reconciled day of the pair by state. */
export async function reconStates(pair: Pair): Promise<Record<string, string>> {
  const { rows } = await sql<{ day: string; state: string }>`
    select day::text as day, state from exchange_recon_run order by day`.execute(pair.agency);
  return Object.fromEntries(rows.map((row) => [row.day, row.state]));
}
