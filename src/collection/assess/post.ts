import { sumFen } from '../../kernel/fen.ts';
import { ulid } from '../../kernel/ids.ts';
import { dateOf } from '../../kernel/month.ts';
import type { Law } from '../../parameters/index.ts';
import type { Ctx } from '../../platform/context.ts';
import { lateFrom } from '../../rules/index.ts';
import { announce } from '../facts.ts';
import type { Due, Line } from '../model.ts';
import { type DueDraft, insertDues, noteAssessment } from '../store.ts';
import { bookCredits, planCredits } from './offset.ts';
import { isFall, splitBySign } from './plan.ts';

export type DueWithLines = Due & DueDraft;

/** Groups lines that go one way into dues: one per insurance, month, kind and way. */
function groupLines(lines: readonly Line[]): Line[][] {
  const groups = Map.groupBy(
    lines,
    (line) => `${line.month}/${line.insurance}/${line.kind}/${isFall(line) ? '-' : '+'}`,
  );
  return [...groups.values()];
}

/**
 * Posts an assessment: its lines, their dues, the offsets of negative lines against unpaid dues. Lines and dues never change afterwards.
 * Refuses (BILL-011) when a negative difference corrects a due on a live bill: 请先撤销单据.
 */
export async function postAssessment(
  ctx: Ctx,
  law: Law,
  employerNo: string,
  act: { readonly act: string; readonly caseNo: string },
  planned: readonly Line[],
): Promise<DueWithLines[]> {
  if (planned.length === 0) return [];
  const lines = splitBySign(planned);
  const assessmentId = ulid();
  const today = dateOf(ctx.now);
  const toDraft = (group: readonly Line[]): DueDraft => {
    const [head] = group as readonly [Line, ...Line[]];
    return {
      employerNo,
      assessmentId,
      insurance: head.insurance,
      month: head.month,
      kind: head.kind,
      persons: group.length,
      baseFen: sumFen(group, (line) => line.baseFen),
      employerFen: sumFen(group, (line) => line.employerFen),
      personFen: sumFen(group, (line) => line.personFen),
      lateFrom: lateFrom(law.book, ctx.region, head.kind, head.month, today),
      caseNo: act.caseNo,
      at: ctx.now,
      lines: group,
    };
  };
  // A refund is an order of its own (收支两条线); every other negative line takes from what is unpaid.
  const taking = (line: Line): boolean => isFall(line) && line.kind !== 'REFUND';
  const plan = await planCredits(ctx, employerNo, lines.filter(taking));
  const claims = groupLines(lines.filter((line) => !taking(line)));
  const drafts = [...claims, ...plan.credits.map((credit) => credit.lines)].map(toDraft);
  const dues = await record(ctx, law, employerNo, assessmentId, act, drafts);
  const credits = plan.credits.map(({ debit }, i) => ({
    due: dues[claims.length + i] as DueWithLines,
    debitDueId: debit.dueId,
  }));
  await bookCredits(ctx, credits, plan.usedUp);
  return dues;
}

/** Writes assessment, dues and lines, and tells the books. Returns the dues in the order of the drafts. */
export async function record(
  ctx: Ctx,
  law: Law,
  employerNo: string,
  assessmentId: string,
  act: { readonly act: string; readonly caseNo: string },
  drafts: readonly DueDraft[],
): Promise<DueWithLines[]> {
  const months = [...new Set(drafts.map((due) => due.month))].sort();
  await noteAssessment(ctx.tx, ctx.region, {
    assessmentId,
    employerNo,
    act: act.act,
    caseNo: act.caseNo,
    actor: `${ctx.actor.kind}:${ctx.actor.id}`,
    at: ctx.now,
    rulesHash: months.map((month) => `${month}=${law.rules(ctx.region, month).hash}`).join(' '),
  });
  const dues = await insertDues(ctx.tx, ctx.region, drafts);
  await announce(ctx, {
    type: act.act === 'OPENING' ? 'OPENED' : 'ASSESSED',
    employerNo,
    assessmentId,
    dues: dues.map((due) => ({
      dueId: due.dueId,
      insurance: due.insurance,
      kind: due.kind,
      month: due.month,
      employerFen: due.employerFen,
      personFen: due.personFen,
    })),
  });
  return dues;
}
