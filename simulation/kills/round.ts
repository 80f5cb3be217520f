/** One round: work goes on, something is killed, everything comes back, the books are compared. */
import { setTimeout as sleep } from 'node:timers/promises';
import pg from 'pg';
import { type Random, randomOf } from '../random.ts';
import { advance, billAndPay, declare, hire, look, type Scene } from './acts.ts';
import { type Books, checkBooks, halfMonths, isQuiet, openBooks, todo, unallocated } from './books.ts';
import type { City } from './city.ts';
import { ask, type Ledger } from './ledger.ts';
import type { Round } from './log.ts';
import type { Pair, Victim } from './pair.ts';

export type Stage = {
  readonly pair: Pair;
  readonly city: City;
  readonly ledger: Ledger;
  books: Books;
  /** People hired so far. */
  hired: number;
};

const BUSY_MAX = 8;
const HIRES = 4;
const LOAD_MS = 1_500;
const QUIET_MS = 60_000;
const NUDGE_MS = 300_000;
const NUDGE_EVERY_MS = 700;
const SHANGHAI_MS = 8 * 3_600_000;
/** By hand: the day from which a month is left to 自动记账. */
const LAST_DAY_TO_DECLARE = 17;

/** Weights of what dies. */
const CHOICES: readonly (readonly [number, readonly Victim[]])[] = [
  [30, ['agency']],
  [18, ['tax']],
  [10, ['agency', 'tax']],
  [12, ['launcher']],
  [12, ['backend']],
  [10, ['postmaster']],
  [3, ['launcher', 'agency', 'tax']],
  [3, ['launcher', 'postmaster']],
  [2, ['agency', 'postmaster']],
];

function choose(random: Random): readonly Victim[] {
  let rest = random.next() * CHOICES.reduce((sum, [weight]) => sum + weight, 0);
  for (const [weight, victims] of CHOICES) {
    rest -= weight;
    if (rest < 0) return victims;
  }
  return ['agency'];
}

const business = async ({ city, ledger }: Pick<Stage, 'city' | 'ledger'>): Promise<string> =>
  (await ask<{ now: string }>(ledger, city.staff, { method: 'GET', path: '/api/session' })).now;

const dayAfter = (day: string, days: number): string =>
  new Date(Date.parse(`${day}T00:00:00Z`) + days * 86_400_000).toISOString().slice(0, 10);

export async function playRound(stage: Stage, round: number, seed: string, integrity: boolean): Promise<Round> {
  const began = performance.now();
  const random = randomOf(`${seed}/${round}`);
  const { pair, city, ledger } = stage;
  const scene: Scene = { city, ledger, random };
  const now = await business(stage);
  const told = ledger.kept.length;
  const repeated = ledger.repeated;
  const month = now.slice(0, 7);
  const chains = await plan(stage, scene, now);

  const victims = choose(random);
  const afterMs = random.int(50, LOAD_MS);
  const started = performance.now();
  const errors: string[] = [];
  const working = work(chains, scene, started, errors);
  // The next night: social posting, allocation, reconciliation, month close, in the middle of the day's work.
  const moving = sleep(random.int(0, 400)).then(() => advance(scene, `${dayAfter(now.slice(0, 10), 1)} 03:00:00`));
  const watching = watch(stage, month, () => performance.now() - started < LOAD_MS * 2);
  await sleep(afterMs);
  const hit = pair.kill(victims, random);
  const killed = performance.now();
  await sleep(20);
  await pair.healthy();
  const healthyMs = performance.now() - killed;
  await moving.catch((error: Error) => errors.push(`推进时钟：${error.message}`));
  const movedMs = performance.now() - killed;
  await nudgeUntil(stage, working).catch((error: Error) => errors.push(`推进时钟：${error.message}`));
  await working;
  const workedMs = performance.now() - killed;

  await stage.books.close().catch(() => undefined);
  stage.books = await openBooks(pair);
  const watched = await watching;
  const wrong = [...errors, ...watched.wrong, ...(await settle(stage)), ...(await seenHalf(stage.books, month))];
  wrong.push(...(await checkBooks(stage.books, ledger, city)));
  if (integrity) wrong.push(...(await checkPromises(stage)));
  return {
    round,
    seed,
    victims,
    hit: hit.length,
    afterMs,
    business: now.slice(0, 16).replace('T', ' '),
    told: ledger.kept.length - told,
    repeated: ledger.repeated - repeated,
    looks: watched.looks,
    healthyMs: Math.round(healthyMs),
    phases: [movedMs, workedMs].map(Math.round),
    roundMs: Math.round(performance.now() - began),
    integrity,
    wrong,
  };
}

/** Who does what in this round; decided when all is quiet. */
async function plan(stage: Stage, scene: Scene, now: string): Promise<(() => Promise<void>)[]> {
  const { city } = stage;
  const { declare: undeclared, bill } = await todo(stage.books, now.slice(0, 7));
  const early = Number(now.slice(8, 10)) <= LAST_DAY_TO_DECLARE;
  const chains: (() => Promise<void>)[] = [];
  for (const employer of city.employers) {
    if (chains.length >= BUSY_MAX) break;
    if (early && !employer.hiring && undeclared.has(employer.employerNo)) {
      chains.push(() => declare(scene, employer, now.slice(0, 7)));
    } else if (bill.has(employer.employerNo)) chains.push(() => billAndPay(scene, employer));
  }
  const hiring = city.employers.filter((one) => one.hiring && !bill.has(one.employerNo));
  for (let i = 0; i < HIRES; i += 1) {
    const employer = scene.random.pick(hiring.splice(scene.random.int(0, hiring.length - 1), 1));
    const index = stage.hired;
    if (!employer) continue;
    stage.hired += 1;
    chains.push(() => hire(scene, employer, index, now.slice(0, 10)));
  }
  return chains;
}

/** Chains start spread over the time of the load, so that the kill meets each of their steps; somebody looks in between. */
async function work(chains: (() => Promise<void>)[], scene: Scene, started: number, errors: string[]): Promise<void> {
  const running = chains.map(async (chain) => {
    await sleep(scene.random.int(0, LOAD_MS));
    await chain().catch((error: Error) => errors.push(error.message));
  });
  const looking = (async () => {
    while (performance.now() - started < LOAD_MS) {
      const employer = scene.random.pick(scene.city.employers);
      if (employer) await look(scene, employer).catch((error: Error) => errors.push(`查询：${error.message}`));
    }
  })();
  await Promise.all([...running, looking]);
}

/** Looks for a month half booked while it is being booked; a look that dies with its server says nothing. */
async function watch(stage: Stage, month: string, goesOn: () => boolean): Promise<{ looks: number; wrong: string[] }> {
  for (let looks = 0; ; looks += 1) {
    if (!goesOn()) return { looks, wrong: [] };
    try {
      const wrong = await seenHalf(stage.books, month);
      if (wrong.length > 0) return { looks, wrong };
    } catch (error) {
      const asked = error instanceof pg.DatabaseError && !error.code?.startsWith(SERVER_GOES);
      return { looks, wrong: asked ? [`看不了月份：${error.message}`] : [] };
    }
    await sleep(100);
  }
}

/** SQLSTATE class 57: the server is ended, or its connection. */
const SERVER_GOES = '57';

const seenHalf = async ({ agency }: Books, month: string): Promise<string[]> =>
  (await halfMonths(agency, month)).map((one) => `看到做了一半的月份：${one}`);

/** Retries of the exchange go by the business clock: it is moved a little. */
async function nudge(stage: Stage): Promise<void> {
  const now = Date.parse(await business(stage));
  await advance(stage, new Date(now + NUDGE_MS + SHANGHAI_MS).toISOString().slice(0, 19).replace('T', ' '));
}

async function nudgeUntil(stage: Stage, working: Promise<void>): Promise<void> {
  const done = working.then(() => true);
  while (!(await Promise.race([done, sleep(NUDGE_EVERY_MS, false)]))) await nudge(stage);
}

async function settle(stage: Stage): Promise<string[]> {
  const until = performance.now() + QUIET_MS;
  for (let looks = 1; performance.now() < until; looks += 1) {
    if (await isQuiet(stage.books)) return [];
    await sleep(50);
    if (looks % 5 === 0) await nudge(stage);
  }
  return [`交换在 ${QUIET_MS / 1000} 秒内没有安静下来`];
}

type Integrity = {
  readonly violations: number;
  readonly promises: readonly {
    readonly no: number;
    readonly violations: readonly { readonly object: string; readonly text: string }[];
  }[];
};

async function checkPromises(stage: Stage): Promise<string[]> {
  const { ledger, city, books } = stage;
  const asked = { method: 'POST', path: '/api/ops/integrity', body: {} } as const;
  const { promises } = await ask<Integrity>(ledger, city.staff, asked);
  const now = await business(stage);
  return [
    ...promises.flatMap((promise) => promise.violations.map((one) => `承诺${promise.no} ${one.object}：${one.text}`)),
    ...(await unallocated(books, `${dayAfter(now.slice(0, 10), -2)} 00:00:00+08`)),
  ];
}
