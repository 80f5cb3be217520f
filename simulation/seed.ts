import type { Month } from '../src/kernel/month.ts';
import type { Databases } from './databases.ts';
import { runSteps } from './run.ts';
import { shrink } from './shrink.ts';
import { planSteps } from './steps.ts';

/** One life and what came of it: a line of the log. */
export type SeedResult = {
  readonly seed: string;
  readonly from: Month;
  readonly months: number;
  readonly steps: number;
  readonly seconds: number;
  readonly hash: string;
  readonly violations: readonly string[];
  readonly failedAt: number | undefined;
  readonly counts: Readonly<Record<string, number>>;
  /** Of a seed that failed, as short as it would become. */
  readonly story?: readonly string[];
};

export type SeedInput = {
  readonly seed: string;
  readonly from: Month;
  readonly months: number;
  readonly shrinks: boolean;
};

/** Plays a seed; one that fails is shrunk to a short story if wanted. */
export async function playSeed(
  databases: Databases,
  { seed, from, months, shrinks }: SeedInput,
  say?: (line: string) => void,
): Promise<SeedResult> {
  const steps = planSteps(seed, from, months);
  const input = { databases, seed, from, months };
  const result = await runSteps({ ...input, steps, ...(say ? { tell: say } : {}) });
  const { violations, failedAt, counts, hash, seconds } = result;
  const found = {
    seed,
    from,
    months,
    steps: steps.length,
    seconds: Math.round(seconds * 10) / 10,
    hash,
    failedAt,
    counts,
  };
  if (violations.length === 0 || !shrinks) return { ...found, violations: violations.slice(0, 10) };
  const played = failedAt === undefined ? steps : steps.filter((step) => step.id <= failedAt);
  const short = await shrink(played, (some) => runSteps({ ...input, steps: some }), result, say ?? (() => undefined));
  return { ...found, violations: short.result.violations.slice(0, 10), story: short.result.story };
}
