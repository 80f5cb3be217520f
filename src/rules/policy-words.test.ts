import { expect, test } from 'vitest';
import { POLICY_FILES } from '../../policy/index.ts';
import type { PolicyKey } from './policy-keys.ts';
import { policyWords } from './policy-words.ts';

test('no value is shown as a code of the program', () => {
  const values = POLICY_FILES.flatMap((file) => file.values);
  expect(values.length).toBeGreaterThan(100);
  const codes = values
    .flatMap(({ key, value }) => (value === null ? [] : `${key}: ${policyWords({ key: key as PolicyKey, value })}`))
    .filter((text) => /[A-Za-z_]/.test(text.slice(text.indexOf(': '))));
  expect([...new Set(codes)]).toEqual([]);
});

test('tables name their rows and open ends', () => {
  expect(policyWords({ key: 'injury.careRatio', value: { full: 500_000, part: 300_000 } })).toBe(
    '完全不能自理：50%；部分不能自理：30%',
  );
  expect(policyWords({ key: 'lateFee.cap', value: 'NONE' })).toBe('不封顶');
});
