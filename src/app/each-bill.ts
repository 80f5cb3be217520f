import type { Posting, PostingOptions } from '../collection/index.ts';
import type { Moment } from '../kernel/month.ts';
import { audit } from '../platform/audit/index.ts';
import type { Ctx } from '../platform/context.ts';
import { isConnectionLost } from '../platform/db.ts';
import { doneUnless, type Failure, type Job, JobStopped } from '../platform/jobs/index.ts';
import { read, type Services, systemActor, transact } from '../platform/services.ts';

/** Bills of one transaction where each is a piece of work of its own. */
const GROUP_MAX = 50;
/** Bills of one transaction where a few statements do them all: locks are held for one range only. */
const RANGE_MAX = 2_500;
const RANGE_WORKERS = 2;

type Work = {
  readonly name: string;
  /** How the run record counts them: 登账. */
  readonly label: string;
  readonly list: (ctx: Ctx, slot: Moment) => Promise<readonly string[]>;
};

export type BillWork = Work & {
  /** One bill under its own lock; idempotent; false when it is not its turn. */
  readonly work: (ctx: Ctx, billNo: string, slot: Moment) => Promise<boolean>;
};

export type RangeWork = Work & {
  /** Many bills at once; idempotent. */
  readonly work: (ctx: Ctx, billNos: readonly string[], slot: Moment, options: PostingOptions) => Promise<Posting>;
};

/** A job over all bills one by one, in groups of one transaction each. A bill that cannot be done stops no other (see `inRanges`). */
export function eachBill(services: Services, job: BillWork): Job['run'] {
  return inRanges(services, { ...job, rangeMax: GROUP_MAX, workers: 1 }, async (ctx, billNos, slot) => {
    let done = 0;
    for (const billNo of billNos) {
      if (!(await job.work(ctx, billNo, slot))) continue;
      await audit(ctx, { action: `job.${job.name}`, object: `bill:${billNo}`, detail: { slot } });
      done += 1;
    }
    return { done, busy: [], ref: null, detail: {} };
  });
}

/** A job that does thousands of bills in a few statements. Those somebody else holds are waited for at the end. */
export const eachRange = (services: Services, job: RangeWork): Job['run'] =>
  inRanges(services, { ...job, rangeMax: RANGE_MAX, workers: RANGE_WORKERS }, async (ctx, billNos, slot, options) => {
    const posting = await job.work(ctx, billNos, slot, options);
    // One record for the posting: which receipts belong to it stands on them.
    if (posting.ref !== null) {
      const detail = { slot, ...posting.detail };
      await audit(ctx, { action: `job.${job.name}`, object: `posting:${posting.ref}`, detail });
    }
    return posting;
  });

/**
 * Ranges of bills, a transaction each. A range that fails is done again in halves, until the bill that cannot be done stands alone: it
 * stops no other, and the run ends as failed with such bills named, so that it is tried again and stands on the operations page. A lost
 * connection is the fault of no bill: the run ends with it, at once.
 */
function inRanges(
  services: Services,
  job: Work & { readonly rangeMax: number; readonly workers: number },
  work: RangeWork['work'],
): Job['run'] {
  const actor = systemActor(`job:${job.name}`);
  return async (slot, { progress, signal }) => {
    const billNos = await read(services, actor, (ctx) => job.list(ctx, slot));
    const failed: Failure[] = [];
    const busy: string[] = [];
    let done = 0;
    let seen = 0;
    let lost: { readonly error: unknown } | undefined;
    const stopped = (): boolean => signal.aborted || lost !== undefined;
    const tell = (count: number): void => {
      seen += count;
      progress({ done: seen, total: billNos.length, unit: '张' });
    };

    const attempt = async (range: readonly string[], options: PostingOptions): Promise<void> => {
      if (stopped()) return;
      try {
        const posting = await transact(services, actor, (ctx) => work(ctx, range, slot, options));
        done += posting.done;
        if (!options.wait) busy.push(...posting.busy);
        tell(range.length - (options.wait ? 0 : posting.busy.length));
      } catch (error) {
        if (isConnectionLost(error)) {
          lost ??= { error };
          return;
        }
        const [billNo] = range;
        if (range.length === 1 && billNo) {
          services.log.error({ job: job.name, billNo, err: error }, 'bill failed');
          failed.push({ of: billNo, error });
          tell(1);
          return;
        }
        const middle = Math.ceil(range.length / 2);
        await attempt(range.slice(0, middle), options);
        await attempt(range.slice(middle), options);
      }
    };

    let next = 0;
    const worker = async (): Promise<void> => {
      while (next < billNos.length && !stopped()) {
        const range = billNos.slice(next, next + job.rangeMax);
        next += job.rangeMax;
        await attempt(range, {});
      }
    };
    const workers = Math.min(job.workers, Math.ceil(billNos.length / job.rangeMax));
    await Promise.all(Array.from({ length: workers }, worker));
    for (const billNo of busy) await attempt([billNo], { wait: true });
    // Not before the other workers have ended: nothing of a run goes on behind its end.
    if (lost) throw lost.error;
    failed.sort((a, b) => (a.of < b.of ? -1 : 1));
    const told = doneUnless(failed, { [job.label]: done });
    if (seen < billNos.length) throw new JobStopped(told);
    return told;
  };
}
