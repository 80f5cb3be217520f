import type { Logger } from 'pino';
import type { BusinessClock } from './clock/index.ts';
import type { Actor, Ctx } from './context.ts';
import { type Db, joined } from './db.ts';
import { submissionCommitted, underSubmission } from './idempotency.ts';
import { retried } from './retry.ts';

export type Mode = 'demo' | 'test' | 'production';

/** What a program is made of; knows no business. */
export type Services = {
  readonly db: Db;
  readonly clock: BusinessClock;
  readonly region: string;
  readonly mode: Mode;
  readonly log: Logger;
};

/**
 * A command: one transaction, with the business moment taken once. Deadlocks and serialization failures are tried again; any other error
 * rolls everything back.
 */
export async function transact<T>(services: Services, actor: Actor, work: (ctx: Ctx) => Promise<T>): Promise<T> {
  const now = services.clock.now();
  return retried(async () => {
    const result = await services.db
      .transaction()
      .setIsolationLevel('read committed')
      .execute((tx) =>
        joined(services.db, tx, () => underSubmission(tx, () => work({ tx, region: services.region, now, actor }))),
      );
    submissionCommitted();
    return result;
  });
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
