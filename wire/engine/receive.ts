import { first, run, sql, type Tx } from '../../src/platform/db.ts';
import type { Ack } from '../catalog/control.ts';
import { MAX_DOCUMENTS, type RawDocument, readItems, splitDocuments, type WireItem } from '../document.ts';
import { wireError } from '../errors.ts';
import { sm3 } from '../seal.ts';
import type { ReceiveReply } from '../types.ts';
import { alarm } from './alarm.ts';
import { applyItems } from './apply.ts';
import { answerDocument, converse } from './converse.ts';
import { type Engine, inTransaction, RULES, TryAgain } from './engine.ts';
import type { IncomingItem } from './handle.ts';
import {
  acceptSettled,
  ackFor,
  advanceCursor,
  chainBreak,
  findDocument,
  storeDocument,
  waitingCount,
} from './inbox.ts';
import { applyAwaiting } from './retry.ts';
import { checkClock, isTooLarge, type Refusal, schemaFits, sentAtOf, verifyDocument } from './verify.ts';

type PartialAck = Omit<Ack, 'window' | 'now'>;

/** Takes a push, answers with one `ack` document (per sender) and what was asked for synchronously. */
export async function receive(engine: Engine, body: string | Buffer): Promise<ReceiveReply> {
  const text = typeof body === 'string' ? body : body.toString('utf8');
  const pieces = splitDocuments(text);
  const acks = new Map<string, PartialAck[]>();
  const answers: string[] = [];
  for (const [index, piece] of pieces.entries()) {
    const from =
      piece.ok && engine.peers.has(piece.document.head.from) ? piece.document.head.from : fallbackPeer(engine);
    const list = acks.get(from) ?? [];
    acks.set(from, list);
    if (index >= MAX_DOCUMENTS) {
      list.push(
        refused(piece.ok ? piece.document.head.id : piece.id, sm3(piece.ok ? piece.document.text : piece.text), {
          code: 'TZ-WIR-107',
        }),
      );
    } else if (piece.ok) {
      list.push(...(await receiveOne(engine, piece.document, answers)));
    } else {
      list.push(refused(piece.id, sm3(piece.text), piece));
    }
  }
  let reply = '';
  for (const [from, list] of acks) reply += await ackDocument(engine, from, list);
  return { status: 200, body: reply + answers.join('') };
}

/** An answer to a push whose sender cannot be read still has to go to somebody. */
function fallbackPeer(engine: Engine): string {
  return engine.peers.keys().next().value ?? 'unknown';
}

function refused(document: string | null, bytes: string, refusal: Refusal): PartialAck {
  return {
    document,
    bytes,
    level: 'refused',
    code: refusal.code,
    detail: (refusal.detail ?? wireError(refusal.code).message).slice(0, 400),
  };
}

async function ackDocument(engine: Engine, to: string, list: readonly PartialAck[]): Promise<string> {
  const window = Math.max(0, capacity(engine) - (await waitingCount(engine, engine.db, to)));
  const now = engine.now();
  const bodies = list.map((ack) => ({ ...ack, window, now }));
  return answerDocument(engine, to, 'ack', bodies);
}

function capacity(engine: Engine): number {
  return engine.options.window?.() ?? RULES.defaultWindow;
}

async function receiveOne(engine: Engine, document: RawDocument, answers: string[]): Promise<PartialAck[]> {
  const { head } = document;
  const bytesDigest = sm3(document.text);
  try {
    const refusal = verifyDocument(engine, document);
    if (refusal) {
      if (refusal.code === 'TZ-WIR-105') return [await storeRefused(engine, document, bytesDigest, refusal)];
      if (wireError(refusal.code).remedy === 'H') await alarmOfStranger(engine, head.from, refusal);
      return [refused(head.id, bytesDigest, refusal)];
    }
    const type = engine.types[head.type];
    if (head.seq === 0 || type?.unsequenced) {
      if (head.seq !== 0 || !type?.unsequenced) {
        return [
          refused(head.id, bytesDigest, {
            code: type ? 'TZ-WIR-102' : 'TZ-WIR-101',
            detail: `${head.type}，序号 ${head.seq}`,
          }),
        ];
      }
      return await converse(engine, document, bytesDigest, answers);
    }
    return await receiveSequenced(engine, document, bytesDigest);
  } catch (error) {
    engine.options.log?.warn({ documentId: head.id, error: String(error) }, 'wire document failed');
    return [refused(head.id, bytesDigest, { code: 'TZ-WIR-901' })];
  }
}

/** Whoever can reach us can send what is not authentic, under any name: one alarm an hour, however many there are. */
async function alarmOfStranger(engine: Engine, from: string, { code, detail }: Refusal): Promise<void> {
  const peer = engine.peers.has(from) ? from : '未登记';
  const hour = `${engine.now().slice(0, 13).replace('T', ' ')} 时`;
  await alarm(engine, engine.db, peer, code, hour, detail ?? '');
}

async function receiveSequenced(engine: Engine, document: RawDocument, bytesDigest: string): Promise<PartialAck[]> {
  const { head } = document;
  // A known document is answered before any clock check.
  const known = await knownDocument(engine, document, bytesDigest);
  if (known) return [known];
  const clock = checkClock(engine, head.time);
  if (clock && clock !== 'quarantine') return [refused(head.id, bytesDigest, clock)];
  const waiting = await waitingCount(engine, engine.db, head.from);
  if (waiting >= capacity(engine)) return [refused(head.id, bytesDigest, { code: 'TZ-WIR-107' })];
  const items = readItems(document);
  const refusal = typeof items === 'string' ? { code: 'TZ-WIR-102', detail: items } : typeRefusal(engine, document);
  if (refusal) return [await storeRefused(engine, document, bytesDigest, refusal)];
  const acks = await inTransaction(engine.db, async (tx) => {
    const broken = await chainBreak(engine, tx, head, sm3(document.headLine));
    if (broken) return broken;
    const stored = await store(engine, tx, document, bytesDigest, clock === 'quarantine' ? 'quarantined' : 'received');
    if (!stored) return undefined;
    if (clock !== 'quarantine') {
      await applyDocument(engine, tx, document, items as readonly WireItem[]);
      await applyAwaiting(engine, tx, head.from);
    }
    await advanceCursor(engine, tx, head.from, head.stream, head.seq);
    // Seen again under the cursor's lock: two workers may have stored neighbours at the same instant.
    if (await chainBreak(engine, tx, head, sm3(document.headLine))) throw new TryAgain();
    const settled = await acceptSettled(engine, tx, head.from);
    const others = settled.filter((id) => id !== head.id);
    const list: PartialAck[] = [];
    for (const id of [head.id, ...others]) list.push(await ackFor(engine, tx, head.from, id));
    return list;
  });
  if (acks === undefined)
    return [
      (await knownDocument(engine, document, bytesDigest)) ?? refused(head.id, bytesDigest, { code: 'TZ-WIR-901' }),
    ];
  if (typeof acks !== 'string') return acks;
  await alarm(engine, engine.db, head.from, 'TZ-WIR-206', `${head.stream}#${head.seq} ${head.id}`, acks);
  return [refused(head.id, bytesDigest, { code: 'TZ-WIR-206', detail: acks })];
}

async function knownDocument(
  engine: Engine,
  document: RawDocument,
  bytesDigest: string,
): Promise<PartialAck | undefined> {
  const { head } = document;
  const stored = await findDocument(engine, engine.db, head.from, head.id);
  if (!stored) return undefined;
  if (stored.bytes_digest === bytesDigest)
    return { ...(await ackFor(engine, engine.db, head.from, head.id)), duplicate: true };
  await alarm(engine, engine.db, head.from, 'TZ-WIR-202', head.id, `报文 ${head.id} 的内容与先前不同`);
  return refused(head.id, bytesDigest, { code: 'TZ-WIR-202' });
}

function typeRefusal(engine: Engine, document: RawDocument): Refusal | undefined {
  const { head } = document;
  const type = engine.types[head.type];
  if (!type || !engine.options.handlers[head.type] || !schemaFits(type.schema, head.schema)) {
    return { code: 'TZ-WIR-101', detail: `${head.type}（${head.schema}）` };
  }
  const allows = engine.peers.get(head.from)?.allows;
  return allows && !allows.includes(head.type) ? { code: 'TZ-WIR-210', detail: head.type } : undefined;
}

async function store(
  engine: Engine,
  tx: Tx,
  document: RawDocument,
  bytesDigest: string,
  state: 'received' | 'refused' | 'quarantined',
  refusal?: Refusal,
): Promise<boolean> {
  return storeDocument(engine, tx, {
    document,
    bytesDigest,
    headDigest: sm3(document.headLine),
    sentAt: sentAtOf(document.head.time),
    at: engine.now(),
    state,
    code: refusal?.code,
    detail: refusal?.detail,
  });
}

function originOf({ head }: RawDocument): Omit<IncomingItem, 'item'> {
  return {
    from: head.from,
    documentId: head.id,
    stream: head.stream,
    seq: head.seq,
    sentAt: sentAtOf(head.time),
    type: head.type,
  };
}

async function applyDocument(engine: Engine, tx: Tx, document: RawDocument, items: readonly WireItem[]): Promise<void> {
  const { head } = document;
  const origin = originOf(document);
  const incoming = items.map((item) => ({ ...origin, item }));
  const known = incoming.length > 0 ? await applyItems(engine, tx, head.from, incoming) : [];
  await run(
    tx,
    sql`update wire_inbox_document set applied = true, exceptions = ${known.length > 0 ? JSON.stringify(known) : null}
        where region = ${engine.region} and sender = ${head.from} and document_id = ${head.id}`,
  );
}

/**
 * An authentic document that cannot be applied is kept with its refusal: its seq is no hole, a repetition gets the same answer,
 * and its items use up their versions so that nothing behind them waits for ever.
 */
async function storeRefused(
  engine: Engine,
  document: RawDocument,
  bytesDigest: string,
  refusal: Refusal,
): Promise<PartialAck> {
  const { head } = document;
  const known = await knownDocument(engine, document, bytesDigest);
  if (known) return known;
  const kept = isTooLarge(document) ? { ...document, text: `${document.headLine}\n` } : document;
  await inTransaction(engine.db, async (tx) => {
    if (head.seq === 0 || (await chainBreak(engine, tx, head, sm3(document.headLine)))) return;
    if (!(await store(engine, tx, kept, bytesDigest, 'refused', refusal))) return;
    const items = isTooLarge(document) ? [] : readItems(document);
    if (typeof items !== 'string' && items.length > 0) {
      const origin = originOf(document);
      await applyItems(
        engine,
        tx,
        head.from,
        items.map((item) => ({ ...origin, item, refusal: refusal.code })),
      );
      await acceptSettled(engine, tx, head.from);
    }
    await advanceCursor(engine, tx, head.from, head.stream, head.seq);
  });
  return refused(head.id, bytesDigest, refusal);
}

/** An officer lets a document of the quarantine take effect. */
export async function release(engine: Engine, tx: Tx, documentId: string): Promise<boolean> {
  const found = await first(
    tx,
    sql<{ bytes: string }>`
      update wire_inbox_document set state = 'received'
      where region = ${engine.region} and document_id = ${documentId} and state = 'quarantined' returning bytes`,
  );
  const piece = found && splitDocuments(found.bytes)[0];
  if (!piece?.ok) return false;
  const items = readItems(piece.document);
  if (typeof items === 'string') return false;
  await applyDocument(engine, tx, piece.document, items);
  await applyAwaiting(engine, tx, piece.document.head.from);
  await acceptSettled(engine, tx, piece.document.head.from);
  return true;
}
