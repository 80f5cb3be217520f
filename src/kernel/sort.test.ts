import { expect, test } from 'vitest';
import { inOrder, readSort } from './sort.ts';

test('a minus turns an order round', () => {
  expect(readSort('base')).toEqual({ key: 'base', desc: false });
  expect(readSort('-base')).toEqual({ key: 'base', desc: true });
});

const ROWS = [
  { no: 1, name: '张样', fen: 300 },
  { no: 2, name: '李样', fen: null },
  { no: 3, name: '王样', fen: 20 },
  { no: 4, name: '李样', fen: 300 },
];
const VALUES = { name: (row: (typeof ROWS)[number]) => row.name, fen: (row: (typeof ROWS)[number]) => row.fen };
const order = (sort?: 'name' | '-name' | 'fen' | '-fen') => inOrder(ROWS, VALUES, sort).map((row) => row.no);

test('names go by their sound, numbers by size, the unknown lowest; rows alike stay as they stood', () => {
  expect(order()).toEqual([1, 2, 3, 4]);
  expect(order('name')).toEqual([2, 4, 3, 1]);
  expect(order('-name')).toEqual([1, 3, 2, 4]);
  expect(order('fen')).toEqual([2, 3, 1, 4]);
  expect(order('-fen')).toEqual([1, 4, 3, 2]);
});
