import { expect, test } from 'vitest';
import { createLimit } from './limit.ts';

test('so many in any minute for each key, then none until the oldest is a minute old', () => {
  let now = 0;
  const limit = createLimit(3, () => now);
  const passes = (key: string) => {
    try {
      limit.take(key);
      return true;
    } catch {
      return false;
    }
  };
  expect([passes('a'), passes('a'), passes('b')]).toEqual([true, true, true]);
  now = 30_000;
  expect([passes('a'), passes('a'), passes('b')]).toEqual([true, false, true]);
  now = 60_000;
  expect([passes('a'), passes('a'), passes('a')]).toEqual([true, true, false]);
  now = 200_000;
  expect([passes('a'), passes('b')]).toEqual([true, true]);
});
