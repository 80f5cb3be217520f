/** Files that a cut of power does not take: on disk, not only in the cache of the system. */
import { closeSync, fsyncSync, openSync, renameSync, statSync, writeFileSync } from 'node:fs';
import { dirname } from 'node:path';

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
