import { expect, test } from 'vitest';
import { idSeries, isUlid, ulid, ulidMs } from './ids.ts';

test('ids sort in the order they were taken, within a millisecond too, and begin with their time', () => {
  const at = Date.UTC(2040, 0, 1);
  const ids = [...Array.from({ length: 5_000 }, () => ulid(at)), ulid(at + 1), ulid(at)];
  expect(ids.every(isUlid)).toBe(true);
  expect(ids.every((id, index) => index === 0 || id > (ids[index - 1] as string))).toBe(true);
  expect(ulidMs(ids[0] as string)).toBe(at);
});

test('the ids of a series sort in the order they were taken, also when the last two letters begin anew', () => {
  const next = idSeries();
  const ids = Array.from({ length: 32 ** 2 * 3 + 5 }, next);
  expect(ids.every(isUlid)).toBe(true);
  expect(ids.every((id, index) => index === 0 || id > (ids[index - 1] as string))).toBe(true);
});

test('series that begin in the same millisecond share no id', () => {
  const ids = Array.from({ length: 500 }, () => idSeries()).flatMap((next) => [next(), next(), next()]);
  expect(new Set(ids).size).toBe(ids.length);
});
