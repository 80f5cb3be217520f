import { describe, expect, it } from 'vitest';
import { clockText, deadlineText, inFours, timeLeft } from './format.ts';

describe('dates as people read them (ui §5)', () => {
  it('names the weekday of a date that decides', () => {
    expect(deadlineText('2023-04-23')).toBe('4月23日（周日）');
    expect(clockText('2023-04-11T09:42:00.000+08:00')).toBe('2023年4月11日 周二 09:42');
  });

  it('counts the remainder to the end of the last day', () => {
    // 4月11日 09:42 → 4月23日 24:00 is 12 days and 14 hours (ui 05).
    expect(timeLeft('2023-04-11T09:42:00.000+08:00', '2023-04-23')).toEqual({ days: 12, hours: 14 });
    expect(timeLeft('2023-04-23T23:59:00.000+08:00', '2023-04-23')).toEqual({ days: 0, hours: 0 });
    expect(timeLeft('2023-04-24T00:00:00.000+08:00', '2023-04-23')).toBeNull();
  });

  it('groups a bill number in fours', () => {
    expect(inFours('2023041014263001')).toBe('2023 0410 1426 3001');
  });
});
