import { mkdtempSync, readdirSync, readFileSync, rmSync, statSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { basename, join } from 'node:path';
import { afterEach, beforeEach, expect, test, vi } from 'vitest';
import { openClockFile } from './clock-file.ts';
import { ensureKeys } from './keys.ts';

/** What reaches the disk, in order: «sync clock.json.new», «rename clock.json», «sync <folder>». */
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
    renameSync: (from: string, to: string) => {
      done.push(`rename ${nameOf(to)}`);
      fs.renameSync(from, to);
    },
  };
});

let folder: string;
beforeEach(() => {
  done.length = 0;
  folder = mkdtempSync(join(tmpdir(), 'tongzheng-power-'));
});
afterEach(() => rmSync(folder, { recursive: true, force: true }));

const replaced = (name: string, inFolder: string): string[] => [
  `sync ${name}.new`,
  `rename ${name}`,
  `sync ${inFolder}`,
];

test('the clock is on the disk before it has its name, and its name is too before the programs hear of it', () => {
  openClockFile(folder, 'demo').save({ offsetMs: 7, frozenAt: null });
  expect(done).toEqual(replaced('clock.json', basename(folder)));
  expect(JSON.parse(readFileSync(join(folder, 'clock.json'), 'utf8'))).toEqual({ offsetMs: 7, frozenAt: null });
});

test('so are the keys and the folder that holds them', () => {
  const keys = ensureKeys(folder);
  const names = ['agency.pub.json', 'agency.json', 'tax.pub.json', 'tax.json', 'seal.json'];
  expect(done).toEqual([`sync ${basename(folder)}`, ...names.flatMap((name) => replaced(name, 'keys'))]);
  expect(readdirSync(keys).sort()).toEqual([...names].sort());
  expect(names.map((name) => statSync(join(keys, name)).mode & 0o777)).toEqual(names.map(() => 0o600));
  done.length = 0;
  ensureKeys(folder);
  expect(done).toEqual([]);
});
