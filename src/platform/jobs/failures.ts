import type { JobResult } from './job.ts';

/** A thing of a job that could not be done: 单据, 款项. */
export type Failure = { readonly of: string; readonly error: unknown };

const NAMED_MAX = 5;

/** What a run has done. With failures it ends as failed and names them: so it is tried again, and stands on the operations page. */
export function doneUnless(failed: readonly Failure[], done: JobResult): JobResult {
  if (failed.length === 0) return done;
  const counts = Object.entries(done).map(([label, count]) => `${label} ${count}`);
  const first = failed
    .slice(0, NAMED_MAX)
    .map(({ of, error }) => `${of}（${error instanceof Error ? error.message : String(error)}）`);
  const named = `${first.join('、')}${failed.length > NAMED_MAX ? ' 等' : ''}`;
  throw new Error(`${counts.join('，')}，失败 ${failed.length}：${named}`);
}
