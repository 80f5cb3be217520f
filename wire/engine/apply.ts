import { DomainError } from '../../src/kernel/errors.ts';
import { ulid } from '../../src/kernel/ids.ts';
import type { Moment } from '../../src/kernel/month.ts';
import { rows, run, sql, type Tx } from '../../src/platform/db.ts';
import type { WireItem } from '../document.ts';
import { isWireCode } from '../errors.ts';
import type { ItemOutcome, Stream } from '../types.ts';
import { alarm } from './alarm.ts';
import { type Engine, later, RULES, sqlState, waitMs } from './engine.ts';

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

type Result = {
  readonly incoming: IncomingItem;
  readonly state: 'waiting' | 'accepted' | 'parked' | 'refused' | 'duplicate';
  readonly code?: string;
  readonly reason?: string;
  /** The item used up its version, accepted or not. */
  readonly used?: boolean;
};

type ParkedRow = {
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

/**
 * Applies items per entity in the order of their versions; different entities never wait for each other (wire.md §2 «Order»).
 * Everything happens in the caller's transaction. First all items run without savepoints; if one throws, all of them again with
 * one savepoint each, so that a poisoned item leaves the others untouched.
 */
export async function applyItems(
  engine: Engine,
  tx: Tx,
  from: string,
  incoming: readonly IncomingItem[],
): Promise<readonly KnownItem[]> {
  const entities = [...new Set(incoming.map((one) => one.item.entity))].sort();
  await run(
    tx,
    sql`insert into wire_entity (region, sender, entity)
        select ${engine.region}, ${from}, entity from unnest(${entities}::text[]) as entity on conflict do nothing`,
  );
  const applied = new Map(
    (
      await rows(
        tx,
        sql<{ entity: string; applied_version: number }>`
          select entity, applied_version from wire_entity
          where region = ${engine.region} and sender = ${from} and entity = any(${entities}::text[])
          order by entity for update`,
      )
    ).map((row) => [row.entity, row.applied_version]),
  );
  const seen = await seenItems(engine, tx, from, incoming, entities);
  const parked = await rows(
    tx,
    sql<ParkedRow>`
      select entity, version, item_id, document_id, stream, seq, type, body, sent_at, why, tries, refusal from wire_parked
      where region = ${engine.region} and sender = ${from} and entity = any(${entities}::text[]) order by version`,
  );
  await run(tx, sql`savepoint wire_document`);
  let results: Result[];
  try {
    results = await applyInOrder(engine, tx, from, incoming, new Map(applied), seen, parked, false);
    await run(tx, sql`release savepoint wire_document`);
  } catch (error) {
    if (isTransient(error)) throw error;
    await run(tx, sql`rollback to savepoint wire_document`);
    results = await applyInOrder(engine, tx, from, incoming, new Map(applied), seen, parked, true);
  }
  await record(engine, tx, from, results);
  return incoming.flatMap(({ item }): KnownItem[] => {
    const known = seen.byId.get(item.id);
    if (!known) return [];
    if (known.digest !== item.digest) return [{ id: item.id, result: 'refused', code: 'TZ-WIR-202' }];
    return known.state === 'refused'
      ? [{ id: item.id, result: 'refused', ...(known.code ? { code: known.code } : {}) }]
      : [{ id: item.id, result: 'duplicate' }];
  });
}

/** Answer for an item number that came before in another document. */
export type KnownItem = { readonly id: string; readonly result: 'refused' | 'duplicate'; readonly code?: string };

/** Losing a race or the connection is nobody's fault: the whole document is done again. */
function isTransient(error: unknown): boolean {
  const state = sqlState(error) ?? '';
  return state === '40001' || state === '40P01' || state.startsWith('57') || state.startsWith('08');
}

type Seen = { readonly byId: ReadonlyMap<string, SeenRow>; readonly byVersion: ReadonlyMap<string, SeenRow> };
type SeenRow = { item_id: string; entity: string; version: number; digest: string; state: string; code: string | null };

async function seenItems(
  engine: Engine,
  tx: Tx,
  from: string,
  incoming: readonly IncomingItem[],
  entities: readonly string[],
): Promise<Seen> {
  const ids = incoming.map((one) => one.item.id);
  const versions = [...new Set(incoming.map((one) => one.item.version))];
  const found = await rows(
    tx,
    sql<SeenRow>`
      select item_id, entity, version, digest, state, code from wire_inbox
      where region = ${engine.region} and sender = ${from} and item_id = any(${ids}::text[])
      union
      select item_id, entity, version, digest, state, code from wire_inbox
      where region = ${engine.region} and sender = ${from} and entity = any(${[...entities]}::text[])
        and version = any(${versions}::bigint[]) and state <> 'duplicate'
        and code is distinct from 'TZ-WIR-203'`,
  );
  return {
    byId: new Map(found.map((row) => [row.item_id, row])),
    byVersion: new Map(found.map((row) => [`${row.entity}\n${row.version}`, row])),
  };
}

async function applyInOrder(
  engine: Engine,
  tx: Tx,
  from: string,
  incoming: readonly IncomingItem[],
  applied: Map<string, number>,
  seen: Seen,
  parkedRows: readonly ParkedRow[],
  careful: boolean,
): Promise<Result[]> {
  const results: Result[] = [];
  const waiting = new Map(parkedRows.map((row) => [`${row.entity}\n${row.version}`, fromParked(from, row)]));
  const fresh = new Map<string, IncomingItem>();

  const finish = async (one: IncomingItem): Promise<void> => {
    const outcome = await runHandler(engine, tx, one, careful);
    results.push({ incoming: one, ...outcome, used: outcome.state !== 'waiting' });
    if (outcome.state === 'waiting') return;
    applied.set(one.item.entity, one.item.version);
    await followers(one.item.entity);
  };

  /** What waited for this version goes on; what it overtook is refused. */
  const followers = async (entity: string): Promise<void> => {
    for (const [key, one] of waiting) {
      if (one.item.entity !== entity || one.item.version > (applied.get(entity) ?? 0)) continue;
      waiting.delete(key);
      results.push({ incoming: one, state: 'refused', code: overtakenCode(engine, one.type) });
    }
    const key = `${entity}\n${(applied.get(entity) ?? 0) + 1}`;
    const next = waiting.get(key);
    if (!next) return;
    waiting.delete(key);
    await finish(next);
  };

  for (const one of incoming) {
    const { item } = one;
    const last = applied.get(item.entity) ?? 0;
    const known = seen.byId.get(item.id);
    const key = `${item.entity}\n${item.version}`;
    if (known) {
      // Answered from its row; a different content under the same number is an alarm (TZ-WIR-202).
      if (known.digest !== item.digest) {
        await alarm(engine, tx, from, 'TZ-WIR-202', item.id, `条目 ${item.id} 的内容与先前不同`);
      }
      continue;
    }
    const twin = seen.byVersion.get(key) ?? asSeen(fresh.get(key));
    if (twin) {
      const same = twin.digest === item.digest;
      if (!same)
        await alarm(
          engine,
          tx,
          from,
          'TZ-WIR-203',
          key.replace('\n', '@'),
          `${item.entity} 第 ${item.version} 版有两种内容`,
        );
      results.push(
        same ? { incoming: one, state: 'duplicate' } : { incoming: one, state: 'refused', code: 'TZ-WIR-203' },
      );
      continue;
    }
    fresh.set(key, one);
    if (item.version <= last) {
      results.push({ incoming: one, state: 'refused', code: overtakenCode(engine, one.type) });
    } else if (item.version === last + 1 || engine.types[one.type]?.anyOrder) {
      await finish(one);
    } else {
      waiting.set(key, one);
      results.push({ incoming: one, state: 'waiting', reason: WAITING_VERSION });
    }
  }
  return results;
}

function asSeen(one: IncomingItem | undefined): Pick<SeenRow, 'digest'> | undefined {
  return one && { digest: one.item.digest };
}

function overtakenCode(engine: Engine, type: string): string {
  return engine.types[type]?.overtakenCode ?? 'TZ-WIR-203';
}

function fromParked(from: string, row: ParkedRow): IncomingItem {
  return {
    from,
    documentId: row.document_id,
    stream: row.stream,
    seq: row.seq,
    sentAt: row.sent_at,
    type: row.type,
    ...(row.refusal ? { refusal: row.refusal } : {}),
    item: {
      id: row.item_id,
      entity: row.entity,
      version: row.version,
      body: JSON.parse(row.body) as unknown,
      digest: '',
    },
  };
}

type Outcome = Pick<Result, 'state' | 'code' | 'reason'>;

async function runHandler(engine: Engine, tx: Tx, one: IncomingItem, careful: boolean): Promise<Outcome> {
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

async function record(engine: Engine, tx: Tx, from: string, results: readonly Result[]): Promise<void> {
  const now = engine.now();
  // The last result of an item counts: it may have been parked and then reached in the same document.
  const byId = new Map(results.map((result) => [result.incoming.item.id, result]));
  const list = [...byId.values()];
  if (list.length === 0) return;
  const column = <T>(of: (result: Result) => T): T[] => list.map(of);
  await run(
    tx,
    sql`insert into wire_inbox (region, sender, item_id, document_id, entity, version, type, digest, state, code, reason, at)
        select ${engine.region}, ${from}, t.*, ${now}::timestamptz from unnest(
          ${column((r) => r.incoming.item.id)}::text[], ${column((r) => r.incoming.documentId)}::text[],
          ${column((r) => r.incoming.item.entity)}::text[], ${column((r) => r.incoming.item.version)}::bigint[],
          ${column((r) => r.incoming.type)}::text[], ${column((r) => r.incoming.item.digest)}::text[],
          ${column((r) => r.state)}::text[], ${column((r) => r.code ?? null)}::text[],
          ${column((r) => r.reason?.slice(0, 400) ?? null)}::text[]) as t
        on conflict (region, sender, item_id) do update
          set state = excluded.state, code = excluded.code, reason = excluded.reason, at = excluded.at`,
  );
  const done = list.filter((result) => result.state !== 'waiting');
  const versions = new Map<string, number>();
  for (const { incoming, used } of done) {
    // A duplicate, a twin or an overtaken version moves nothing.
    if (!used) continue;
    versions.set(incoming.item.entity, Math.max(versions.get(incoming.item.entity) ?? 0, incoming.item.version));
  }
  await run(
    tx,
    sql`update wire_entity e set applied_version = greatest(e.applied_version, t.version)
        from unnest(${[...versions.keys()]}::text[], ${[...versions.values()]}::bigint[]) as t (entity, version)
        where e.region = ${engine.region} and e.sender = ${from} and e.entity = t.entity`,
  );
  await run(
    tx,
    sql`delete from wire_parked where region = ${engine.region} and sender = ${from}
        and item_id = any(${done.map((result) => result.incoming.item.id)}::text[])`,
  );
  for (const result of list) if (result.state === 'waiting') await park(engine, tx, result, now);
}

async function park(engine: Engine, tx: Tx, result: Result, now: Moment): Promise<void> {
  const { incoming } = result;
  const why = result.reason === WAITING_RETRY ? 'error' : 'order';
  const tries = why === 'error' ? 1 : 0;
  const nextAt = why === 'error' ? later(now, waitMs(engine, 1)) : null;
  await run(
    tx,
    sql`insert into wire_parked
          (region, sender, entity, version, item_id, document_id, stream, seq, type, body, sent_at, why, tries, since, next_at,
           refusal)
        values (${engine.region}, ${incoming.from}, ${incoming.item.entity}, ${incoming.item.version}, ${incoming.item.id},
                ${incoming.documentId}, ${incoming.stream}, ${incoming.seq}, ${incoming.type},
                ${JSON.stringify(incoming.item.body)}, ${incoming.sentAt}, ${why}, ${tries}, ${now}, ${nextAt},
                ${incoming.refusal ?? null})
        on conflict (region, sender, entity, version) do update
          set why = excluded.why, tries = wire_parked.tries + 1,
              next_at = case when excluded.why = 'error'
                then excluded.next_at + (interval '1 minute' * least(14, power(2, wire_parked.tries) - 1)) end`,
  );
}

/** Items that failed inside are tried again; after the last try a person has to look. */
export async function retryFailed(engine: Engine, tx: Tx): Promise<string[]> {
  const now = engine.now();
  const due = await rows(
    tx,
    sql<ParkedRow & { sender: string; digest: string }>`
      select p.sender, p.entity, p.version, p.item_id, p.document_id, p.stream, p.seq, p.type, p.body, p.sent_at, p.why, p.tries, p.refusal,
             i.digest
      from wire_parked p join wire_inbox i on i.region = p.region and i.sender = p.sender and i.item_id = p.item_id
      where p.region = ${engine.region} and p.next_at <= ${now} order by p.since limit 50 for update of p skip locked`,
  );
  for (const row of due) {
    const one = fromParked(row.sender, row);
    await run(
      tx,
      sql`select 1 from wire_entity
          where region = ${engine.region} and sender = ${row.sender} and entity = ${row.entity} for update`,
    );
    const incoming = { ...one, item: { ...one.item, digest: row.digest } };
    const outcome = await runHandler(engine, tx, incoming, true);
    const givenUp = outcome.state === 'waiting' && row.tries + 1 >= RULES.errorTries;
    const results: Result[] = [
      givenUp
        ? { incoming, state: 'refused', code: 'TZ-WIR-901', used: true }
        : { incoming, ...outcome, used: outcome.state !== 'waiting' },
    ];
    if (givenUp) {
      await run(
        tx,
        sql`insert into wire_dead_letter (region, dead_id, direction, peer, document_id, item_id, type, reason, at)
            values (${engine.region}, ${ulid()}, 'in', ${row.sender}, ${row.document_id}, ${row.item_id}, ${row.type},
                    'TZ-WIR-901', ${now})`,
      );
    }
    await record(engine, tx, row.sender, results);
    if (results[0]?.state !== 'waiting') await applyFollowers(engine, tx, row.sender, row.entity, row.version);
  }
  return [...new Set(due.map((row) => row.sender))];
}

/** What was parked behind an item that has now been settled. */
async function applyFollowers(engine: Engine, tx: Tx, from: string, entity: string, version: number): Promise<void> {
  const parked = await rows(
    tx,
    sql<ParkedRow & { digest: string }>`
      select p.entity, p.version, p.item_id, p.document_id, p.stream, p.seq, p.type, p.body, p.sent_at, p.why, p.tries, p.refusal, i.digest
      from wire_parked p join wire_inbox i on i.region = p.region and i.sender = p.sender and i.item_id = p.item_id
      where p.region = ${engine.region} and p.sender = ${from} and p.entity = ${entity} order by p.version for update of p`,
  );
  let last = version;
  for (const row of parked) {
    if (row.version !== last + 1) break;
    const one = fromParked(from, row);
    const outcome = await runHandler(engine, tx, one, true);
    await record(engine, tx, from, [
      {
        incoming: { ...one, item: { ...one.item, digest: row.digest } },
        ...outcome,
        used: outcome.state !== 'waiting',
      },
    ]);
    if (outcome.state === 'waiting') break;
    last = row.version;
  }
}
