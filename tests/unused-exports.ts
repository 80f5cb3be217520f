import { posix } from 'node:path';
import type { SourceFile } from './source-files.ts';

const VALUE = /^export (?:async )?(?:function\*?|const|let|class) (\w+)/gm;
/** `import { a, type b as c } from './d.ts'`, and the same with `export`. */
const LIST = /(?:^|\n)\s*(?:import|export)\s[^'";]*?\{([^}]*)\}\s*from\s*'(\.[^']+)'/g;
/** `import * as a from`, `export * from`, `import('./a.ts')`: takes all there is. */
const ALL = /(?:^|\n)\s*(?:import|export)\s+(?:type\s+)?\*[^'";]*?from\s*'(\.[^']+)'|import\(\s*'(\.[^']+)'\s*\)/g;

/**
 * Functions, constants and classes that leave their file and are named by no other. Types may leave it freely: they say what a function
 * takes and gives. What an index.ts passes on is named by it; what a file that takes everything makes of it is not looked at.
 */
export function unusedExports(files: readonly SourceFile[]): string[] {
  const taken = new Set<string>();
  const whole = new Set<string>();
  for (const { path, text } of files) {
    const at = (target = ''): string => posix.normalize(posix.join(posix.dirname(path), target));
    for (const [, names = '', target] of text.matchAll(LIST)) {
      for (const name of names.split(',')) {
        const [, own] = /^\s*(?:type\s+)?(\w+)/.exec(name) ?? [];
        if (own) taken.add(`${at(target)} ${own}`);
      }
    }
    for (const [, stars, called] of text.matchAll(ALL)) whole.add(at(stars ?? called));
  }
  return files
    .filter(({ path }) => !whole.has(path))
    .flatMap(({ path, text }) => [...text.matchAll(VALUE)].map(([, name]) => `${path} ${name}`))
    .filter((one) => !taken.has(one));
}
