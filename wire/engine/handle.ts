import { DomainError } from '../../src/kernel/errors.ts';
import type { Moment } from '../../src/kernel/month.ts';
import { first, run, sql, type Tx } from '../../src/platform/db.ts';
import { sqlState } from '../../src/platform/retry.ts';
import type { WireItem } from '../document.ts';
import { isWireCode } from '../errors.ts';
import type { ItemOutcome, Stream } from '../types.ts';
import type { Engine } from './engine.ts';

/** Where an item came from. */
export type Origin = {
  readonly from: string;
  readonly documentId: string;
  readonly stream: Stream;
  readonly seq: number;
  readonly sentAt: Moment;
};

export type IncomingItem = Origin & {
  readonly type: string;
  readonly item: WireItem;
  /** Its document was refused as a whole: the item only uses up its version. */
  readonly refusal?: string;
};

export type Result = {
  readonly incoming: IncomingItem;
  readonly state: 'waiting' | 'accepted' | 'parked' | 'refused' | 'duplicate';
  readonly code?: string;
  readonly reason?: string;
  /** Entity of the same sender it waits for. */
  readonly awaits?: string;
  /** The item used up its version, accepted or not. */
  readonly used?: boolean;
};

export type ParkedRow = {
  entity: string;
  version: number;
  item_id: string;
  document_id: string;
  stream: Stream;
  seq: number;
  type: string;
  body: string;
  sent_at: Moment;
  why: 'order' | 'error' | 'entity';
  since: Moment;
  tries: number;
  refusal: string | null;
};

export const WAITING_VERSION = 'WAITING_VERSION';
export const WAITING_RETRY = 'WAITING_RETRY';
export const WAITING_ENTITY = 'WAITING_ENTITY';

export type Outcome = Pick<Result, 'state' | 'code' | 'reason' | 'awaits'>;

/**
 * Runs the handler of an item; with `careful` inside a savepoint, so that what it throws undoes only itself. Who waits for another
 * entity takes that entity's row: whoever applies it either has committed, then the handler looks once more, or comes afterwards and
 * finds the parked item.
 */
export async function runHandler(engine: Engine, tx: Tx, one: IncomingItem, careful: boolean): Promise<Outcome> {
  const outcome = await attempt(engine, tx, one, careful);
  if (!outcome.awaits || (await lockApplied(engine, tx, one.from, outcome.awaits)) === 0) return outcome;
  const again = await attempt(engine, tx, one, careful);
  return again.awaits ? { state: 'refused', code: again.code } : again;
}

/** The last applied version of an entity, with its row held. */
async function lockApplied(engine: Engine, tx: Tx, from: string, entity: string): Promise<number> {
  const row = await first(
    tx,
    sql<{ applied_version: number }>`
      insert into wire_entity (region, sender, entity) values (${engine.region}, ${from}, ${entity})
      on conflict (region, sender, entity) do update set applied_version = wire_entity.applied_version
      returning applied_version`,
  );
  return row?.applied_version ?? 0;
}

async function attempt(engine: Engine, tx: Tx, one: IncomingItem, careful: boolean): Promise<Outcome> {
  if (one.refusal) return { state: 'refused', code: one.refusal };
  const type = engine.types[one.type];
  const handler = engine.options.handlers[one.type];
  if (!type || !handler) return { state: 'refused', code: 'TZ-WIR-101' };
  const body = type.body.safeParse(one.item.body);
  if (!body.success) {
    const issue = body.error.issues[0];
    return { state: 'refused', code: 'TZ-WIR-106', reason: `${issue?.path.join('.') ?? ''}：${issue?.message ?? ''}` };
  }
  const context = {
    tx,
    from: one.from,
    itemId: one.item.id,
    entity: one.item.entity,
    version: one.item.version,
    documentId: one.documentId,
    stream: one.stream,
    seq: one.seq,
    sentAt: one.sentAt,
    now: engine.now(),
  };
  if (!careful) return outcomeOf(await handler(context, body.data as never));
  await run(tx, sql`savepoint wire_item`);
  try {
    const outcome = outcomeOf(await handler(context, body.data as never));
    await run(tx, sql`release savepoint wire_item`);
    return outcome;
  } catch (error) {
    if (isTransient(error)) throw error;
    await run(tx, sql`rollback to savepoint wire_item`);
    if (error instanceof DomainError) {
      const known = isWireCode(error.code);
      return {
        state: 'refused',
        code: known ? error.code : 'TZ-WIR-303',
        reason: known ? error.problems[0]?.why : error.message,
      };
    }
    engine.options.log?.warn({ itemId: one.item.id, type: one.type, error: String(error) }, 'wire item failed');
    return { state: 'waiting', reason: WAITING_RETRY, code: 'TZ-WIR-901' };
  }
}

function outcomeOf(outcome: ItemOutcome): Outcome {
  switch (outcome.result) {
    case 'accepted':
      return { state: 'accepted' };
    case 'refused':
      return { state: 'refused', code: outcome.code, reason: outcome.detail };
    case 'waiting':
      return { state: 'waiting', reason: WAITING_ENTITY, code: outcome.code, awaits: outcome.entity };
    case 'parked':
      return { state: 'parked', reason: outcome.reason };
  }
}

/** Losing a race or the connection is nobody's fault: the whole document is done again. */
export function isTransient(error: unknown): boolean {
  const state = sqlState(error) ?? '';
  return state === '40001' || state === '40P01' || state.startsWith('57') || state.startsWith('08');
}
