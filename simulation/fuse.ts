import { Kysely, PostgresDialect } from 'kysely';
import type pg from 'pg';
import { type Db, openPool } from '../src/platform/db.ts';

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

export type FusedDb = { readonly db: Db; readonly fuse: Fuse; close(): Promise<void> };

const OPEN_MAX = 8;

export function openFusedDb(url: string): FusedDb {
  const pool = openPool(url, { max: OPEN_MAX, applicationName: 'tongzheng-simulation' });
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
    const query = async (...args: readonly unknown[]): Promise<unknown> => {
      if (blown) {
        dead = true;
        throw new Crash();
      }
      if (seen >= limit) {
        dead = true;
        blow();
      }
      seen += 1;
      const result = await (client.query as (...all: readonly unknown[]) => Promise<unknown>)(...prepared(args));
      if (seen >= limit) {
        dead = true;
        blow();
      }
      return result;
    };
    const release = (): void => {
      out.delete(client);
      client.release(dead || blown);
    };
    return new Proxy(client, {
      get(target, name) {
        if (name === 'query') return query;
        if (name === 'release') return release;
        const value = Reflect.get(target, name, target) as unknown;
        return typeof value === 'function' ? value.bind(target) : value;
      },
    });
  };
  const dialect = new PostgresDialect({
    pool: {
      connect: async () => {
        if (blown) throw new Crash();
        return wrap(await pool.connect());
      },
      end: () => pool.end(),
    } as unknown as pg.Pool,
  });
  return {
    db: new Kysely<unknown>({ dialect }),
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
  const name = names.get(text) ?? `s${names.size}`;
  names.set(text, name);
  return [{ name, text, values }];
}

const PLANNED = /^\s*(select|insert|update|delete|with)/i;

/** No farewell to the server: the socket is gone. */
function cut(client: pg.PoolClient): void {
  (client as unknown as { connection: { stream: { destroy(): void } } }).connection.stream.destroy();
}
