/** Lines that were measured are kept in results.json; the table of README.md and the chart are written from them. */
import { execFileSync } from 'node:child_process';
import { existsSync, readFileSync, writeFileSync } from 'node:fs';
import { availableParallelism, loadavg, totalmem } from 'node:os';
import { join } from 'node:path';
import type { CaseEntry } from './cases.ts';
import type { GrowthPoint, Line, Outcome } from './harness.ts';

/** Under what circumstances a line was measured. */
export type Run = {
  readonly date: string;
  readonly commit: string;
  readonly command: string;
  readonly machine: string;
  readonly node: string;
  readonly postgres: string;
  /** Load average of the minute before the case. */
  readonly load: number;
};

type KeptLine = Line & { readonly run: Run };
type KeptCase = { readonly lines: readonly KeptLine[]; readonly growth: readonly GrowthPoint[] };
export type Kept = Readonly<Record<string, KeptCase>>;

const RESULTS = join(import.meta.dirname, 'results.json');
const README = join(import.meta.dirname, 'README.md');
const CHART = join(import.meta.dirname, 'growth.svg');
const BEGIN = '<!-- results: written by bench/run.ts -->';
const END = '<!-- /results -->';
/** Above it somebody else was at work too. */
const IDLE_LOAD_MAX = 0.5;

export function describeRun(key: string, args: readonly string[]): Omit<Run, 'postgres'> {
  const own = args.filter((arg, i) => !arg.startsWith('--only') && args[i - 1] !== '--only');
  return {
    date: new Date().toISOString().slice(0, 10),
    commit: commitOf(),
    command: ['npm run bench -- --only', key, ...own].join(' '),
    machine: `${availableParallelism()} 核，内存 ${Math.round(totalmem() / 2 ** 30)} GiB`,
    node: process.versions.node,
    load: Math.round((loadavg()[0] ?? 0) * 10) / 10,
  };
}

function commitOf(): string {
  try {
    return execFileSync('git', ['rev-parse', '--short=7', 'HEAD'], {
      cwd: import.meta.dirname,
      encoding: 'utf8',
      stdio: ['ignore', 'pipe', 'ignore'],
    }).trim();
  } catch {
    return '–';
  }
}

export function readKept(): Kept {
  return existsSync(RESULTS) ? (JSON.parse(readFileSync(RESULTS, 'utf8')) as Kept) : {};
}

const nameOf = ({ p, what, size }: Line): string => [p, what, size].join('|');
const pointOf = ({ series, people }: GrowthPoint): string => `${series}|${people}`;

/** Puts what was measured in the place of the same lines of an earlier run. */
export function keep(key: string, outcome: Outcome, run: Run): void {
  const kept = readKept();
  const former = kept[key] ?? { lines: [], growth: [] };
  const growth = outcome.growth ?? [];
  const renewed = new Map(outcome.lines.map((line) => [nameOf(line), { ...line, run }]));
  const points = new Set(growth.map(pointOf));
  const lines = former.lines.map((line) => {
    const newer = renewed.get(nameOf(line));
    renewed.delete(nameOf(line));
    return newer ?? line;
  });
  const next: Kept = {
    ...kept,
    [key]: {
      lines: [...lines, ...renewed.values()],
      growth: [...former.growth.filter((point) => !points.has(pointOf(point))), ...growth],
    },
  };
  writeFileSync(RESULTS, `${JSON.stringify(next, null, 2)}\n`);
}

const table = (rows: readonly (readonly string[])[]): string =>
  rows.map((cells) => `| ${cells.join(' | ')} |`).join('\n');
const cells = (line: Line): string[] => [
  ...[line.p, line.what, line.size, line.product, line.floor, line.result, line.target],
  line.met === null ? '' : line.met ? '达到' : '**未达到**',
];

export function printLines(lines: readonly Line[]): void {
  process.stdout.write(`${table(lines.map(cells))}\n`);
}

function tableOf(cases: readonly CaseEntry[], kept: Kept): string {
  const head = ['目标号', '做什么', '规模', '统征', '下限', '结果', '目标', '达到', '何时、何处'];
  const rows = cases
    .flatMap(({ key }) => kept[key]?.lines ?? [])
    .map((line): readonly string[] => {
      const { date, commit, load } = line.run;
      return [...cells(line), `${date} ${commit}${load > IDLE_LOAD_MAX ? `，机器忙 ${load}` : ''}`];
    });
  // Stable: lines of one target stand together, in the order of their cases.
  const number = (row: readonly string[]): number => Number(row[0]?.slice(1)) || 99;
  rows.sort((a, b) => number(a) - number(b));
  return table([head, head.map((_, i) => (i >= 2 && i <= 6 ? '---:' : '---')), ...rows]);
}

export async function writeReport(cases: readonly CaseEntry[], kept: Kept): Promise<void> {
  const text = readFileSync(README, 'utf8');
  const [before, rest] = text.split(BEGIN);
  const after = rest?.split(END)[1];
  if (after === undefined) throw new Error('bench/README.md has lost its marks of the results');
  const runs = cases.flatMap(({ key }) => kept[key]?.lines ?? []).map(({ run }) => run);
  const machines = new Set(
    runs.map(({ machine, node, postgres }) => `${machine}，Node ${node}${postgres ? `，PostgreSQL ${postgres}` : ''}`),
  );
  const commands = new Set(runs.map(({ command }) => command));
  const growth = cases.flatMap(({ key }) => kept[key]?.growth ?? []);
  if (growth.length > 0) {
    // Loaded here, so that the library does not weigh on the memory that a case measures.
    const { growthChart } = await import('./chart.ts');
    writeFileSync(CHART, growthChart(growth));
  }
  const body = [
    ...[...machines].map((machine) => `- 机器：${machine}`),
    ...[...commands].map((command) => `- \`${command}\``),
    '',
    tableOf(cases, kept),
    '',
    ...(growth.length > 0 ? ['![时间随人数增长](growth.svg)', ''] : []),
    '各项怎样量：',
    '',
    ...cases.map(({ key, title, about }) => `- **${title}**（\`${key}\`）：${about}`),
  ].join('\n');
  writeFileSync(README, `${before}${BEGIN}\n${body}\n${END}${after}`);
}
