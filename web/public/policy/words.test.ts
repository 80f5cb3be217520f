import { expect, test } from 'vitest';
import { POLICY_FILES, type PolicyKey } from '../../../src/rules/index.ts';
import { policyWords } from './words.ts';

test('no value is shown as a code of the program', () => {
  const values = POLICY_FILES.flatMap((file) => file.values);
  expect(values.length).toBeGreaterThan(100);
  const codes = values
    .map((entry) => `${entry.key}: ${policyWords({ key: entry.key as PolicyKey, value: entry.value })}`)
    .filter((text) => /[A-Za-z_]/.test(text.slice(text.indexOf(': '))));
  expect([...new Set(codes)]).toEqual([]);
});

test('tables name their rows and open ends', () => {
  expect(policyWords({ key: 'injury.careRatio', value: { full: 500_000, part: 300_000 } })).toBe(
    '完全不能自理：50%；部分不能自理：30%',
  );
  expect(policyWords({ key: 'lateFee.cap', value: 'NONE' })).toBe('不封顶');
});
