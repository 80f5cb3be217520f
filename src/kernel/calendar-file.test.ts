import { describe, expect, test } from 'vitest';
import { calendarSeedRows } from '../rules/calendar-seed.ts';
import { daysOfYear, exceptionsOf, readCalendarFile, writeExceptions } from './calendar-file.ts';

const EXCEPTIONS_2026 =
  '0101 0102 0104 0214 0216 0217 0218 0219 0220 0223 0228 0406 0501 0504 0505 0509 0619 0920 0925 1001 1002 1005 1006 1007 1010';
const file = (content: unknown): string => JSON.stringify(content);
const faults = (content: unknown): string => readCalendarFile(file(content)).faults.join('\n');
/** 2026 with one word in place of another. */
const changed = (from: string, to: string): string => faults({ 2026: EXCEPTIONS_2026.replace(from, to) });

describe('a file of the work calendar', () => {
  test('says the years that the library knows, and is written as it is read', () => {
    const byYear = Map.groupBy(calendarSeedRows(), ({ day }) => day.slice(0, 4));
    const years = Object.fromEntries([...byYear].map(([year, days]) => [year, writeExceptions(days)]));
    const read = readCalendarFile(file(years));
    expect(read.faults).toEqual([]);
    expect(read.years.flatMap(({ days }) => days)).toEqual(calendarSeedRows());
    expect(years[2026]).toBe(EXCEPTIONS_2026);
  });

  test('gives whole years: free weekdays and worked weekends differ from their week', () => {
    const days = daysOfYear('2026', EXCEPTIONS_2026);
    expect(days).toHaveLength(365);
    expect(exceptionsOf(days).slice(0, 3)).toEqual([
      { day: '2026-01-01', working: false },
      { day: '2026-01-02', working: false },
      { day: '2026-01-04', working: true },
    ]);
  });

  test.each([
    ['{"2027": ', '不是合法的 JSON'],
    ['["0101"]', '应是一个 JSON 对象'],
    ['{}', '一个年份也没有'],
    ['{"27": "0101"}', '“27”不是年份'],
    ['{"2027": ["0101"]}', '2027 年应是一段文字'],
  ])('that is none is refused: %s', (text, fault) => {
    expect(readCalendarFile(text)).toMatchObject({ years: [], faults: [expect.stringContaining(fault)] });
  });

  test.each([
    ['a day that does not exist', '0228', '0229', '没有这样的日子：0229'],
    ['a day that is no day', '0228', '2-28', '没有这样的日子：2-28'],
    ['a day twice', '0228', '0228 0228', '写了两遍的：0228'],
    ['a feast that is worked', '1001 ', '', '10-01 成了工作日'],
    ['a weekend of a feast', '1002 ', '1002 1003 1004 ', '10-03、10-04 是假期中间的周末'],
    ['a weekend at the edge of a holiday', '0619 ', '0619 0620 0621 ', '应在 12 到 16 天之间'],
    ['a list cut short', '0214 0216 0217 0218 0219 0220 0223 0228 ', '', '应在 12 到 16 天之间'],
  ])('with a slip is refused: %s', (_what, from, to, fault) => {
    expect(changed(from, to)).toContain(fault);
  });

  test('says all that is wrong at once', () => {
    expect(readCalendarFile(file({ 2027: '', 2028: '0230', x: '' })).faults.length).toBeGreaterThan(2);
  });
});
