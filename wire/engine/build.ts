import { type Executor, first, one, rows, run, sql, type Tx } from '../../src/platform/db.ts';
import { type BuildItem, buildDocument, FIRST_PREV, MAX_ITEM_BYTES, MAX_ITEMS } from '../document.ts';
import { STREAMS, type Stream } from '../types.ts';
import { announce } from './delivery.ts';
import { type Engine, inTransaction, RULES } from './engine.ts';

type QueuedItem = {
  n: number;
  item_id: string;
  type: string;
  entity: string;
  version: number;
  body: string;
  reply_to: string | null;
};

/**
 * Turns queued items into sealed documents with the next seq of their stream, committed before the first try: from here on they
 * count as sent. `seq` is given here and not in the business transaction, so counters never queue behind one another.
 * Returns the number of documents built.
 */
export async function buildDocuments(engine: Engine, peer: string): Promise<number> {
  let built = 0;
  // Asked once for all streams: a round that has nothing to build, by far the most frequent, costs one statement.
  const waiting = new Set(
    (
      await rows(
        engine.db,
        sql<{ stream: Stream }>`
          select s.stream from unnest(${[...STREAMS]}::text[]) as s (stream)
          where exists (select 1 from wire_outbox_item i where i.region = ${engine.region} and i.peer = ${peer}
                          and i.stream = s.stream and i.state = 'queued')`,
      )
    ).map((row) => row.stream),
  );
  // Money first: a state that quotes `moneySeq` must find the receipts before it numbered.
  for (const stream of ['money', ...STREAMS.filter((name) => name !== 'money')] as Stream[]) {
    if (!waiting.has(stream)) continue;
    for (;;) {
      const count = await inTransaction(engine.db, (tx) => buildSome(engine, tx, peer, stream));
      if (count === 0) break;
      built += count;
    }
  }
  return built;
}

async function buildSome(engine: Engine, tx: Tx, peer: string, stream: Stream): Promise<number> {
  const { region } = engine;
  const waiting = await first(
    tx,
    sql`select 1 from wire_outbox_item
        where region = ${region} and peer = ${peer} and stream = ${stream} and state = 'queued' limit 1`,
  );
  if (!waiting) return 0;
  await run(
    tx,
    sql`insert into wire_stream (region, peer, stream, head_digest) values (${region}, ${peer}, ${stream}, ${FIRST_PREV})
        on conflict do nothing`,
  );
  // The lease of one sender loop per (peer, stream): another worker goes on with the next stream.
  const position = await first(
    tx,
    sql<{ last_seq: number; head_digest: string }>`
      select last_seq, head_digest from wire_stream
      where region = ${region} and peer = ${peer} and stream = ${stream} for update skip locked`,
  );
  if (!position) return 0;
  const allowance = await windowLeft(engine, tx, peer);
  if (allowance <= 0) return 0;
  const queued = await rows(
    tx,
    sql<QueuedItem>`
      select n, item_id, type, entity, version, body, reply_to from wire_outbox_item
      where region = ${region} and peer = ${peer} and stream = ${stream} and state = 'queued'
      order by n limit ${Math.min(MAX_ITEMS, allowance)} for update`,
  );
  let { last_seq: seq, head_digest: prev } = position;
  let count = 0;
  for (const batch of batches(queued)) {
    const kind = batch[0];
    if (!kind) continue;
    const type = engine.types[kind.type];
    let moneySeq: number | undefined;
    if (type?.stampsMoneySeq) {
      moneySeq = stream === 'money' ? seq : await moneySeqBefore(engine, tx, peer, kind.n);
      if (moneySeq === undefined) break;
    }
    const items = batch.map((item): BuildItem => {
      const body = JSON.parse(item.body) as Record<string, unknown>;
      return {
        id: item.item_id,
        entity: item.entity,
        version: item.version,
        body: moneySeq === undefined ? body : { ...body, moneySeq },
      };
    });
    const now = engine.now();
    const document = buildDocument(
      {
        from: engine.self,
        to: peer,
        stream,
        seq: seq + 1,
        prev,
        type: kind.type,
        schema: type?.schema ?? `${kind.type}/1`,
        time: now,
        items,
        totalFen: type?.amountFen && items.reduce((sum, item) => sum + (type.amountFen?.(item.body as never) ?? 0), 0),
        reply: kind.reply_to ?? undefined,
      },
      engine.options.signer,
    );
    seq += 1;
    prev = document.headDigest;
    await run(
      tx,
      sql`insert into wire_document
            (region, peer, stream, seq, document_id, type, item_count, bytes, bytes_digest, head_digest, sealed_at, next_at)
          values (${region}, ${peer}, ${stream}, ${seq}, ${document.id}, ${kind.type}, ${items.length}, ${document.text},
                  ${document.bytesDigest}, ${document.headDigest}, ${now}, ${now})`,
    );
    await announce(engine, tx, {
      peer,
      documentId: document.id,
      items: batch.map((item) => item.item_id),
      state: 'sent',
      from: ['queued'],
      assign: true,
      at: now,
    });
    count += 1;
  }
  await run(
    tx,
    sql`update wire_stream set last_seq = ${seq}, head_digest = ${prev}
        where region = ${region} and peer = ${peer} and stream = ${stream}`,
  );
  return count;
}

/** Runs of one type in queue order, within the bounds of a document. */
function* batches(queued: readonly QueuedItem[]): Generator<QueuedItem[]> {
  let batch: QueuedItem[] = [];
  let bytes = 0;
  for (const item of queued) {
    const size = Buffer.byteLength(item.body) + item.entity.length * 3 + 100;
    const head = batch[0];
    const fits = head?.type === item.type && head.reply_to === item.reply_to && bytes + size <= MAX_ITEM_BYTES;
    if (batch.length > 0 && !fits) {
      yield batch;
      batch = [];
      bytes = 0;
    }
    batch.push(item);
    bytes += size;
  }
  if (batch.length > 0) yield batch;
}

/** Items the peer still lets us have unaccepted. */
export async function windowLeft(engine: Engine, on: Executor, peer: string): Promise<number> {
  const { left } = await one(
    on,
    sql<{ left: number }>`
      select coalesce((select window_items from wire_peer where region = ${engine.region} and peer = ${peer}),
                      ${RULES.defaultWindow}::bigint)
             - coalesce((select sum(item_count) from wire_document
                         where region = ${engine.region} and peer = ${peer} and state in ('sent', 'received')), 0)::bigint as left`,
  );
  return left;
}

/** Last seq of `money`, provided that no receipt queued before this item is still without a number. */
export async function moneySeqBefore(
  engine: Engine,
  on: Executor,
  peer: string,
  n: number = Number.MAX_SAFE_INTEGER,
): Promise<number | undefined> {
  const open = await first(
    on,
    sql`select 1 from wire_outbox_item
        where region = ${engine.region} and peer = ${peer} and stream = 'money' and state = 'queued' and n < ${n} limit 1`,
  );
  if (open) return undefined;
  return sentThrough(engine, on, peer, 'money');
}

/** Seq of the last document of a stream; 0 before the first. */
export async function sentThrough(engine: Engine, on: Executor, peer: string, stream: Stream): Promise<number> {
  const position = await first(
    on,
    sql<{ last_seq: number }>`
      select last_seq from wire_stream where region = ${engine.region} and peer = ${peer} and stream = ${stream}`,
  );
  return position?.last_seq ?? 0;
}
