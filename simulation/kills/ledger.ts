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

/** Undefined: no definite answer, the effect is unknown. */
async function answerOf<T>(session: Session, { method, path, body }: Asked, key?: string): Promise<T | undefined> {
  const headers: Record<string, string> = key ? { 'idempotency-key': key } : {};
  const asking = session.call<T>(method, path, body, headers);
  const late = sleep(ANSWER_MS, undefined, { ref: false }) as Promise<undefined>;
  try {
    return await Promise.race([asking, late]);
  } catch (error) {
    if (error instanceof Refused && error.status < 500) throw error;
    return undefined;
  } finally {
    asking.catch(() => undefined);
  }
}

/** Asks until there is a definite answer; a write goes with one key for all its tries. @throws Refused */
export async function ask<T>(ledger: Ledger, session: Session, asked: Asked): Promise<T> {
  const key = asked.method === 'GET' ? undefined : randomUUID();
  return persist(ledger, () => answerOf<T>(session, asked, key), asked.path);
}

async function persist<T>(ledger: Ledger, attempt: () => Promise<T | undefined>, what: string): Promise<T> {
  const until = Date.now() + GIVE_UP_MS;
  for (;;) {
    const answer = await attempt();
    if (answer !== undefined) return answer;
    ledger.repeated += 1;
    if (Date.now() > until) throw new Error(`no answer to ${what} for ${GIVE_UP_MS / 1000} s`);
    await sleep(TRY_AGAIN_MS);
  }
}

/** Like `ask`, but now and then pressed twice at once: both must be told the same. */
export async function press<T extends { readonly caseNo?: string }>(
  ledger: Ledger,
  random: Random,
  session: Session,
  path: string,
  body: unknown,
): Promise<T> {
  const key = randomUUID();
  const once = () => persist(ledger, () => answerOf<T>(session, { method: 'POST', path, body }, key), path);
  if (!random.chance(0.2)) return once();
  const [first, second] = await Promise.all([once(), once()]);
  if (!isDeepStrictEqual(first, second)) ledger.wrong.push(`一个提交编号得到两个答复：${path}`);
  return first;
}
