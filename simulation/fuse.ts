import type pg from 'pg';
import { type Db, dbOn, openPool } from '../src/platform/db.ts';
import { type PreparingClient, WHICH_CONNECTION } from '../src/platform/prepared.ts';
import { inTurn } from './turns.ts';

/** The process died: whatever it was doing got no further, and nobody was told. */
export class Crash extends Error {
  constructor() {
    super('the process died here');
  }
}

/**
 * Ends a program between two statements: statement `k` is still carried out, then every connection is cut, as by kill -9. Commit counts
 * as a statement, so that «committed, but nobody was told» happens too.
 */
export type Fuse = {
  /** `after` 0: before the first statement. */
  arm(after: number): void;
  /** Ends the countdown; the number of statements since `arm`. */
  disarm(): number;
  readonly blown: boolean;
  /** The program was started again: connections can be made. */
  repair(): void;
};

export type FusedPool = { readonly pool: pg.Pool; readonly fuse: Fuse; close(): Promise<void> };
export type FusedDb = { readonly db: Db; readonly fuse: Fuse; close(): Promise<void> };

/** More than two actors hold at once: nobody waits for a connection while it is his turn. */
const OPEN_MAX = 16;
/** Waits for no lock. */
const NO_BACKEND = 0;

export function openFusedDb(url: string): FusedDb {
  const { pool, fuse, close } = openFusedPool(url);
  return { db: dbOn(pool), fuse, close };
}

export function openFusedPool(url: string): FusedPool {
  const pool = openPool(url, { max: OPEN_MAX, applicationName: 'tongzheng-simulation' });
  // How many connections there are must not hang on how long the machine took over the last step.
  pool.options.idleTimeoutMillis = 0;
  const out = new Set<pg.PoolClient>();
  let limit = Number.POSITIVE_INFINITY;
  let seen = 0;
  let blown = false;

  const blow = (): never => {
    blown = true;
    for (const client of out) cut(client);
    throw new Crash();
  };
  const wrap = (client: pg.PoolClient): pg.PoolClient => {
    out.add(client);
    let dead = false;
    const step = (): void => {
      if (blown) {
        dead = true;
        throw new Crash();
      }
      if (seen >= limit) {
        dead = true;
        blow();
      }
    };
    const inOwnTurn = <T>(send: () => Promise<T>): Promise<T> =>
      inTurn((client as unknown as { processID: number }).processID, send);
    const whole = async (args: readonly unknown[]): Promise<unknown> => {
      step();
      seen += 1;
      const send = () => (client.query as (...all: readonly unknown[]) => Promise<unknown>)(...prepared(args));
      const result = await inOwnTurn(send);
      step();
      return result;
    };
    const query = (...args: readonly unknown[]): unknown => {
      // A transaction that is to be cut sends its statements one by one, so that each can be the last; any other sends them as in service.
      if (args[0] === WHICH_CONNECTION) {
        return Promise.resolve({ rows: limit === Number.POSITIVE_INFINITY ? [fusedClient] : [] });
      }
      if (!isStream(args[0])) return whole(args);
      // A COPY is a stream and handed out at once; the cut after it comes before the next statement.
      step();
      seen += 1;
      return (client.query as (...all: readonly unknown[]) => unknown)(...args);
    };
    const release = (): void => {
      out.delete(client);
      client.release(dead || blown);
    };
    const settled = () => inOwnTurn(() => (client as unknown as PreparingClient).settled());
    const own: Record<string | symbol, unknown> = { query, release, settled };
    const fusedClient = new Proxy(client, {
      get(target, name) {
        if (name in own) return own[name];
        const value = Reflect.get(target, name, target) as unknown;
        return typeof value === 'function' ? value.bind(target) : value;
      },
    });
    return fusedClient;
  };
  const fused = {
    connect: async () => {
      if (blown) throw new Crash();
      // A connection takes its time to be made: whoever asked first has it first.
      return wrap(await inTurn(NO_BACKEND, () => pool.connect()));
    },
    end: () => pool.end(),
    options: pool.options,
  };
  return {
    pool: fused as unknown as pg.Pool,
    fuse: {
      arm(after) {
        seen = 0;
        limit = after;
      },
      disarm() {
        limit = Number.POSITIVE_INFINITY;
        return seen;
      },
      get blown() {
        return blown;
      },
      repair() {
        blown = false;
        limit = Number.POSITIVE_INFINITY;
      },
    },
    close: () => pool.end(),
  };
}

const names = new Map<string, string>();

/** The same few hundred statements a hundred thousand times: each is parsed and planned once a connection. */
function prepared(args: readonly unknown[]): readonly unknown[] {
  const [text, values] = args;
  if (typeof text !== 'string' || !Array.isArray(values) || !PLANNED.test(text)) return args;
  const name = names.get(text) ?? `fused${names.size}`;
  names.set(text, name);
  return [{ name, text, values }];
}

const PLANNED = /^\s*(select|insert|update|delete|with)/i;

const isStream = (query: unknown): boolean =>
  typeof query === 'object' && query !== null && 'submit' in query && 'pipe' in query;

/** No farewell to the server: the socket is gone. */
function cut(client: pg.PoolClient): void {
  (client as unknown as { connection: { stream: { destroy(): void } } }).connection.stream.destroy();
}
