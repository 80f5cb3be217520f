import { ulid } from '../../kernel/ids.ts';

const ALPHABET = '0123456789ABCDEFGHJKMNPQRSTVWXYZ';
const TIME_LETTERS = 10;
const COUNTED_LETTERS = 7;

/**
 * ULIDs of one load in the order in which they are taken: the moment the load began, its random letters, then a count (room for 34 billion).
 * Facts are taken before the dues that follow from them, so they sort before them, as they do when they are written one by one.
 */
export function idSeries(): () => string {
  const head = ulid().slice(0, 26 - COUNTED_LETTERS);
  if (head.length < TIME_LETTERS) throw new Error('an id without its time');
  let count = 0;
  let high = '';
  let low = ALPHABET.length ** 2;
  const pairs = Array.from({ length: ALPHABET.length ** 2 }, (_, i) => `${ALPHABET[i >> 5]}${ALPHABET[i & 31]}`);
  return () => {
    // The last two letters change every time, the rest once in a thousand.
    if (low === pairs.length) {
      low = 0;
      high = '';
      for (let rest = count, i = 0; i < COUNTED_LETTERS - 2; i += 1, rest = Math.floor(rest / 32)) {
        high = `${ALPHABET[rest % 32]}${high}`;
      }
      high = head + high;
      count += 1;
    }
    const id = high + (pairs[low] as string);
    low += 1;
    return id;
  };
}
