import { refuse } from '../../kernel/errors.ts';
import { sumFen } from '../../kernel/fen.ts';
import { ulid } from '../../kernel/ids.ts';
import { INSURANCE_SHORT_NAMES } from '../../kernel/insurance.ts';
import { dateOf } from '../../kernel/month.ts';
import type { Law } from '../../parameters/index.ts';
import type { Ctx } from '../../platform/context.ts';
import { lateFrom } from '../../rules/index.ts';
import { type DueStatus, insertOffset, listDueStatus, settleDues } from '../due-store.ts';
import { announce } from '../facts.ts';
import type { Due, Line } from '../model.ts';
import { insertAssessment, insertDues } from '../store.ts';

export type DueWithLines = Due & { readonly lines: readonly Line[]; readonly reverses?: string };

/** Groups lines into dues: one per insurance, month, kind and sign. */
function groupLines(lines: readonly Line[]): Line[][] {
  const groups = new Map<string, Line[]>();
  for (const line of lines) {
    const sign = line.employerFen + line.personFen < 0 ? '-' : '+';
    const key = `${line.month}/${line.insurance}/${line.kind}/${sign}`;
    const group = groups.get(key);
    if (group) group.push(line);
    else groups.set(key, [line]);
  }
  return [...groups.values()];
}

/**
 * Posts an assessment: its lines, their dues, the offsets of negative dues against unpaid ones. Lines and dues never change afterwards.
 * Refuses (BILL-011) when a negative difference corrects a due on a live bill: 请先撤销单据.
 */
export async function postAssessment(
  ctx: Ctx,
  law: Law,
  employerNo: string,
  act: { readonly act: string; readonly caseNo: string },
  lines: readonly Line[],
): Promise<DueWithLines[]> {
  if (lines.length === 0) return [];
  const assessmentId = ulid();
  const today = dateOf(ctx.now);
  const dues = groupLines(lines).map((group): DueWithLines => {
    const [head] = group as [Line, ...Line[]];
    return {
      dueId: ulid(),
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
  });
  await record(ctx, law, employerNo, assessmentId, act, dues);
  const negative = dues.filter((due) => due.kind !== 'REFUND' && due.employerFen + due.personFen < 0);
  if (negative.length > 0) {
    const months = [...new Set(negative.map((due) => due.month))];
    const standing = await listDueStatus(ctx.tx, ctx.region, { employerNo, months });
    for (const credit of negative) await offsetAgainst(ctx, credit, standing);
  }
  return dues;
}

/** Writes assessment, dues and lines, and tells the books. */
export async function record(
  ctx: Ctx,
  law: Law,
  employerNo: string,
  assessmentId: string,
  act: { readonly act: string; readonly caseNo: string },
  dues: readonly DueWithLines[],
): Promise<void> {
  const months = [...new Set(dues.map((due) => due.month))].sort();
  await insertAssessment(ctx.tx, ctx.region, {
    assessmentId,
    employerNo,
    act: act.act,
    caseNo: act.caseNo,
    actor: `${ctx.actor.kind}:${ctx.actor.id}`,
    at: ctx.now,
    rulesHash: months.map((month) => `${month}=${law.rules(ctx.region, month).hash}`).join(' '),
  });
  await insertDues(ctx.tx, ctx.region, dues);
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
}

/** 冲抵: takes a negative due off the unpaid dues of the same insurance and month that contain its people. */
async function offsetAgainst(ctx: Ctx, credit: DueWithLines, standing: readonly DueStatus[]): Promise<void> {
  const people = new Set(credit.lines.map((line) => line.personNo));
  const related = standing.filter(
    (due) =>
      due.dueId !== credit.dueId &&
      due.insurance === credit.insurance &&
      due.month === credit.month &&
      due.settledHow === null &&
      due.employerFen + due.personFen > 0 &&
      due.personNos.some((personNo) => people.has(personNo)),
  );
  const live = related.find((due) => due.liveBillNo !== null);
  if (live) {
    refuse({
      code: 'BILL-011',
      message: '相关费用已在认定单上，请先撤销单据',
      why: `${credit.month} 的费用在单据 ${live.liveBillNo} 上，撤销前不能改动。`,
      next: '先撤销这张单据，再办本业务。',
      link: { label: '去撤销单据', to: `/bills/${live.liveBillNo}` },
    });
  }
  let employerLeft = -credit.employerFen;
  let personLeft = -credit.personFen;
  const settled: string[] = [];
  for (const debit of related) {
    const employerFen = Math.min(employerLeft, debit.netEmployerFen);
    const personFen = Math.min(personLeft, debit.netPersonFen);
    if (employerFen <= 0 && personFen <= 0) continue;
    await insertOffset(ctx.tx, ctx.region, {
      offsetId: ulid(),
      creditDueId: credit.dueId,
      debitDueId: debit.dueId,
      employerFen,
      personFen,
      at: ctx.now,
    });
    employerLeft -= employerFen;
    personLeft -= personFen;
    if (debit.netEmployerFen === employerFen && debit.netPersonFen === personFen) settled.push(debit.dueId);
  }
  if (employerLeft !== 0 || personLeft !== 0) {
    refuse({
      code: 'REF-008',
      message: '相关费用已缴，差额要走多缴退费',
      why: `${monthText(credit)} 的费用已经到账，不能在应缴里直接减少。`,
      next: '请办理“单位职工社会保险费多缴退费申报”。',
      link: { label: '去办多缴退费', to: '/items/refund.emp' },
    });
  }
  await settleDues(ctx.tx, ctx.region, [credit.dueId, ...settled], 'OFFSET', credit.dueId, ctx.now);
}

const monthText = (due: Due): string => `${due.month} ${INSURANCE_SHORT_NAMES[due.insurance]}`;
