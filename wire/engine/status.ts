import type { Moment } from '../../src/kernel/month.ts';
import { type Db, one, rows, sql } from '../../src/platform/db.ts';
import type { WireStatus } from '../types.ts';
import { type Engine, earliest, later, RULES } from './engine.ts';
import { isBlocked } from './upkeep.ts';

/** Next moment at which a round has something to do. One question for all peers: it is asked at every step of the clock. */
export async function nextAt(engine: Engine): Promise<Moment | null> {
  const { region } = engine;
  const now = engine.now();
  const found = await rows(
    engine.db,
    sql<{
      peer: string;
      document_at: Moment | null;
      hole_at: Moment | null;
      queued: boolean;
      not_before: Moment | null;
      probe_at: Moment | null;
      parked_at: Moment | null;
    }>`
      select p.peer, w.not_before, w.probe_at,
             (select min(next_at) from wire_document where region = ${region} and peer = p.peer and next_at is not null) as document_at,
             (select min(hole_next_at) from wire_cursor where region = ${region} and sender = p.peer) as hole_at,
             exists (select 1 from wire_outbox_item where region = ${region} and peer = p.peer and state = 'queued') as queued,
             (select min(next_at) from wire_parked where region = ${region} and next_at is not null) as parked_at
      from unnest(${[...engine.peers.keys()]}::text[]) as p (peer)
      left join wire_peer w on w.region = ${region} and w.peer = p.peer`,
  );
  let next = found[0]?.parked_at ?? null;
  for (const row of found) {
    const blocked = row.queued && (await isBlocked(engine, row.peer));
    const queuedAt = row.queued ? (blocked ? (row.probe_at ?? now) : now) : null;
    const wanted = earliest(row.document_at, row.hole_at, queuedAt);
    if (!wanted) continue;
    next = earliest(next, row.not_before && row.not_before > wanted ? row.not_before : wanted);
  }
  return next;
}

/** A round would do something now: build, send, ask, try again or bury. One statement, so that a pair at rest costs next to nothing. */
export async function anythingDue(engine: Engine): Promise<boolean> {
  const { region } = engine;
  const now = engine.now();
  const { due } = await one(
    engine.db,
    sql<{ due: boolean }>`
      select exists (select 1 from wire_outbox_item where region = ${region} and state = 'queued')
          or exists (select 1 from wire_document where region = ${region} and next_at <= ${now})
          or exists (select 1 from wire_document where region = ${region} and state = 'sent' and tries >= ${RULES.deadAfterTries}
                       and sealed_at <= ${later(now, -RULES.deadAfterMs)})
          or exists (select 1 from wire_cursor where region = ${region} and hole_next_at <= ${now})
          or exists (select 1 from wire_parked where region = ${region} and next_at <= ${now}) as due`,
  );
  return due;
}

export async function pending(engine: Engine): Promise<number> {
  const { count } = await one(
    engine.db,
    sql<{ count: number }>`
      select (select count(*) from wire_outbox_item where region = ${engine.region} and state in ('queued', 'sent', 'received'))
           + (select count(*) from wire_parked where region = ${engine.region}) as count`,
  );
  return count;
}

/** How many of one state a peer has, and since when the oldest. */
export type Depth = { readonly peer: string; readonly state: string; readonly count: number; readonly since: Moment };

/** Items not yet answered for, by their way so far. */
export function openItems(db: Db, region: string): Promise<Depth[]> {
  return rows(
    db,
    sql<Depth>`
      select peer, state, count(*)::int as count, min(queued_at) as since from wire_outbox_item
      where region = ${region} and state in ('queued', 'sent', 'received') group by peer, state order by peer, state`,
  );
}

/** Everything the operations page shows (交换队列). */
export async function status(engine: Engine): Promise<WireStatus> {
  const { db, region } = engine;
  const open = await openItems(db, region);
  const since = (items: readonly Depth[]) => earliest(...items.map((one) => one.since));
  const outbox: Record<string, number> = {};
  for (const { state, count } of open) outbox[state] = (outbox[state] ?? 0) + count;
  const latency = await rows(
    db,
    sql<{ ms: number }>`
      select greatest(0, extract(epoch from changed_at - queued_at) * 1000)::bigint as ms from wire_outbox_item
      where region = ${region} and state = 'accepted' order by changed_at desc limit 200`,
  );
  return {
    outbox,
    oldestUnsentAt: since(open.filter(({ state }) => state === 'queued')),
    oldestUnacceptedAt: since(open),
    latencyMs: latency.map((row) => row.ms).sort((a, b) => a - b),
    parked: await rows(
      db,
      sql<WireStatus['parked'][number]>`
        select sender as "from", entity, version, type, why, since from wire_parked
        where region = ${region} order by since limit 100`,
    ),
    deadLetters: await rows(
      db,
      sql<WireStatus['deadLetters'][number]>`
        select document_id as "documentId", peer, type, reason, at from wire_dead_letter
        where region = ${region} and resolved_at is null order by at desc limit 100`,
    ),
    alarms: await rows(
      db,
      sql<WireStatus['alarms'][number]>`
        select at, peer, code, detail from wire_alarm where region = ${region} and seen_at is null order by at desc limit 100`,
    ),
    failures: await rows(
      db,
      sql<WireStatus['failures'][number]>`
        select i.item_id as "itemId", i.entity, i.type, coalesce(i.code, '') as code, i.detail, coalesce(d.tries, 0) as tries,
               i.changed_at as at
        from wire_outbox_item i left join wire_document d on d.region = i.region and d.document_id = i.document_id
        where i.region = ${region} and i.state in ('refused', 'dead') order by i.changed_at desc limit 100`,
    ),
    streams: await rows(
      db,
      sql<WireStatus['streams'][number]>`
        select peer, stream, 'out' as direction, last_seq as seq, last_seq as "highestSeq" from wire_stream where region = ${region}
        union all
        select sender, stream, 'in', contiguous_seq, highest_seq from wire_cursor where region = ${region}
        order by 1, 2, 3`,
    ),
    peers: await rows(
      db,
      sql<WireStatus['peers'][number]>`
        select peer, window_items as "window", not_before as "notBefore", last_contact_at as "lastContactAt", skew_ms as "skewMs"
        from wire_peer where region = ${region} order by peer`,
    ),
  };
}
