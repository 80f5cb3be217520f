/** Files that a cut of power does not take: on disk, not only in the cache of the system. */
import { closeSync, fsyncSync, mkdirSync, openSync, renameSync, statSync, writeFileSync } from 'node:fs';
import { dirname, resolve } from 'node:path';

const WINDOWS = process.platform === 'win32';

/** Of a file its bytes, of a folder the names in it. Windows syncs only what is open for writing, and never a folder. */
export function syncPath(path: string): void {
  if (WINDOWS && statSync(path).isDirectory()) return;
  const handle = openSync(path, WINDOWS ? 'r+' : 'r');
  try {
    fsyncSync(handle);
  } finally {
    closeSync(handle);
  }
}

/** Makes a folder and those above it that are missing, each with its name kept for good. */
export function makeFolderSynced(path: string, mode?: number): void {
  const first = mkdirSync(path, { recursive: true, ...(mode === undefined ? {} : { mode }) });
  if (first === undefined) return;
  for (let made = resolve(path); made.length >= resolve(first).length; made = dirname(made)) syncPath(dirname(made));
}

/** For the owner only, unless another mode is given. Its name is kept for good when the folder is synced too. */
export function writeSynced(path: string, bytes: Buffer | string, mode = 0o600): void {
  writeFileSync(path, bytes, { mode });
  syncPath(path);
}

/** Gives a file that is complete its name, in place of the one that has it: whenever the power fails, it is the old one or the new one. */
export function renameSynced(from: string, to: string): void {
  renameSync(from, to);
  syncPath(dirname(to));
}

/** Written beside and renamed into place. */
export function replaceSynced(path: string, bytes: Buffer | string, mode?: number): void {
  writeSynced(`${path}.new`, bytes, mode);
  renameSynced(`${path}.new`, path);
}
