/**
 * `npm run library`: the law as a library that stands on its own (`tongzheng/rules`, `tongzheng/calculators`), one file each without imports,
 * for Node and browsers alike. Prints the sizes.
 */
import { readFileSync } from 'node:fs';
import { join } from 'node:path';
import { parseArgs } from 'node:util';
import { gzipSync } from 'node:zlib';
import { build } from 'vite';
import { ROOT } from './shell.ts';

const ENTRIES = {
  rules: 'src/rules/index.ts',
  calculators: 'src/calculators/index.ts',
  calendar: 'src/rules/calendar-seed.ts',
};

const { values } = parseArgs({ options: { out: { type: 'string', default: join(ROOT, 'dist/library') } } });

for (const [name, entry] of Object.entries(ENTRIES)) {
  await build({
    configFile: false,
    logLevel: 'warn',
    root: ROOT,
    publicDir: false,
    build: {
      outDir: values.out,
      emptyOutDir: false,
      target: 'es2022',
      minify: true,
      lib: { entry: join(ROOT, entry), formats: ['es'], fileName: name },
    },
  });
  const text = readFileSync(join(values.out, `${name}.js`));
  const kib = (bytes: number): string => `${(bytes / 1024).toFixed(0)} KiB`;
  process.stdout.write(`${name}.js  ${kib(text.length)}，gzip ${kib(gzipSync(text).length)}\n`);
}
