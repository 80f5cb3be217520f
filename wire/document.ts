import { z } from 'zod';
import { isUlid, ulid } from '../src/kernel/ids.ts';
import type { Moment } from '../src/kernel/month.ts';
import { type Signer, sealHead, sm3 } from './seal.ts';
import { type Party, STREAMS, type Stream } from './types.ts';

/** wire.md §2: bounds of one document and of one push, after unpacking. */
export const MAX_ITEMS = 1_000;
export const MAX_DOCUMENT_BYTES = 4 * 1024 * 1024;
/** Leaves room for head and seal. */
export const MAX_ITEM_BYTES = MAX_DOCUMENT_BYTES - 8 * 1024;
export const MAX_DOCUMENTS = 64;
export const MAX_PUSH_BYTES = 16 * 1024 * 1024;
export const FIRST_PREV = '0'.repeat(64);

const headSchema = z.object({
  wire: z.string(),
  id: z.string().refine(isUlid, '报文号应为 ULID'),
  from: z.string().min(3).max(64),
  to: z.string().min(3).max(64),
  stream: z.enum(STREAMS),
  seq: z.number().int().min(0).refine(Number.isSafeInteger),
  prev: z.string().regex(/^[0-9a-f]{64}$/),
  type: z.string().min(1).max(64),
  schema: z.string().min(3).max(80),
  time: z.string().regex(/^\d{4}-\d{2}-\d{2}T\d{2}:\d{2}:\d{2}(\.\d{1,3})?(Z|[+-]\d{2}:\d{2})$/),
  count: z.number().int().min(0),
  totalFen: z.number().int().refine(Number.isSafeInteger).optional(),
  digest: z.string().regex(/^[0-9a-f]{64}$/),
  key: z.string().min(1).max(64),
  reply: z.string().optional(),
});
export type Head = z.infer<typeof headSchema>;

const sealSchema = z.object({ alg: z.string(), sig: z.string().max(400) });

const itemSchema = z.looseObject({
  id: z.string().refine(isUlid, '条目号应为 ULID'),
  entity: z.string().min(1).max(120),
  version: z.number().int().min(1).refine(Number.isSafeInteger),
});

export type WireItem = {
  readonly id: string;
  readonly entity: string;
  readonly version: number;
  readonly body: unknown;
  /** SM3 of everything but the id: tells a repeated item from another one under the same version (TZ-WIR-203). */
  readonly digest: string;
};

export type BuildItem = {
  readonly id: string;
  readonly entity: string;
  readonly version: number;
  readonly body: object;
};

export type BuildInput = {
  readonly from: Party;
  readonly to: Party;
  readonly stream: Stream;
  readonly seq: number;
  readonly prev: string;
  readonly type: string;
  readonly schema: string;
  readonly time: Moment;
  readonly items: readonly BuildItem[];
  readonly totalFen?: number;
  readonly reply?: string;
};

export type BuiltDocument = {
  readonly id: string;
  readonly text: string;
  readonly headDigest: string;
  readonly bytesDigest: string;
};

/** Head, items and seal as lines ending in LF. A resend repeats this text byte for byte. */
export function buildDocument(input: BuildInput, signer: Signer, id: string = ulid()): BuiltDocument {
  const lines = input.items.map((item) =>
    JSON.stringify({ id: item.id, entity: item.entity, version: item.version, ...item.body }),
  );
  const itemText = lines.map((line) => `${line}\n`).join('');
  const head = JSON.stringify({
    wire: '1',
    id,
    from: input.from,
    to: input.to,
    stream: input.stream,
    seq: input.seq,
    prev: input.prev,
    type: input.type,
    schema: input.schema,
    time: input.time,
    count: input.items.length,
    totalFen: input.totalFen,
    digest: sm3(itemText),
    key: signer.keyId,
    reply: input.reply,
  });
  const seal = JSON.stringify({ alg: signer.alg, sig: sealHead(signer, head) });
  const text = `${head}\n${itemText}${seal}\n`;
  return { id, text, headDigest: sm3(head), bytesDigest: sm3(text) };
}

export type RawDocument = {
  readonly text: string;
  readonly headLine: string;
  readonly head: Head;
  readonly itemLines: readonly string[];
  readonly seal: { readonly alg: string; readonly sig: string };
};

/** A piece of a push that is no document, or too large for one; `id` where it could still be read. */
export type BrokenDocument = {
  readonly text: string;
  readonly id: string | null;
  readonly code: string;
  readonly detail: string;
};

export type Piece = { readonly ok: true; readonly document: RawDocument } | ({ readonly ok: false } & BrokenDocument);

/**
 * Cuts a push into documents by the counts in their heads. Where a head or a count is broken it goes on at the next line that
 * looks like a head, so that one damaged document does no harm to its neighbours.
 */
export function splitDocuments(text: string): Piece[] {
  const lines = text.split('\n');
  const closed = lines.pop() === '';
  const pieces: Piece[] = [];
  let at = 0;
  while (at < lines.length) {
    const whole = readAt(lines, at, closed);
    if (whole) {
      pieces.push(whole.piece);
      at = whole.next;
      continue;
    }
    let next = at + 1;
    while (next < lines.length && !looksLikeHead(lines[next] ?? '')) next += 1;
    const rest = `${lines.slice(at, next).join('\n')}\n`;
    pieces.push({
      ok: false,
      text: rest,
      id: idOf(lines[at] ?? ''),
      code: 'TZ-WIR-102',
      detail: '行数与报文头不符，或报文头不可读',
    });
    at = next;
  }
  return pieces;
}

function readAt(lines: readonly string[], at: number, closed: boolean): { piece: Piece; next: number } | undefined {
  const headLine = lines[at] ?? '';
  const head = headSchema.safeParse(parseJson(headLine));
  if (!head.success) return undefined;
  const sealAt = at + head.data.count + 1;
  if (sealAt >= lines.length || (sealAt === lines.length - 1 && !closed)) return undefined;
  const seal = sealSchema.safeParse(parseJson(lines[sealAt] ?? ''));
  if (!seal.success) return undefined;
  const next = sealAt + 1;
  const text = `${lines.slice(at, next).join('\n')}\n`;
  const itemLines = lines.slice(at + 1, sealAt);
  return { next, piece: { ok: true, document: { text, headLine, head: head.data, itemLines, seal: seal.data } } };
}

function looksLikeHead(line: string): boolean {
  return line.startsWith('{') && line.slice(0, 400).includes('"wire":');
}

function idOf(line: string): string | null {
  const match = /"id":"([0-9A-HJKMNP-TV-Z]{26})"/.exec(line.slice(0, 400));
  return match?.[1] ?? null;
}

function parseJson(line: string): unknown {
  try {
    return JSON.parse(line) as unknown;
  } catch {
    return undefined;
  }
}

/** Items of a document whose digest holds; a string is the detail of TZ-WIR-102. */
export function readItems(document: RawDocument): readonly WireItem[] | string {
  const items: WireItem[] = [];
  const seen = new Set<string>();
  for (const [index, line] of document.itemLines.entries()) {
    const parsed = itemSchema.safeParse(parseJson(line));
    if (!parsed.success) return `第 ${index + 1} 条不是完整的条目`;
    const { id, entity, version, ...body } = parsed.data;
    if (seen.has(id)) return `第 ${index + 1} 条的条目号重复`;
    seen.add(id);
    items.push({ id, entity, version, body, digest: sm3(JSON.stringify([document.head.type, entity, version, body])) });
  }
  return items;
}

/** Bytes of the item lines as sent, for the digest. */
export function itemBytes(document: RawDocument): string {
  return document.itemLines.map((line) => `${line}\n`).join('');
}
