import type { Logger } from 'pino';
import type { BusinessClock } from './clock/index.ts';
import type { Actor, Ctx } from './context.ts';
import { type Db, joined } from './db.ts';
import { submissionCommitted, underSubmission } from './idempotency.ts';

export type Mode = 'demo' | 'test' | 'production';

/** What a program is made of; knows no business. */
export type Services = {
  readonly db: Db;
  readonly clock: BusinessClock;
  readonly region: string;
  readonly mode: Mode;
  readonly log: Logger;
};

/** serialization_failure and deadlock_detected: the same command again is right. */
const RETRYABLE = new Set(['40001', '40P01']);
const TRIES_MAX = 5;

/**
 * A command: one transaction, with the business moment taken once. Deadlocks and serialization failures are tried again (at most 5 times);
 * any other error rolls everything back.
 */
export async function transact<T>(services: Services, actor: Actor, work: (ctx: Ctx) => Promise<T>): Promise<T> {
  const now = services.clock.now();
  for (let attempt = 1; ; attempt += 1) {
    try {
      const result = await services.db
        .transaction()
        .setIsolationLevel('read committed')
        .execute((tx) =>
          joined(services.db, tx, () => underSubmission(tx, () => work({ tx, region: services.region, now, actor }))),
        );
      submissionCommitted();
      return result;
    } catch (error) {
      const { code } = (error ?? {}) as { code?: string };
      if (attempt >= TRIES_MAX || !code || !RETRYABLE.has(code)) throw error;
    }
  }
}

/** A query over one snapshot; it cannot write. */
export function read<T>(services: Services, actor: Actor, work: (ctx: Ctx) => Promise<T>): Promise<T> {
  return services.db
    .transaction()
    .setIsolationLevel('repeatable read')
    .setAccessMode('read only')
    .execute((tx) =>
      joined(services.db, tx, () => work({ tx, region: services.region, now: services.clock.now(), actor })),
    );
}

/** Jobs and start-up act as the system itself. */
export function systemActor(id: string): Actor {
  return { kind: 'system', id, name: '系统' };
}
