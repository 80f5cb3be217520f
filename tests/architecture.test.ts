import { existsSync, globSync, readdirSync, readFileSync } from 'node:fs';
import { join } from 'node:path';
import { describe, expect, test } from 'vitest';
import { importViolations } from './import-rules.ts';
import { isTest, ROOT, readSources } from './source-files.ts';
import { unusedExports } from './unused-exports.ts';

const files = readSources();
const product = files.filter((file) => !isTest(file.path));

/** Lines of the given files that match, as `path:line: text`. */
function linesMatching(pattern: RegExp, of = product): string[] {
  return of.flatMap((file) =>
    file.text
      .split('\n')
      .map((line, index) => ({ line, at: `${file.path}:${index + 1}: ${line.trim()}` }))
      .filter(({ line }) => pattern.test(line))
      .map(({ at }) => at),
  );
}

describe('the reader of imports', () => {
  test('sees the house, so that an empty list means clean and not blind', () => {
    expect(product.length).toBeGreaterThan(20);
    const imports = product.reduce((sum, file) => sum + file.imports.length, 0);
    expect(imports).toBeGreaterThan(20);
    const rooms = readdirSync(ROOT, { withFileTypes: true })
      .filter((entry) => entry.isDirectory() && !/^\.|^(?:node_modules|dist)$/.test(entry.name))
      .filter(({ name }) => globSync(`${name}/**/*.{ts,tsx}`, { cwd: ROOT }).length > 0);
    const seen = new Set(files.map(({ path }) => path.split('/')[0]));
    expect(rooms.map(({ name }) => name).filter((name) => !seen.has(name))).toEqual([]);
  });

  test('refuses what the table forbids and allows what it opens', () => {
    const file = (path: string, target: string) => ({ path, text: '', imports: [target] });
    expect(importViolations([file('src/kernel/fen.ts', 'src/rules/book.ts')])).toHaveLength(1);
    expect(importViolations([file('src/registry/store.ts', 'src/collection/index.ts')])).toHaveLength(1);
    expect(importViolations([file('src/collection/store.ts', 'src/registry/store.ts')])).toHaveLength(1);
    expect(importViolations([file('src/items/a.ts', 'src/collection/store.ts')])).toHaveLength(1);
    expect(importViolations([file('tax/server.ts', 'src/collection/index.ts')])).toHaveLength(1);
    expect(importViolations([file('web/a.tsx', 'src/collection/index.ts')])).toHaveLength(1);
    expect(importViolations([file('deploy/citus/setup.ts', 'src/platform/db.ts')])).toHaveLength(1);
    expect(importViolations([file('src/control/index.ts', 'simulation/law.ts')])).toHaveLength(1);
    expect(importViolations([file('src/collection/store.ts', 'src/registry/index.ts')])).toHaveLength(0);
    expect(importViolations([file('web/a.tsx', 'src/collection/contract.ts')])).toHaveLength(0);
    expect(importViolations([file('tax/server.ts', 'src/platform/db.ts')])).toHaveLength(0);
    expect(importViolations([file('simulation/life.ts', 'src/collection/store.ts')])).toHaveLength(0);
  });
});

describe('the house', () => {
  test('imports point one way', () => {
    expect(importViolations(files)).toEqual([]);
  });

  test('no file of the product is longer than 400 lines', () => {
    const long = product.filter((file) => file.text.split('\n').length > 401).map((file) => file.path);
    expect(long).toEqual([]);
  });

  test('only store files of a domain write SQL', () => {
    const outside = product
      .filter((file) =>
        /^src\/(registry|enrolment|wages|collection|account|fund|casework|archive|items)\//.test(file.path),
      )
      .filter((file) => !/(\/|-)store\.ts$|\/store\/|\/testing\.ts$/.test(file.path))
      .filter((file) => /sql(?:<[^`]*>)?`\s*(?:select|insert|update|delete|with)\b/i.test(file.text))
      .map((file) => file.path);
    expect(outside).toEqual([]);
  });

  test('what leaves its file is named by another', () => {
    const file = (path: string, text: string) => ({ path, text, imports: [] });
    const own = file('src/a/b.ts', 'export const used = 1;\nexport async function alone() {}\nexport type Told = 1;\n');
    const other = file('src/c.ts', "import { type Told, used as seen } from './a/b.ts';\n");
    expect(unusedExports([own, other])).toEqual(['src/a/b.ts alone']);
    expect(unusedExports([own, file('src/c.ts', "export * from './a/b.ts';\n")])).toEqual([]);
    expect(unusedExports(files)).toEqual([]);
  });

  test('no half-done marks', () => {
    expect(linesMatching(/\b(?:TODO|FIXME|XXX|HACK)\b/)).toEqual([]);
  });
});

describe('money', () => {
  test('no floating-point helper is used where money is computed', () => {
    const paths = product.filter((file) => /^(src\/(?!app\/|platform\/)|tax\/|wire\/)/.test(file.path));
    expect(linesMatching(/\bparseFloat\(|\.toFixed\(|\bMath\.round\(.*[Ff]en/, paths)).toEqual([]);
  });
});

describe('the lock file', () => {
  test('names no registry, so that any mirror serves it', () => {
    expect(readFileSync(join(ROOT, 'package-lock.json'), 'utf8')).not.toContain('"resolved"');
  });
});

describe('documents', () => {
  test('every dependency has its reason', () => {
    const manifest = JSON.parse(readFileSync(join(ROOT, 'package.json'), 'utf8')) as Record<
      string,
      Record<string, string>
    >;
    const reasons = readFileSync(join(ROOT, 'docs/dependencies.md'), 'utf8');
    const names = Object.keys({ ...manifest.dependencies, ...manifest.devDependencies });
    expect(names.length).toBeGreaterThan(20);
    expect(names.filter((name) => !reasons.includes(`\`${name}\``))).toEqual([]);
  });

  test('links between documents lead somewhere', () => {
    const documents = [...globSync('*.md', { cwd: ROOT }), ...globSync('{docs,deploy}/**/*.md', { cwd: ROOT })];
    expect(documents.length).toBeGreaterThan(3);
    const broken = documents.flatMap((path) => {
      const text = readFileSync(join(ROOT, path), 'utf8');
      return [...text.matchAll(/\]\((?!https?:|#|mailto:)([^)#\s]+)/g)]
        .map((match) => match[1] ?? '')
        .filter((target) => !existsSync(join(ROOT, path, '..', target)))
        .map((target) => `${path} → ${target}`);
    });
    expect(broken).toEqual([]);
  });
});
