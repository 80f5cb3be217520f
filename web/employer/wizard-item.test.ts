import { expect, test } from 'vitest';
import { lineUnsaved, listWithLine, passingText } from './wizard-item.ts';

const LIST = [{ name: '样甲' }, { name: '样乙' }];

test('a mended row stays at its place, a new line comes last', () => {
  expect(listWithLine(LIST, { name: '样丙' }, 0)).toEqual([{ name: '样丙' }, { name: '样乙' }]);
  expect(listWithLine(LIST, { name: '样丙' }, undefined)).toEqual([...LIST, { name: '样丙' }]);
  // The row is gone, what was typed is not.
  expect(listWithLine(LIST, { name: '样丙' }, 2)).toEqual([...LIST, { name: '样丙' }]);
});

test('another row may be opened without a question only while nothing would be lost', () => {
  expect(lineUnsaved(LIST, {}, undefined)).toBe(false);
  expect(lineUnsaved(LIST, { name: ' ', insurances: [] }, undefined)).toBe(false);
  expect(lineUnsaved(LIST, { name: '样' }, undefined)).toBe(true);
  expect(lineUnsaved(LIST, { name: '样甲' }, 0)).toBe(false);
  expect(lineUnsaved(LIST, { name: '样' }, 0)).toBe(true);
  expect(lineUnsaved(LIST, {}, 0)).toBe(true);
});

test.each([
  [{ bad: 0, notice: 0 }, '，全部通过'],
  [{ bad: 0, notice: 2 }, '，其中 2 行请留意'],
  [{ bad: 1, notice: 0 }, '，1 行不通过，改好再交'],
  [{ bad: 1, notice: 2 }, '，其中 2 行请留意，1 行不通过，改好再交'],
])('a workbook says the same as its chips: %o', (counts, text) => {
  expect(passingText(counts)).toBe(text);
});
