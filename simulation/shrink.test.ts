/** A failing run is shrunk to what it needs: on stories of a made-up bug, and on a bug planted in the rule that charges late days. */
import { describe, expect, inject, test, vi } from 'vitest';
import { ulid } from '../src/kernel/ids.ts';
import { month } from '../src/kernel/month.ts';
import { databasesOn } from './databases.ts';
import { type RunResult, runSteps } from './run.ts';
import { kindOf, shrink } from './shrink.ts';
import { planSteps, type Step } from './steps.ts';

const planted = vi.hoisted(() => ({ on: false }));
// 滞纳天数多算一天: the step that issues the bill is told of it, so no run has to live on to the end of its month.
vi.mock('../src/rules/late-charges.ts', async (original) => {
  const real = await original<typeof import('../src/rules/late-charges.ts')>();
  return {
    ...real,
    lateCharges: (...args: Parameters<typeof real.lateCharges>) => {
      const charges = real.lateCharges(...args);
      return planted.on ? { ...charges, days: charges.days + 1 } : charges;
    },
  };
});

const FROM = month('2023-01');
const SEED = '7';
/** What a bill needs, among what it does not. */
const STORY: readonly (readonly [string, Step['act']])[] = [
  ['2023-01-02 09:00:00', 'badRows'],
  ['2023-01-02 10:00:00', 'declare'],
  ['2023-01-02 11:00:00', 'badFile'],
  ['2023-01-02 12:00:00', 'issue'],
  ['2023-01-02 13:00:00', 'undo'],
];
const TIMEOUT_MS = 600_000;

const EMPTY = { story: [], hash: '', counts: {}, seconds: 0 };
const resultOf = (violations: readonly string[], failedAt?: number): RunResult => ({ ...EMPTY, violations, failedAt });

describe('a made-up bug', () => {
  const steps = planSteps('shrink', FROM, 3);
  const pick = (act: Step['act'], after = 0): Step => {
    const found = steps.find((step) => step.act === act && step.id > after);
    if (!found) throw new Error(`no ${act} in the plan`);
    return found;
  };
  const first = pick('declare');
  const second = pick('issue', first.id);
  const cut = steps.find((step) => step.crash && step.id > second.id) as Step;
  const needed = [first.id, second.id, cut.id];

  /** Fails when the three steps are there; the last must be cut short. */
  const run = async (some: readonly Step[]): Promise<RunResult> => {
    const ids = new Set(some.map((step) => step.id));
    if (needed.every((id) => ids.has(id)) && some.find((step) => step.id === cut.id)?.crash) {
      // Ids are new in every run.
      return resultOf([`承诺 4：due:${ulid()} 同时在两张单据上`], cut.id);
    }
    // Another bug lies beside it: a story of that one is not the same story.
    return ids.has(second.id) ? resultOf(['承诺 2：person 重复参保'], second.id) : resultOf([]);
  };

  test('is left its three steps, the cut that it needs, and no other fault', async () => {
    const short = await shrink(steps, run, await run(steps), () => undefined);
    expect(short.steps.map((step) => step.id)).toEqual(needed);
    expect(short.steps.filter((step) => step.crash || step.beside).map((step) => step.id)).toEqual([cut.id]);
    expect(kindOf(short.result)).toBe('承诺 ：due 同时在两张单据上');
  });
});

test('a planted bug: the seed fails again in the same way, and the short story of the two steps that it needs still does', {
  timeout: TIMEOUT_MS,
}, async () => {
  const databases = databasesOn(inject('postgresUrl'));
  const steps = STORY.map(
    ([at, act], index): Step => ({ id: index + 1, at, act, employer: 1, seed: `${SEED}/${index}` }),
  );
  const run = (some: readonly Step[]) => runSteps({ databases, seed: SEED, from: FROM, months: 1, steps: some });
  planted.on = true;
  try {
    const failed = await run(steps);
    expect(failed.violations[0]).toMatch(/^承诺 4：.*加收 1 天，应为 0 天/);
    const again = await run(steps);
    expect([kindOf(again), again.failedAt, again.story]).toEqual([kindOf(failed), failed.failedAt, failed.story]);
    const short = await shrink(steps, run, failed, () => undefined);
    expect(short.steps.map((step) => step.act)).toEqual(['declare', 'issue']);
    const told = await run(short.steps);
    expect([kindOf(told), told.violations.length > 0]).toEqual([kindOf(failed), true]);
  } finally {
    planted.on = false;
  }
});
