/** What the clients were told: every answer of success must be in the books exactly once, whatever was killed in between. */
import { randomUUID } from 'node:crypto';
import { setTimeout as sleep } from 'node:timers/promises';
import { isDeepStrictEqual } from 'node:util';
import { type Method, Refused, type Session } from '../../src/app/play/client.ts';
import type { Random } from '../random.ts';

export type Kept =
  | { readonly kind: 'case'; readonly employerNo: string; readonly item: string; readonly caseNo: string }
  | { readonly kind: 'bill'; readonly employerNo: string; readonly billNo: string }
  | { readonly kind: 'receipt'; readonly billNo: string; readonly receiptNo: string };

export type Ledger = {
  readonly kept: Kept[];
  /** Requests whose answer was lost and that were asked again with the same key. */
  repeated: number;
  readonly wrong: string[];
};

export const openLedger = (): Ledger => ({ kept: [], repeated: 0, wrong: [] });

const TRY_AGAIN_MS = 250;
const ANSWER_MS = 20_000;
const GIVE_UP_MS = 120_000;

type Asked = { readonly method: Method; readonly path: string; readonly body?: unknown };

/** What the last asking came to that had no definite answer. */
type Silence = { why: string };

/** Undefined: no definite answer, the effect is unknown. */
async function answerOf<T>(
  session: Session,
  { method, path, body }: Asked,
  silence: Silence,
  key?: string,
): Promise<T | undefined> {
  const headers: Record<string, string> = key ? { 'idempotency-key': key } : {};
  const asking = session.call<T>(method, path, body, headers);
  const late = sleep(ANSWER_MS, undefined, { ref: false }) as Promise<undefined>;
  try {
    const answer = await Promise.race([asking, late]);
    if (answer === undefined) silence.why = `${ANSWER_MS / 1000} 秒没有答复`;
    return answer;
  } catch (error) {
    if (error instanceof Refused && error.status < 500) throw error;
    silence.why = error instanceof Error ? error.message : String(error);
    return undefined;
  } finally {
    asking.catch(() => undefined);
  }
}

/** Asks until there is a definite answer; a write goes with one key for all its tries. @throws Refused */
export async function ask<T>(ledger: Ledger, session: Session, asked: Asked): Promise<T> {
  const key = asked.method === 'GET' ? undefined : randomUUID();
  return persist(ledger, (silence) => answerOf<T>(session, asked, silence, key), asked.path);
}

async function persist<T>(
  ledger: Ledger,
  attempt: (silence: Silence) => Promise<T | undefined>,
  what: string,
): Promise<T> {
  const until = Date.now() + GIVE_UP_MS;
  const silence = { why: '' };
  for (;;) {
    const answer = await attempt(silence);
    if (answer !== undefined) return answer;
    ledger.repeated += 1;
    if (Date.now() > until) throw new Error(`${what} ${GIVE_UP_MS / 1000} 秒没有办成：${silence.why}`);
    await sleep(TRY_AGAIN_MS);
  }
}

/**
 * Like `ask`, but now and then pressed twice at once: both must be told the same of what was done (`done`). What else an answer shows is
 * looked up anew, and may have gone on meanwhile.
 */
export async function press<T>(
  ledger: Ledger,
  random: Random,
  session: Session,
  { path, body }: { readonly path: string; readonly body: unknown },
  done: (answer: T) => unknown = (answer) => answer,
): Promise<T> {
  const key = randomUUID();
  const once = () =>
    persist(ledger, (silence) => answerOf<T>(session, { method: 'POST', path, body }, silence, key), path);
  if (!random.chance(0.2)) return once();
  const [first, second] = await Promise.all([once(), once()]);
  const told = [done(first), done(second)];
  if (!isDeepStrictEqual(told[0], told[1])) {
    ledger.wrong.push(`一个提交编号得到两个答复：${path} ${told.map((one) => JSON.stringify(one)).join(' 与 ')}`);
  }
  return first;
}
