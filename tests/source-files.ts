import { globSync, readFileSync } from 'node:fs';
import { dirname, join, posix } from 'node:path';
import { fileURLToPath } from 'node:url';

export const ROOT = dirname(dirname(fileURLToPath(import.meta.url)));

export type SourceFile = {
  /** From the top of the repository, with slashes. */
  readonly path: string;
  readonly text: string;
  /** Repository paths of our own files it imports. */
  readonly imports: readonly string[];
};

const FOLDERS = ['src', 'tax', 'wire', 'web', 'policy', 'scripts', 'tests', 'bench', 'city', 'simulation', 'deploy'];
const IMPORT =
  /(?:^|\n)\s*(?:import|export)\s[^'";]*?from\s*'(\.[^']+)'|import\(\s*'(\.[^']+)'\s*\)|(?:^|\n)\s*import\s*'(\.[^']+)'/g;

function importsOf(path: string, text: string): string[] {
  return [...text.matchAll(IMPORT)].map((match) =>
    posix.normalize(posix.join(posix.dirname(path), match[1] ?? match[2] ?? match[3] ?? '')),
  );
}

export function readSources(): SourceFile[] {
  return FOLDERS.flatMap((folder) => globSync(`${folder}/**/*.{ts,tsx}`, { cwd: ROOT }))
    .map((path) => path.replaceAll('\\', '/'))
    .filter((path) => !path.includes('node_modules'))
    .sort()
    .map((path) => {
      const text = readFileSync(join(ROOT, path), 'utf8');
      return { path, text, imports: importsOf(path, text) };
    });
}

export function isTest(path: string): boolean {
  return (
    /\.test\.tsx?$/.test(path) ||
    path.startsWith('tests/') ||
    path.includes('/testing/') ||
    path.includes('/conformance/')
  );
}
