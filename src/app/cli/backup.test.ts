import { chmodSync, existsSync, mkdtempSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterAll, beforeEach, expect, test, vi } from 'vitest';
import { freePort } from '../../platform/ports.ts';
import { launch } from '../launcher/index.ts';
import { readSettings } from '../launcher/settings.ts';
import { backupCommand } from './backup.ts';
import { restoreCommand } from './restore.ts';

const root = mkdtempSync(join(tmpdir(), 'tongzheng-cli-backup-'));
chmodSync(root, 0o755);
const said: string[] = [];

beforeEach(() => {
  said.length = 0;
  vi.stubEnv('DATABASE_URL', '');
  vi.stubEnv('TONGZHENG_DATA', join(root, 'live'));
  for (const stream of [process.stdout, process.stderr]) {
    vi.spyOn(stream, 'write').mockImplementation((text) => said.push(String(text)) > 0);
  }
});
afterAll(() => {
  vi.unstubAllEnvs();
  vi.restoreAllMocks();
  rmSync(root, { recursive: true, force: true });
});

test('the running demo city is backed up and restored with every promise kept', { timeout: 240_000 }, async () => {
  const port = await freePort();
  const settings = readSettings({ PORT: String(port), TONGZHENG_DATA: join(root, 'live') });
  const launched = await launch(settings, () => undefined);
  try {
    await launched.conductor.settle();
    expect(await backupCommand([join(root, 'backup')])).toBe(0);
  } finally {
    await launched.stop();
  }
  expect(await restoreCommand([join(root, 'backup'), '--to', join(root, 'restored')])).toBe(0);
  const text = said.join('');
  // The demo city: its people and months were really there to be checked.
  expect(text).toMatch(/✓ 1\. .*（[1-9]\d{4} 人月）/);
  expect(text).toContain('违反 0 处');
  expect(text).toContain('恢复完成');
  expect(existsSync(join(root, 'restored/keys/seal.json'))).toBe(true);
});

test('what is missing from a call is said, and nothing is written', async () => {
  expect(await backupCommand([])).toBe(64);
  expect(await restoreCommand([])).toBe(64);
  expect(await restoreCommand([join(root, 'backup')])).toBe(64);
  expect(await restoreCommand([join(root, 'backup'), '--to', join(root, 'x'), '--at', '2026-11-21 10:00'])).toBe(64);
  expect(said.join('')).toContain('需要归档的日志');
  expect(existsSync(join(root, 'x'))).toBe(false);
  vi.stubEnv('TONGZHENG_DATA', join(root, 'nothing'));
  await expect(backupCommand([join(root, 'y')])).rejects.toThrow('没有数据库');
});
