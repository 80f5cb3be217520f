import { globSync } from 'node:fs';
import { join } from 'node:path';
import type { Endpoint } from '../src/platform/contract.ts';
import { ROOT } from './source-files.ts';

/** Where both programs and the wire say what can be asked of them. */
export const CONTRACT_FILES = globSync('{src,tax,wire}/**/*contract.ts', { cwd: ROOT }).sort();

const isEndpoint = (value: unknown): value is Endpoint =>
  typeof value === 'object' && value !== null && 'method' in value && 'path' in value;

/** Everything that can be asked of the programs. */
export async function allEndpoints(): Promise<Endpoint[]> {
  const modules = await Promise.all(
    CONTRACT_FILES.map((file) => import(join(ROOT, file)) as Promise<Record<string, unknown>>),
  );
  return [...new Set(modules.flatMap((module) => Object.values(module).filter(isEndpoint)))];
}
