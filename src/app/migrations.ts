import { existsSync } from 'node:fs';
import { join } from 'node:path';
import { fileURLToPath } from 'node:url';
import type { MigrationFolder } from '../platform/migrate.ts';

const SRC = fileURLToPath(new URL('..', import.meta.url));
const ROOT = join(SRC, '..');

/** Owners of tables of the agency's database, in the order in which their tables refer to each other. */
const AGENCY_OWNERS = [
  'platform',
  'wire',
  'parameters',
  'registry',
  'enrolment',
  'wages',
  'collection',
  'account',
  'fund',
  'casework',
  'archive',
  'exchange',
  'control',
] as const;

export function agencyMigrations(): MigrationFolder[] {
  return AGENCY_OWNERS.map((name) => {
    const dir = name === 'wire' ? join(ROOT, 'wire/migrations') : join(SRC, name, 'migrations');
    if (!existsSync(dir)) throw new Error(`no migrations of ${name} at ${dir}`);
    return { name, dir };
  });
}
