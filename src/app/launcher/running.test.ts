import { spawn } from 'node:child_process';
import { mkdtempSync, readFileSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterEach, beforeEach, expect, test } from 'vitest';
import { findRunning, wasKilled, writeRunning } from './running.ts';

let folder: string;
beforeEach(() => {
  folder = mkdtempSync(join(tmpdir(), 'tongzheng-running-'));
});
afterEach(() => rmSync(folder, { recursive: true, force: true }));

const running = { agencyUrl: 'a', taxUrl: 't', databaseUrl: 'da', taxDatabaseUrl: 'dt' };
const kept = () => JSON.parse(readFileSync(join(folder, 'running.json'), 'utf8'));
const keep = (content: object) => writeFileSync(join(folder, 'running.json'), JSON.stringify(content));

test('a launcher that lives is found', () => {
  expect(findRunning(folder)).toBeUndefined();
  expect(wasKilled(folder)).toBe(false);
  writeRunning(folder, { pid: process.pid, ...running });
  expect(findRunning(folder)).toMatchObject({ pid: process.pid, databaseUrl: 'da' });
  expect(wasKilled(folder)).toBe(false);
});

// Only Linux tells when a process began.
test.skipIf(process.platform !== 'linux')('a process that was given the number of a killed launcher is not it', () => {
  writeRunning(folder, { pid: process.pid, ...running });
  keep({ ...kept(), mark: '1' });
  expect(findRunning(folder)).toBeUndefined();
  expect(wasKilled(folder)).toBe(true);
});

test('a file of an earlier version, without a mark, counts where its process can be a launcher', () => {
  keep({ pid: process.pid, ...running });
  expect(findRunning(folder)).toMatchObject({ pid: process.pid });
  const other = spawn('sleep', ['60']);
  try {
    keep({ pid: other.pid, ...running });
    expect(findRunning(folder)).toBeUndefined();
  } finally {
    other.kill();
  }
});
