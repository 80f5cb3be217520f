import { readFileSync, writeFileSync } from 'node:fs';
import { availableParallelism, totalmem } from 'node:os';
import { join } from 'node:path';

export type Measured = {
  readonly people: number;
  /** Lines of one month. */
  readonly lines: number;
  /** Medians over the repetitions. */
  readonly closeMs: number;
  readonly floorMs: number;
  readonly ratio: number;
  /** The same month once more: nothing to post. */
  readonly againMs: number;
  readonly rssBytes: number;
  readonly bytesPerPersonMonth: number;
};

const seconds = (ms: number): string => `${(ms / 1000).toFixed(2)} s`;
const grouped = (n: number): string => Math.round(n).toLocaleString('en');

function tableOf(measured: readonly Measured[]): string {
  const head = ['人数', '明细', '月结', '下限', '比值', '明细/秒', '再做一遍', 'RSS', '字节/人月', '增长'];
  const rows = measured.map((one, i) => {
    const former = measured[i - 1];
    return [
      grouped(one.people),
      grouped(one.lines),
      seconds(one.closeMs),
      seconds(one.floorMs),
      one.ratio.toFixed(2),
      grouped((one.lines / one.closeMs) * 1000),
      seconds(one.againMs),
      `${grouped(one.rssBytes / 2 ** 20)} MiB`,
      one.bytesPerPersonMonth.toFixed(0),
      former
        ? `×${(one.closeMs / former.closeMs).toFixed(1)}（人数 ×${(one.people / former.people).toFixed(0)}）`
        : '–',
    ];
  });
  return [head, head.map(() => '---:'), ...rows].map((cells) => `| ${cells.join(' | ')} |`).join('\n');
}

export function printTable(measured: readonly Measured[]): void {
  process.stdout.write(`${tableOf(measured)}\n`);
}

const BEGIN = '<!-- results: written by bench/run.ts -->';
const END = '<!-- /results -->';

export function writeReadme(
  measured: readonly Measured[],
  { version, command }: { readonly version: string; readonly command: string },
): void {
  const file = join(import.meta.dirname, 'README.md');
  const text = readFileSync(file, 'utf8');
  const [before, rest] = text.split(BEGIN);
  const after = rest?.split(END)[1];
  if (after === undefined) throw new Error('bench/README.md has lost its marks of the results');
  const machine = `${availableParallelism()} 核，内存 ${Math.round(totalmem() / 2 ** 30)} GiB，PostgreSQL ${version}（fsync 开），Node ${process.versions.node}`;
  const body = `${new Date().toISOString().slice(0, 10)} · ${machine}\n\n    ${command}\n\n${tableOf(measured)}`;
  writeFileSync(file, `${before}${BEGIN}\n${body}\n${END}${after}`);
}
