import { parseMoment } from '../../../kernel/month.ts';
import { observed } from '../observed.ts';
import { mistake, type Verb, type World } from '../world.ts';
import { staffOf } from './session.ts';

export type Integrity = {
  readonly violations: number;
  readonly promises: readonly {
    readonly no: number;
    readonly title: string;
    readonly checked: string;
    readonly violations: readonly { readonly object: string; readonly text: string }[];
  }[];
};

/** `作业 allocate` or `作业 allocate 2023-04-12 02:00`: runs a slot again; jobs are idempotent. */
export const runJob: Verb = async (world, step) => {
  const [job = '', ...when] = step.words;
  const staff = await staffOf(world);
  const slot = when.length > 0 ? (parseMoment(when.join(' ')) ?? mistake(`不是时间：${when.join(' ')}`)) : undefined;
  const raw = await staff.call<{ state: string; result: string; slot: string }>('POST', `/api/ops/jobs/${job}/run`, {
    ...(slot ? { slot } : {}),
  });
  return observed({ raw, facts: { 状态: raw.state, 结果: raw.result, 时点: raw.slot } });
};

export async function checkIntegrity(world: World): Promise<Integrity> {
  return (await staffOf(world)).call<Integrity>('POST', '/api/ops/integrity', {});
}

/** `完整性`: the eight promises of the design on the live database. */
export const integrity: Verb = async (world) => {
  const result = await checkIntegrity(world);
  return observed({
    raw: result,
    facts: { 违反: String(result.violations) },
    notices: result.promises.flatMap((promise) =>
      promise.violations.map((each) => `承诺${promise.no} ${each.object}：${each.text}`),
    ),
  });
};
