import { expect, it } from 'vitest';
import { hasIdNumber } from '../../src/kernel/id-number.ts';
import { setAside, takeAside } from './aside.ts';

const ID_NO = '429999199001010015';

it('keeps what was typed under a mark that says nothing of it', () => {
  const mark = setAside(ID_NO);
  expect(mark).not.toBe('');
  expect(hasIdNumber(mark)).toBe(false);
  expect(ID_NO).not.toContain(mark);
  expect(takeAside(mark)).toBe(ID_NO);
  expect(setAside(ID_NO)).toBe(mark);
});

it('knows neither nothing nor a mark of another day', () => {
  expect(setAside('')).toBe('');
  expect(takeAside(undefined)).toBeUndefined();
  expect(takeAside(ID_NO)).toBeUndefined();
});

it('forgets the oldest search first', () => {
  const first = setAside('样甲');
  const marks = Array.from({ length: 100 }, (_, index) => setAside(`样${index}`));
  expect(takeAside(first)).toBeUndefined();
  expect(takeAside(marks[0])).toBe('样0');
});
