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

const LETTERS = 26;
const TIME_LETTERS = 10;
const COUNTED_LETTERS = 7;
/** The last two letters change with every id, the counted ones before them once in a thousand. */
const PAIRS = Array.from({ length: 1024 }, (_, i) => `${ALPHABET[i >> 5]}${ALPHABET[i & 31]}`);

/**
 * ULIDs by the million, cheaply, in the order in which they are taken: the time and fresh random letters once a series, then a count (room
 * for 34 billion).
 */
export function idSeries(): () => Ulid {
  let head: string = ulid().slice(0, TIME_LETTERS);
  for (const byte of randomBytes(LETTERS - TIME_LETTERS - COUNTED_LETTERS)) head += ALPHABET[byte & 31];
  let begin = '';
  let thousands = 0n;
  let low = PAIRS.length;
  return () => {
    if (low === PAIRS.length) {
      begin = head + encode(thousands, COUNTED_LETTERS - 2);
      thousands += 1n;
      low = 0;
    }
    const id = begin + (PAIRS[low] as string);
    low += 1;
    return id as Ulid;
  };
}

export function isUlid(text: string): text is Ulid {
  return /^[0-9A-HJKMNP-TV-Z]{26}$/.test(text);
}
