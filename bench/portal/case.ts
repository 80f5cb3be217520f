/** P7: a complete business write over HTTP beside the bare framework with one durable statement; reads; both while a month is closed. */
import { once } from 'node:events';
import { mkdtempSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { buildCity, PEOPLE_PER_EMPLOYER } from '../city.ts';
import { type Bench, type Line, median, type Outcome, ofPeople } from '../harness.ts';
import { type Asked, type Load, load } from './load.ts';
import { type Running, serve, work } from './programs.ts';
import { openSessions, PORTAL_PROGRAM, portalEnv, visits } from './visitors.ts';

const PEOPLE = 10_000;
const OTHER_CITY = '420100';
const OTHER_PEOPLE = 100_000;
const SECONDS = 5;
const WARM_UP_SECONDS = 3;
const THROUGHPUT_MIN = 0.5;
const P99_MAX = 3;
const BESIDE_MONTH_MAX = 2;

export async function run(bench: Bench): Promise<Outcome> {
  const database = await bench.database('bench_portal');
  const folder = mkdtempSync(join(tmpdir(), 'tongzheng-bench-portal-'));
  const running: Running[] = [];
  try {
    const { pool, url } = database;
    const people = Math.min(PEOPLE, Math.max(...bench.people));
    await buildCity(pool, people);
    const other = Math.min(OTHER_PEOPLE, Math.max(...bench.people));
    await buildCity(pool, other, OTHER_CITY);
    const sessions = await openSessions(pool, Math.ceil(people / PEOPLE_PER_EMPLOYER));
    const bare = await serve(join(import.meta.dirname, 'bare.ts'), { DATABASE_URL: url });
    running.push(bare);
    const portal = await serve(PORTAL_PROGRAM, portalEnv(url, folder));
    running.push(portal);

    const visitor = visits(sessions);
    const bareWrite = (): Asked => ({ ...visitor.enrol(), path: '/write' });
    const writes: Pair = { product: () => visitor.enrol(), floor: bareWrite };
    const bareRead = (): Asked => ({ method: 'GET', path: '/read', headers: {} });
    const size = `${ofPeople(people)}，10 个连接`;

    for (const one of [writes, ...visitor.reads.map(({ ask }) => ({ product: ask, floor: bareRead }))]) {
      await load(portal.url, WARM_UP_SECONDS, one.product);
      await load(bare.url, 1, one.floor);
    }
    // What autovacuum has done after the first minute: a plan made without statistics would be measured until then.
    await pool.query('analyze');
    const measured = await measure(bench, portal.url, bare.url, writes);
    bench.say(`  enrolments: ${words(measured.product)}; bare insert: ${words(measured.floor)}`);
    const lines: Line[] = writeLines(size, measured);
    for (const { what, ask } of visitor.reads) {
      const read = await measure(bench, portal.url, bare.url, { product: ask, floor: bareRead });
      bench.say(`  ${what}: ${words(read.product)}; bare query: ${words(read.floor)}`);
      lines.push(readLine(what, size, read));
    }
    lines.push(await besideMonth(bench, portal.url, url, visitor.enrol, measured.product));
    return { lines };
  } finally {
    for (const one of running.reverse()) await one.stop();
    await database.drop();
    rmSync(folder, { recursive: true });
  }
}

type Pair = { readonly product: () => Asked; readonly floor: () => Asked };
type Loads = { readonly product: readonly Load[]; readonly floor: readonly Load[] };

async function measure(bench: Bench, portal: string, bare: string, pair: Pair): Promise<Loads> {
  const loads = { product: [] as Load[], floor: [] as Load[] };
  for (let i = 0; i < bench.repetitions; i += 1) {
    loads.product.push(await load(portal, SECONDS, pair.product));
    loads.floor.push(await load(bare, SECONDS, pair.floor));
  }
  return loads;
}

const of = (loads: readonly Load[], what: keyof Load): number => median(loads.map((one) => one[what]));
const words = (loads: readonly Load[]): string =>
  `${of(loads, 'perSecond').toFixed(0)}/s, p50/p95/p99 ${[of(loads, 'p50'), of(loads, 'p95'), of(loads, 'p99')].map((ms) => ms.toFixed(1)).join('/')} ms`;
const rate = (loads: readonly Load[]): string => `${of(loads, 'perSecond').toFixed(0)} 次/秒`;
const waits = (loads: readonly Load[]): string =>
  `${[of(loads, 'p50'), of(loads, 'p95'), of(loads, 'p99')].map((ms) => ms.toFixed(1)).join('/')} ms`;

function writeLines(size: string, { product, floor }: Loads): Line[] {
  const share = median(product.map((one, i) => one.perSecond / (floor[i] as Load).perSecond));
  const slower = median(product.map((one, i) => one.p99 / (floor[i] as Load).p99));
  return [
    {
      ...{ p: 'P7', what: '增员一人（含补收一个月），吞吐', size, product: rate(product), floor: rate(floor) },
      ...{ result: `×${share.toFixed(2)}`, target: `≥ ×${THROUGHPUT_MIN}`, met: share >= THROUGHPUT_MIN },
    },
    {
      ...{ p: 'P7', what: '增员一人，p50/p95/p99', size, product: waits(product), floor: waits(floor) },
      ...{ result: `p99 ×${slower.toFixed(2)}`, target: `≤ ×${P99_MAX}`, met: slower <= P99_MAX },
    },
  ];
}

function readLine(what: string, size: string, { product, floor }: Loads): Line {
  const share = median(product.map((one, i) => one.perSecond / (floor[i] as Load).perSecond));
  return {
    ...{ p: 'P7', what: `${what}，p50/p95/p99`, size },
    ...{ product: `${rate(product)}，${waits(product)}`, floor: `${rate(floor)}，${waits(floor)}` },
    ...{ result: `×${share.toFixed(2)}`, target: '', met: null },
  };
}

/** The same writes while the month of a city of its own is closed in the same database. */
async function besideMonth(
  bench: Bench,
  portal: string,
  databaseUrl: string,
  enrol: () => Asked,
  idle: readonly Load[],
): Promise<Line> {
  const env = { DATABASE_URL: databaseUrl, TONGZHENG_REGION: OTHER_CITY };
  const month = await work(join(import.meta.dirname, 'month.ts'), env);
  try {
    await once(month.child.stdout as NodeJS.ReadableStream, 'data');
    month.child.stdout?.resume();
    const beside: Load[] = [];
    for (let i = 0; i < bench.repetitions; i += 1) beside.push(await load(portal, SECONDS, enrol));
    if (month.child.exitCode !== null) throw new Error('the month ended before the load');
    const slower = of(beside, 'p99') / of(idle, 'p99');
    return {
      ...{ p: 'P7', what: '增员一人，旁边同库另一座城市正在月结；下限一栏是没有月结时', size: '10 个连接' },
      ...{ product: `${rate(beside)}，${waits(beside)}`, floor: `${rate(idle)}，${waits(idle)}` },
      ...{ result: `p99 ×${slower.toFixed(2)}`, target: `≤ ×${BESIDE_MONTH_MAX}`, met: slower <= BESIDE_MONTH_MAX },
    };
  } finally {
    await month.stop();
  }
}
