import type { Insurance } from '../../kernel/insurance.ts';
import type { CivilDate, Month } from '../../kernel/month.ts';
import type { CopyWriter } from '../../platform/copy/index.ts';
import { dueIdOf, packing } from '../blocks.ts';
import type { DueKind } from '../model.ts';

/** The fields of a row, in order. */
export const BLOCK_COLUMNS = [
  'region',
  'block_id',
  'employer_no',
  'month',
  'block_no',
  'kind',
  'assessment_no',
  'late_from',
  'insurances',
  'totals',
  'person_nos',
  'cell_base_fen',
  'rates_ppm',
  'cell_employer_fen',
  'cell_person_fen',
] as const;

/** A block as columns: k dues of n people, amounts in fen due after due. */
export type ColumnBlock = {
  readonly blockId: string;
  readonly employerNo: string;
  /** Of the employer in the month, from 0 on. */
  readonly blockNo: number;
  /** The people: rows `from … to` of `persons`. */
  readonly persons: Float64Array;
  readonly from: number;
  readonly to: number;
  /** k × n and perhaps more. */
  readonly baseFen: Float64Array;
  readonly employerFen: Float64Array;
  readonly personFen: Float64Array;
  /** In order of slot. */
  readonly dues: readonly ColumnSums[];
};

export type ColumnSums = {
  readonly insurance: Insurance;
  readonly persons: number;
  readonly baseFen: number;
  readonly employerFen: number;
  readonly personFen: number;
};

/** The same for many blocks. */
export type BlockHead = {
  readonly region: string;
  readonly month: Month;
  readonly kind: DueKind;
  readonly lateFrom: CivilDate;
};

/** Writes the row of a block. Returns the ids of its dues, in order of slot. */
export function writeBlockRow(to: CopyWriter, head: BlockHead, assessmentNo: number, block: ColumnBlock): string[] {
  const { dues, baseFen, employerFen, personFen } = block;
  const people = block.to - block.from;
  const { baseCells, ratesPpm, personCells } = packing(dues.length, people, baseFen, employerFen, personFen);
  to.row(BLOCK_COLUMNS.length);
  to.ascii(head.region);
  to.ascii(block.blockId);
  to.ascii(block.employerNo);
  to.ascii(head.month);
  to.int2(block.blockNo);
  to.ascii(head.kind);
  to.int8(assessmentNo);
  to.date(head.lateFrom);
  to.asciiArray(dues.map((due) => due.insurance));
  to.int8Array(dues.flatMap((due) => [due.persons, due.baseFen, due.employerFen, due.personFen]));
  to.int8Array(block.persons, block.from, block.to);
  to.int4Array(baseFen, 0, baseCells);
  if (ratesPpm) {
    to.int4Array(ratesPpm);
    to.null();
    to.null();
  } else {
    to.null();
    to.int4Array(employerFen, 0, people * dues.length);
    to.int4Array(personFen, 0, personCells);
  }
  return dues.map((_, slot) => dueIdOf(block.blockId, slot));
}
