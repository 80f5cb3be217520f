import { DomainError } from '../../src/kernel/errors.ts';
import type { Moment } from '../../src/kernel/month.ts';
import { run, sql, type Tx } from '../../src/platform/db.ts';
import type { WireItem } from '../document.ts';
import { isWireCode } from '../errors.ts';
import type { ItemOutcome, Stream } from '../types.ts';
import { type Engine, sqlState } from './engine.ts';

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
  why: 'order' | 'error';
  tries: number;
  refusal: string | null;
};

export const WAITING_VERSION = 'WAITING_VERSION';
export const WAITING_RETRY = 'WAITING_RETRY';

export type Outcome = Pick<Result, 'state' | 'code' | 'reason'>;

/** Runs the handler of an item; with `careful` inside a savepoint, so that what it throws undoes only itself. */
export async function runHandler(engine: Engine, tx: Tx, one: IncomingItem, careful: boolean): Promise<Outcome> {
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
    case 'parked':
      return { state: 'parked', reason: outcome.reason };
  }
}

/** Losing a race or the connection is nobody's fault: the whole document is done again. */
export function isTransient(error: unknown): boolean {
  const state = sqlState(error) ?? '';
  return state === '40001' || state === '40P01' || state.startsWith('57') || state.startsWith('08');
}
