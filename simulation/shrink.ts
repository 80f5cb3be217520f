import type { RunResult } from './run.ts';
import type { Step } from './steps.ts';

/** Runs, not minutes: the same failure is shrunk to the same story on any machine. */
const ATTEMPTS_MAX = 200;

const ULIDS = /[0-9A-HJKMNP-TV-Z]{26}/g;

/** The kind of a violation, without ids, numbers and names: while shrinking it must stay the same bug. */
export const kindOf = (result: RunResult): string =>
  (result.violations[0] ?? '')
    .replaceAll(ULIDS, '')
    .replaceAll(/[\d\-:.]+/g, '')
    .slice(0, 24);

/** Leaves out steps as long as the run still fails in the same way: halves first, then ever smaller pieces, then single faults. */
export async function shrink(
  steps: readonly Step[],
  run: (steps: readonly Step[]) => Promise<RunResult>,
  first: RunResult,
  tell: (line: string) => void,
): Promise<{ readonly steps: readonly Step[]; readonly result: RunResult }> {
  const wanted = kindOf(first);
  let left = ATTEMPTS_MAX;
  let best = { steps, result: first };
  const attempt = async (some: readonly Step[]): Promise<boolean> => {
    if (left === 0) return false;
    left -= 1;
    const result = await run(some);
    if (result.violations.length === 0 || kindOf(result) !== wanted) return false;
    const end = result.failedAt;
    best = { steps: end === undefined ? some : some.filter((step) => step.id <= end), result };
    tell(`  缩到 ${best.steps.length} 步`);
    return true;
  };
  for (let size = Math.ceil(steps.length / 2); size >= 1; size = size === 1 ? 0 : Math.ceil(size / 2)) {
    for (let at = 0; at < best.steps.length; ) {
      const without = best.steps.filter((_, index) => index < at || index >= at + size);
      if (without.length === best.steps.length || !(await attempt(without))) at += size;
    }
  }
  for (const { id } of best.steps) {
    const calm = best.steps.map((step) => (step.id === id ? { ...step, crash: undefined, beside: undefined } : step));
    if (best.steps.some((step) => step.id === id && (step.crash || step.beside))) await attempt(calm as Step[]);
  }
  return best;
}
