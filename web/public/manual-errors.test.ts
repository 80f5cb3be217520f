import { globSync, readFileSync } from 'node:fs';
import { describe, expect, it } from 'vitest';
import { ERROR_PAGES } from './manual-errors.ts';

const root = new URL('../../', import.meta.url).pathname;

describe('the manual of error codes (HB-GEN-07)', () => {
  const known = new Set(ERROR_PAGES.map((page) => page.code));

  it('has a page for every code the agency can answer', () => {
    const used = new Set<string>();
    for (const file of globSync('src/**/*.ts', { cwd: root })) {
      if (file.endsWith('.test.ts')) continue;
      for (const [, code = ''] of readFileSync(`${root}${file}`, 'utf8').matchAll(/code: '([A-Z]+-\d{3})'/g))
        used.add(code);
    }
    expect(used.size).toBeGreaterThan(50);
    expect([...used].filter((code) => !known.has(code)).sort()).toEqual([]);
  });

  it('lists each code once, in order, with something to do', () => {
    const codes = ERROR_PAGES.map((page) => page.code);
    expect(codes).toEqual([...new Set(codes)].sort());
    expect(ERROR_PAGES.filter((page) => page.message === '' || page.next === '')).toEqual([]);
  });
});
