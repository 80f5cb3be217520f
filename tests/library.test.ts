import { execFileSync } from 'node:child_process';
import { mkdtempSync, readFileSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterAll, beforeAll, expect, test } from 'vitest';
import { ROOT } from './source-files.ts';

/** Far from the repository: what the built library imports from a package would not be found here. */
const folder = mkdtempSync(join(tmpdir(), 'tongzheng-library-'));

beforeAll(() => {
  execFileSync(process.execPath, [join(ROOT, 'scripts/library.ts'), '--out', folder], { cwd: ROOT });
}, 60_000);
afterAll(() => rmSync(folder, { recursive: true }));

test('the library stands on its own: it imports nothing and answers the published 869.40', () => {
  for (const name of ['rules', 'calculators', 'calendar']) {
    const text = readFileSync(join(folder, `${name}.js`), 'utf8');
    expect(text.match(/(?:^|[;}\n])\s*import\s*[\w{*"']/), name).toBeNull();
    expect(text).not.toMatch(/\bprocess\.|node:/);
  }
  writeFileSync(
    join(folder, 'ask.mjs'),
    `import { createBook } from './rules.js';
     import { answerLine, findCalculator } from './calculators.js';
     const line = '{"base":"3450","region":"420500","period":"2022-09","injuryClass":1}';
     process.stdout.write(answerLine(findCalculator('contribution'), line, { book: createBook(), asOf: '2023-04-10' }));`,
  );
  const answer = execFileSync(process.execPath, ['ask.mjs'], { cwd: folder, encoding: 'utf8' });
  expect(JSON.parse(answer).total).toBe('869.40');
});

test('the package names what it exports, and each of them is built', () => {
  const { exports } = JSON.parse(readFileSync(join(ROOT, 'package.json'), 'utf8'));
  for (const [name, entry] of Object.entries<{ types: string; default: string } | string>(exports)) {
    if (typeof entry === 'string') continue;
    expect(readFileSync(join(ROOT, entry.types), 'utf8').length, name).toBeGreaterThan(0);
    expect(readFileSync(join(folder, entry.default.replace('./dist/library/', '')), 'utf8').length).toBeGreaterThan(0);
  }
});
