import { createHash } from 'node:crypto';
import { checkIntegrity } from '../src/control/index.ts';
import { DomainError } from '../src/kernel/errors.ts';
import {
  addDays,
  addMonths,
  atTime,
  type CivilDate,
  dateOf,
  firstDay,
  type Month,
  monthOf,
} from '../src/kernel/month.ts';
import { sealAudit } from '../src/platform/audit/index.ts';
import { rows, sql } from '../src/platform/db.ts';
import { HalfDone, perform } from './acts.ts';
import { employerNoOf, makeCity } from './city.ts';
import type { Databases } from './databases.ts';
import { Crash } from './fuse.ts';
import { CLEAR } from './network.ts';
import { recompute } from './plain-books.ts';
import { randomOf } from './random.ts';
import { type Step, stepText } from './steps.ts';
import { race } from './turns.ts';
import { momentAt, openWorld, type World } from './world.ts';

export type RunInput = {
  readonly databases: Databases;
  readonly seed: string;
  readonly from: Month;
  readonly months: number;
  readonly steps: readonly Step[];
  readonly tell?: (line: string) => void;
  /** Looks at the two databases as they are after a violation, before they are dropped. */
  readonly inspect?: (world: World) => Promise<void>;
};

export type RunResult = {
  readonly violations: readonly string[];
  readonly failedAt: number | undefined;
  readonly story: readonly string[];
  readonly counts: Readonly<Record<string, number>>;
  /** The same for the same seed, however slow the machine: over the story, the counts and what the books came to. */
  readonly hash: string;
  readonly seconds: number;
};

/** What every step may break at once; the others are looked at when a month ends. */
const AFTER_STEP = [2, 4];
const AFTER_CRASH = [1, 2, 3, 4, 6];
/** While messages are lost or late, promise 5 has to wait. */
const BUT_THE_WIRE = [1, 2, 3, 4, 6, 7, 8];

async function broken(world: World, only?: readonly number[], employerNos?: readonly string[]): Promise<string[]> {
  const { db, region } = world.services;
  await sealAudit(db, region);
  const found = await checkIntegrity({ db, region, now: world.now(), employerNos, ...(only ? { only } : {}) });
  return found.promises.flatMap(({ no, violations }) =>
    violations.map((one) => `承诺 ${no}：${one.object} ${one.text}`),
  );
}

const refusal = (error: DomainError): string => `拒绝 ${error.problems.map((one) => one.code).join(' ')}`;

/** An error that is neither a refusal in words nor a planted death. */
function unexpected(error: unknown): string | undefined {
  if (error instanceof DomainError || error instanceof Crash) return undefined;
  return error instanceof Error ? (error.stack ?? error.message) : String(error);
}

/** A refusal is a transaction that was taken back; one that came after another had been carried out stands behind what was done. */
const UNTOUCHED = /^(拒绝|无事可做|税务停机|变天|天晴)/;

/** Whom a step can touch: itself and who acts beside it; undefined: everybody (the wire, the jobs, a move to another employer). */
const whoseBooks = ({ act, employer, beside }: Step): readonly string[] | undefined => {
  const acts = [{ act, employer }, ...(beside ? [beside] : [])];
  if (acts.some((one) => /^(tax|beat|move|calm|weather)/.test(one.act))) return undefined;
  return acts.map((one) => employerNoOf(one.employer));
};

const QUIET_AT = '03:05';
const DAYS_BETWEEN_STOPS = 2;
const STORM_TRIES = 5;
/** In clear weather everything comes to rest after fewer tries than this. */
const REST_TRIES = 40;

/** Plays a list of steps in a fresh pair of programs. */
export async function runSteps(input: RunInput): Promise<RunResult> {
  const started = performance.now();
  const { seed, from, steps } = input;
  // Resends wait a random moment more: that too has to follow from the seed.
  const chance = Math.random;
  Math.random = randomOf(`${seed}/jitter`).next;
  const story: string[] = [];
  const counts: Record<string, number> = {};
  const violations: string[] = [];
  const count = (what: string, n = 1): void => {
    counts[what] = (counts[what] ?? 0) + n;
  };
  const city = makeCity(randomOf(`${seed}/city`), addMonths(from, -1));
  const world = await openWorld(input.databases, seed, `${from}-01 08:00`, city).catch((error: unknown) => {
    Math.random = chance;
    throw error;
  });
  const find = (texts: readonly string[]): void => {
    violations.push(...texts, ...world.logged.splice(0).map((line) => `日志里的错误：${line.slice(0, 2000)}`));
  };

  /** In a storm both sides try again and again by their own clocks, as programs do that run all day. */
  async function beat(triesMax = STORM_TRIES): Promise<void> {
    try {
      await world.beat();
      if (isClear(world)) {
        const revived = await settleHeld(world);
        if (revived > 0) {
          count('死信重发、隔离放行', revived);
          await world.settle();
        }
      }
      for (let tries = 0; tries < triesMax && !(await calm(world)); tries += 1) {
        const next = [await world.exchange().endpoint.nextAt(), await world.tax().endpoint.nextAt()]
          .filter((at) => at !== null)
          .sort()[0];
        if (!next || world.tax().faults.downUntil()) break;
        if (next > world.now()) world.setNow(next);
        await world.settle();
      }
    } catch (error) {
      find([unexpected(error) ?? `作业被拒绝：${String(error)}`]);
    }
  }

  let looked: CivilDate = firstDay(from);
  let monthsLived = 0;
  /** Time goes on: a look every few days in the small hours, on the first of a month, and on the last day. */
  async function advance(to: string): Promise<void> {
    const end = momentAt(to);
    while (violations.length === 0 && dateOf(world.now()) < dateOf(end)) {
      const today = dateOf(world.now());
      const nextMonth = firstDay(addMonths(monthOf(today), 1));
      const stops = [addDays(looked, DAYS_BETWEEN_STOPS), nextMonth].filter(
        (one) => atTime(one, QUIET_AT) > world.now(),
      );
      // Before anybody acts on 记账日 the month is booked, as the bureau does by itself at half past midnight.
      stops.push(...(await world.closeSlots(end)).map(dateOf));
      const day = stops.sort()[0] ?? nextMonth;
      const at = atTime(day, QUIET_AT);
      if (at > end) break;
      world.setNow(at);
      looked = day;
      await beat();
      // Plans made for empty tables do not last: after one month, two, four …
      if (day === nextMonth && Number.isInteger(Math.log2(++monthsLived))) await world.analyze();
      if (day === nextMonth) find(await broken(world, (await calm(world)) ? undefined : BUT_THE_WIRE));
    }
    if (end > world.now()) world.setNow(end);
  }

  async function attempt(act: Step['act'], employer: number, own: string): Promise<string> {
    try {
      const done = await perform(world, act, employer, own);
      count(`${act} 办成`);
      return done;
    } catch (error) {
      if (error instanceof Crash || world.agencyFuse.blown || world.taxFuse.blown) return '断电';
      if (error instanceof DomainError) {
        count(`${act} 被拒`);
        return refusal(error);
      }
      if (error instanceof HalfDone) {
        count(`${act} 办成一半`);
        return `${error.message}；${refusal(error.refusal)}`;
      }
      find([`${act}：${unexpected(error)}`]);
      return '出错';
    }
  }

  async function play(step: Step): Promise<void> {
    const fuse = step.crash?.side === 'tax' ? world.taxFuse : world.agencyFuse;
    if (step.crash) fuse.arm(step.crash.after);
    const first = () => attempt(step.act, step.employer, step.seed);
    const { beside } = step;
    const [done, other] = beside
      ? await race(randomOf(`${step.seed}/turns`), world.isBlocked, first, () =>
          attempt(beside.act, beside.employer, beside.seed),
        )
      : [await first(), undefined];
    fuse.disarm();
    const touched = [done, other].some((one) => one !== undefined && !UNTOUCHED.test(one));
    story.push(`${stepText(step)} → ${done}${other === undefined ? '' : ` ‖ ${other}`}`);
    input.tell?.(story.at(-1) ?? '');
    if (world.agencyFuse.blown || world.taxFuse.blown) {
      count('断电');
      await world.restart();
      find(await broken(world, AFTER_CRASH));
      // Nobody was told: the clerk tries the same again.
      if (violations.length === 0) story.push(`  再办一次 → ${await attempt(step.act, step.employer, step.seed)}`);
    }
    if (step.beside) count('同时');
    if (touched) find(await broken(world, AFTER_STEP, whoseBooks(step)));
  }

  let failedAt: number | undefined;
  let books = '';
  try {
    for (const step of steps) {
      await advance(step.at);
      if (violations.length === 0) await play(step);
      if (violations.length > 0) {
        failedAt = step.id;
        break;
      }
    }
    if (violations.length === 0) {
      // The sky clears, everybody works, and everything is looked at.
      world.toAgency.weather = CLEAR;
      world.toTax.weather = CLEAR;
      const last = addMonths(from, input.months);
      await advance(`${firstDay(last)} 09:00:00`);
      for (let day = 2; day <= 4; day += 1) await advance(`${addDays(firstDay(last), day - 1)} 09:00:00`);
      await beat(REST_TRIES);
      find(await broken(world));
      find(await quiet(world));
      find(await recompute(world, city, count));
      books = await booksOf(world);
    }
    for (const [way, line] of [
      ['到税务', world.toTax],
      ['到经办', world.toAgency],
    ] as const) {
      for (const [what, n] of Object.entries(line.stats)) counts[`${way} ${what}`] = n;
    }
  } catch (error) {
    violations.push(unexpected(error) ?? String(error));
  } finally {
    if (violations.length > 0) await input.inspect?.(world);
    await world.close();
    Math.random = chance;
  }
  const hash = createHash('sha256')
    .update(JSON.stringify([story, Object.entries(counts).sort(), books]))
    .digest('hex')
    .slice(0, 16);
  return { violations, failedAt, story, counts, hash, seconds: (performance.now() - started) / 1000 };
}

/** What waits for a person (待人处理): once the line is good again, both sides send again what was given up and let in what came after its days. */
async function settleHeld(world: World): Promise<number> {
  let count = 0;
  for (const { endpoint, db } of [
    { endpoint: world.exchange().endpoint, db: world.services.db },
    { endpoint: world.tax().endpoint, db: world.tax().services.db },
  ]) {
    for (const { kind, id } of await endpoint.held()) {
      if (kind !== 'DEAD' && kind !== 'QUARANTINED') continue;
      if (await db.transaction().execute((tx) => endpoint.settleHeld(tx, kind, id))) count += 1;
    }
  }
  return count;
}

/** What the life came to, without the ids that are drawn by real time. */
async function booksOf(world: World): Promise<string> {
  const ours = await rows(
    world.services.db,
    sql<{ text: string }>`
      select concat_ws('/', bill_no, state, total_fen, late_fen, interest_fen, issued_at) as text from collection_bill
      union all
      select concat_ws('/', employer_no, insurance, month, sum(employer_fen), sum(person_fen)) from collection_line
      group by employer_no, insurance, month
      union all
      select concat_ws('/', receipt_no, state, total_fen, allocated_at) from collection_receipt_booked order by 1`,
  );
  const theirs = await rows(
    world.tax().services.db,
    sql<{
      text: string;
    }>`select concat_ws('/', receipt_no, state, total_fen, posted_at) as text from tax_receipt order by 1`,
  );
  return JSON.stringify([ours, theirs]);
}

const isClear = (world: World): boolean =>
  world.toAgency.weather === CLEAR && world.toTax.weather === CLEAR && !world.tax().faults.downUntil();

async function calm(world: World): Promise<boolean> {
  return isClear(world) && (await world.exchange().endpoint.idle()) && (await world.tax().endpoint.idle());
}

/** Nothing is parked or dead at the end, on either side. */
async function quiet(world: World): Promise<string[]> {
  const found: string[] = [];
  for (const side of [world.exchange().endpoint, world.tax().endpoint]) {
    const { deadLetters, outbox, parked, peers } = await side.status();
    if (!(await side.idle())) {
      const held = JSON.stringify({ outbox, parked, peers, nextAt: await side.nextAt() });
      found.push(`${side.self}：收发没有静下来 ${held.slice(0, 1000)}`);
    }
    if (deadLetters.length > 0) found.push(`${side.self}：死信 ${JSON.stringify(deadLetters).slice(0, 500)}`);
  }
  return found;
}
