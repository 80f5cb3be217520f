/**
 * Two at once, repeatably: which of them sends its next statement is drawn from the seed, not left to the machine. One statement is under
 * way at a time; one that waits for a lock of the other stands aside until PostgreSQL itself says that it goes on. What one actor asks on
 * several connections is sent one by one, too, in the order it was asked: else the machine would say which comes first.
 */
import { AsyncLocalStorage } from 'node:async_hooks';
import { setTimeout as sleep } from 'node:timers/promises';
import type { Random } from './random.ts';

type Statement = { readonly pid: number; readonly go: () => void; over: boolean };

type Racer = {
  /** Statements that wait for their turn, in order. */
  readonly asking: Statement[];
  /** One that was sent and waits for a lock. */
  blocked: Statement | undefined;
  ended: boolean;
  readonly wake: () => void;
};

/** Whether the backend with this process id waits for a lock. */
export type IsBlocked = (pid: number) => Promise<boolean>;

const running = new AsyncLocalStorage<Racer>();
const LOOK_MS = 2;
/** Whose turn it is, but who asks for nothing, waits for the other inside this process (a pool, a cache): then the other goes on. */
const IDLE_MS = 1_500;

/** Longer than any statement takes: who is still before waits for a lock of somebody behind. */
const STUCK_MS = 5_000;
const line: (() => void)[] = [];
let underWay = false;

async function oneByOne<T>(send: () => Promise<T>): Promise<T> {
  if (underWay) {
    await new Promise<void>((resolve) => {
      const stuck = setTimeout(() => {
        line.splice(line.indexOf(go), 1);
        resolve();
      }, STUCK_MS);
      const go = (): void => {
        clearTimeout(stuck);
        resolve();
      };
      line.push(go);
    });
  }
  underWay = true;
  try {
    return await send();
  } finally {
    // Who has his answer goes on first, and stands in the line before those behind him go.
    setImmediate(() => {
      const next = line.shift();
      if (next) next();
      else underWay = false;
    });
  }
}

/** Every statement of the simulated programs goes through here. */
export async function inTurn<T>(pid: number, send: () => Promise<T>): Promise<T> {
  const racer = running.getStore();
  if (!racer || racer.ended) return oneByOne(send);
  const statement = await new Promise<Statement>((resolve) => {
    const own: Statement = { pid, over: false, go: () => resolve(own) };
    racer.asking.push(own);
    racer.wake();
  });
  try {
    return await send();
  } finally {
    statement.over = true;
    racer.wake();
  }
}

/** Runs both at the same time, statement by statement in an order that follows from `random`. Neither may throw. */
export async function race<A, B>(
  random: Random,
  isBlocked: IsBlocked,
  one: () => Promise<A>,
  other: () => Promise<B>,
): Promise<[A, B]> {
  let wakeUp = (): void => undefined;
  let waiting = Promise.resolve();
  const sleepAgain = (): void => {
    waiting = new Promise((resolve) => {
      wakeUp = resolve;
    });
  };
  sleepAgain();
  const racers: Racer[] = [];
  const start = <T>(work: () => Promise<T>): Promise<T> => {
    const racer: Racer = { asking: [], blocked: undefined, ended: false, wake: () => wakeUp() };
    racers.push(racer);
    return running.run(racer, work).finally(() => {
      racer.ended = true;
      racer.wake();
    });
  };
  /** Until something happens; false: nothing did for so long. */
  const happening = async (): Promise<boolean> => {
    const woken = await Promise.race([waiting.then(() => true), sleep(IDLE_MS, false)]);
    if (woken) sleepAgain();
    return woken;
  };
  const both = Promise.all([start(one), start(other)]);

  /** Sends the next statement of this one and stays with it until it is over or waits for a lock. */
  const follow = async (racer: Racer, statement: Statement): Promise<void> => {
    statement.go();
    while (!statement.over) {
      await Promise.race([waiting, sleep(LOOK_MS)]);
      sleepAgain();
      if (!statement.over && (await isBlocked(statement.pid)) && !statement.over) {
        racer.blocked = statement;
        return;
      }
    }
  };
  /** Whom the last statement freed is given the time to come back, and takes part in the next draw. */
  const recall = async (): Promise<void> => {
    for (const racer of racers) {
      while (racer.blocked && !racer.blocked.over && !(await isBlocked(racer.blocked.pid))) await sleep(LOOK_MS);
      if (racer.blocked?.over) racer.blocked = undefined;
    }
  };

  while (racers.some((racer) => !racer.ended)) {
    await recall();
    const able = racers.filter((racer) => !racer.ended && !racer.blocked);
    let turn = random.pick(able);
    if (!turn) {
      await happening();
      continue;
    }
    while (turn.asking.length === 0 && !turn.ended) {
      if (await happening()) continue;
      turn = able.find((racer) => racer.asking.length > 0) ?? turn;
    }
    const statement = turn.asking.shift();
    if (statement) await follow(turn, statement);
  }
  for (const { asking } of racers) for (const statement of asking) statement.go();
  return both;
}
