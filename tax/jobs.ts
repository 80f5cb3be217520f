/** 定时作业 of the tax side (wire.md §3.3, §3.6, §4). Each is idempotent and goes by the date of its slot, not of its run. */
import { addDays, type CivilDate, dateOf, type Moment, momentFromMs, momentToMs } from '../src/kernel/month.ts';
import { isConnectionLost } from '../src/platform/db.ts';
import { cronSlots, doneUnless, type Failure, type Job } from '../src/platform/jobs/index.ts';
import { systemActor } from '../src/platform/services.ts';
import { act, actAlone, type TaxCtx, type TaxServices } from './act.ts';
import { expireBill } from './commands/bill.ts';
import { voidOverdue } from './commands/invoice.ts';
import { reverseReceipt, treasureReceipt } from './commands/receipt.ts';
import { sendTotals } from './commands/recon.ts';
import { sendWatermark } from './commands/watermark.ts';
import { anyToExpire, anyToTreasure, anyToVoid, overdueBills, receiptsToReverse, receiptsToTreasure } from './store.ts';

export type JobOptions = {
  /** Does anything wait for a watermark? Where nothing does, the ten-minute slots are left out and 00:15 remains. */
  readonly watermarkWanted: () => boolean;
};

const TEN_MINUTES_MS = 600_000;

/** The first and the last ten-minute slot of a span: only the last one is ever run after down time, and a span may be long. */
function tenMinuteSlots(after: Moment, until: Moment): Moment[] {
  const first = (Math.floor(momentToMs(after) / TEN_MINUTES_MS) + 1) * TEN_MINUTES_MS;
  const last = Math.floor(momentToMs(until) / TEN_MINUTES_MS) * TEN_MINUTES_MS;
  if (last < first) return [];
  return last === first ? [momentFromMs(first)] : [momentFromMs(first), momentFromMs(last)];
}

export function createJobs(services: TaxServices, options: JobOptions): Job[] {
  const { db, region } = services;

  /** One transaction a thing: one that fails stops no other, and the next run does it. A lost connection is the fault of none. */
  async function each(
    job: string,
    things: readonly string[],
    failed: Failure[],
    work: (ctx: TaxCtx, thing: string) => Promise<boolean>,
  ): Promise<number> {
    let count = 0;
    for (const thing of things) {
      try {
        if (await act(services, systemActor(job), (ctx) => work(ctx, thing))) count += 1;
      } catch (error) {
        if (isConnectionLost(error)) throw error;
        services.log.error({ job, thing, err: error }, 'thing of a job failed');
        failed.push({ of: thing, error });
      }
    }
    return count;
  }

  const watermark = (name: string) => async () => {
    const paidThrough = await actAlone(services, systemActor(name), sendWatermark);
    return { paidThrough };
  };
  const day = (slot: Moment): CivilDate => dateOf(slot);

  return [
    {
      name: 'tax.expire',
      title: '过期作废',
      rule: '每日 00:05',
      slots: cronSlots('5 0 * * *'),
      catchUp: 'last',
      wanted: (slot) => anyToExpire(region, day(slot)),
      run: async (slot) => {
        const bills = await overdueBills(db, region, 'OPEN', day(slot));
        const failed: Failure[] = [];
        const expired = await each('tax.expire', bills, failed, (ctx, billNo) => expireBill(ctx, billNo, day(slot)));
        return doneUnless(failed, { 作废: expired });
      },
    },
    {
      name: 'tax.void',
      title: '作废过期未缴票证、冲正到期款项',
      rule: '每日 00:10',
      slots: cronSlots('10 0 * * *'),
      catchUp: 'last',
      wanted: (slot) => anyToVoid(region, day(slot)),
      run: async (slot) => {
        const bills = await overdueBills(db, region, 'INVOICED', day(slot));
        const failed: Failure[] = [];
        const voided = await each('tax.void', bills, failed, (ctx, billNo) => voidOverdue(ctx, billNo, day(slot)));
        const reversals = await receiptsToReverse(db, region, day(slot));
        const reversed = await each('tax.void', reversals, failed, async (ctx, receiptNo) => {
          await reverseReceipt(ctx, receiptNo, 'BANK_RETURN');
          return true;
        });
        return doneUnless(failed, { 作废: voided, 冲正: reversed });
      },
    },
    {
      name: 'tax.watermarkDaily',
      title: '日终到账水位',
      rule: '每日 00:15',
      slots: cronSlots('15 0 * * *'),
      catchUp: 'last',
      run: watermark('tax.watermarkDaily'),
    },
    {
      name: 'tax.watermark',
      title: '到账水位',
      rule: '每 10 分钟；没有单据等候时省略',
      slots: (after, until) => (options.watermarkWanted() ? tenMinuteSlots(after, until) : []),
      catchUp: 'last',
      run: watermark('tax.watermark'),
    },
    {
      name: 'tax.recon',
      title: '日终合计报送',
      rule: '每日 00:20，报前一日',
      slots: cronSlots('20 0 * * *'),
      catchUp: 'every',
      run: async (slot) => {
        const of = addDays(day(slot), -1);
        const totals = await act(services, systemActor('tax.recon'), (ctx) => sendTotals(ctx, of));
        return { day: of, rows: totals.rows.length };
      },
    },
    {
      name: 'tax.treasure',
      title: '上解入库',
      rule: '每日 16:30，前一日及以前登账的款项',
      slots: cronSlots('30 16 * * *'),
      catchUp: 'last',
      wanted: (slot) => anyToTreasure(region, day(slot)),
      run: async (slot) => {
        const receipts = await receiptsToTreasure(db, region, day(slot));
        const failed: Failure[] = [];
        const treasured = await each('tax.treasure', receipts, failed, treasureReceipt);
        return doneUnless(failed, { 入库: treasured });
      },
    },
  ];
}
