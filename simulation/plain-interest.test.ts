import { expect, test } from 'vitest';
import { differences } from './plain-interest.ts';

const map = (entries: Readonly<Record<string, bigint>>) => new Map(Object.entries(entries));

test('interest that nobody earned is found: of a person without credits, and of a year that is not closed', () => {
  const due = map({ 'P1/2023': 822n, 'P2/2023': 0n });
  expect(differences(due, map({ 'P1/2023': 822n, 'P3/2023': 0n }), new Set())).toEqual([]);
  expect(differences(due, map({ 'P1/2023': 821n, 'P1/2024': 7n, 'P3/2023': 5n }), new Set())).toEqual([
    '重算：P1 的 2023 年利息应为 822 分，账上 821 分',
    '重算：P1 的 2024 年利息应为 0 分，账上 7 分',
    '重算：P3 的 2023 年利息应为 0 分，账上 5 分',
  ]);
  expect(differences(due, map({}), new Set())).toEqual(['重算：P1 的 2023 年利息应为 822 分，账上 0 分']);
});

test('of people whose credits the bills do not tell nothing is said', () => {
  expect(differences(map({}), map({ 'P4/2023': 5n }), new Set(['P4']))).toEqual([]);
});
