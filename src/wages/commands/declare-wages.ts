import { ulid } from '../../kernel/ids.ts';
import type { Month } from '../../kernel/month.ts';
import type { Ctx } from '../../platform/context.ts';
import { insertWages, supersedeWages } from '../store.ts';

/** 申报缴费工资 from a month on; a declaration of the same month is superseded, never overwritten. */
export async function declareWages(
  ctx: Ctx,
  employerNo: string,
  caseNo: string,
  wages: readonly {
    readonly personNo: string;
    readonly from: Month;
    readonly basis: 'DECLARED' | 'APPROVED';
    readonly wageFen: number;
  }[],
): Promise<void> {
  if (wages.length === 0) return;
  await supersedeWages(ctx.tx, ctx.region, employerNo, wages, caseNo, ctx.now);
  await insertWages(
    ctx.tx,
    ctx.region,
    employerNo,
    wages.map((wage) => ({ ...wage, wageId: ulid(), caseNo })),
    ctx.now,
  );
}
