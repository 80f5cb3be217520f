import fc from 'fast-check';
import { expect, test } from 'vitest';
import { INSURANCES } from '../kernel/insurance.ts';
import { month } from '../kernel/month.ts';
import { packBlocks } from './blocks.ts';
import type { Line } from './model.ts';

const MONTH = month('2023-04');
type Cell = readonly [personNo: string, baseFen: number, employerFen: number, personFen: number];
const due = (dueId: string, insurance: Line['insurance'], cells: readonly Cell[], of = MONTH) => ({
  ...{ dueId, employerNo: '990000101', insurance, month: of, kind: 'MONTHLY' as const },
  lines: cells.map(([personNo, baseFen, employerFen, personFen]) => ({
    ...{ personNo, insurance, month: of, kind: 'MONTHLY' as const, baseFen, employerFen, personFen },
  })),
});

test('three insurances of the same people: people and base once, the part nobody pays not at all', () => {
  const [a, b] = ['94200100001', '94200100002'];
  const blocks = packBlocks([
    due('I', 'injury', [
      [a, 345_000, 690, 0],
      [b, 400_000, 800, 0],
    ]),
    due('P', 'pension', [
      [a, 345_000, 55_200, 27_600],
      [b, 400_000, 64_000, 32_000],
    ]),
    due('U', 'unemployment', [
      [a, 345_000, 2_415, 1_035],
      [b, 400_000, 2_800, 1_200],
    ]),
  ]);
  expect(blocks).toHaveLength(1);
  expect(blocks[0]).toMatchObject({
    personNos: [a, b],
    baseFen: [345_000, 400_000],
    employerFen: [55_200, 64_000, 2_415, 2_800, 690, 800],
    personFen: [27_600, 32_000, 1_035, 1_200],
  });
  expect(blocks[0]?.dues.map((one) => one.dueId)).toEqual(['P', 'U', 'I']);
});

test('other people, another month or another base do not mix', () => {
  const [a, b] = ['94200100001', '94200100002'];
  const blocks = packBlocks([
    due('P', 'pension', [[a, 345_000, 55_200, 27_600]]),
    due('U', 'unemployment', [[a, 300_000, 2_100, 900]]),
    due('B', 'pension', [[b, 345_000, 55_200, 27_600]]),
    due('M', 'pension', [[a, 345_000, 55_200, 27_600]], month('2023-05')),
  ]);
  expect(blocks.map((block) => block.dues.map((one) => one.dueId))).toEqual([['P', 'U'], ['B'], ['M']]);
  expect(blocks[0]?.baseFen).toEqual([345_000, 300_000]);
});

test('what would not come back is refused', () => {
  expect(() => packBlocks([due('P', 'pension', [['94200100001', 0, 0, 0]])])).toThrow('a line of nothing');
  expect(() => packBlocks([due('P', 'pension', [['94200100001', 2_147_483_648, 0, 0]])])).toThrow('amounts beyond');
});

/** As `collection_cells` reads a block. */
function cellsOf(block: ReturnType<typeof packBlocks>[number], slot: number): Cell[] {
  const n = block.personNos.length;
  return block.personNos.map((personNo, i) => [
    personNo,
    block.baseFen[((slot * n) % block.baseFen.length) + i] ?? 0,
    block.employerFen[slot * n + i] ?? 0,
    block.personFen[slot * n + i] ?? 0,
  ]);
}

test('every line comes back', () => {
  const fen = fc.integer({ min: -2_147_483_647, max: 2_147_483_647 });
  const amounts = fc
    .tuple(fc.oneof(fc.constant(345_000), fen), fen, fc.oneof(fc.constant(0), fen))
    .filter((cells) => cells.some((one) => one !== 0));
  const people = fc.constantFrom(['1', '2', '3'], ['1'], ['2', '3']);
  const input = fc.array(
    fc.tuple(fc.constantFrom(...INSURANCES), people).chain(([insurance, persons]) =>
      fc.array(amounts, { minLength: persons.length, maxLength: persons.length }).map((rows) => ({
        insurance,
        cells: rows.map((row, i): Cell => [persons[i] as string, ...row]),
      })),
    ),
    { maxLength: 8 },
  );
  fc.assert(
    fc.property(input, (given) => {
      const dues = given.map(({ insurance, cells }, i) => due(String(i), insurance, cells));
      const back = packBlocks(dues).flatMap((block) =>
        block.dues.map((one, slot) => [one.dueId, cellsOf(block, slot)]),
      );
      expect(new Map(back as [string, Cell[]][])).toEqual(
        new Map(given.map(({ cells }, i) => [String(i), cells] as const)),
      );
    }),
  );
});
