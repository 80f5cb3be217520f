import { expect, test } from 'vitest';
import { momentFromMs } from '../../kernel/month.ts';
import { momentAt } from '../testing/services.ts';
import { createClock } from './index.ts';

test('real time, an offset and standing still', () => {
  let real = Date.parse('2026-01-01T00:00:00Z');
  const clock = createClock({ offsetMs: 0, frozenAt: null }, () => real);
  expect(clock.now()).toBe('2026-01-01T08:00:00.000+08:00');
  clock.set({ offsetMs: -86_400_000, frozenAt: null });
  expect(clock.now()).toBe('2025-12-31T08:00:00.000+08:00');
  real += 60_000;
  expect(clock.now()).toBe('2025-12-31T08:01:00.000+08:00');
  clock.set({ offsetMs: 0, frozenAt: momentAt('2023-04-10 09:00') });
  real += 60_000;
  expect(clock.now()).toBe('2023-04-10T09:00:00.000+08:00');
});

test('today changes at midnight in Shanghai', () => {
  const clock = createClock({ offsetMs: 0, frozenAt: momentFromMs(Date.parse('2023-04-09T15:59:59.999Z')) });
  expect(clock.today()).toBe('2023-04-09');
  clock.set({ offsetMs: 0, frozenAt: momentFromMs(Date.parse('2023-04-09T16:00:00Z')) });
  expect(clock.today()).toBe('2023-04-10');
});
