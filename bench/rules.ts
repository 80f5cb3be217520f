/** P2: the rule of record over typed arrays beside the same loop in C. */
import { execFileSync } from 'node:child_process';
import { mkdtempSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { INSURANCES, type Insurance } from '../src/kernel/insurance.ts';
import { month } from '../src/kernel/month.ts';
import { compileRules, contributionColumns, createBook, evaluateColumns, type MonthRules } from '../src/rules/index.ts';
import { type Bench, grouped, type Line, median, type Outcome, ratioLine, seconds } from './harness.ts';
import { peopleColumns } from './people.ts';

const WARM_UP = 3;
const C_LOOP_MAX = 3;
/** As the month's run does it: range after range into the same columns. */
const RANGE = 10_000;

const injuryOr = (rules: MonthRules, insurance: Insurance): readonly number[] =>
  insurance === 'injury' ? rules.injuryPpm : Array<number>(9).fill(rules.tables[insurance].employerPpm);

const argumentsOf = (rules: MonthRules, insurance: Insurance): string[] => {
  const { lowerFen, upperFen, personPpm } = rules.tables[insurance];
  return [rules.roundToFen, lowerFen, upperFen, personPpm, ...injuryOr(rules, insurance)].map(String);
};

export async function run(bench: Bench): Promise<Outcome> {
  const count = Math.max(...bench.people);
  const rules = compileRules(createBook(), '420500', month('2023-04'));
  const { wageFen, approved, injuryClass } = peopleColumns(count);
  const out = contributionColumns(RANGE);
  const ranges = Array.from({ length: Math.ceil(count / RANGE) }, (_, i) => {
    const [from, to] = [i * RANGE, Math.min(count, (i + 1) * RANGE)] as const;
    const cut = <T extends Float64Array | Uint8Array>(of: T) => of.subarray(from, to) as T;
    return { count: to - from, wageFen: cut(wageFen), approved: cut(approved), injuryClass: cut(injuryClass) };
  });
  const repetitions = Math.max(5, bench.repetitions);
  const product: number[] = [];
  let sum = 0;
  for (let round = 0; round < repetitions + WARM_UP; round += 1) {
    let taken = 0;
    sum = 0;
    for (const insurance of INSURANCES) {
      for (const range of ranges) {
        const started = threadMs();
        evaluateColumns(rules, insurance, range, out);
        taken += threadMs() - started;
        for (let i = 0; i < range.count; i += 1) sum += (out.employerFen[i] ?? 0) + (out.personFen[i] ?? 0);
      }
    }
    if (round >= WARM_UP) product.push(taken);
  }
  const input = Buffer.concat([wageFen, approved, injuryClass].map((c) => Buffer.from(c.buffer)));
  const loop = inC(
    INSURANCES.flatMap((insurance) => argumentsOf(rules, insurance)),
    input,
    count,
    repetitions + WARM_UP,
  );
  const size = `${grouped(count * INSURANCES.length)} 笔`;
  const common = { p: 'P2', size };
  // The peer's step was measured once where it could be installed (17–26 ms for 1,000,000 people); it is in no registry we reach.
  if (!loop) {
    const line: Line = {
      ...{
        ...common,
        what: '按规则计算（没有 C 编译器，无从对照）',
        floor: '',
        result: '',
        target: `≤ ×${C_LOOP_MAX}`,
      },
      product: seconds(median(product)),
      met: null,
    };
    return { lines: [line] };
  }
  if (loop.some((one) => one.sum !== sum)) throw new Error(`C computes ${loop[0]?.sum} fen, the rule ${sum}`);
  const floor = loop.slice(WARM_UP).map((one) => one.ms);
  const what = '按规则计算，类型数组；下限：cc -O2 的循环';
  return { lines: [ratioLine({ ...common, what, taken: { product, floor }, atMost: C_LOOP_MAX })] };
}

/** Time of this thread on a processor, as the C loop counts its own: what others do beside it is left out. */
function threadMs(): number {
  const { user, system } = process.threadCpuUsage();
  return (user + system) / 1000;
}

type Round = { readonly ms: number; readonly sum: number };

/** Undefined where no compiler is found. */
function inC(args: readonly string[], input: Buffer, count: number, repetitions: number): Round[] | undefined {
  const folder = mkdtempSync(join(tmpdir(), 'tongzheng-bench-c-'));
  try {
    const program = join(folder, 'rules');
    try {
      execFileSync('cc', ['-O2', '-o', program, join(import.meta.dirname, 'rules.c')], { stdio: 'pipe' });
    } catch {
      return undefined;
    }
    const text = execFileSync(program, [String(count), String(repetitions), ...args], { input, encoding: 'utf8' });
    return text
      .trim()
      .split('\n')
      .map((row) => row.split(' ').map(Number))
      .map(([ms = 0, sum = 0]) => ({ ms, sum }));
  } finally {
    rmSync(folder, { recursive: true });
  }
}
