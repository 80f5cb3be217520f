import { copyFileSync, existsSync, readdirSync, readFileSync } from 'node:fs';
import { join } from 'node:path';
import { makeFolderSynced, syncPath } from '../../synced.ts';
import { type BackupFile, DATA, sha256 } from './folder.ts';

const CONFIGURATION = 'clock.json';

/** Keys and clock of the data folder; without the keys the documents in the database cannot be signed again. */
export function copyDataFolder(dataDir: string, draft: string): BackupFile[] {
  const keys = join(dataDir, 'keys');
  const names = [
    ...(existsSync(keys) ? readdirSync(keys).map((name) => `keys/${name}`) : []),
    ...(existsSync(join(dataDir, CONFIGURATION)) ? [CONFIGURATION] : []),
  ].filter((name) => name.endsWith('.json'));
  const copies = join(draft, DATA);
  makeFolderSynced(join(copies, 'keys'), 0o700);
  const files = names.map((name) => {
    const copy = join(copies, name);
    copyFileSync(join(dataDir, name), copy);
    syncPath(copy);
    const bytes = readFileSync(copy);
    return { path: `${DATA}/${name}`, size: bytes.length, sha256: sha256(bytes) };
  });
  for (const folder of [join(copies, 'keys'), copies]) syncPath(folder);
  return files;
}
