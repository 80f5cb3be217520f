/**
 * `node bench/calc.ts [--lines 1000000]`: a stream of contribution lines through `tongzheng calc`, beside the same lines read and
 * written without computing, and beside parsing alone. Prints rows a second and the peak memory of each process.
 */
import { spawn } from 'node:child_process';
import { createReadStream, createWriteStream, mkdtempSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { pipeline } from 'node:stream/promises';
import { parseArgs } from 'node:util';
import { eachLine } from '../src/app/cli/each-line.ts';
import { answerLine, findCalculator } from '../src/calculators/index.ts';
import { workCalendar } from '../src/kernel/calendar.ts';
import { civilDate } from '../src/kernel/month.ts';
import { calendarSeedRows } from '../src/rules/calendar-seed.ts';
import { createBook } from '../src/rules/index.ts';

const { values } = parseArgs({
  options: {
    lines: { type: 'string', default: '1000000' },
    repetitions: { type: 'string', default: '3' },
    run: { type: 'string' },
  },
});

/** Children run under the heap bounds of `npx tongzheng calc` (bin/tongzheng.cjs). What a child does with each line. */
const WORK: Readonly<Record<string, () => (line: string) => string>> = {
  copy: () => (line) => line,
  parse: () => (line) => JSON.stringify(JSON.parse(line)),
  calc: () => {
    const calculator = findCalculator('contribution');
    if (!calculator) throw new Error('no calculator contribution');
    const env = { book: createBook(), calendar: workCalendar(calendarSeedRows()), asOf: civilDate('2026-11-21') };
    return (line) => answerLine(calculator, line, env);
  },
};

function* lines(count: number): Generator<string> {
  let block = '';
  for (let i = 0; i < count; i += 1) {
    const base = `${3450 + ((i * 7919) % 14550)}.${String(i % 100).padStart(2, '0')}`;
    const period = `2022-${String(7 + (i % 6)).padStart(2, '0')}`;
    block += `{"base":"${base}","region":"420500","period":"${period}","injuryClass":${(i % 8) + 1}}\n`;
    if (block.length > 1_000_000) {
      yield block;
      block = '';
    }
  }
  yield block;
}

type Run = { readonly seconds: number; readonly rssMiB: number };

async function child(work: string, input: string, output: string): Promise<Run> {
  const started = performance.now();
  const process_ = spawn(
    process.execPath,
    ['--max-old-space-size=128', '--max-semi-space-size=4', import.meta.filename, '--run', work],
    { stdio: ['pipe', 'pipe', 'pipe'] },
  );
  let report = '';
  process_.stderr.setEncoding('utf8').on('data', (chunk: string) => {
    report += chunk;
  });
  const ended = new Promise<void>((resolve) => process_.on('close', () => resolve()));
  await Promise.all([
    pipeline(createReadStream(input), process_.stdin),
    pipeline(process_.stdout, createWriteStream(output)),
    ended,
  ]);
  return { seconds: (performance.now() - started) / 1000, rssMiB: Number(report) / 1024 };
}

async function main(): Promise<void> {
  const count = Number(values.lines);
  const folder = mkdtempSync(join(tmpdir(), 'tongzheng-calc-'));
  try {
    const input = join(folder, 'in.jsonl');
    await pipeline(lines(count), createWriteStream(input));
    const rows: string[] = [];
    for (const work of Object.keys(WORK)) {
      const runs: Run[] = [];
      for (let i = 0; i < Number(values.repetitions); i += 1)
        runs.push(await child(work, input, join(folder, 'out.jsonl')));
      const seconds = runs.map((run) => run.seconds).sort((a, b) => a - b)[Math.floor(runs.length / 2)] ?? 0;
      const rss = Math.max(...runs.map((run) => run.rssMiB));
      rows.push(
        `| ${work} | ${seconds.toFixed(2)} s | ${Math.round(count / seconds).toLocaleString('en')} | ${rss.toFixed(0)} MiB |`,
      );
    }
    process.stdout.write(`${count} lines\n| work | median | rows/s | peak RSS |\n${rows.join('\n')}\n`);
  } finally {
    rmSync(folder, { recursive: true });
  }
}

if (values.run) {
  const work = WORK[values.run]?.();
  if (!work) throw new Error(`no work ${values.run}`);
  await eachLine(process.stdin, process.stdout, work);
  process.stderr.write(String(process.resourceUsage().maxRSS));
} else {
  await main();
}
