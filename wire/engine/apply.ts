import { rows, run, sql, type Tx } from '../../src/platform/db.ts';
import { alarm } from './alarm.ts';
import type { Engine } from './engine.ts';
import { type IncomingItem, isTransient, type ParkedRow, type Result, runHandler, WAITING_VERSION } from './handle.ts';
import { fromParked, record } from './record.ts';

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
      select entity, version, item_id, document_id, stream, seq, type, body, sent_at, why, since, tries, refusal from wire_parked
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
