import type { Moment } from '../../src/kernel/month.ts';
import { type Executor, first, one, rows, run, sql, type Tx } from '../../src/platform/db.ts';
import type { Ack } from '../catalog/control.ts';
import { FIRST_PREV, type RawDocument } from '../document.ts';
import type { Stream } from '../types.ts';
import { type Engine, later, RULES } from './engine.ts';
import { WAITING_ENTITY, WAITING_RETRY, WAITING_VERSION } from './handle.ts';

export type StoredDocument = {
  document_id: string;
  stream: Stream;
  seq: number;
  bytes_digest: string;
  state: 'received' | 'accepted' | 'refused' | 'quarantined';
  applied: boolean;
  code: string | null;
  detail: string | null;
  exceptions: string | null;
};

export async function findDocument(
  engine: Engine,
  on: Executor,
  from: string,
  documentId: string,
): Promise<StoredDocument | undefined> {
  return first(
    on,
    sql<StoredDocument>`
      select document_id, stream, seq, bytes_digest, state, applied, code, detail, exceptions from wire_inbox_document
      where region = ${engine.region} and sender = ${from} and document_id = ${documentId}`,
  );
}

export type Storing = {
  readonly document: RawDocument;
  readonly bytesDigest: string;
  readonly headDigest: string;
  readonly sentAt: Moment;
  readonly at: Moment;
  readonly state: 'received' | 'refused' | 'quarantined';
  readonly code?: string;
  readonly detail?: string;
};

/** False when another worker has stored this document already. */
export async function storeDocument(engine: Engine, tx: Tx, storing: Storing): Promise<boolean> {
  const { head } = storing.document;
  const inserted = await first(
    tx,
    sql`insert into wire_inbox_document
          (region, sender, stream, seq, document_id, type, prev, head_digest, bytes_digest, bytes, item_count, state, code, detail,
           sent_at, received_at)
        values (${engine.region}, ${head.from}, ${head.stream}, ${head.seq}, ${head.id}, ${head.type}, ${head.prev},
                ${storing.headDigest}, ${storing.bytesDigest}, ${storing.document.text}, ${head.count}, ${storing.state},
                ${storing.code ?? null}, ${storing.detail?.slice(0, 400) ?? null}, ${storing.sentAt}, ${storing.at})
        on conflict (region, sender, document_id) do nothing
        returning document_id`,
  );
  return inserted !== undefined;
}

/** Does the document fit between its stored neighbours (TZ-WIR-206)? The sentence says what does not. */
export async function chainBreak(
  engine: Engine,
  on: Executor,
  head: RawDocument['head'],
  headDigest: string,
): Promise<string | undefined> {
  if (head.seq === 1 && head.prev !== FIRST_PREV) return '首份报文的 prev 应为 64 个 0';
  const neighbours = await rows(
    on,
    sql<{ seq: number; document_id: string; prev: string; head_digest: string }>`
      select seq, document_id, prev, head_digest from wire_inbox_document
      where region = ${engine.region} and sender = ${head.from} and stream = ${head.stream}
        and seq between ${head.seq - 1} and ${head.seq + 1}`,
  );
  for (const other of neighbours) {
    if (other.seq === head.seq && other.document_id !== head.id)
      return `第 ${head.seq} 号已有另一份报文 ${other.document_id}`;
    if (other.seq === head.seq - 1 && other.head_digest !== head.prev) return `与第 ${other.seq} 号报文衔接不上`;
    if (other.seq === head.seq + 1 && other.prev !== headDigest) return `与第 ${other.seq} 号报文衔接不上`;
  }
  return undefined;
}

/** Moves the stream position on; a hole is remembered with the moment it was seen. */
export async function advanceCursor(
  engine: Engine,
  tx: Tx,
  from: string,
  stream: Stream,
  highest: number,
): Promise<void> {
  const now = engine.now();
  await run(
    tx,
    sql`insert into wire_cursor (region, sender, stream) values (${engine.region}, ${from}, ${stream}) on conflict do nothing`,
  );
  const cursor = await one(
    tx,
    sql<{ contiguous_seq: number; highest_seq: number; hole_since: Moment | null }>`
      select contiguous_seq, highest_seq, hole_since from wire_cursor
      where region = ${engine.region} and sender = ${from} and stream = ${stream} for update`,
  );
  const { contiguous } = await one(
    tx,
    sql<{ contiguous: number }>`
      select coalesce(max(seq), ${cursor.contiguous_seq}::bigint) as contiguous
      from (select seq, seq - row_number() over (order by seq) as base from wire_inbox_document
            where region = ${engine.region} and sender = ${from} and stream = ${stream} and seq > ${cursor.contiguous_seq}) run
      where base = ${cursor.contiguous_seq}`,
  );
  const top = Math.max(cursor.highest_seq, highest, contiguous);
  const hole = contiguous < top;
  const since = hole ? (contiguous === cursor.contiguous_seq ? (cursor.hole_since ?? now) : now) : null;
  const kept = hole && since === cursor.hole_since;
  await run(
    tx,
    sql`update wire_cursor
        set contiguous_seq = ${contiguous}, highest_seq = ${top}, hole_since = ${since},
            hole_next_at = ${hole ? later(since ?? now, RULES.firstWaitMs) : null}::timestamptz,
            hole_tries = 0
        where region = ${engine.region} and sender = ${from} and stream = ${stream} and not ${kept}`,
  );
  if (kept) {
    await run(
      tx,
      sql`update wire_cursor set highest_seq = ${top}
          where region = ${engine.region} and sender = ${from} and stream = ${stream}`,
    );
  }
}

/** Documents of which nothing waits any more become accepted; their ids go into the answer. */
export async function acceptSettled(engine: Engine, tx: Tx, from: string): Promise<string[]> {
  const settled = await rows(
    tx,
    sql<{ document_id: string }>`
      update wire_inbox_document d set state = 'accepted', accepted_at = ${engine.now()}
      where d.region = ${engine.region} and d.sender = ${from} and d.state = 'received' and d.applied
        and not exists (select 1 from wire_inbox i
                        where i.region = d.region and i.sender = d.sender and i.document_id = d.document_id and i.state = 'waiting')
      returning document_id`,
  );
  return settled.map((row) => row.document_id);
}

/** Items waiting at this side, of everybody. */
export async function waitingCount(engine: Engine, on: Executor, from: string): Promise<number> {
  const { count } = await one(
    on,
    sql<{ count: number }>`
      select count(*) as count from wire_parked where region = ${engine.region} and sender = ${from}`,
  );
  return count;
}

/** The present level of a stored document, with its exceptions. */
export async function ackFor(
  engine: Engine,
  on: Executor,
  from: string,
  documentId: string,
): Promise<Omit<Ack, 'window' | 'now'>> {
  const stored = await findDocument(engine, on, from, documentId);
  if (!stored) return { document: documentId, bytes: '', level: 'unknown' };
  const exceptions =
    stored.state === 'refused'
      ? []
      : await rows(
          on,
          sql<{ item_id: string; state: string; code: string | null; reason: string | null }>`
            select item_id, state, code, reason from wire_inbox
            where region = ${engine.region} and sender = ${from} and document_id = ${documentId} and state <> 'accepted'
            order by item_id`,
        );
  const earlier = stored.exceptions ? (JSON.parse(stored.exceptions) as NonNullable<Ack['items']>) : [];
  return {
    document: documentId,
    bytes: stored.bytes_digest,
    level: stored.state === 'quarantined' ? 'received' : stored.state,
    ...(stored.applied ? { applied: true } : {}),
    ...(stored.code ? { code: stored.code } : {}),
    ...(stored.detail ? { detail: stored.detail } : {}),
    items: [
      ...earlier,
      ...exceptions.map((row): NonNullable<Ack['items']>[number] => ({
        id: row.item_id,
        result: row.state === 'refused' ? 'refused' : row.state === 'duplicate' ? 'duplicate' : 'parked',
        ...(row.code ? { code: row.code } : {}),
        ...(row.reason ? { reason: row.reason } : {}),
      })),
    ],
  };
}

/** Reasons under which an item has not had its effect yet; all others are final. */
export function isWaiting(reason: string | undefined): boolean {
  return reason === WAITING_VERSION || reason === WAITING_RETRY || reason === WAITING_ENTITY;
}

/** Highest seq up to which everything is stored and nothing waits for its effect. */
export async function appliedThrough(engine: Engine, on: Executor, from: string, stream: Stream): Promise<number> {
  const found = await first(
    on,
    sql<{ seq: number }>`
      select least(c.contiguous_seq,
        coalesce((select min(d.seq) - 1 from wire_inbox_document d
                  where d.region = c.region and d.sender = c.sender and d.stream = c.stream
                    and d.state in ('received', 'quarantined')), c.contiguous_seq))::bigint as seq
      from wire_cursor c where c.region = ${engine.region} and c.sender = ${from} and c.stream = ${stream}`,
  );
  return found?.seq ?? 0;
}
