import { join } from 'node:path';
import { Kysely, PostgresDialect } from 'kysely';
import { type Moment, momentFromMs, momentToMs } from '../../src/kernel/month.ts';
import { openPool, rows, run, sql } from '../../src/platform/db.ts';
import { type TestDatabase, testDatabase } from '../../src/platform/testing/index.ts';
import { createEndpoint } from '../engine/endpoint.ts';
import { generateSigner, type Signer, type VerifyKey, verifyKeyOf } from '../seal.ts';
import type { Endpoint, EndpointOptions, Handler, HeldKind, OutItem, Transport } from '../types.ts';

const WIRE_MIGRATIONS = [{ name: 'wire', dir: join(import.meta.dirname, '../migrations') }];

/** One effect of one item, as the implementation under test saw it. */
export type Effect = { readonly entity: string; readonly version: number; readonly type: string };

/**
 * An implementation under test. It must know the peer `tester` with its keys, apply `employer.sync`, `bill.issue`, `bill.cancel` and
 * `payment.posted` of it, and tell what took effect. Its clock can be set.
 */
export type Subject = {
  readonly party: string;
  readonly transport: Transport;
  effects(): Promise<readonly Effect[]>;
  alarms(): Promise<readonly string[]>;
  parked(): Promise<number>;
  setNow(now: Moment): void;
  now(): Moment;
  close(): Promise<void>;
};

export type EngineSubject = Subject & {
  readonly endpoint: Endpoint;
  readonly db: EndpointOptions['db'];
  /** The same side in a second process: other workers on the same database. */
  again(options?: Partial<EndpointOptions>): Endpoint;
  send(item: Omit<OutItem, 'peer'>): Promise<string>;
  advance(ms: number): void;
  /** What a person decides of what is held. */
  settle(kind: HeldKind, id: string): Promise<boolean>;
  /** What `onDelivery` said, as `entity state code`. */
  readonly deliveries: string[];
  readonly signer: Signer;
  /** Replaces the way to the peer. */
  link(transport: Transport): void;
};

export type MakeSubject = (tester: { party: string; keys: readonly VerifyKey[] }) => Promise<EngineSubject>;

export type EngineSubjectOptions = {
  readonly party?: string;
  readonly handlers?: Readonly<Record<string, Handler>>;
  readonly signer?: Signer;
  readonly start?: Moment;
  readonly window?: () => number;
};

export const START = '2023-04-12T09:00:00.000+08:00' as Moment;

/** Survives the death of a connection that is in use, as the tests that kill one need it. */
function tolerant(database: TestDatabase): Pick<TestDatabase, 'db' | 'close'> {
  const pool = openPool(database.url);
  pool.on('connect', (client) => client.on('error', () => undefined));
  const db = new Kysely<unknown>({ dialect: new PostgresDialect({ pool }) });
  return {
    db,
    close: async () => {
      await db.destroy();
      await database.close();
    },
  };
}

/** Our engine with handlers that write down what they were given. */
export async function makeEngineSubject(
  tester: { party: string; keys: readonly VerifyKey[] },
  options: EngineSubjectOptions = {},
): Promise<EngineSubject> {
  const database = tolerant(await testDatabase(WIRE_MIGRATIONS));
  await run(
    database.db,
    sql`create table effect (n bigint generated always as identity, entity text, version bigint, type text)`,
  );
  let now = options.start ?? START;
  let transport: Transport = async () => {
    throw new Error('not linked');
  };
  const deliveries: string[] = [];
  const signer = options.signer ?? generateSigner(`${options.party ?? 'tax.429999'}-1`);
  const record: (type: string) => Handler = (type) => async (ctx) => {
    await run(ctx.tx, sql`insert into effect (entity, version, type) values (${ctx.entity}, ${ctx.version}, ${type})`);
    return { result: 'accepted' };
  };
  const types = ['employer.sync', 'bill.issue', 'bill.cancel', 'payment.posted', 'tax.watermark'];
  const base: EndpointOptions = {
    db: database.db,
    self: options.party ?? 'tax.429999',
    peers: [{ party: tester.party, keys: tester.keys, send: (documents) => transport(documents) }],
    signer,
    handlers: { ...Object.fromEntries(types.map((type) => [type, record(type)])), ...options.handlers },
    clock: { now: () => now },
    random: () => 0,
    onDelivery: async ({ item, state, code }) => {
      deliveries.push([item.entity, state, ...(code ? [code] : [])].join(' '));
    },
    ...(options.window ? { window: options.window } : {}),
  };
  const endpoint = createEndpoint(base);
  return {
    party: base.self,
    endpoint,
    db: database.db,
    deliveries,
    signer,
    again: (more) => createEndpoint({ ...base, ...more }),
    transport: (documents) => endpoint.receive(documents.join('')),
    effects: () => rows(database.db, sql<Effect>`select entity, version, type from effect order by entity, version, n`),
    alarms: async () => (await endpoint.status()).alarms.map((alarm) => alarm.code),
    parked: async () => (await endpoint.status()).parked.length,
    setNow: (moment) => {
      now = moment;
    },
    now: () => now,
    advance: (ms) => {
      now = momentFromMs(momentToMs(now) + ms);
    },
    settle: (kind, id) => database.db.transaction().execute((tx) => endpoint.settleHeld(tx, kind, id)),
    send: (item) => database.db.transaction().execute((tx) => endpoint.enqueue(tx, { peer: tester.party, ...item })),
    link: (next) => {
      transport = next;
    },
    close: () => database.close(),
  };
}

export type Pair = { readonly agency: EngineSubject; readonly tax: EngineSubject; close(): Promise<void> };

/** Two engines that talk to each other by direct call. */
export async function makePair(
  options: { agency?: EngineSubjectOptions; tax?: EngineSubjectOptions } = {},
): Promise<Pair> {
  const agencySigner = generateSigner('agency-1');
  const taxSigner = generateSigner('tax-1');
  const agency = await makeEngineSubject(
    { party: 'tax.429999', keys: [verifyKeyOf(taxSigner)] },
    { party: 'agency.429999', signer: agencySigner, ...options.agency },
  );
  const tax = await makeEngineSubject(
    { party: 'agency.429999', keys: [verifyKeyOf(agencySigner)] },
    { party: 'tax.429999', signer: taxSigner, ...options.tax },
  );
  agency.link(tax.transport);
  tax.link(agency.transport);
  return {
    agency,
    tax,
    close: async () => {
      await agency.close();
      await tax.close();
    },
  };
}
