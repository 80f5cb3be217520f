import { randomBytes } from 'node:crypto';
import { existsSync, mkdirSync } from 'node:fs';
import { join } from 'node:path';
// Not by the door of the wire: the starter would load the whole catalogue of documents for it.
import { generateSigner, type Signer, type VerifyKey, verifyKeyOf } from '../../../wire/seal.ts';
import { replaceSynced, syncPath } from '../../platform/synced.ts';

/**
 * The sealing keys of the pair (SM2) in `<dataDir>/keys`: `agency.json` and `tax.json` are private to their program, `*.pub.json` go to
 * the other side. Made once; a real bureau hands over its public key in the same form. `seal.json` protects the keys in the agency's database
 * that sign its documents: without this file the database alone signs nothing.
 */
export function ensureKeys(dataDir: string): string {
  const folder = join(dataDir, 'keys');
  if (mkdirSync(folder, { recursive: true, mode: 0o700 })) syncPath(dataDir);
  for (const party of ['agency', 'tax'] as const) {
    if (existsSync(join(folder, `${party}.json`))) continue;
    const signer = generateSigner(`${party}-1`);
    write(join(folder, `${party}.pub.json`), verifyKeyOf(signer));
    write(join(folder, `${party}.json`), signer);
  }
  const seal = join(folder, 'seal.json');
  if (!existsSync(seal)) write(seal, { secret: randomBytes(32).toString('hex') });
  return folder;
}

function write(file: string, key: Signer | VerifyKey | { readonly secret: string }): void {
  replaceSynced(file, `${JSON.stringify(key, null, 2)}\n`);
}
