import { mkdirSync, mkdtempSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { basename, join } from 'node:path';
import { afterEach, beforeEach, expect, test, vi } from 'vitest';
import { copyDataFolder } from './data-folder.ts';

/** What reaches the disk, in order: «sync keys». */
const done = vi.hoisted((): string[] => []);
vi.mock('node:fs', async (load) => {
  const fs = await load<typeof import('node:fs')>();
  const { basename: nameOf } = await import('node:path');
  const opened = new Map<number, string>();
  return {
    ...fs,
    openSync: (path: string, flags: string) => {
      const handle = fs.openSync(path, flags);
      opened.set(handle, nameOf(path));
      return handle;
    },
    fsyncSync: (handle: number) => {
      done.push(`sync ${opened.get(handle)}`);
      fs.fsyncSync(handle);
    },
  };
});

let folder: string;
beforeEach(() => {
  folder = mkdtempSync(join(tmpdir(), 'tongzheng-data-folder-'));
});
afterEach(() => rmSync(folder, { recursive: true, force: true }));

test('keys and clock are on the disk with their names, and so are the folders that hold them', () => {
  mkdirSync(join(folder, 'keys'));
  for (const name of ['keys/seal.json', 'clock.json', 'other.json']) writeFileSync(join(folder, name), '{}');
  const draft = join(folder, 'draft');
  mkdirSync(draft);
  const files = copyDataFolder(folder, draft);
  expect(files.map(({ path, size }) => [path, size])).toEqual([
    ['data/keys/seal.json', 2],
    ['data/clock.json', 2],
  ]);
  // New folders first, then what was put into them.
  const made = ['sync data', `sync ${basename(draft)}`];
  expect(done).toEqual([...made, 'sync seal.json', 'sync clock.json', 'sync keys', 'sync data']);
});
