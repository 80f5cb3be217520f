import { buildDocument, readItems, splitDocuments } from './document.ts';
import { generateSigner, type Signer } from './seal.ts';
import type { ReceiveReply, Transport, TransportReply } from './types.ts';

/** 故障台 (wire.md §6): what the way between two programs may do to a message. */
export const FAULT_KINDS = [
  'drop',
  'duplicate',
  'delay',
  'reorder',
  'corrupt',
  'wrongSeal',
  'loseAnswer',
  'tooMany',
  'unavailable',
  'slow',
] as const;
export type FaultKind = (typeof FAULT_KINDS)[number];

export const FAULT_NAMES: Readonly<Record<FaultKind, string>> = {
  drop: '丢失报文',
  duplicate: '重复送达',
  delay: '延迟送达',
  reorder: '乱序送达',
  corrupt: '损坏一个字节',
  wrongSeal: '签名不正确',
  loseAnswer: '丢失回执',
  tooMany: '429 请求过多',
  unavailable: '503 暂停服务',
  slow: '响应缓慢',
};

export type Fault = {
  readonly kind: FaultKind;
  /** 0 … 1. */
  readonly probability: number;
  /** Message type it hits; undefined: every one. */
  readonly type?: string;
  /** How many times at most; undefined: without end. */
  readonly times?: number;
};

export type Faults = {
  set(fault: Fault): void;
  clear(kind?: FaultKind, type?: string): void;
  list(): readonly Fault[];
  /** Faults on the way out. */
  wrapTransport(send: Transport): Transport;
  /** Faults on the way in; `undefined` = no answer at all. */
  wrapReceive(receive: (body: string) => Promise<ReceiveReply>): (body: string) => Promise<ReceiveReply | undefined>;
  /** Documents held back by delay or reorder. */
  held(): number;
};

/** Small generator with a seed (mulberry32), so that a run can be repeated. */
export function seededRandom(seed: number): () => number {
  let state = seed >>> 0;
  return () => {
    state = (state + 0x6d2b79f5) >>> 0;
    let t = state;
    t = Math.imul(t ^ (t >>> 15), t | 1);
    t ^= t + Math.imul(t ^ (t >>> 7), t | 61);
    return ((t ^ (t >>> 14)) >>> 0) / 4_294_967_296;
  };
}

export type FaultOptions = {
  readonly seed?: number;
  readonly retryAfterSeconds?: number;
  readonly slowMs?: number;
  /** A fault has struck; whoever keeps the switches counts it. */
  readonly onHit?: (kind: FaultKind) => void;
};

export function createFaults(options: FaultOptions = {}): Faults {
  const random = seededRandom(options.seed ?? 1);
  const retryAfterSeconds = options.retryAfterSeconds ?? 60;
  let active: { fault: Fault; left: number }[] = [];
  let stranger: Signer | undefined;
  let held: string[] = [];

  const strikes = (kind: FaultKind, type: string | undefined): boolean => {
    for (const entry of active) {
      const { fault } = entry;
      if (fault.kind !== kind || entry.left <= 0) continue;
      if (fault.type !== undefined && fault.type !== type) continue;
      if (random() >= fault.probability) continue;
      entry.left -= 1;
      options.onHit?.(kind);
      return true;
    }
    return false;
  };

  /** What of a push arrives, in which order and in which condition. */
  const mangle = (documents: readonly string[]): string[] => {
    const arriving = held;
    held = [];
    for (const text of documents) {
      const type = typeOf(text);
      if (strikes('drop', type)) continue;
      if (strikes('delay', type)) {
        held.push(text);
        continue;
      }
      let out = text;
      if (strikes('corrupt', type)) out = corrupt(text, random);
      if (strikes('wrongSeal', type)) {
        stranger ??= generateSigner('stranger');
        out = resealed(text, stranger);
      }
      arriving.push(out);
      if (strikes('duplicate', type)) arriving.push(out);
    }
    if (arriving.length > 1 && strikes('reorder', undefined)) shuffle(arriving, random);
    else if (arriving.some((text) => strikes('reorder', typeOf(text)))) shuffle(arriving, random);
    return arriving;
  };

  const down = (type: string | undefined): TransportReply | undefined => {
    if (strikes('tooMany', type)) return { status: 429, retryAfterSeconds, body: '' };
    if (strikes('unavailable', type)) return { status: 503, retryAfterSeconds, body: '' };
    return undefined;
  };

  return {
    set(fault) {
      active = active.filter((entry) => entry.fault.kind !== fault.kind || entry.fault.type !== fault.type);
      if (fault.probability > 0) active.push({ fault, left: fault.times ?? Number.POSITIVE_INFINITY });
    },
    clear(kind, type) {
      active = active.filter(
        (entry) =>
          kind !== undefined && (entry.fault.kind !== kind || (type !== undefined && entry.fault.type !== type)),
      );
    },
    list: () => active.filter((entry) => entry.left > 0).map((entry) => entry.fault),
    held: () => held.length,
    wrapTransport: (send) => async (documents) => {
      const type = documents[0] && typeOf(documents[0]);
      const refusal = down(type);
      if (refusal) return refusal;
      if (strikes('slow', type)) await new Promise((resolve) => setTimeout(resolve, options.slowMs ?? 200));
      const arriving = mangle(documents);
      if (arriving.length === 0) throw new Error('fault: nothing arrived');
      const reply = await send(arriving);
      if (strikes('loseAnswer', type)) throw new Error('fault: answer lost');
      return reply;
    },
    wrapReceive: (receive) => async (body) => {
      const pieces = splitDocuments(body).map((piece) => (piece.ok ? piece.document.text : piece.text));
      const type = pieces[0] && typeOf(pieces[0]);
      const refusal = down(type);
      if (refusal) return { status: refusal.status, headers: { 'retry-after': String(retryAfterSeconds) }, body: '' };
      if (strikes('slow', type)) await new Promise((resolve) => setTimeout(resolve, options.slowMs ?? 200));
      const arriving = mangle(pieces);
      if (arriving.length === 0) return undefined;
      const reply = await receive(arriving.join(''));
      return strikes('loseAnswer', type) ? undefined : reply;
    },
  };
}

function typeOf(document: string): string | undefined {
  return /"type":"([^"]+)"/.exec(document.slice(0, 600))?.[1];
}

function corrupt(text: string, random: () => number): string {
  // Not the last line feed: a cut document is a case of its own.
  const at = Math.floor(random() * (text.length - 1));
  const code = text.charCodeAt(at);
  return `${text.slice(0, at)}${String.fromCharCode(code === 120 ? 121 : 120)}${text.slice(at + 1)}`;
}

/** Never the order it was in: a fault that is switched on does something. */
function shuffle(list: string[], random: () => number): void {
  const before = [...list];
  for (let i = list.length - 1; i > 0; i -= 1) {
    const j = Math.floor(random() * (i + 1));
    [list[i], list[j]] = [list[j] as string, list[i] as string];
  }
  if (list.every((text, index) => text === before[index])) list.reverse();
}

/** The same content under the key id of the sender, sealed by somebody else. */
function resealed(text: string, stranger: Signer): string {
  const piece = splitDocuments(text)[0];
  if (!piece?.ok) return text;
  const items = readItems(piece.document);
  if (typeof items === 'string') return text;
  const { head } = piece.document;
  const forged = buildDocument(
    {
      from: head.from,
      to: head.to,
      stream: head.stream,
      seq: head.seq,
      prev: head.prev,
      type: head.type,
      schema: head.schema,
      time: head.time as never,
      items: items.map((item) => ({
        id: item.id,
        entity: item.entity,
        version: item.version,
        body: item.body as object,
      })),
      totalFen: head.totalFen,
      reply: head.reply,
    },
    { ...stranger, keyId: head.key },
  );
  return forged.text;
}
