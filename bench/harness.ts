/** What a case of the benchmark is given and what it hands back. A case is a file of this folder, listed in cases.ts. */
import { mkdtempSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import type { Pool } from 'pg';
import { agencyMigrations } from '../src/app/migrations.ts';
import { openDb, openPool } from '../src/platform/db.ts';
import { migrate } from '../src/platform/migrate.ts';
import { type EmbeddedPostgres, startEmbeddedPostgres } from '../src/platform/postgres/index.ts';

/** What the file of a case exports as `run`. */
export type RunCase = (bench: Bench) => Promise<Outcome>;

export type Outcome = {
  readonly lines: readonly Line[];
  /** Points of the growth chart. */
  readonly growth?: readonly GrowthPoint[];
};

/** One line of the table; `p`, `what` and `size` together name it: measured again, it takes the place of the former. */
export type Line = {
  /** The number in the list of targets (P1 … P12), or '–'. */
  readonly p: string;
  readonly what: string;
  /** How much of it, e.g. `1,000,000 人`. */
  readonly size: string;
  readonly product: string;
  readonly floor: string;
  /** What is held against the target, as it stands in the table. */
  readonly result: string;
  readonly target: string;
  /** Null: no target. */
  readonly met: boolean | null;
};

export type GrowthPoint = { readonly series: string; readonly people: number; readonly ms: number };

export type BenchDatabase = {
  readonly url: string;
  readonly pool: Pool;
  drop(): Promise<void>;
};

export type Bench = {
  /** Sizes of the city, ascending. */
  readonly people: readonly number[];
  readonly repetitions: number;
  readonly workers: number;
  say(text: string): void;
  /** A database with the agency's tables on the server of this run: the embedded one, fsync on, settings as shipped. */
  database(name: string): Promise<BenchDatabase>;
  serverVersion(): Promise<string | undefined>;
};

export const seconds = (ms: number): string => (ms < 100 ? `${ms.toFixed(1)} ms` : `${(ms / 1000).toFixed(2)} s`);
export const grouped = (n: number): string => Math.round(n).toLocaleString('en');
export const ofPeople = (people: number): string => `${grouped(people)} 人`;

export function median(numbers: readonly number[]): number {
  return quantile(numbers, 0.5);
}

export function quantile(numbers: readonly number[], q: number): number {
  const sorted = [...numbers].sort((a, b) => a - b);
  const found = sorted[Math.min(sorted.length - 1, Math.floor(sorted.length * q))];
  if (found === undefined) throw new Error('nothing was measured');
  return found;
}

export async function timed(work: () => unknown): Promise<number> {
  const started = performance.now();
  await work();
  return performance.now() - started;
}

/** Product and floor in turn, so that a machine that slows down slows both. Milliseconds each. */
export async function inTurn(
  repetitions: number,
  product: (round: number) => Promise<number>,
  floor: (round: number) => Promise<number>,
): Promise<{ readonly product: number[]; readonly floor: number[] }> {
  const taken = { product: [] as number[], floor: [] as number[] };
  for (let round = 0; round < repetitions; round += 1) {
    taken.product.push(await product(round));
    taken.floor.push(await floor(round));
  }
  return taken;
}

/** Product ÷ floor: of each turn by itself, then the median. */
function ratioOf(taken: { readonly product: readonly number[]; readonly floor: readonly number[] }): number {
  return median(taken.product.map((ms, i) => ms / (taken.floor[i] as number)));
}

/** A line whose target is a ratio of times; without `atMost` there is no target. */
export function ratioLine(of: {
  readonly p: string;
  readonly what: string;
  readonly size: string;
  readonly taken: { readonly product: readonly number[]; readonly floor: readonly number[] };
  readonly atMost?: number;
}): Line {
  const ratio = ratioOf(of.taken);
  return {
    ...{ p: of.p, what: of.what, size: of.size },
    product: seconds(median(of.taken.product)),
    floor: seconds(median(of.taken.floor)),
    result: `×${ratio.toFixed(2)}`,
    target: of.atMost === undefined ? '' : `≤ ×${of.atMost}`,
    met: of.atMost === undefined ? null : ratio <= of.atMost,
  };
}

export async function scalar<T>(pool: Pool, query: string): Promise<T> {
  const { rows } = await pool.query<{ value: T }>(query);
  return rows[0]?.value as T;
}

/** The server is started by the first case that wants a database. */
export function openBench(options: Pick<Bench, 'people' | 'repetitions' | 'workers' | 'say'>): {
  readonly bench: Bench;
  close(): Promise<void>;
} {
  let starting: Promise<EmbeddedPostgres> | undefined;
  let version: string | undefined;
  let dataDir: string | undefined;
  const start = (): Promise<EmbeddedPostgres> => {
    dataDir = mkdtempSync(join(tmpdir(), 'tongzheng-bench-'));
    return startEmbeddedPostgres({ dataDir });
  };
  const database = async (name: string): Promise<BenchDatabase> => {
    starting ??= start();
    const server = await starting;
    const admin = openPool(server.url('postgres'), { max: 1 });
    await admin.query(`create database ${name}`);
    const url = server.url(name);
    const db = openDb(url, { max: 2 });
    await migrate(db, agencyMigrations());
    await db.destroy();
    const pool = openPool(url, { max: options.workers + 1 });
    version ??= await scalar<string>(pool, `select current_setting('server_version') as value`);
    if ((await scalar<string>(pool, `select current_setting('fsync') as value`)) !== 'on')
      throw new Error('fsync is off');
    return {
      url,
      pool,
      async drop() {
        await pool.end();
        await admin.query(`drop database ${name} with (force)`);
        await admin.end();
      },
    };
  };
  return {
    bench: { ...options, database, serverVersion: async () => version },
    async close() {
      await (await starting?.catch(() => undefined))?.stop();
      if (dataDir) rmSync(dataDir, { recursive: true, force: true });
    },
  };
}
