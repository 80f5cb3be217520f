import type { Moment } from '../../src/kernel/month.ts';
import { run, sql, type Tx } from '../../src/platform/db.ts';
import { type Engine, later, RULES, waitMs } from './engine.ts';
import { type IncomingItem, type ParkedRow, type Result, WAITING_RETRY } from './handle.ts';

/** Inbox rows, versions and parked items of a set of results, in few statements. */
export async function record(engine: Engine, tx: Tx, from: string, results: readonly Result[]): Promise<void> {
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
  // What waited for one of these entities is due now.
  await run(
    tx,
    sql`update wire_parked set next_at = ${now}
        where region = ${engine.region} and sender = ${from} and awaits = any(${[...versions.keys()]}::text[])`,
  );
}

async function park(engine: Engine, tx: Tx, result: Result, now: Moment): Promise<void> {
  const { incoming } = result;
  const why = result.awaits ? 'entity' : result.reason === WAITING_RETRY ? 'error' : 'order';
  const tries = why === 'error' ? 1 : 0;
  const nextAt = { order: null, error: later(now, waitMs(engine, 1)), entity: later(now, RULES.holeAlarmAfterMs) }[why];
  // Moments are added to as times of one zone: Citus takes nothing into an upsert whose answer may hang on the zone of the session.
  await run(
    tx,
    sql`insert into wire_parked
          (region, sender, entity, version, item_id, document_id, stream, seq, type, body, sent_at, why, tries, since, next_at,
           refusal, awaits)
        values (${engine.region}, ${incoming.from}, ${incoming.item.entity}, ${incoming.item.version}, ${incoming.item.id},
                ${incoming.documentId}, ${incoming.stream}, ${incoming.seq}, ${incoming.type},
                ${JSON.stringify(incoming.item.body)}, ${incoming.sentAt}, ${why}, ${tries}, ${now}, ${nextAt},
                ${incoming.refusal ?? null}, ${result.awaits ?? null})
        on conflict (region, sender, entity, version) do update
          set why = excluded.why, awaits = excluded.awaits, tries = wire_parked.tries + 1,
              next_at = case excluded.why
                when 'error' then ((excluded.next_at at time zone 'UTC')
                  + interval '1 minute' * least(14, power(2, wire_parked.tries) - 1)) at time zone 'UTC'
                when 'entity' then greatest(excluded.next_at,
                  ((wire_parked.since at time zone 'UTC') + ${RULES.deadAfterMs} * interval '1 millisecond') at time zone 'UTC') end`,
  );
}

export function fromParked(from: string, row: ParkedRow): IncomingItem {
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
