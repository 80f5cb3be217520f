import { mkdtempSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterEach, beforeEach, expect, test } from 'vitest';
import { momentFromMs, momentToMs, parseMoment } from '../../kernel/month.ts';
import { openClockFile } from '../launcher/clock-file.ts';
import { beginningNow, businessNow } from './business-now.ts';

let folder: string;
beforeEach(() => {
  folder = mkdtempSync(join(tmpdir(), 'tongzheng-now-'));
});
afterEach(() => rmSync(folder, { recursive: true, force: true }));

const MINUTE_MS = 60_000;
const fromRealTime = (moment: Parameters<typeof momentToMs>[0]): number => Math.abs(momentToMs(moment) - Date.now());

test('without a clock file a database is judged at real time, also where nobody said that it is production', () => {
  for (const mode of ['demo', 'production', 'test'] as const) {
    expect(fromRealTime(businessNow(folder, mode))).toBeLessThan(MINUTE_MS);
  }
});

test('with one it is judged at the time of its clock; production has none', () => {
  const frozenAt = parseMoment('2024-05-06 07:08') ?? null;
  openClockFile(folder, 'demo').save({ offsetMs: 0, frozenAt });
  expect(businessNow(folder, 'demo')).toBe(frozenAt);
  expect(fromRealTime(businessNow(folder, 'production'))).toBeLessThan(MINUTE_MS);
});

test('a city that is about to be made begins where the launcher will begin', () => {
  expect(beginningNow(folder, 'demo').slice(0, 16)).toBe('2023-04-10T09:00');
  expect(beginningNow(folder, 'production').slice(0, 10)).toBe(momentFromMs(Date.now()).slice(0, 10));
});
