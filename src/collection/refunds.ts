import { sumFen } from '../kernel/fen.ts';
import { ulid } from '../kernel/ids.ts';
import type { Ctx } from '../platform/context.ts';
import type { DueWithLines } from './assess/post.ts';
import { insertRefund, setRefundRevoked } from './due-store.ts';

/** Registers a refund order over the negative dues of a 多缴退费; the dues stay open until it is paid out (收支两条线). */
export async function requestRefund(
  ctx: Ctx,
  employerNo: string,
  personNo: string,
  caseNo: string,
  dues: readonly DueWithLines[],
): Promise<string> {
  const refundNo = ulid();
  await insertRefund(ctx.tx, ctx.region, {
    refundNo,
    employerNo,
    personNo,
    caseNo,
    employerFen: -sumFen(dues, (due) => due.employerFen),
    personFen: -sumFen(dues, (due) => due.personFen),
    dueIds: dues.map((due) => due.dueId),
    months: [...new Set(dues.map((due) => due.month))].sort(),
    at: ctx.now,
  });
  return refundNo;
}

/** Withdraws the order; its dues are reversed by the undo of the case. */
export function revokeRefund(ctx: Ctx, refundNo: string): Promise<void> {
  return setRefundRevoked(ctx.tx, ctx.region, refundNo);
}
