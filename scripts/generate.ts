/**
 * Writes the files that are made from the code and checked in; `--check` only compares and ends with 1 when one has drifted.
 * Each generator returns path → text.
 */
import { existsSync, mkdirSync, readFileSync, writeFileSync } from 'node:fs';
import { dirname, join } from 'node:path';
import { calculatorPages } from './generate/calculators.ts';
import { browserCalendar } from './generate/calendar.ts';
import { errorPages } from './generate/errors.ts';
import { openApi } from './generate/openapi.ts';
import { ROOT } from './shell.ts';

export type Generated = ReadonlyMap<string, string>;

const GENERATORS: readonly (() => Promise<Generated> | Generated)[] = [
  browserCalendar,
  calculatorPages,
  errorPages,
  openApi,
];

const check = process.argv.includes('--check');
let drifted = 0;
for (const generate of GENERATORS) {
  for (const [path, text] of await generate()) {
    const file = join(ROOT, path);
    if (existsSync(file) && readFileSync(file, 'utf8') === text) continue;
    drifted += 1;
    if (check) {
      process.stderr.write(`${path} 与代码不一致，请运行 npm run check -- --fix\n`);
      continue;
    }
    mkdirSync(dirname(file), { recursive: true });
    writeFileSync(file, text);
    process.stdout.write(`已写 ${path}\n`);
  }
}
process.exitCode = check && drifted > 0 ? 1 : 0;
