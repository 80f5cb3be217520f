import { CompiledQuery, Kysely, PostgresDialect, type RawBuilder, sql, type Transaction } from 'kysely';
import pg from 'pg';
import { type Moment, momentFromMs } from '../kernel/month.ts';
import { readSort, type Sort } from '../kernel/sort.ts';
import { PreparingClient, WHICH_CONNECTION } from './prepared.ts';
import { isCollecting, traceStatement } from './telemetry/index.ts';

/** Kysely is used as connection and transaction manager with its `sql` tag; the SQL of a domain stands in its store.ts. */
export type Db = Kysely<unknown>;
export type Tx = Transaction<unknown>;
/** A query runs on either. */
export type Executor = Db | Tx;

const INT8 = 20;
const DATE = 1082;
const TIMESTAMPTZ = 1184;
const INT8_ARRAY = 1016;
const NUMERIC = 1700;

function safeInteger(text: string): number {
  const value = Number(text);
  if (!Number.isSafeInteger(value)) throw new RangeError(`bigint outside the exact range: ${text}`);
  return value;
}

/** As the server says it in the time zone of our sessions, but for the years of another offset (summer time, local mean time). */
const SHANGHAI = /^(\d{4}-\d\d-\d\d) (\d\d:\d\d:\d\d)(?:\.(\d+))?\+08$/;

function momentOf(text: string): Moment {
  const said = SHANGHAI.exec(text);
  if (said) return `${said[1]}T${said[2]}.${(said[3] ?? '').slice(0, 3).padEnd(3, '0')}+08:00` as Moment;
  return momentFromMs(Date.parse(text.replace(' ', 'T').replace(/([+-]\d\d)$/, '$1:00')));
}

/** Numbers stay exact or fail loudly; dates stay civil text; moments become our fixed-length Shanghai text. */
const types = {
  getTypeParser(oid: number, format?: 'text' | 'binary') {
    if (format === 'binary') return pg.types.getTypeParser(oid, format);
    switch (oid) {
      case INT8:
        return safeInteger;
      case INT8_ARRAY as number: {
        const parse = pg.types.getTypeParser(INT8_ARRAY as never, 'text') as unknown as (text: string) => string[];
        return (text: string) => parse(text).map(safeInteger);
      }
      case DATE:
        return (text: string) => text;
      case TIMESTAMPTZ:
        return momentOf;
      case NUMERIC:
        return (text: string) => {
          throw new RangeError(`numeric reached the program; cast to bigint in SQL: ${text}`);
        };
      default:
        return pg.types.getTypeParser(oid, 'text');
    }
  },
};

export type OpenDbOptions = { readonly max?: number; readonly applicationName?: string };

const SETTINGS = '-c TimeZone=Asia/Shanghai -c statement_timeout=120000 -c idle_in_transaction_session_timeout=120000';
/**
 * One plan for all values: those of a command are few and alike, and to plan for them every time takes longer than to carry it out. So no
 * statement asks for «this one or any», and a growing table is read by an index (tests/plans/). But Citus finds the machine of a statement
 * by its values, and refuses the plan for all of them: there the server chooses.
 */
const ONE_PLAN = `select set_config('plan_cache_mode', 'force_generic_plan', false)
  where not exists (select from pg_proc where proname = 'create_distributed_table')`;

/** A host that has lost its power says nothing more: without these its queries, and the jobs behind them, wait for ever. */
const CONNECT_TIMEOUT_MS = 10_000;
const KEEP_ALIVE_AFTER_MS = 10_000;

/** The limit of one connection. The pool's own would also end waiting while all are busy. */
class TimelyClient extends PreparingClient {
  constructor(config?: pg.ClientConfig) {
    super({ ...config, connectionTimeoutMillis: CONNECT_TIMEOUT_MS });
  }
}

/** For COPY and what goes with it: each statement of a run is planned for its values. */
export function openPool(url: string, options: OpenDbOptions = {}): pg.Pool {
  return poolOf(url, options);
}

function poolOf(url: string, options: OpenDbOptions, first?: string): pg.Pool {
  const pool = new pg.Pool({
    connectionString: url,
    max: options.max ?? 10,
    application_name: options.applicationName ?? 'tongzheng',
    Client: TimelyClient,
    types,
    options: SETTINGS,
    keepAlive: true,
    keepAliveInitialDelayMillis: KEEP_ALIVE_AFTER_MS,
    ...(first ? { onConnect: (client) => client.query(first).then(() => undefined) } : {}),
  });
  // A lost idle connection is replaced by the pool; without a listener it would end the process.
  pool.on('error', () => undefined);
  // The same for a connection in use: its query fails, the process lives.
  pool.on('connect', (client) => client.on('error', () => undefined));
  return pool;
}

export function openDb(url: string, options: OpenDbOptions = {}): Db {
  return dbOn(poolOf(url, options, ONE_PLAN));
}

/** On a pool of `openPool`, or one whose connections answer as its do. */
export function dbOn(pool: pg.Pool): Db {
  const db: Db = new Kysely<unknown>({
    dialect: new PostgresDialect({ pool }),
    ...(isCollecting() ? { log: traceStatement } : {}),
  });
  pools.set(db, pool);
  return db;
}

/** The pool behind a database, for the one who watches it. */
const pools = new WeakMap<Db, pg.Pool>();

export type PoolCounts = { readonly total: number; readonly idle: number; readonly waiting: number };

/** Connections of a database opened here; zeros for one that was not. */
export function poolCounts(db: Db): PoolCounts {
  const pool = pools.get(db);
  return { total: pool?.totalCount ?? 0, idle: pool?.idleCount ?? 0, waiting: pool?.waitingCount ?? 0 };
}

/** The connection of a transaction whose statements need not wait for each other (`joined`). */
const connections = new WeakMap<Executor, PreparingClient>();

/**
 * Runs work whose statements go out without waiting for each other: those given together (`Promise.all`) reach the server together, and
 * in their order; those of `later` with the next one. On a database that was not opened here, or is traced, they go one by one.
 */
export async function joined<T>(db: Db, tx: Tx, work: () => Promise<T>): Promise<T> {
  if (!pools.has(db) || isCollecting()) return work();
  const [client] = (await tx.executeQuery<PreparingClient>(CompiledQuery.raw(WHICH_CONNECTION))).rows;
  if (!client) return work();
  client.join();
  connections.set(tx, client);
  try {
    return await work();
  } finally {
    connections.delete(tx);
  }
}

type Answer<T> = { readonly rows: T[]; readonly rowCount: number | null };

/** Past Kysely, which lets a transaction ask one thing at a time. */
async function ask<T>(client: PreparingClient, on: Executor, query: RawBuilder<T>): Promise<Answer<T>> {
  const { sql: text, parameters } = query.compile(on);
  return (await client.query(text, parameters)) as Answer<T>;
}

/** All rows of a query. */
export async function rows<T>(on: Executor, query: RawBuilder<T>): Promise<T[]> {
  const client = connections.get(on);
  return client ? (await ask(client, on, query)).rows : (await query.execute(on)).rows;
}

/** The first row, or undefined. */
export async function first<T>(on: Executor, query: RawBuilder<T>): Promise<T | undefined> {
  return (await rows(on, query))[0];
}

/** Exactly one row; anything else is a bug. */
export async function one<T>(on: Executor, query: RawBuilder<T>): Promise<T> {
  const found = await rows(on, query);
  if (found.length !== 1) throw new Error(`expected one row, got ${found.length}`);
  return found[0] as T;
}

/** All rows of a query that goes on behind the last row of the page before it, in the memory of one page; `size`: its limit. */
export async function* inPages<T>(size: number, read: (behind: T | undefined) => Promise<T[]>): AsyncGenerator<T> {
  let page: T[] = [];
  do {
    page = await read(page.at(-1));
    yield* page;
  } while (page.length === size);
}

/** Statement without result; returns the number of rows touched. */
export async function run(on: Executor, query: RawBuilder<unknown>): Promise<number> {
  const client = connections.get(on);
  if (client) return (await ask(client, on, query)).rowCount ?? 0;
  return Number((await query.execute(on)).numAffectedRows ?? 0);
}

/**
 * A statement of a transaction whose answer nobody needs: it goes to the server with the next one, at the latest with the commit. What
 * comes after sees what it wrote; when it fails, so does what comes after, with its error.
 */
export async function later(on: Executor, query: RawBuilder<unknown>): Promise<void> {
  const client = connections.get(on);
  if (!client) return void (await query.execute(on));
  const { sql: text, parameters } = query.compile(on);
  client.later(text, parameters);
}

/** All of `later` so far has been carried out, or has failed here: for who must know before the transaction ends. */
export async function settled(on: Executor): Promise<void> {
  await connections.get(on)?.settled();
}

/**
 * Among many values: hashed, where one plan for all values compares `= any` one by one (5,000 people, 1.8 million cells: 28 s, 0.3 s).
 */
export const among = (column: string, values: readonly string[], type: 'bigint' | 'text'): RawBuilder<unknown> =>
  sql`${sql.raw(column)} in (select unnest(${values}::${sql.raw(type)}[]))`;

/** What a list sorts by: each key its column. */
export type Orders<Key extends string> = Readonly<Record<Key, RawBuilder<unknown>>>;

/**
 * What stands after `order by`: a declared column, never a text of the request, then the list's own order, whose last column is unique,
 * so that no row is on two pages. Without a sort it is that order alone.
 */
export function orderBy<Key extends string>(
  orders: Orders<Key>,
  sort: Sort<NoInfer<Key>> | undefined,
  own: RawBuilder<unknown>,
): RawBuilder<unknown> {
  if (!sort) return own;
  const { key, desc } = readSort<Key>(sort);
  return desc ? sql`${orders[key]} desc nulls last, ${own}` : sql`${orders[key]} asc nulls first, ${own}`;
}

/** Chinese words by their sound; the database itself compares bytes. */
export const bySound = (column: RawBuilder<unknown>) => sql`${column} collate "zh-x-icu"`;
/** Codes in the order of a list: the states of a bill as it lives. */
export const byPlace = (column: RawBuilder<unknown>, list: readonly string[]) =>
  sql`array_position(${list}::text[], ${column})`;

/** What Citus puts behind the name of a constraint: the number of the shard that refused. */
const SHARD = /_\d{6,}$/;

/** The name of the constraint that refused a statement; undefined for any other error. */
export function constraintOf(error: unknown): string | undefined {
  const { constraint } = (error ?? {}) as { readonly constraint?: unknown };
  return typeof constraint === 'string' ? constraint.replace(SHARD, '') : undefined;
}

/** Of the connection itself (08), ended by the server (57P), no room for one more, not let in (28), no such database. */
const NO_CONNECTION = /^(?:08|57P|28)|^53300$|^3D000$/;
const NETWORK = new Set([
  'ECONNREFUSED',
  'ECONNRESET',
  'EPIPE',
  'ETIMEDOUT',
  'EHOSTUNREACH',
  'ENETUNREACH',
  'EAI_AGAIN',
]);
/** What pg, its pool and Kysely say without a code. */
const SAID =
  /^(?:Connection terminated|Client (?:has encountered a connection error|was closed)|Cannot use a pool after|timeout (?:exceeded when trying to connect|expired)|Postgres connection has been discarded|driver has already been destroyed)/;

/**
 * The connection is gone or was not to be had: no fault of what was asked over it. A statement that ran out of its time (57014) is not
 * meant: the connection lives, and it may well have been the statement.
 */
export function isConnectionLost(error: unknown): boolean {
  if (!(error instanceof Error)) return false;
  const { code, syscall } = error as NodeJS.ErrnoException;
  if (typeof code !== 'string') return SAID.test(error.message);
  return NO_CONNECTION.test(code) || NETWORK.has(code) || syscall === 'connect' || syscall === 'getaddrinfo';
}

export { sql };
