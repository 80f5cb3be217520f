import { isTest, readSources } from '../../tests/source-files.ts';
import type { Generated } from '../generate.ts';

type Entry = { readonly message: string; readonly next: string };

/** Reads `code: 'DEC-004', message: '…', why: '…', next: '…'` out of the sources; template parts become 〈…〉. Looks ahead only: the next problem may begin there. */
const PROBLEM = /code:\s*'([A-Z]+(?:-[A-Z0-9]+)+)',\s*message:\s*(?:'([^']*)'|`([^`]*)`)(?=([\s\S]{0,400}))/g;
const NEXT = /next:\s*(?:'([^']*)'|`([^`]*)`)/;

function plain(text: string): string {
  return text
    .replace(/\$\{[^}]*\}/g, '〈…〉')
    .replaceAll('|', '/')
    .trim();
}

function collect(): Map<string, Entry[]> {
  const found = new Map<string, Entry[]>();
  for (const file of readSources()) {
    if (isTest(file.path) || !/^(src|tax|wire)\//.test(file.path)) continue;
    for (const match of file.text.matchAll(PROBLEM)) {
      const [, code = '', quoted, template, rest = ''] = match;
      // What follows the next closing brace belongs to another problem.
      const own = rest.split(/\n\s*\}/)[0] ?? '';
      const next = NEXT.exec(own);
      const entry = { message: plain(quoted ?? template ?? ''), next: plain(next?.[1] ?? next?.[2] ?? '') };
      const entries = found.get(code) ?? [];
      if (!entries.some((each) => each.message === entry.message)) entries.push(entry);
      found.set(code, entries);
    }
  }
  return found;
}

/** docs/errors.md: every error a user can meet, searchable by its code (HB-GEN-07). */
export function errorPages(): Generated {
  const lines = [
    '# 错误码',
    '',
    '本页由程序生成（`npm run check -- --fix`）。页面上每个错误都写明：发生了什么、为什么、怎么办、去哪里办。',
    '',
    '| 错误码 | 发生了什么 | 怎么办 |',
    '|---|---|---|',
  ];
  for (const [code, entries] of [...collect()].sort(([a], [b]) => (a < b ? -1 : 1))) {
    for (const entry of entries) lines.push(`| \`${code}\` | ${entry.message} | ${entry.next} |`);
  }
  return new Map([['docs/errors.md', `${lines.join('\n')}\n`]]);
}
