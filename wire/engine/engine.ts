import { type Moment, momentFromMs, momentToMs } from '../../src/kernel/month.ts';
import type { Db, Tx } from '../../src/platform/db.ts';
import { retried, sqlState } from '../../src/platform/retry.ts';
import { CATALOG } from '../catalog/index.ts';
import type { MessageType } from '../catalog/type.ts';
import type { EndpointOptions, Party, Peer } from '../types.ts';

const SECOND = 1_000;
const MINUTE = 60 * SECOND;
const HOUR = 60 * MINUTE;
const DAY = 24 * HOUR;

/** wire.md §2 «Delivery». Engine limits of the protocol, not of any law. */
export const RULES = {
  firstWaitMs: MINUTE,
  longestWaitMs: 15 * MINUTE,
  deadAfterMs: 72 * HOUR,
  /** A jump of the business clock alone kills nothing: it must have been tried. */
  deadAfterTries: 3,
  aheadMs: 5 * MINUTE,
  quarantineAfterMs: 72 * HOUR,
  replayAfterMs: 400 * DAY,
  askAfterMs: 20 * MINUTE,
  askAfterPeakMs: 30 * MINUTE,
  peakLastDay: 10,
  holeAlarmAfterMs: HOUR,
  skewAlarmMs: MINUTE,
  defaultWindow: 10_000,
  errorTries: 5,
  queryMs: 5 * SECOND,
} as const;

/** What every part of the engine shares. */
export type Engine = {
  readonly db: Db;
  readonly self: Party;
  readonly region: string;
  readonly peers: ReadonlyMap<Party, Peer>;
  readonly options: EndpointOptions;
  readonly types: Readonly<Record<string, MessageType>>;
  readonly now: () => Moment;
  readonly random: () => number;
};

export function createEngine(options: EndpointOptions): Engine {
  return {
    db: options.db,
    self: options.self,
    region: options.self.split('.')[1] ?? options.self,
    peers: new Map(options.peers.map((peer) => [peer.party, peer])),
    options,
    types: options.types ?? CATALOG,
    now: () => options.clock.now(),
    random: options.random ?? Math.random,
  };
}

export function later(at: Moment, ms: number): Moment {
  return momentFromMs(momentToMs(at) + ms);
}

/** 60 s, 120 s … 15 min, and up to a tenth more so that many senders do not come back at the same instant. */
export function waitMs(engine: Engine, tries: number): number {
  const wait = Math.min(RULES.firstWaitMs * 2 ** Math.min(Math.max(tries - 1, 0), 10), RULES.longestWaitMs);
  return Math.floor(wait * (1 + engine.random() / 10));
}

/** `received` but not `accepted`: asked after 20 minutes, on days 1–10 of the month after 30. */
export function askAt(at: Moment): Moment {
  return later(at, Number(at.slice(8, 10)) <= RULES.peakLastDay ? RULES.askAfterPeakMs : RULES.askAfterMs);
}

export function earliest(...moments: readonly (Moment | null | undefined)[]): Moment | null {
  let found: Moment | null = null;
  for (const moment of moments) if (moment && (!found || moment < found)) found = moment;
  return found;
}

/** unique_violation: a race for the same key. */
const TAKEN = '23505';

/** One transaction, done again after a deadlock, a serialisation failure or a race for the same key. */
export async function inTransaction<T>(db: Db, work: (tx: Tx) => Promise<T>): Promise<T> {
  return retried(
    () => db.transaction().execute(work),
    (error) => error instanceof TryAgain || sqlState(error) === TAKEN,
  );
}

/** What was read has been overtaken by another worker: do the transaction again. */
export class TryAgain extends Error {}
