/**
 * `npm run check`: types, lint and format, import directions and house rules, generated files up to date.
 * Ends with the number of failed parts; `--fix` writes what Biome and the generators can.
 */
import { existsSync } from 'node:fs';
import { join } from 'node:path';
import { type Ran, ROOT, run, runNode, runVitest } from './shell.ts';

const fix = process.argv.includes('--fix');
const bin = (name: string) => join(ROOT, 'node_modules/.bin', name);

type Part = { readonly title: string; readonly work: () => Promise<Ran> };

const parts: Part[] = [
  { title: '类型 (tsc)', work: () => run(bin('tsc'), ['-p', 'tsconfig.json']) },
  {
    title: '写法与格式 (biome)',
    work: () => run(bin('biome'), ['check', ...(fix ? ['--write'] : []), '.']),
  },
  { title: '引用方向与家规', work: () => runVitest(['tests/architecture.test.ts']) },
  { title: '生成的文件', work: () => runNode('scripts/generate.ts', fix ? [] : ['--check']) },
];

let failed = 0;
for (const part of parts) {
  const result = await part.work();
  if (result.code !== 0) failed += 1;
  process.stdout.write(`${result.code === 0 ? '✓' : '✗'} ${part.title}  ${result.seconds.toFixed(1)} 秒\n`);
}
if (!existsSync(join(ROOT, 'package-lock.json'))) failed += 1;
process.stdout.write(failed === 0 ? '检查全部通过\n' : `检查未通过：${failed} 项\n`);
process.exitCode = failed === 0 ? 0 : 1;
