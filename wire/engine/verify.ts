import { type Moment, momentToMs, parseMoment } from '../../src/kernel/month.ts';
import { itemBytes, MAX_DOCUMENT_BYTES, MAX_ITEMS, type RawDocument } from '../document.ts';
import { keyHoldsAt, sealHolds, sm3 } from '../seal.ts';
import { type Engine, RULES } from './engine.ts';

export type Refusal = { readonly code: string; readonly detail?: string };

/**
 * Who sent it, and is it what they sent? Nothing here reads the database or believes the content.
 * Undefined = authentic. Order: version, address, key, algorithm, seal, size, digest.
 */
export function verifyDocument(engine: Engine, document: RawDocument): Refusal | undefined {
  const { head, seal } = document;
  if (head.wire !== '1') return { code: 'TZ-WIR-101', detail: `协议版本 ${head.wire}` };
  const peer = engine.peers.get(head.from);
  if (head.to !== engine.self || !peer) return { code: 'TZ-WIR-201', detail: `${head.from} → ${head.to}` };
  const key = peer.keys.find((candidate) => candidate.keyId === head.key);
  if (!key || !keyHoldsAt(key, engine.now())) return { code: 'TZ-WIR-205', detail: head.key };
  if (seal.alg !== key.alg) return { code: 'TZ-WIR-208', detail: `${seal.alg}，密钥登记为 ${key.alg}` };
  if (!sealHolds(key, document.headLine, seal.sig)) return { code: 'TZ-WIR-204' };
  if (isTooLarge(document)) return { code: 'TZ-WIR-105', detail: `${head.count} 条` };
  if (sm3(itemBytes(document)) !== head.digest) return { code: 'TZ-WIR-103' };
  return undefined;
}

export function isTooLarge(document: RawDocument): boolean {
  return document.head.count > MAX_ITEMS || Buffer.byteLength(document.text) > MAX_DOCUMENT_BYTES;
}

/** `time` against the receiver's clock: ahead (104), older than the archive (209), older than 72 h (quarantine). */
export function checkClock(engine: Engine, time: string): Refusal | 'quarantine' | undefined {
  const sent = momentToMs(sentAtOf(time));
  const now = momentToMs(engine.now());
  if (sent > now + RULES.aheadMs) return { code: 'TZ-WIR-104', detail: time };
  if (sent < now - RULES.replayAfterMs) return { code: 'TZ-WIR-209', detail: time };
  return sent < now - RULES.quarantineAfterMs ? 'quarantine' : undefined;
}

export function sentAtOf(time: string): Moment {
  const moment = parseMoment(time);
  if (!moment) throw new RangeError(`not a moment: ${time}`);
  return moment;
}

/** Same major version of the same type: `bill.issue/1` and `bill.issue/1.2` (wire.md §2 `schema`). */
export function schemaFits(ours: string, theirs: string): boolean {
  return theirs === ours || (theirs.startsWith(`${ours}.`) && /^\d+$/.test(theirs.slice(ours.length + 1)));
}
