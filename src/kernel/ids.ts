import { randomBytes } from 'node:crypto';

/** Internal identifiers are ULIDs; documents people see (billNo, employerNo …) are counters. */
export type Ulid = string & { readonly __kind: 'ulid' };

const ALPHABET = '0123456789ABCDEFGHJKMNPQRSTVWXYZ';

let lastMs = 0;
let lastRandom = 0n;

/** Monotonic within the process, so that rows written together sort in the order they were written. */
export function ulid(nowMs: number = Date.now()): Ulid {
  const ms = Math.max(nowMs, lastMs);
  const random = ms === lastMs ? lastRandom + 1n : BigInt(`0x${randomBytes(10).toString('hex')}`) >> 1n;
  lastMs = ms;
  lastRandom = random;
  return (encode(BigInt(ms), 10) + encode(random, 16)) as Ulid;
}

function encode(value: bigint, length: number): string {
  let text = '';
  let rest = value;
  for (let i = 0; i < length; i += 1) {
    text = ALPHABET[Number(rest & 31n)] + text;
    rest >>= 5n;
  }
  return text;
}

export function isUlid(text: string): text is Ulid {
  return /^[0-9A-HJKMNP-TV-Z]{26}$/.test(text);
}
