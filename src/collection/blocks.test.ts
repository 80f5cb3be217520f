import fc from 'fast-check';
import { expect, test } from 'vitest';
import { fen, mulPpm, ppm } from '../kernel/fen.ts';
import { INSURANCES } from '../kernel/insurance.ts';
import { type CivilDate, month } from '../kernel/month.ts';
import { dueIdOf, packBlocks } from './blocks.ts';
import type { Line } from './model.ts';

const MONTH = month('2023-04');
type Cell = readonly [personNo: string, baseFen: number, employerFen: number, personFen: number];
const due = (dueId: string, insurance: Line['insurance'], cells: readonly Cell[], of = MONTH) => ({
  ...{ dueId, employerNo: '990000101', insurance, month: of, kind: 'MONTHLY' as const },
  lateFrom: '2023-05-01' as CivilDate,
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
    ratesPpm: [160_000, 7_000, 2_000, 80_000, 3_000, 0],
    employerFen: null,
    personFen: null,
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

test('a due is found by its id: another start of late fee is another block, and a block has no more slots than letters', () => {
  const line: Cell = ['94200100001', 345_000, 55_200, 27_600];
  const early = { ...due('E', 'pension', [line]), lateFrom: '2023-04-20' as CivilDate };
  expect(packBlocks([due('P', 'pension', [line]), early])).toHaveLength(2);
  const many = packBlocks(Array.from({ length: 40 }, (_, i) => due(String(i), 'pension', [line])));
  expect(many.map((block) => block.dues.length)).toEqual([36, 4]);
  const ids = many.flatMap(({ blockId, dues }) => dues.map((_, slot) => dueIdOf(blockId, slot)));
  expect(new Set(ids.map((id) => id.slice(0, -1)))).toEqual(new Set(many.map((block) => block.blockId)));
  expect(new Set(ids).size).toBe(40);
  expect([ids[10], ids[35]].map((id) => id?.at(-1))).toEqual(['a', 'z']);
});

test('what would not come back is refused', () => {
  expect(() => packBlocks([due('P', 'pension', [['94200100001', 0, 0, 0]])])).toThrow('a line of nothing');
  expect(() => packBlocks([due('P', 'pension', [['94200100001', 2_147_483_648, 0, 0]])])).toThrow('amounts beyond');
});

/** As `collection_cells` reads a block. */
function cellsOf(block: ReturnType<typeof packBlocks>[number], slot: number): Cell[] {
  const n = block.personNos.length;
  return block.personNos.map((personNo, i) => {
    const baseFen = block.baseFen[((slot * n) % block.baseFen.length) + i] ?? 0;
    const { ratesPpm, employerFen, personFen } = block;
    if (!ratesPpm) return [personNo, baseFen, employerFen?.[slot * n + i] ?? 0, personFen?.[slot * n + i] ?? 0];
    const part = (rate: number | undefined) => mulPpm(fen(baseFen), ppm(rate ?? 0));
    return [personNo, baseFen, part(ratesPpm[slot]), part(ratesPpm[ratesPpm.length / 2 + slot])];
  });
}

test('amounts that no one rate gives back are written out, naughts at the end left out', () => {
  const [a, b] = ['94200100001', '94200100002'];
  const [block] = packBlocks([
    due('P', 'pension', [
      [a, 345_000, 55_200, 27_600],
      [b, 400_000, 64_001, 32_000],
    ]),
    due('I', 'injury', [
      [a, 345_000, 690, 0],
      [b, 400_000, 800, 0],
    ]),
  ]);
  expect(block).toMatchObject({
    ratesPpm: null,
    baseFen: [345_000, 400_000],
    employerFen: [55_200, 64_001, 690, 800],
    personFen: [27_600, 32_000],
  });
  expect(packBlocks([due('C', 'pension', [[a, -345_000, -55_200, -27_600]])])[0]?.ratesPpm).toBeNull();
});

test('whatever rate the law has, the amounts of a month come back from one, the law’s own where there are enough of them', () => {
  const rates = fc.integer({ min: 0, max: 400_000 });
  const bases = fc.array(fc.integer({ min: 1, max: 5_000_000 }), { minLength: 1, maxLength: 40 });
  fc.assert(
    fc.property(rates, rates, bases, (employer, person, given) => {
      const cells = given.map((baseFen, i): Cell => {
        const part = (rate: number) => mulPpm(fen(baseFen), ppm(rate));
        return [String(94_200_100_001 + i), baseFen, part(employer), part(person)];
      });
      const [block] = packBlocks([
        due('P', 'pension', [...cells, ['94200999999', 5_000_000, employer * 5, person * 5]]),
      ]);
      expect(block?.ratesPpm).toEqual([employer, person]);
      expect(cellsOf(block as NonNullable<typeof block>, 0).slice(0, -1)).toEqual(cells);
    }),
  );
});

test('every line comes back', () => {
  const amount = fc.integer({ min: -2_147_483_647, max: 2_147_483_647 });
  const amounts = fc
    .oneof(
      fc.tuple(fc.oneof(fc.constant(345_000), amount), amount, fc.oneof(fc.constant(0), amount)),
      fc.constantFrom([345_000, 55_200, 27_600], [400_000, 64_000, 32_000], [400_000, 0, 0]),
    )
    .filter((cells) => cells.some((one) => one !== 0));
  const people = fc.constantFrom(['1', '2', '3'], ['1'], ['2', '3']);
  const input = fc.array(
    fc.tuple(fc.constantFrom(...INSURANCES), people).chain(([insurance, persons]) =>
      fc.array(amounts, { minLength: persons.length, maxLength: persons.length }).map((rows) => ({
        insurance,
        cells: rows.map((row, i): Cell => [persons[i] as string, ...(row as [number, number, number])]),
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
