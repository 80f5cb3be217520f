import { readFileSync } from 'node:fs';
import { join } from 'node:path';
import { expect, test } from 'vitest';
import { MUTANTS } from './planted-bugs.ts';

test.each(MUTANTS)('$name still has its one place in $file', ({ file, from }) => {
  const text = readFileSync(join(import.meta.dirname, '..', file), 'utf8');
  expect(text.split(from)).toHaveLength(2);
});
