import { existsSync, readFileSync } from 'node:fs';
import { Refused } from './client.ts';
import { judge, refusalText } from './expect.ts';
import { type Observed, observed } from './observed.ts';
import type { Step, Story } from './parse.ts';
import { VERBS } from './steps/index.ts';
import { checkIntegrity } from './steps/operations.ts';
import { StoryMistake, type World } from './world.ts';

export type Write = (line: string) => void;

/** Plays one story to its first failed step, then asks for the integrity of what is there. True: everything came as expected. */
export async function playStory(world: World, story: Story, write: Write): Promise<boolean> {
  write(`▶ ${story.title}`);
  let ok = true;
  for (const step of story.steps) {
    ok = await playStep(world, step, write);
    if (!ok) break;
    await world.between?.();
  }
  const sound = await soundAfterwards(world, write);
  if (!ok || !sound) for (const line of world.logs.flatMap(lastErrors)) write(`      日志 ${line}`);
  return sound && ok;
}

const LOG_LINES_MAX = 3;
/** Steps that took longer say so. */
const SLOW_SECONDS = 2;

/** Errors that a program logged: what a 500 does not say. */
function lastErrors(file: string): string[] {
  if (!existsSync(file)) return [];
  return readFileSync(file, 'utf8')
    .split('\n')
    .filter((line) => /"level":[56]0/.test(line))
    .slice(-LOG_LINES_MAX)
    .map(shorten);
}

/** The message and the lines of the stack that are ours. */
function shorten(line: string): string {
  const entry = JSON.parse(line) as { msg?: string; err?: { message?: string; stack?: string } };
  const own = (entry.err?.stack ?? '')
    .split('\n')
    .filter((each) => !each.includes('node_modules') && each.includes('file:'));
  return [entry.err?.message ?? entry.msg ?? '', ...own.slice(0, 4).map((each) => each.trim())].join('\n        ');
}

async function soundAfterwards(world: World, write: Write): Promise<boolean> {
  try {
    const { violations, promises } = await checkIntegrity(world);
    write(violations === 0 ? '  ✓ 完整性：0 处违反' : `  ✗ 完整性：${violations} 处违反`);
    for (const promise of promises) {
      for (const each of promise.violations)
        write(`      承诺${promise.no} ${promise.title}：${each.object} ${each.text}`);
    }
    return violations === 0;
  } catch (error) {
    write(`  ✗ 完整性没有查成：${(error as Error).message}`);
    return false;
  }
}

async function playStep(world: World, step: Step, write: Write): Promise<boolean> {
  const began = performance.now();
  const seen = await observe(world, step);
  const seconds = (performance.now() - began) / 1000;
  if (typeof seen === 'string') {
    write(`  ✗ ${step.text}（第 ${step.line} 行）`);
    write(`      ${seen}`);
    return false;
  }
  const verdicts = step.expectations.map((expectation) => ({ expectation, verdict: judge(expectation.text, seen) }));
  const refusalExpected = step.expectations.some(({ text }) => text.startsWith('拒绝'));
  const refusedUnexpectedly = (seen.refused?.length ?? 0) > 0 && !refusalExpected;
  const ok = !refusedUnexpectedly && verdicts.every(({ verdict }) => verdict.ok);
  write(
    `  ${ok ? '✓' : '✗'} ${step.text}（第 ${step.line} 行${seconds < SLOW_SECONDS ? '' : `，${seconds.toFixed(1)} 秒`}）`,
  );
  if (refusedUnexpectedly) write(`      被拒绝：${refusalText(seen)}`);
  for (const { expectation, verdict } of verdicts) {
    write(`    ${verdict.ok ? '✓' : '✗'} 预期 ${expectation.text}`);
    write(`        得到 ${verdict.came}`);
  }
  return ok;
}

/** A string says what is wrong with the step itself. */
async function observe(world: World, step: Step): Promise<Observed | string> {
  const verb = VERBS[step.verb];
  if (!verb) return `没有“${step.verb}”这种步骤；有：${Object.keys(VERBS).join('、')}`;
  try {
    return await verb(world, step);
  } catch (error) {
    if (error instanceof Refused) return observed({ refused: error.problems, raw: error.problems });
    if (error instanceof StoryMistake) return `故事写得不对：${error.message}`;
    return `程序出错：${(error as Error).stack ?? String(error)}`;
  }
}
