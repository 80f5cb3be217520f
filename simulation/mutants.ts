/**
 * `node scripts/run.cjs simulation/mutants.ts [--only name] [--seeds 20] [--months 3] [--write]`: plants one bug at a time in a copy of the
 * tree and says which seed of the simulation catches it. A simulation that misses one does not prove what it claims. `--write` keeps the
 * result as a table in docs/how-to/planted-bugs.md.
 */
import { spawnSync } from 'node:child_process';
import { cpSync, mkdtempSync, readFileSync, rmSync, symlinkSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { fileURLToPath } from 'node:url';
import { parseArgs } from 'node:util';
import { MUTANTS, type Mutant } from './planted-bugs.ts';

const ROOT = fileURLToPath(new URL('..', import.meta.url));
const COPIED = [
  'src',
  'tax',
  'wire',
  'policy',
  'tests',
  'city',
  'simulation',
  'scripts',
  'package.json',
  'tsconfig.json',
];
const TABLE = join(ROOT, 'docs/how-to/planted-bugs.md');
const SYMPTOM_MAX = 90;
const HUNT_MS_MAX = 30 * 60_000;

const { values } = parseArgs({
  options: {
    only: { type: 'string' },
    seeds: { type: 'string', default: '20' },
    months: { type: 'string', default: '3' },
    write: { type: 'boolean', default: false },
  },
});

if (values.only && values.write) {
  process.stderr.write('--write 写的是整张表，不能和 --only 一起用\n');
  process.exit(2);
}

function plant(mutant: Mutant): string {
  const copy = mkdtempSync(join(tmpdir(), 'tongzheng-mutant-'));
  for (const name of COPIED) cpSync(join(ROOT, name), join(copy, name), { recursive: true });
  symlinkSync(join(ROOT, 'node_modules'), join(copy, 'node_modules'));
  const path = join(copy, mutant.file);
  const text = readFileSync(path, 'utf8');
  if (text.split(mutant.from).length !== 2)
    throw new Error(`${mutant.name}: ${mutant.file} has no single place for it`);
  writeFileSync(
    path,
    text.replace(mutant.from, () => mutant.to),
  );
  return copy;
}

const monthsOf = ({ months }: Mutant): string => (months === undefined ? values.months : String(months));

type Caught = { readonly mutant: Mutant; readonly seed: string | undefined; readonly symptom: string };

function hunt(mutant: Mutant): Caught {
  const copy = plant(mutant);
  try {
    const args = ['simulation/main.ts', '--seed', '1', '--seeds', values.seeds, '--months', monthsOf(mutant)];
    const ran = spawnSync(process.execPath, [...args, '--no-shrink', '--until-failure'], {
      cwd: copy,
      encoding: 'utf8',
      timeout: HUNT_MS_MAX,
    });
    const [, seed, symptom = ''] = /^种子 (\S+)：第 .* 步后违反\n(.*)$/m.exec(ran.stdout) ?? [];
    // All seeds lived without a violation: missed. Anything else says nothing about the simulation.
    if (!seed && ran.status !== 0) throw new Error(`${mutant.name}: ${ran.error?.message ?? ran.stderr.slice(-1_000)}`);
    return { mutant, seed, symptom };
  } finally {
    rmSync(copy, { recursive: true, force: true });
  }
}

const found: Caught[] = [];
for (const mutant of MUTANTS.filter((one) => !values.only || one.name === values.only)) {
  const one = hunt(mutant);
  found.push(one);
  const words = one.seed ? `种子 ${one.seed} 抓到：${one.symptom.slice(0, 160)}` : `漏过 ${one.symptom}`;
  process.stdout.write(`${mutant.name}（${mutant.file}）：${words}\n`);
}
if (values.write) writeFileSync(TABLE, table(found));
process.exitCode = found.some((one) => !one.seed) ? 1 : 0;

/** Names of people and the like have no place in it: the symptom is cut short. */
function table(caught: readonly Caught[]): string {
  const rows = caught.map(
    ({ mutant, seed, symptom }) =>
      `| ${mutant.name} | \`${mutant.file}\` | ${monthsOf(mutant)} | ${seed ?? '漏过'} | ${symptom.slice(0, SYMPTOM_MAX).replaceAll('|', '\\|')} |`,
  );
  return [
    '# 植入的错',
    '',
    '模拟证明不了它看不见的错，所以下面每种错都植入一次，看第几个种子抓到。没有植入过、也就没有这样证明的：防重号、审计链、收发引擎里次序以外的规则，以及只有承诺 2 才看得出的错；它们各由旁边的测试守着。本页由下面的命令写成，不手改；单跑一种用 `--only 名字`：',
    '',
    `    node scripts/run.cjs simulation/mutants.ts --seeds ${values.seeds} --months ${values.months} --write`,
    '',
    `每个种子 ${values.months} 个月（年度计息要活到次年七月），至多 ${values.seeds} 个种子。植入的地方在 \`simulation/planted-bugs.ts\`；照着改了源码，\`npm run simulate -- --seed 种子 --months 月数\` 就重放抓到它的那一生，并缩成一个短故事。`,
    '',
    '| 植入的错 | 改动处 | 月数 | 抓到的种子 | 怎样看出 |',
    '|---|---|---:|---:|---|',
    ...rows,
    '',
  ].join('\n');
}
