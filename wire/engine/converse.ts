import { ulid } from '../../src/kernel/ids.ts';
import { rows, run, sql } from '../../src/platform/db.ts';
import type { Ack, ResendRequest, StatusQuery, StreamHello } from '../catalog/control.ts';
import { buildDocument, FIRST_PREV, type RawDocument, readItems, type WireItem } from '../document.ts';
import { STREAMS, type Stream } from '../types.ts';
import { alarm } from './alarm.ts';
import { buildDocuments, moneySeqBefore } from './build.ts';
import { type Engine, inTransaction } from './engine.ts';
import { ackFor, advanceCursor } from './inbox.ts';
import { checkClock, schemaFits, sentAtOf } from './verify.ts';

type PartialAck = Omit<Ack, 'window' | 'now'>;

/** A document outside all streams: seq 0, no chain, never stored. What it says is asked or said again, not resent. */
export function answerDocument(
  engine: Engine,
  to: string,
  type: string,
  bodies: readonly object[],
  reply?: string,
): string {
  return buildDocument(
    {
      from: engine.self,
      to,
      stream: engine.types[type]?.stream ?? 'control',
      seq: 0,
      prev: FIRST_PREV,
      type,
      schema: engine.types[type]?.schema ?? `${type}/1`,
      time: engine.now(),
      items: bodies.map((body) => ({ id: ulid(), entity: `${type}:${engine.self}`, version: 1, body })),
      reply,
    },
    engine.options.signer,
  ).text;
}

/** Questions between engines: answered at once, without effect on the business. */
export async function converse(
  engine: Engine,
  document: RawDocument,
  bytesDigest: string,
  answers: string[],
): Promise<PartialAck[]> {
  const { head } = document;
  const refusal = (code: string, detail?: string): PartialAck[] => [
    { document: head.id, bytes: bytesDigest, level: 'refused', code, ...(detail ? { detail } : {}) },
  ];
  const clock = checkClock(engine, head.time);
  if (clock && clock !== 'quarantine') return refusal(clock.code, clock.detail);
  // An old question has no answer any more; asking again is free.
  if (clock === 'quarantine') return refusal('TZ-WIR-209', head.time);
  const type = engine.types[head.type];
  if (!type || !schemaFits(type.schema, head.schema)) return refusal('TZ-WIR-101', head.schema);
  const items = readItems(document);
  if (typeof items === 'string') return refusal('TZ-WIR-102', items);
  const acks: PartialAck[] = [{ document: head.id, bytes: bytesDigest, level: 'accepted' }];
  for (const item of items) {
    const body = type.body.safeParse(item.body);
    if (!body.success) return refusal('TZ-WIR-106', body.error.issues[0]?.path.join('.'));
    switch (head.type) {
      case 'ping':
        break;
      case 'status.query':
        acks.push(await ackFor(engine, engine.db, head.from, (body.data as StatusQuery).document));
        break;
      case 'resend.request':
        await resend(engine, head.from, body.data as ResendRequest);
        break;
      case 'stream.hello':
        await compareHello(engine, head.from, body.data as StreamHello);
        answers.push(answerDocument(engine, head.from, 'stream.hello', [await ownHello(engine, head.from)], head.id));
        break;
      default: {
        const answer = await answerQuery(engine, document, item, body.data);
        if (typeof answer !== 'string') return refusal(answer.code, answer.detail);
        answers.push(answer);
      }
    }
  }
  return acks;
}

async function answerQuery(
  engine: Engine,
  { head }: RawDocument,
  item: WireItem,
  body: unknown,
): Promise<string | { code: string; detail?: string }> {
  const answerType = engine.types[head.type]?.answer;
  const handler = engine.options.queries?.[head.type];
  if (!answerType || !handler) return { code: 'TZ-WIR-101', detail: head.type };
  const stamps = engine.types[answerType]?.stampsMoneySeq === true;
  const found = await inTransaction(engine.db, (tx) =>
    handler(
      {
        tx,
        from: head.from,
        itemId: item.id,
        entity: item.entity,
        version: item.version,
        documentId: head.id,
        stream: head.stream,
        seq: 0,
        sentAt: sentAtOf(head.time),
        now: engine.now(),
      },
      body as never,
    ),
  );
  let answer = found as object;
  if (stamps) {
    // Receipts behind this answer get their numbers before it quotes one.
    await buildDocuments(engine, head.from);
    const moneySeq = await moneySeqBefore(engine, engine.db, head.from);
    if (moneySeq === undefined) return { code: 'TZ-WIR-901' };
    answer = { ...answer, moneySeq };
  }
  return answerDocument(engine, head.from, answerType, [answer], head.id);
}

/** The peer misses documents: the same bytes go out with the next round, whatever we thought of them. A refusal stays a refusal. */
async function resend(engine: Engine, peer: string, request: ResendRequest): Promise<void> {
  await run(
    engine.db,
    // One of them may be a dead letter: nobody has to send it again by hand now.
    sql`with again as (
          update wire_document set state = 'sent', next_at = ${engine.now()}
          where region = ${engine.region} and peer = ${peer} and stream = ${request.stream}
            and seq = any(${[...request.seqs]}::bigint[]) and state <> 'refused'
          returning document_id)
        update wire_dead_letter set resolved_at = ${engine.now()}
        where region = ${engine.region} and resolved_at is null and document_id in (select document_id from again)`,
  );
  // Whoever asks is there again: no rest after a push that was not answered. One the peer itself asked for (429/503) stays.
  await run(
    engine.db,
    sql`update wire_peer set not_before = null, failures = 0
        where region = ${engine.region} and peer = ${peer} and failures > 0`,
  );
}

/** What I sent last in every stream, and up to where I hold the other side's. */
export async function ownHello(engine: Engine, peer: string): Promise<StreamHello> {
  const found = await rows(
    engine.db,
    sql<{ stream: Stream; sent: number; head: string; received: number; highest: number }>`
      select s.stream, coalesce(o.last_seq, 0)::bigint as sent, coalesce(o.head_digest, ${FIRST_PREV}) as head,
             coalesce(c.contiguous_seq, 0)::bigint as received, coalesce(c.highest_seq, 0)::bigint as highest
      from unnest(${[...STREAMS]}::text[]) as s (stream)
      left join wire_stream o on o.region = ${engine.region} and o.peer = ${peer} and o.stream = s.stream
      left join wire_cursor c on c.region = ${engine.region} and c.sender = ${peer} and c.stream = s.stream`,
  );
  return {
    streams: found.map((row) => ({
      stream: row.stream,
      sentSeq: row.sent,
      sentHead: row.head,
      receivedSeq: row.received,
      receivedHighest: row.highest,
    })),
  };
}

/** Who is behind asks for a resend; a peer that remembers more of us than we do is an alarm for two officers (接续). */
export async function compareHello(engine: Engine, peer: string, theirs: StreamHello): Promise<void> {
  const ours = new Map((await ownHello(engine, peer)).streams.map((stream) => [stream.stream, stream]));
  for (const stream of theirs.streams) {
    const own = ours.get(stream.stream);
    if (!own) continue;
    if (stream.sentSeq > own.receivedSeq) {
      await inTransaction(engine.db, async (tx) => {
        await advanceCursor(engine, tx, peer, stream.stream, stream.sentSeq);
        await run(
          tx,
          sql`update wire_cursor set hole_next_at = ${engine.now()}
              where region = ${engine.region} and sender = ${peer} and stream = ${stream.stream}`,
        );
      });
    }
    if (stream.receivedHighest > own.sentSeq) {
      await alarm(
        engine,
        engine.db,
        peer,
        'TZ-WIR-206',
        `hello ${stream.stream} ${stream.receivedHighest}`,
        `对方已收到 ${stream.stream} 第 ${stream.receivedHighest} 号，本方只发到第 ${own.sentSeq} 号`,
      );
    }
  }
}
