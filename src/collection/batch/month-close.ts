/** 月结: the month of all employers of a region at once (design §2 «自动月结»; perf.md P1). */
import type { Pool } from 'pg';
import { DomainError } from '../../kernel/errors.ts';
import { ulid } from '../../kernel/ids.ts';
import type { Insurance } from '../../kernel/insurance.ts';
import { addMonths, dateOf, type Moment, type Month } from '../../kernel/month.ts';
import type { Law } from '../../parameters/index.ts';
import { audit } from '../../platform/audit/index.ts';
import type { Actor, Ctx } from '../../platform/context.ts';
import { type CopySession, type CopyWriter, copyWriter, openCopySession } from '../../platform/copy/index.ts';
import type { Tx } from '../../platform/db.ts';
import { retried } from '../../platform/retry.ts';
import { lateFrom } from '../../rules/index.ts';
import { loadFacts } from '../assess/facts.ts';
import { cellsOfMonths, MissingFact, planLines } from '../assess/plan.ts';
import { postAssessment } from '../assess/post.ts';
import { announce } from '../facts.ts';
import { insertAssessment, sumPosted } from '../store.ts';
import { BLOCK_COLUMNS } from './block-row.ts';
import { encodeRange } from './encode.ts';
import { planRange, type Scratch, type Skipped, scratch } from './plan.ts';
import {
  cutRanges,
  guarded,
  listEmployersWithLines,
  lockOpenEmployers,
  movePivots,
  type Range,
  readExempt,
  readInjuryClasses,
  readInsured,
  readPivots,
  readWages,
  walkIndexes,
} from './store.ts';

export type MonthCloseOptions = {
  readonly region: string;
  readonly month: Month;
  readonly law: Law;
  /** The business moment everything is booked under, also when the run is late (design §7). */
  readonly slot: Moment;
  /** Number of the run's case; default names region and month. */
  readonly caseNo?: string;
  /** After each committed range. */
  readonly onProgress?: (progress: MonthCloseProgress) => void;
  /** Stops after the range in hand; what is committed stays, a later run goes on from there. */
  readonly signal?: AbortSignal;
  /** Connections working at the same time. */
  readonly workers?: number;
  /** Employers per transaction: locks are held for one range only. */
  readonly rangeSize?: number;
};

export type MonthCloseProgress = {
  readonly ranges: number;
  readonly rangesDone: number;
  /** Employers whose month is now booked. */
  readonly employers: number;
  readonly dues: number;
  readonly lines: number;
};

export type MonthCloseResult = MonthCloseProgress & {
  /** False when the signal ended the run before the last range. */
  readonly complete: boolean;
  readonly skipped: readonly Skipped[];
};

/** Stands for the employers of a range where a fact of collection names one. */
const MANY_EMPLOYERS = '*';
const RANGE_SIZE = 500;
/** Connections of the job: two processors are kept busy by four, for while one range is computed others are read and written. */
export const CLOSE_WORKERS = 4;
const ACTOR: Actor = { kind: 'system', id: 'month-close', name: '系统' };

/**
 * Books the month for every employer and insurance whose pivot stands at the month before. Each range of employers is one transaction:
 * lines, dues, vouchers and pivots of an employer are seen together or not at all. Doing it again posts nothing, so a run that was
 * broken off is simply run again.
 * @throws DomainError POL-001 when the law has a hole that the month needs; ranges committed before stay.
 */
export async function monthClose(pool: Pool, options: MonthCloseOptions): Promise<MonthCloseResult> {
  const previous = addMonths(options.month, -1);
  const first = await openCopySession(pool);
  let ranges: Range[];
  try {
    ranges = await cutRanges(first.db, options.region, options.rangeSize ?? RANGE_SIZE);
  } catch (error) {
    first.release();
    throw error;
  }
  const total = { rangesDone: 0, employers: 0, dues: 0, lines: 0 };
  const skipped: Skipped[] = [];
  let next = 0;
  let failed = false;

  const work = async (copy: CopySession): Promise<void> => {
    const memory = { blocks: copyWriter(1 << 20), facts: scratch() };
    while (!failed && !options.signal?.aborted) {
      const range = ranges[next];
      next += 1;
      if (!range) return;
      const done = await retried(() =>
        copy.db
          .transaction()
          .setIsolationLevel('read committed')
          .execute((tx) => closeRange(copy, tx, memory, range, previous, options)),
      );
      total.rangesDone += 1;
      total.employers += done.employers;
      total.dues += done.dues;
      total.lines += done.lines;
      skipped.push(...done.skipped);
      options.onProgress?.({ ranges: ranges.length, ...total });
    }
  };
  const worker = async (session?: CopySession): Promise<void> => {
    const copy = session ?? (await openCopySession(pool));
    try {
      await work(copy);
    } catch (error) {
      failed = true;
      throw error;
    } finally {
      copy.release();
    }
  };
  const others = Math.max(0, Math.min(options.workers ?? 1, ranges.length) - 1);
  const ended = await Promise.allSettled([worker(first), ...Array.from({ length: others }, () => worker())]);
  const broken = ended.find((one) => one.status === 'rejected');
  if (broken) throw broken.reason;
  skipped.sort((a, b) => (a.employerNo < b.employerNo ? -1 : 1));
  return { ranges: ranges.length, ...total, complete: total.rangesDone === ranges.length, skipped };
}

/** Of one worker, used again for every range. */
type Memory = { readonly blocks: CopyWriter; readonly facts: Scratch };
type RangeDone = {
  readonly employers: number;
  readonly dues: number;
  readonly lines: number;
  readonly skipped: readonly Skipped[];
};

async function closeRange(
  copy: CopySession,
  tx: Tx,
  memory: Memory,
  range: Range,
  previous: Month,
  options: MonthCloseOptions,
): Promise<RangeDone> {
  const { region, month, law, slot } = options;
  // After the lock every statement sees what was committed before it (read committed).
  const employers = await lockOpenEmployers(tx, range, previous);
  if (employers.length === 0) return { employers: 0, dues: 0, lines: 0, skipped: [] };
  await walkIndexes(tx);
  const rules = law.rules(region, month);
  const facts = {
    employers,
    pivots: await readPivots(copy, range),
    injuryClasses: await readInjuryClasses(copy, range, month),
    insured: await readInsured(copy, range, month),
    wages: await readWages(copy, range, month),
    exempt: await readExempt(copy, range, month),
    withLines: new Set(await listEmployersWithLines(tx, range, month)),
  };
  const plan = planRange(rules, previous, month, facts, memory.facts);

  const ctx: Ctx = { tx, region, now: slot, actor: ACTOR };
  const caseNo = options.caseNo ?? `${region}YJ${month.replace('-', '')}`;
  if (plan.dues.length > 0) {
    // One act for the range: who, when, by which rules is the same for all of them.
    const assessmentId = ulid();
    const assessmentNo = await insertAssessment(tx, region, {
      ...{ assessmentId, employerNo: null, act: 'MONTHLY', caseNo, actor: `${ACTOR.kind}:${ACTOR.id}`, at: slot },
      rulesHash: `${month}=${rules.hash}`,
    });
    const lateFromDay = lateFrom(law.book, region, 'MONTHLY', month, dateOf(slot));
    const head = { region, month, kind: 'MONTHLY', lateFrom: lateFromDay } as const;
    const told = encodeRange(memory.blocks, plan, head, assessmentNo);
    await copy.copyIn(`collection_block (${BLOCK_COLUMNS.join(', ')})`, memory.blocks.bytes());
    // One memo voucher per fund and range: the books of the fund know no employers, only sums (design §9.8).
    await announce(ctx, { type: 'ASSESSED', employerNo: MANY_EMPLOYERS, assessmentId, dues: told });
  }

  let dues = plan.dues.length;
  let lines = plan.dues.reduce((sum, due) => sum + due.to - due.from, 0);
  const booked = [...plan.booked];
  const skipped = [...plan.skipped];
  for (const { employerNo, insurances } of plan.singly) {
    try {
      await guarded(tx, async () => {
        const posted = await closeSingly(ctx, law, employerNo, insurances, month, caseNo);
        dues += posted.length;
        lines += posted.reduce((sum, due) => sum + due.lines.length, 0);
      });
      booked.push(employerNo);
    } catch (error) {
      if (error instanceof MissingFact) skipped.push({ employerNo, reason: error.reason, detail: error.personNo });
      else if (error instanceof DomainError) skipped.push({ employerNo, reason: 'REFUSED', detail: error.message });
      else throw error;
    }
  }
  const moved = booked.length > 0 ? await movePivots(tx, range, previous, month, booked) : 0;
  if (moved > 0) {
    await audit(ctx, {
      action: 'job.submit month-close',
      object: `case:${caseNo}`,
      detail: { month, first: employers[0]?.employerNo, last: employers.at(-1)?.employerNo, dues, lines },
    });
  }
  return { employers: booked.length, dues, lines, skipped };
}

/** An employer whose month has lines already (an undone declaration, an earlier correction): the difference, with its offsets. */
async function closeSingly(
  ctx: Ctx,
  law: Law,
  employerNo: string,
  insurances: readonly Insurance[],
  month: Month,
  caseNo: string,
) {
  const facts = await loadFacts(ctx.tx, ctx.region, employerNo);
  const posted = await sumPosted(ctx.tx, ctx.region, employerNo, [month]);
  const cells = cellsOfMonths(facts, posted, insurances, [month], 'MONTHLY');
  const lines = planLines(law, ctx.region, facts, posted, cells);
  return postAssessment(ctx, law, employerNo, { act: 'MONTHLY', caseNo }, lines);
}
