/** 应缴款 and 核定明细 as the database keeps them: one block holds several dues of the same people with their lines (migration 0013). */
import { ulid } from '../kernel/ids.ts';
import { INSURANCES } from '../kernel/insurance.ts';
import type { Due, Line } from './model.ts';

/** The greatest amount a cell holds in fen (int4): 21,474,836.47 yuan for one person, insurance and month. */
const CELL_FEN_MAX = 0x7fff_ffff;

/** Slots of a block: the last letter of a due's id tells its slot. */
const SLOTS_MAX = 36;

/** The id of the due in this slot of a block. */
export const dueIdOf = (blockId: string, slot: number): string => `${blockId}${slot.toString(SLOTS_MAX)}`;

type PackedDue = Pick<Due, 'employerNo' | 'insurance' | 'month' | 'kind' | 'lateFrom'> & {
  readonly lines: readonly Line[];
};

/** k dues (slots 0 … k-1) of n people. */
export type Block<D extends PackedDue> = {
  readonly blockId: string;
  /** In order of slot. */
  readonly dues: readonly D[];
  readonly personNos: readonly string[];
  /** n when all dues share them, otherwise k × n, due after due. */
  readonly baseFen: readonly number[];
  /** The employer's k rates and the person's k; null: the amounts are written out. */
  readonly ratesPpm: readonly number[] | null;
  /** k × n, due after due. */
  readonly employerFen: readonly number[] | null;
  /** The same, naughts at the end left out. */
  readonly personFen: readonly number[] | null;
};

/** How much of the k × n amounts of a block must be written. */
export type Packing = {
  readonly baseCells: number;
  readonly ratesPpm: readonly number[] | null;
  /** When there are no rates: up to the last one that is not naught. */
  readonly personCells: number;
};

/** k dues of n people, amounts in fen due after due; longer columns are read up to k × n. */
export function packing(
  dues: number,
  people: number,
  baseFen: ArrayLike<number>,
  employerFen: ArrayLike<number>,
  personFen: ArrayLike<number>,
): Packing {
  const cells = dues * people;
  let shared = true;
  for (let i = people; shared && i < cells; i += 1) shared = baseFen[i] === baseFen[i % people];
  let personCells = cells;
  while (personCells > 0 && personFen[personCells - 1] === 0) personCells -= 1;
  const ratesPpm: number[] = [];
  for (const amounts of [employerFen, personFen]) {
    for (let from = 0; from < cells; from += people) {
      const rate = rateOf(baseFen, amounts, from, from + people);
      if (rate === undefined) return { baseCells: shared ? people : cells, ratesPpm: null, personCells };
      ratesPpm.push(rate);
    }
  }
  return { baseCells: shared ? people : cells, ratesPpm, personCells };
}

const PPM = 1_000_000;

/**
 * A rate in ppm by which base × rate, rounded half up (`mulPpm`), gives back every amount of a due: the law's own where one rate made them,
 * with the fewest digits where several do. Undefined where there is none, as for differences. Amounts are cells, so that all stays exact.
 */
function rateOf(baseFen: ArrayLike<number>, fen: ArrayLike<number>, from: number, to: number): number | undefined {
  let least = 0;
  let most = CELL_FEN_MAX;
  for (let i = from; i < to; i += 1) {
    const base = baseFen[i] as number;
    const amount = fen[i] as number;
    if (base < 0 || amount < 0) return undefined;
    if (base === 0) {
      if (amount !== 0) return undefined;
      continue;
    }
    const lowest = Math.ceil((amount * PPM - PPM / 2) / base);
    const highest = Math.floor((amount * PPM + PPM / 2 - 1) / base);
    if (lowest > least) least = lowest;
    if (highest < most) most = highest;
    if (least > most) return undefined;
  }
  for (let step = PPM; step > 1; step /= 10) {
    const round = Math.ceil(least / step) * step;
    if (round <= most) return round;
  }
  return least;
}

/**
 * Dues of one assessment with the same employer, month, kind, start of late fee and people share a block: the people are written once, and
 * the base too when it is the same.
 * @throws RangeError for an amount no cell holds, and for a line of three naughts, which would not come back.
 */
export function packBlocks<D extends PackedDue>(dues: readonly D[]): Block<D>[] {
  const groups = Map.groupBy(dues, (due) =>
    [due.employerNo, due.month, due.kind, due.lateFrom, ...due.lines.map((line) => line.personNo)].join('/'),
  );
  return [...groups.values()].flatMap((group) => {
    const dues = [...group].sort((a, b) => INSURANCES.indexOf(a.insurance) - INSURANCES.indexOf(b.insurance));
    const blocks: Block<D>[] = [];
    for (let from = 0; from < dues.length; from += SLOTS_MAX)
      blocks.push(packBlock(dues.slice(from, from + SLOTS_MAX)));
    return blocks;
  });
}

function packBlock<D extends PackedDue>(dues: readonly D[]): Block<D> {
  const [head] = dues as [D, ...D[]];
  const lines = dues.flatMap((due) => due.lines);
  for (const line of lines) checkCells(line);
  const [base, employer, person] = [
    lines.map((line) => line.baseFen),
    lines.map((line) => line.employerFen),
    lines.map((line) => line.personFen),
  ] as const;
  const { baseCells, ratesPpm, personCells } = packing(dues.length, head.lines.length, base, employer, person);
  return {
    blockId: ulid(),
    dues,
    personNos: head.lines.map((line) => line.personNo),
    baseFen: base.slice(0, baseCells),
    ratesPpm,
    employerFen: ratesPpm ? null : employer,
    personFen: ratesPpm ? null : person.slice(0, personCells),
  };
}

function checkCells({ personNo, insurance, month, baseFen, employerFen, personFen }: Line): void {
  const cells = [baseFen, employerFen, personFen];
  if (cells.every((fen) => fen === 0)) throw new RangeError(`a line of nothing: ${personNo} ${insurance} ${month}`);
  if (!cells.every((fen) => Number.isSafeInteger(fen) && Math.abs(fen) <= CELL_FEN_MAX)) {
    throw new RangeError(`amounts beyond ±${CELL_FEN_MAX} fen: ${personNo} ${insurance} ${month} ${cells.join(' ')}`);
  }
}
