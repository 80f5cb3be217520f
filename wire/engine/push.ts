import { ulid } from '../../src/kernel/ids.ts';
import type { Moment } from '../../src/kernel/month.ts';
import { momentToMs } from '../../src/kernel/month.ts';
import { first, rows, run, sql, type Tx } from '../../src/platform/db.ts';
import { type Ack, ack as ackSchema } from '../catalog/control.ts';
import { MAX_DOCUMENTS, MAX_PUSH_BYTES, type RawDocument, readItems, splitDocuments } from '../document.ts';
import { wireError } from '../errors.ts';
import { STREAMS, type TransportReply } from '../types.ts';
import { alarm } from './alarm.ts';
import { announce, resolveLetters } from './delivery.ts';
import { askAt, type Engine, inTransaction, later, RULES, waitMs } from './engine.ts';
import { isWaiting } from './inbox.ts';
import { verifyDocument } from './verify.ts';

type DueDocument = { document_id: string; bytes: string; tries: number };

/** The peer may be called now: it did not ask for rest and did answer the last time. */
export async function peerRests(engine: Engine, peer: string): Promise<boolean> {
  const row = await first(
    engine.db,
    sql<{ not_before: Moment | null }>`
      select not_before from wire_peer where region = ${engine.region} and peer = ${peer}`,
  );
  return row?.not_before !== null && row?.not_before !== undefined && row.not_before > engine.now();
}

/** Sends what is due in one push. Returns documents tried; -1 when the peer could not be reached. */
export async function pushDue(engine: Engine, peer: string): Promise<number> {
  const due = await inTransaction(engine.db, (tx) => takeDue(engine, tx, peer));
  if (due.length === 0) return 0;
  const reply = await call(
    engine,
    peer,
    due.map((document) => document.bytes),
  );
  if (!reply) {
    await noteFailure(engine, peer);
    return -1;
  }
  if (reply === 'rest') {
    // Not the documents' fault: they go at the moment the peer named.
    await run(
      engine.db,
      sql`update wire_document d set tries = d.tries - 1, next_at = p.not_before from wire_peer p
          where d.region = ${engine.region} and d.document_id = any(${due.map((one) => one.document_id)}::text[])
            and d.state = 'sent' and p.region = d.region and p.peer = d.peer`,
    );
    return -1;
  }
  await takeAnswers(engine, peer, reply);
  return due.length;
}

async function takeDue(engine: Engine, tx: Tx, peer: string): Promise<DueDocument[]> {
  const now = engine.now();
  const found = await rows(
    tx,
    sql<DueDocument & { size: number }>`
      select document_id, bytes, tries, octet_length(bytes) as size from wire_document
      where region = ${engine.region} and peer = ${peer} and state = 'sent' and next_at <= ${now}
      order by stream = 'money' desc, array_position(${[...STREAMS]}::text[], stream), seq limit ${MAX_DOCUMENTS} for update skip locked`,
  );
  let bytes = 0;
  const taken = found.filter((document, index) => {
    bytes += document.size;
    return index === 0 || bytes <= MAX_PUSH_BYTES;
  });
  // The next try is fixed before this one: a worker that dies now delays, it does not lose; another does not send the same.
  if (taken.length > 0) {
    await run(
      tx,
      sql`update wire_document d set tries = d.tries + 1, next_at = t.next_at
          from unnest(${taken.map((one) => one.document_id)}::text[],
                      ${taken.map((one) => later(now, waitMs(engine, one.tries + 1)))}::timestamptz[]) as t (document_id, next_at)
          where d.region = ${engine.region} and d.document_id = t.document_id`,
    );
  }
  return taken;
}

/** One call of the transport; undefined = no answer, 'rest' = the peer asked to come back later (429/503). */
export async function call(
  engine: Engine,
  peer: string,
  documents: readonly string[],
): Promise<string | 'rest' | undefined> {
  let reply: TransportReply | undefined;
  try {
    reply = await engine.peers.get(peer)?.send(documents);
  } catch (error) {
    engine.options.log?.warn({ peer, error: String(error) }, 'wire peer not reached');
  }
  const now = engine.now();
  if (reply && (reply.status === 429 || reply.status === 503)) {
    await upsertPeer(engine, peer, { notBefore: later(now, (reply.retryAfterSeconds ?? 60) * 1000), failures: 0 });
    return 'rest';
  }
  if (!reply || reply.status < 200 || reply.status > 299 || reply.body === '') return undefined;
  const recovered = await upsertPeer(engine, peer, { notBefore: null, failures: 0, contact: now });
  if (recovered) {
    await run(
      engine.db,
      sql`update wire_document set next_at = least(next_at, ${now})
          where region = ${engine.region} and peer = ${peer} and state = 'sent'
            and document_id <> all(${documents.map(idOf)}::text[])`,
    );
  }
  return reply.body;
}

function idOf(text: string): string {
  return /"id":"([0-9A-Z]{26})"/.exec(text.slice(0, 200))?.[1] ?? '';
}

/** Nothing came back: documents wait by their own tries, and the peer as a whole rests so that a long queue does not hammer it. */
export async function noteFailure(engine: Engine, peer: string): Promise<void> {
  const row = await first(
    engine.db,
    sql<{ failures: number }>`select failures from wire_peer where region = ${engine.region} and peer = ${peer}`,
  );
  const failures = (row?.failures ?? 0) + 1;
  await upsertPeer(engine, peer, { notBefore: later(engine.now(), waitMs(engine, failures)), failures });
}

async function upsertPeer(
  engine: Engine,
  peer: string,
  state: { notBefore: Moment | null; failures: number; contact?: Moment },
): Promise<boolean> {
  const before = await first(
    engine.db,
    sql<{ failures: number; not_before: Moment | null }>`
      select failures, not_before from wire_peer where region = ${engine.region} and peer = ${peer}`,
  );
  await run(
    engine.db,
    sql`insert into wire_peer (region, peer, not_before, failures, last_contact_at)
        values (${engine.region}, ${peer}, ${state.notBefore}, ${state.failures}, ${state.contact ?? null})
        on conflict (region, peer) do update set not_before = excluded.not_before, failures = excluded.failures,
          last_contact_at = coalesce(excluded.last_contact_at, wire_peer.last_contact_at)`,
  );
  return before !== undefined && (before.failures > 0 || before.not_before !== null);
}

/** Reads the documents of an answer; only authentic ones count. Returns those that are not acks. */
export async function takeAnswers(engine: Engine, peer: string, body: string): Promise<RawDocument[]> {
  const others: RawDocument[] = [];
  for (const piece of splitDocuments(body)) {
    if (!piece.ok) continue;
    const { document } = piece;
    const refusal = verifyDocument(engine, document);
    if (refusal || document.head.from !== peer) {
      await alarm(engine, engine.db, peer, refusal?.code ?? 'TZ-WIR-201', document.head.id, '回执未通过核验，已忽略');
      continue;
    }
    if (document.head.type !== 'ack') {
      others.push(document);
      continue;
    }
    const items = readItems(document);
    if (typeof items === 'string') continue;
    for (const item of items) {
      const parsed = ackSchema.safeParse(item.body);
      if (parsed.success) await takeAck(engine, peer, parsed.data);
    }
  }
  return others;
}

async function takeAck(engine: Engine, peer: string, ack: Ack): Promise<void> {
  const now = engine.now();
  const skew = momentToMs(ack.now as Moment) - momentToMs(now);
  if (Math.abs(skew) > RULES.skewAlarmMs) {
    await alarm(
      engine,
      engine.db,
      peer,
      'TZ-WIR-104',
      `skew ${now.slice(0, 13)}`,
      `双方时钟相差 ${Math.round(skew / 1000)} 秒`,
    );
  }
  await run(
    engine.db,
    sql`update wire_peer set window_items = ${ack.window}, skew_ms = ${skew} where region = ${engine.region} and peer = ${peer}`,
  );
  const documentId = ack.document;
  if (documentId === null) return;
  await inTransaction(engine.db, (tx) => settle(engine, tx, peer, documentId, ack, now));
}

type OwnDocument = { state: string; bytes_digest: string; type: string };

async function settle(engine: Engine, tx: Tx, peer: string, documentId: string, ack: Ack, now: Moment): Promise<void> {
  const own = await first(
    tx,
    sql<OwnDocument>`
      select state, bytes_digest, type from wire_document
      where region = ${engine.region} and peer = ${peer} and document_id = ${documentId} for update`,
  );
  if (!own || own.state === 'refused') return;
  const open = ['sent', 'received', 'dead'];
  const base = { peer, documentId, at: now };
  // Asked for by the peer, or its receipt was late: it is on its way again, or arrived after all.
  if (own.state === 'dead' && ack.level !== 'refused') await resolveLetters(engine, tx, documentId);
  switch (ack.level) {
    case 'unknown':
      await setDocument(engine, tx, documentId, 'sent', now);
      return;
    case 'refused': {
      // Broken in transit, or a passing reason: the same bytes go again at their time.
      if (ack.bytes !== own.bytes_digest || wireError(ack.code ?? '').remedy === 'R') return;
      await setDocument(engine, tx, documentId, 'refused', null, ack.code);
      await announce(engine, tx, {
        ...base,
        state: 'refused',
        from: open,
        code: ack.code ?? 'TZ-WIR-901',
        detail: ack.detail,
      });
      return;
    }
    case 'received':
      if (own.state === 'sent' || own.state === 'dead')
        await setDocument(engine, tx, documentId, 'received', askAt(now));
      break;
    case 'accepted':
      await setDocument(engine, tx, documentId, 'accepted', null);
      break;
  }
  await announce(engine, tx, { ...base, state: 'received', from: ['sent', 'dead'] });
  if (ack.level === 'received' && !ack.applied) return;
  const exceptions = ack.items ?? [];
  for (const item of exceptions) {
    if (item.result === 'refused') {
      await announce(engine, tx, {
        ...base,
        items: [item.id],
        state: 'refused',
        from: open,
        code: item.code ?? 'TZ-WIR-901',
        detail: item.reason,
      });
    } else if (!isWaiting(item.reason)) {
      await announce(engine, tx, { ...base, items: [item.id], state: 'accepted', from: open, detail: item.reason });
    }
  }
  await announce(engine, tx, { ...base, except: exceptions.map((item) => item.id), state: 'accepted', from: open });
}

async function setDocument(
  engine: Engine,
  tx: Tx,
  documentId: string,
  state: string,
  nextAt: Moment | null,
  code?: string,
): Promise<void> {
  const now = engine.now();
  await run(
    tx,
    sql`update wire_document
        set state = ${state}, next_at = ${nextAt}, code = ${code ?? null},
            received_at = case when ${state} in ('received', 'accepted') then coalesce(received_at, ${now}) else received_at end,
            accepted_at = case when ${state} = 'accepted' then coalesce(accepted_at, ${now}) else accepted_at end
        where region = ${engine.region} and document_id = ${documentId}`,
  );
}

/** 死信: 72 h without `received`, and tried. Its items fail, a person gets a task. */
export async function buryDead(engine: Engine): Promise<number> {
  const now = engine.now();
  return inTransaction(engine.db, async (tx) => {
    const dead = await rows(
      tx,
      sql<{ document_id: string; peer: string; type: string }>`
        update wire_document set state = 'dead', next_at = null, code = 'TZ-WIR-108'
        where region = ${engine.region} and state = 'sent' and tries >= ${RULES.deadAfterTries}
          and sealed_at <= ${later(now, -RULES.deadAfterMs)}
        returning document_id, peer, type`,
    );
    for (const document of dead) {
      await run(
        tx,
        sql`insert into wire_dead_letter (region, dead_id, direction, peer, document_id, type, reason, at)
            values (${engine.region}, ${ulid()}, 'out', ${document.peer}, ${document.document_id}, ${document.type},
                    '72 小时未送达', ${now})`,
      );
      await announce(engine, tx, {
        peer: document.peer,
        documentId: document.document_id,
        state: 'dead',
        from: ['sent'],
        code: 'TZ-WIR-108',
        detail: '72 小时未送达',
        at: now,
      });
    }
    return dead.length;
  });
}
