import { sumFen } from '../kernel/fen.ts';
import { ulid } from '../kernel/ids.ts';
import type { Ctx } from '../platform/context.ts';
import { run, sql } from '../platform/db.ts';
import type { DueWithLines } from './assess/post.ts';

/** Registers a refund order over the negative dues of a 多缴退费; the dues stay open until it is paid out (收支两条线). */
export async function requestRefund(
  ctx: Ctx,
  employerNo: string,
  personNo: string,
  caseNo: string,
  dues: readonly DueWithLines[],
): Promise<string> {
  const refundNo = ulid();
  await run(
    ctx.tx,
    sql`insert into collection_refund (region, refund_no, employer_no, person_no, case_no, state, employer_fen, person_fen, due_ids, months, at)
        values (${ctx.region}, ${refundNo}, ${employerNo}, ${personNo}, ${caseNo}, 'REQUESTED',
                ${-sumFen(dues, (due) => due.employerFen)}, ${-sumFen(dues, (due) => due.personFen)},
                ${dues.map((due) => due.dueId)}::text[], ${[...new Set(dues.map((due) => due.month))].sort()}::text[], ${ctx.now})`,
  );
  return refundNo;
}

/** Withdraws the order; its dues are reversed by the undo of the case. */
export async function revokeRefund(ctx: Ctx, refundNo: string): Promise<void> {
  await run(
    ctx.tx,
    sql`update collection_refund set state = 'REVOKED' where region = ${ctx.region} and refund_no = ${refundNo} and state = 'REQUESTED'`,
  );
}
