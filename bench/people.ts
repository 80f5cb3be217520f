/** Columns of made-up people: every injury class, wages across both limits, and more often than chance would have it the values where rounding decides. */
export type PeopleColumns = {
  readonly wageFen: Float64Array;
  readonly approved: Uint8Array;
  readonly injuryClass: Uint8Array;
  readonly modifiers: Uint8Array;
};

/** Around the limits, halves of ten yuan and bases whose parts end in half a fen. */
const EDGES = [0, 1, 499, 500, 345_000, 344_500, 344_499, 345_499, 345_500, 1_800_000, 1_800_499, 1_799_500, 62_500]
  .concat([125, 250, 1_250, 18_750, 345_050, 4_299_00, 21_678_00, 2_250_000_000])
  .flatMap((fen) => [fen - 1, fen, fen + 1])
  .filter((fen) => fen >= 0);
const EDGE_EVERY = 8;

export function peopleColumns(count: number): PeopleColumns {
  const columns = {
    wageFen: new Float64Array(count),
    approved: new Uint8Array(count),
    injuryClass: new Uint8Array(count),
    modifiers: new Uint8Array(count),
  };
  let state = 2_463_534_242;
  const next = (): number => {
    // xorshift: the same people in every run.
    state ^= state << 13;
    state ^= state >>> 17;
    state ^= state << 5;
    state >>>= 0;
    return state;
  };
  for (let i = 0; i < count; i += 1) {
    columns.wageFen[i] = i % EDGE_EVERY === 0 ? (EDGES[next() % EDGES.length] ?? 0) : next() % 3_000_000;
    columns.approved[i] = next() % 10 === 0 ? 1 : 0;
    columns.injuryClass[i] = 1 + (next() % 8);
    columns.modifiers[i] = next() % 20 === 0 ? next() % 4 : 0;
  }
  return columns;
}
