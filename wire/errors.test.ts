import { expect, test } from 'vitest';
import { WIRE_ERRORS, wireError, wireProblem } from './errors.ts';

test('every code has a sentence, a next step and a place', () => {
  // wire.md §9: 8 + 10 + 9 + 12 + 3 + 4 + 1.
  expect(Object.keys(WIRE_ERRORS)).toHaveLength(47);
  for (const error of Object.values(WIRE_ERRORS)) {
    expect(error.message, error.code).not.toBe('');
    expect(error.next, error.code).not.toBe('');
    expect(error.place, error.code).not.toBe('');
  }
});

test('410 is worded as the law of the counter has it', () => {
  expect(wireError('TZ-WIR-410').message).toBe('该缴费业务须先由社保（医保）经办机构核定应缴费额');
});

test('the code of a newer version is shown, not hidden', () => {
  expect(wireProblem('TZ-WIR-999')).toMatchObject({ code: 'TZ-WIR-999', message: '对方返回了未知的差错代码' });
});
