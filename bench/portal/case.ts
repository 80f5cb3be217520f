/** P7: a complete business write over HTTP beside the bare framework with one durable statement; reads; both while a month is closed. */
import { createHash, randomUUID } from 'node:crypto';
import { once } from 'node:events';
import { mkdtempSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import type { Pool } from 'pg';
import { ensureKeys } from '../../src/app/launcher/keys.ts';
import { idNumberCheckDigit } from '../../src/kernel/id-number.ts';
import { buildCity, PEOPLE_PER_EMPLOYER, REGION } from '../city.ts';
import { type Bench, type Line, median, type Outcome, ofPeople } from '../harness.ts';
import { type Asked, type Load, load } from './load.ts';
import { type Running, serve, work } from './programs.ts';

const ROOT = join(import.meta.dirname, '../..');
const PEOPLE = 10_000;
const OTHER_CITY = '420100';
const OTHER_PEOPLE = 100_000;
const SECONDS = 5;
const WARM_UP_SECONDS = 3;
const AT = '2023-04-10T09:00:00.000+08:00';
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
    const portal = await serve(join(ROOT, 'src/app/server.ts'), portalEnv(url, folder));
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

function portalEnv(databaseUrl: string, folder: string): NodeJS.ProcessEnv {
  const keys = ensureKeys(folder);
  return {
    ...{ DATABASE_URL: databaseUrl, TONGZHENG_REGION: REGION, TONGZHENG_MODE: 'test', CONTROL_TOKEN: randomUUID() },
    TONGZHENG_CLOCK: JSON.stringify({ offsetMs: 0, frozenAt: AT }),
    SEAL_SECRET: join(keys, 'seal.json'),
    WIRE_SIGNER: join(keys, 'agency.json'),
    WIRE_PEER_KEY: join(keys, 'tax.pub.json'),
    // Nobody listens there: nothing of this load is sent to the tax side.
    ...{ TAX_URL: 'http://127.0.0.1:9', AGENCY_URL: 'http://127.0.0.1:9' },
  };
}

/** A signed-in account for every employer, written as the sign-in would have left it. Returns the cookies. */
async function openSessions(pool: Pool, employers: number): Promise<string[]> {
  const { rows } = await pool.query<{ employer_no: string }>(
    'select employer_no from registry_employer where region = $1 order by employer_no limit $2',
    [REGION, employers],
  );
  const tokens = rows.map(() => randomUUID());
  await pool.query(
    `insert into platform_account (account_id, login, kind, name, password_hash, employer_no, region)
     select 'bench-' || e, 'bench-' || e, 'LEGAL', '样经办', '', e, $2 from unnest($1::text[]) as e`,
    [rows.map((row) => row.employer_no), REGION],
  );
  await pool.query(
    `insert into platform_session (token_hash, session_id, account_id, expires_at)
     select h, h, 'bench-' || e, now() + interval '1 day' from unnest($1::text[], $2::text[]) as t(h, e)`,
    [tokens.map((token) => createHash('sha256').update(token).digest('hex')), rows.map((row) => row.employer_no)],
  );
  return tokens.map((token) => `tz_session=${token}`);
}

/** Every request comes from the next employer; every enrolment brings somebody new. */
function visits(cookies: readonly string[]) {
  let count = 0;
  const headers = (): Record<string, string> => {
    count += 1;
    return { cookie: cookies[count % cookies.length] as string, 'x-requested-by': 'tongzheng' };
  };
  const reads: readonly { what: string; ask: () => Asked }[] = [
    { what: '首页', ask: () => ({ method: 'GET', path: '/api/home', headers: headers() }) },
    { what: '单据列表', ask: () => ({ method: 'GET', path: '/api/bills', headers: headers() }) },
    { what: '参保人员列表', ask: () => ({ method: 'POST', path: '/api/people/search', headers: headers(), body: {} }) },
  ];
  return {
    reads,
    enrol: (): Asked => ({
      method: 'POST',
      path: '/api/items/emp.enroll/submit',
      headers: { ...headers(), 'idempotency-key': randomUUID() },
      body: { form: { people: [newcomer(count)] } },
    }),
  };
}

/** Of the unassigned area 429999. Employed since March: that month is collected with the enrolment. */
function newcomer(n: number): Record<string, string> {
  const born = new Date(Date.UTC(1970, 0, 1 + (n % 10_000))).toISOString().slice(0, 10);
  const first17 = `429999${born.replaceAll('-', '')}${String(Math.floor(n / 10_000) % 1_000).padStart(3, '0')}`;
  return {
    ...{ idNo: `${first17}${idNumberCheckDigit(first17)}`, name: '样新人' },
    ...{ entryDate: '2023-03-01', wage: '6543.21' },
  };
}
