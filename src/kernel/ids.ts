import { randomBytes } from 'node:crypto';

/** Internal identifiers are ULIDs; documents people see (billNo, employerNo …) are counters. */
export type Ulid = string & { readonly __kind: 'ulid' };

const ALPHABET = '0123456789ABCDEFGHJKMNPQRSTVWXYZ';

/** The random part as two halves of eight letters, forty bits each: numbers hold them exactly. */
const HALF = 2 ** 40;
const HALF_BYTES = 5;

let lastMs = 0;
let high = 0;
let low = 0;

/** Monotonic within the process, so that rows written together sort in the order they were written. */
export function ulid(nowMs: number = Date.now()): Ulid {
  const ms = Math.max(nowMs, lastMs);
  if (ms === lastMs) {
    low += 1;
    if (low === HALF) {
      low = 0;
      high += 1;
    }
  } else {
    const bytes = randomBytes(2 * HALF_BYTES);
    // One bit less: there is room to count on.
    high = Math.floor(bytes.readUIntBE(0, HALF_BYTES) / 2);
    low = bytes.readUIntBE(HALF_BYTES, HALF_BYTES);
  }
  lastMs = ms;
  return (encode(ms, 10) + encode(high, 8) + encode(low, 8)) as Ulid;
}

/** When it was made: real time, whatever the business clock said. */
export const ulidMs = (id: string): number =>
  [...id.slice(0, TIME_LETTERS)].reduce((ms, letter) => ms * 32 + ALPHABET.indexOf(letter), 0);

function encode(value: number, length: number): string {
  let text = '';
  let rest = value;
  for (let i = 0; i < length; i += 1) {
    text = ALPHABET[rest % 32] + text;
    rest = Math.floor(rest / 32);
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
  let thousands = 0;
  let next = PAIRS.length;
  return () => {
    if (next === PAIRS.length) {
      begin = head + encode(thousands, COUNTED_LETTERS - 2);
      thousands += 1;
      next = 0;
    }
    const id = begin + (PAIRS[next] as string);
    next += 1;
    return id as Ulid;
  };
}

export function isUlid(text: string): text is Ulid {
  return /^[0-9A-HJKMNP-TV-Z]{26}$/.test(text);
}
