/** 核定明细 as the database keeps them: one block holds the lines of several dues of the same people (migration 0006). */
import { INSURANCES } from '../kernel/insurance.ts';
import type { Due, Line } from './model.ts';

/** The greatest amount a cell holds in fen (int4): 21,474,836.47 yuan for one person, insurance and month. */
const CELL_FEN_MAX = 0x7fff_ffff;

type PackedDue = Pick<Due, 'dueId' | 'employerNo' | 'insurance' | 'month' | 'kind'> & {
  readonly lines: readonly Line[];
};

/** k dues (slots 0 … k-1) of n people. */
export type Block<D extends PackedDue> = {
  readonly employerNo: string;
  readonly month: D['month'];
  /** In order of slot. */
  readonly dues: readonly D[];
  readonly personNos: readonly string[];
  /** k × n, due after due; n when all dues share them. */
  readonly baseFen: readonly number[];
  /** k × n, due after due. */
  readonly employerFen: readonly number[];
  /** The same, naughts at the end left out. */
  readonly personFen: readonly number[];
};

/**
 * Dues of the same employer, month, kind and people share a block: the people are written once, and the base too when it is the same.
 * @throws RangeError for an amount no cell holds, and for a line of three naughts, which would not come back.
 */
export function packBlocks<D extends PackedDue>(dues: readonly D[]): Block<D>[] {
  const groups = Map.groupBy(dues, (due) =>
    [due.employerNo, due.month, due.kind, ...due.lines.map((line) => line.personNo)].join('/'),
  );
  return [...groups.values()].map(packBlock);
}

function packBlock<D extends PackedDue>(group: readonly D[]): Block<D> {
  const dues = [...group].sort((a, b) => INSURANCES.indexOf(a.insurance) - INSURANCES.indexOf(b.insurance));
  const [head] = dues as [D, ...D[]];
  const lines = dues.flatMap((due) => due.lines);
  for (const line of lines) checkCells(line);
  const personFen = lines.map((line) => line.personFen);
  while (personFen.at(-1) === 0) personFen.pop();
  return {
    employerNo: head.employerNo,
    month: head.month,
    dues,
    personNos: head.lines.map((line) => line.personNo),
    baseFen: (sharesBases(dues) ? head.lines : lines).map((line) => line.baseFen),
    employerFen: lines.map((line) => line.employerFen),
    personFen,
  };
}

/** A shared base must make a line of every cell, or a due would gain people it has not. */
const sharesBases = (dues: readonly PackedDue[]): boolean =>
  dues.every(({ lines }) => lines.every(({ baseFen }, i) => baseFen === dues[0]?.lines[i]?.baseFen));

function checkCells({ personNo, insurance, month, baseFen, employerFen, personFen }: Line): void {
  const cells = [baseFen, employerFen, personFen];
  if (cells.every((fen) => fen === 0)) throw new RangeError(`a line of nothing: ${personNo} ${insurance} ${month}`);
  if (!cells.every((fen) => Number.isSafeInteger(fen) && Math.abs(fen) <= CELL_FEN_MAX)) {
    throw new RangeError(`amounts beyond ±${CELL_FEN_MAX} fen: ${personNo} ${insurance} ${month} ${cells.join(' ')}`);
  }
}
