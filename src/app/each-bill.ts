import type { Moment } from '../kernel/month.ts';
import { audit } from '../platform/audit/index.ts';
import type { Ctx } from '../platform/context.ts';
import type { Job } from '../platform/jobs/index.ts';
import { read, type Services, systemActor, transact } from '../platform/services.ts';

/** Bills of one transaction: few enough that one that fails is soon found, many enough that commits do not count. */
const GROUP_MAX = 50;
const NAMED_MAX = 5;

type Failure = { readonly billNo: string; readonly error: unknown };

export type BillWork = {
  readonly name: string;
  /** How the run record counts them: 登账. */
  readonly label: string;
  readonly list: (ctx: Ctx, slot: Moment) => Promise<readonly string[]>;
  /** One bill under its own lock; idempotent; false when it is not its turn. */
  readonly work: (ctx: Ctx, billNo: string, slot: Moment) => Promise<boolean>;
};

/**
 * A job over all bills, in groups of one transaction each. A bill that cannot be done stops no other: its group is done one by one, and the
 * run ends as failed with the bills named, so that it is tried again and stands on the operations page.
 */
export function eachBill(services: Services, job: BillWork): Job['run'] {
  const actor = systemActor(`job:${job.name}`);

  const doGroup = (billNos: readonly string[], slot: Moment): Promise<number> =>
    transact(services, actor, async (ctx) => {
      let done = 0;
      for (const billNo of billNos) {
        if (!(await job.work(ctx, billNo, slot))) continue;
        await audit(ctx, { action: `job.${job.name}`, object: `bill:${billNo}`, detail: { slot } });
        done += 1;
      }
      return done;
    });

  return async (slot) => {
    const billNos = await read(services, actor, (ctx) => job.list(ctx, slot));
    const failed: Failure[] = [];
    let done = 0;
    for (let start = 0; start < billNos.length; start += GROUP_MAX) {
      const group = billNos.slice(start, start + GROUP_MAX);
      try {
        done += await doGroup(group, slot);
      } catch {
        for (const billNo of group) {
          try {
            done += await doGroup([billNo], slot);
          } catch (error) {
            services.log.error({ job: job.name, billNo, err: error }, 'bill failed');
            failed.push({ billNo, error });
          }
        }
      }
    }
    if (failed.length > 0) throw new Error(`${job.label} ${done}，失败 ${failed.length}：${named(failed)}`);
    return { [job.label]: done };
  };
}

function named(failed: readonly Failure[]): string {
  const first = failed
    .slice(0, NAMED_MAX)
    .map(({ billNo, error }) => `${billNo}（${error instanceof Error ? error.message : String(error)}）`);
  return `${first.join('、')}${failed.length > NAMED_MAX ? ' 等' : ''}`;
}
