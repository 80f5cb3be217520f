/**
 * P10: the month of a city is closed by a process with workers, and that process, one of its connections' backends or the whole database is
 * killed with -9 again and again until the month is booked. Never may anybody see an employer's month half booked, and nothing may be booked
 * twice: what a kill costs is the range (the lease) each worker had in hand.
 *   npm run kills -- --month-close --rounds 50
 */
import { type ChildProcess, spawn } from 'node:child_process';
import { mkdtempSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { createInterface } from 'node:readline';
import { setTimeout as sleep } from 'node:timers/promises';
import { fileURLToPath } from 'node:url';
import pg from 'pg';
import { BOOKED_THROUGH, buildCity } from '../../bench/city.ts';
import { agencyMigrations } from '../../src/app/migrations.ts';
import { ACCOUNTS } from '../../src/fund/index.ts';
import { addMonths, type Month, month } from '../../src/kernel/month.ts';
import { openDb, openPool } from '../../src/platform/db.ts';
import { migrate } from '../../src/platform/migrate.ts';
import { type EmbeddedPostgres, startEmbeddedPostgres } from '../../src/platform/postgres/index.ts';
import { type Random, randomOf } from '../random.ts';

export type MonthCloseKills = {
  readonly rounds: number;
  readonly months: number;
  readonly people: number;
  /** Looks at all employers in one snapshot while the month was being booked, and employers seen half booked. */
  readonly looks: number;
  readonly half: number;
  /** Ranges committed that the dead process had not yet told of, most in one kill: to be looked at again, not booked again. */
  readonly leasesInDoubt: number;
  /** Months of which some range was recorded twice. */
  readonly doubled: number;
  readonly wrong: readonly string[];
  readonly seconds: number;
};

type Options = {
  readonly rounds: number;
  readonly seed: string;
  readonly people: number;
  readonly say: (line: string) => void;
};
type Scene = { readonly server: EmbeddedPostgres; readonly url: string; readonly say: (line: string) => void };

const WORKER = fileURLToPath(new URL('close-worker.ts', import.meta.url));
const WORKERS = 2;
const RANGE = 10;
/** The law of the benchmark's city ends with the published rates. */
const LAST_MONTH = '2024-12';

const HALF = `
  select p.employer_no as v from collection_pivot p
  left join lateral (select 1 as there from collection_due d where d.region = p.region and d.employer_no = p.employer_no
                     and d.insurance = p.insurance and d.month = $1) d on true
  group by p.employer_no
  having count(*) <> 3 or count(distinct (p.booked_through >= $1)) > 1 or bool_or((p.booked_through >= $1) <> (d.there is not null))`;
/** The month to the fen, person by person, in figures that do not depend on how it came about. */
const FIGURES = `
  select insurance || ' ' || count(*) || ' ' || sum(persons) || ' ' || sum(employer_fen) || ' ' || sum(person_fen) as v
  from collection_due where month = $1 group by insurance
  union all
  select md5(string_agg(concat_ws(' ', employer_no, person_nos, cell_base_fen, rates_ppm, cell_employer_fen, cell_person_fen), ',' order by employer_no))
  from collection_block where month = $1
  order by v`;
const BOOKED = `select count(distinct employer_no) as v from collection_due where month = $1`;
/** Employers whose month was moved, as each range's own record says: more than there are means that one was done twice. */
const RECORDED = `
  select coalesce(sum((detail->>'dues')::int), 0) || ' ' || (select count(*) from collection_due where month = $1) as v
  from platform_audit where action = 'job.submit month-close' and detail->>'month' = $1`;
const BALANCE = `
  select (select coalesce(sum(employer_fen + person_fen), 0) from collection_due)
       - (select coalesce(sum(debit_fen), 0) from fund_entry where account = '${ACCOUNTS.receivable}') as v`;

async function ask(url: string, text: string, values: readonly unknown[]): Promise<string[]> {
  const client = new pg.Client({ connectionString: url, connectionTimeoutMillis: 5_000 });
  client.on('error', () => undefined);
  await client.connect();
  try {
    const { rows } = await client.query<{ v: string }>(text, [...values]);
    return rows.map((row) => String(row.v));
  } finally {
    await client.end().catch(() => undefined);
  }
}

/** Until the database answers again. */
async function askUntil(url: string, text: string, values: readonly unknown[]): Promise<string[]> {
  for (;;) {
    try {
      return await ask(url, text, values);
    } catch {
      await sleep(50);
    }
  }
}

type Attempt = { readonly complete: boolean; readonly told: number };

function startWorker(
  { url }: Scene,
  of: Month,
): { child: ChildProcess; begun: Promise<void>; ended: Promise<Attempt> } {
  const args = ['--disable-warning=ExperimentalWarning', WORKER, url, of, String(WORKERS), String(RANGE)];
  // What a worker says at its death is expected.
  const child = spawn(process.execPath, args, { stdio: ['ignore', 'pipe', 'ignore'] });
  let told = 0;
  let complete = false;
  let begin: () => void = () => undefined;
  const begun = new Promise<void>((done) => {
    begin = done;
  });
  createInterface({ input: child.stdout as NodeJS.ReadableStream }).on('line', (line) => {
    if (line === 'begin') begin();
    if (line.startsWith('booked ')) told = Number(line.slice(7));
    if (line === 'complete') complete = true;
  });
  const ended = new Promise<Attempt>((done) => {
    child.once('close', () => {
      begin();
      done({ complete, told });
    });
  });
  return { child, begun, ended };
}

async function killOne(scene: Scene, child: ChildProcess, random: Random): Promise<string> {
  const choice = random.next();
  if (choice < 0.7) child.kill('SIGKILL');
  else if (choice < 0.85) {
    const text = `select pid as v from pg_stat_activity where application_name = 'month-close'`;
    const victim = random.pick(await ask(scene.server.url('postgres'), text, []).catch(() => []));
    if (victim) process.kill(Number(victim), 'SIGKILL');
    return victim ? '数据库连接进程' : '';
  } else {
    process.kill(scene.server.pid, 'SIGKILL');
    return '整个数据库';
  }
  return '月结进程';
}

/** A database with the city of the benchmark. Returns its URL. */
async function cityOn(server: EmbeddedPostgres, name: string, people: number): Promise<string> {
  const url = await server.ensureDatabase(name);
  const db = openDb(url, { max: 2 });
  await migrate(db, agencyMigrations());
  await db.destroy();
  // The city is laid beside its references, which only a superuser may do.
  const pool = openPool(server.url(name), { max: 2 });
  await buildCity(pool, people);
  await pool.end();
  return url;
}

/** The month closed without a kill. */
async function undisturbed(twin: Scene, of: Month): Promise<{ fullMs: number; figures: string }> {
  const worker = startWorker(twin, of);
  await worker.begun;
  const started = performance.now();
  if (!(await worker.ended).complete) throw new Error('the month without a kill was not closed');
  return { fullMs: performance.now() - started, figures: (await ask(twin.url, FIGURES, [of])).join('，') };
}

export async function killMonthCloses({ rounds, seed, people, say }: Options): Promise<MonthCloseKills> {
  const dataDir = mkdtempSync(join(tmpdir(), 'tongzheng-kills-'));
  const server = await startEmbeddedPostgres({ dataDir, keep: () => undefined });
  const began = performance.now();
  const random = randomOf(seed);
  const sum = { rounds: 0, months: 0, looks: 0, half: 0, leasesInDoubt: 0, doubled: 0 };
  const wrong: string[] = [];
  try {
    const scene: Scene = { server, url: await cityOn(server, 'kills', people), say };
    // The same city whose months nobody disturbs: what every month must come to, and how long it takes.
    const twin: Scene = { ...scene, url: await cityOn(server, 'twin', people) };

    let of = month(BOOKED_THROUGH);
    while (sum.rounds < rounds) {
      of = addMonths(of, 1);
      if (of > LAST_MONTH) throw new Error(`no law after ${LAST_MONTH}; fewer rounds or more kills a month`);
      const { fullMs, figures } = await undisturbed(twin, of);
      let left = fullMs;
      for (let complete = false; !complete; ) {
        const before = Number((await askUntil(scene.url, BOOKED, [of]))[0]);
        const worker = startWorker(scene, of);
        await worker.begun;
        let watching = true;
        const watch = (async () => {
          while (watching) {
            const half = await ask(scene.url, HALF, [of]).catch(() => undefined);
            if (half) sum.looks += 1;
            if (half?.length) {
              sum.half += half.length;
              wrong.push(`${of}：看到做了一半的单位 ${half.slice(0, 3).join('、')}`);
            }
            await sleep(20);
          }
        })();
        // Short enough that a month is met several times before it is done.
        const kill = sum.rounds < rounds;
        let what = '';
        if (kill) {
          await Promise.race([sleep(random.int(0, Math.round(Math.max(left, 60)))), worker.ended]);
          if (worker.child.exitCode === null) what = await killOne(scene, worker.child, random);
        }
        const attempt = await worker.ended;
        complete = attempt.complete;
        watching = false;
        await watch;
        const after = Number((await askUntil(scene.url, BOOKED, [of]))[0]);
        const half = await askUntil(scene.url, HALF, [of]);
        if (half.length > 0) {
          sum.half += half.length;
          wrong.push(`${of}：留下做了一半的单位 ${half.slice(0, 3).join('、')}`);
        }
        if (what) {
          sum.rounds += 1;
          const doubt = Math.ceil((after - before - attempt.told) / RANGE);
          sum.leasesInDoubt = Math.max(sum.leasesInDoubt, doubt);
          if (doubt > WORKERS) wrong.push(`${of}：${doubt} 批已提交却没有报过`);
          if (doubt < 0) wrong.push(`${of}：报过的 ${attempt.told} 个单位只剩 ${after - before} 个`);
          say(`第 ${sum.rounds} 次 ${of} ${what}：已记账 ${after} 个单位${complete ? '，刚好做完' : ''}`);
        }
        left = fullMs * (1 - after / (people / 20));
      }
      sum.months += 1;
      const same = (await askUntil(scene.url, FIGURES, [of])).join('，');
      if (same !== figures) wrong.push(`${of}：${same}，没有打断时是 ${figures}`);
      const [recorded, posted] = (await askUntil(scene.url, RECORDED, [of]))[0]?.split(' ') ?? [];
      if (recorded !== posted) {
        sum.doubled += 1;
        wrong.push(`${of}：各批记下 ${recorded} 笔应缴款，库里 ${posted} 笔`);
      }
    }
    const [open] = await askUntil(scene.url, BALANCE, []);
    if (open !== '0') wrong.push(`应缴款与凭证相差 ${open} 分`);
  } finally {
    await server.stop();
    rmSync(dataDir, { recursive: true, force: true });
  }
  return { ...sum, people, wrong, seconds: Math.round((performance.now() - began) / 1000) };
}
