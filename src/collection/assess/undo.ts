import type { Problem } from '../../kernel/errors.ts';
import { ulid } from '../../kernel/ids.ts';
import type { Law } from '../../parameters/index.ts';
import type { Ctx } from '../../platform/context.ts';
import { type DueStatus, insertOffset, linesOfDues, listDueStatus, settleDues } from '../due-store.ts';
import type { Line } from '../model.ts';
import { type DueWithLines, record } from './post.ts';

/** What forbids the undo of a case's assessments (HB-CAN-01): paid, on a live bill, or corrected since. */
export async function undoObstacles(ctx: Pick<Ctx, 'tx' | 'region'>, caseNo: string): Promise<Problem[]> {
  const dues = await standingDues(ctx, caseNo);
  const paid = dues.find((due) => due.settledHow === 'RECEIPT' || due.settledHow === 'OPENING');
  if (paid) {
    return [
      {
        code: 'CAN-002',
        message: '费款已缴，不能撤销',
        why: `${paid.month} 的费款已经到账。`,
        next: '多缴的请办多缴退费。',
      },
    ];
  }
  const live = dues.find((due) => due.liveBillNo !== null);
  if (live) {
    return [
      {
        code: 'CAN-001',
        message: `该业务已有后续业务（单据 ${live.liveBillNo}），请先撤销后续业务`,
        why: '费用已开在认定单上。',
        next: '先撤销这张单据，再撤销本业务。',
        link: { label: '去看单据', to: `/bills/${live.liveBillNo}` },
      },
    ];
  }
  if (dues.some((due) => due.netEmployerFen !== due.employerFen || due.netPersonFen !== due.personFen)) {
    return [
      {
        code: 'CAN-001',
        message: '该业务已有后续业务（差额调整），请先撤销后续业务',
        why: '其中的费用后来被调整过。',
        next: '先撤销调整的业务。',
      },
    ];
  }
  return [];
}

async function standingDues(ctx: Pick<Ctx, 'tx' | 'region'>, caseNo: string): Promise<DueStatus[]> {
  const dues = await listDueStatus(ctx.tx, ctx.region, { caseNo });
  return dues.filter((due) => !due.reversed && due.settledHow !== 'OFFSET');
}

/** Reverses exactly what the case posted, due by due; both sides are settled without money. */
export async function reverseAssessments(
  ctx: Ctx,
  law: Law,
  caseNo: string,
  undoCase: string,
): Promise<DueWithLines[]> {
  const standing = await standingDues(ctx, caseNo);
  if (standing.length === 0) return [];
  const lines = await linesOfDues(
    ctx.tx,
    ctx.region,
    standing.map((due) => due.dueId),
  );
  const assessmentId = ulid();
  const mirrored = standing.map((due): DueWithLines => {
    const mirror: Line[] = lines
      .filter((line) => line.dueId === due.dueId)
      .map(({ dueId: _, ...line }) => ({
        ...line,
        baseFen: -line.baseFen,
        employerFen: -line.employerFen,
        personFen: -line.personFen,
      }));
    return {
      dueId: ulid(),
      employerNo: due.employerNo,
      assessmentId,
      insurance: due.insurance,
      month: due.month,
      kind: due.kind,
      persons: due.persons,
      baseFen: -due.baseFen,
      employerFen: -due.employerFen,
      personFen: -due.personFen,
      lateFrom: due.lateFrom,
      caseNo: undoCase,
      at: ctx.now,
      lines: mirror,
      reverses: due.dueId,
    };
  });
  await record(ctx, law, standing[0]?.employerNo ?? '', assessmentId, { act: 'UNDO', caseNo: undoCase }, mirrored);
  for (const [index, due] of standing.entries()) {
    const credit = mirrored[index] as DueWithLines;
    await insertOffset(ctx.tx, ctx.region, {
      offsetId: ulid(),
      creditDueId: credit.dueId,
      debitDueId: due.dueId,
      employerFen: due.employerFen,
      personFen: due.personFen,
      at: ctx.now,
    });
    await settleDues(ctx.tx, ctx.region, [credit.dueId, due.dueId], 'OFFSET', credit.dueId, ctx.now);
  }
  return mirrored;
}
