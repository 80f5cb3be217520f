import type { Problem } from '../../kernel/errors.ts';
import { sumFen } from '../../kernel/fen.ts';
import { ulid } from '../../kernel/ids.ts';
import type { Law } from '../../parameters/index.ts';
import type { Ctx } from '../../platform/context.ts';
import { billHold, isReceived } from '../bills/hold.ts';
import {
  type DueStatus,
  insertOffset,
  linesOfDues,
  listDebitsOf,
  listDueStatus,
  openLinesOfDues,
  reopenDues,
  settleDues,
} from '../due-store.ts';
import type { Line } from '../model.ts';
import type { DueDraft } from '../store.ts';
import { isFall } from './plan.ts';
import { type DueWithLines, record } from './post.ts';

type Reading = Pick<Ctx, 'tx' | 'region'>;

/** What forbids the undo of a case's assessments (HB-CAN-01): paid, on a live bill, or corrected since. */
export async function undoObstacles(ctx: Reading, caseNo: string): Promise<Problem[]> {
  const dues = await standingDues(ctx, caseNo);
  // What the case took from other dues goes back to them: they must be as open as its own.
  const isPaid = (due: DueStatus): boolean =>
    due.settledHow === 'RECEIPT' || due.settledHow === 'OPENING' || isReceived(due.liveBillState);
  // A base that was corrected without money goes back to a paid due as it came from it.
  const debits = (await debitsOf(ctx, dues))
    .filter((one) => one.employerFen > 0 || one.personFen > 0 || !isPaid(one.debit))
    .map((one) => one.debit);
  const paid = dues.find(isPaid);
  if (paid) {
    return [
      {
        code: 'CAN-002',
        message: '费款已缴，不能撤销',
        why: `${paid.month} 的费用已经到账。`,
        next: '多缴的请办多缴退费。',
        link: { label: '去办多缴退费', to: '/items/refund.emp' },
      },
    ];
  }
  const paidWithout = debits.find(isPaid);
  if (paidWithout) {
    return [
      {
        code: 'CAN-002',
        message: '减少后的费款已缴，不能撤销',
        why: `${paidWithout.month} 的费用已经按减少后的数到账。`,
        next: '停错了保的，请办参保登记（续保），少缴的月份随之补收。',
      },
    ];
  }
  if (dues.some((due) => due.settledHow === 'REFUND')) {
    return [{ code: 'CAN-002', message: '退费已经拨付，不能撤销', next: '有疑问请联系经办机构。' }];
  }
  const live = [...dues, ...debits].find((due) => due.liveBillNo !== null);
  if (live?.liveBillState === 'ISSUED' || live?.liveBillState === 'PUSHED') {
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
  // A bill that cannot be revoked any more: the way out is its own.
  if (live) {
    return [
      { ...billHold(live), code: 'CAN-001', message: `该业务已有后续业务（单据 ${live.liveBillNo}），现在不能撤销` },
    ];
  }
  const bases = await openBases(ctx, dues);
  const changed = (due: DueStatus): boolean =>
    due.netEmployerFen !== due.employerFen ||
    due.netPersonFen !== due.personFen ||
    bases.get(due.dueId) !== due.baseFen;
  if (dues.some((due) => !isCredit(due) && changed(due))) {
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

/** A due that took from others; a refund order is negative too, but takes from nothing. */
const isCredit = (due: DueStatus): boolean => due.settledHow === 'OFFSET' && isFall(due);

/** Σ base of what is left of dues. */
async function openBases(ctx: Reading, dues: readonly DueStatus[]): Promise<ReadonlyMap<string, number>> {
  const left = await openLinesOfDues(
    ctx.tx,
    ctx.region,
    dues.map((due) => due.dueId),
  );
  const lines = Map.groupBy(left, (line) => line.dueId);
  return new Map([...lines].map(([dueId, own]) => [dueId, sumFen(own, (line) => line.baseFen)]));
}

async function standingDues(ctx: Reading, caseNo: string): Promise<DueStatus[]> {
  return (await listDueStatus(ctx.tx, ctx.region, { caseNo })).filter((due) => !due.reversed);
}

type Taken = { readonly creditDueId: string; readonly debit: DueStatus; employerFen: number; personFen: number };

async function debitsOf(ctx: Reading, dues: readonly DueStatus[]): Promise<Taken[]> {
  const credits = dues.filter(isCredit).map((due) => due.dueId);
  const taken = await listDebitsOf(ctx.tx, ctx.region, credits);
  const debits = new Map(
    (await listDueStatus(ctx.tx, ctx.region, { dueIds: taken.map((one) => one.debitDueId) })).map((due) => [
      due.dueId,
      due,
    ]),
  );
  return taken.flatMap(({ debitDueId, ...rest }) => {
    const debit = debits.get(debitDueId);
    return debit ? [{ ...rest, debit }] : [];
  });
}

/**
 * Reverses exactly what the case posted, due by due, without money: a claim of the case is settled against its mirror, and the mirror of a
 * credit gives back to each due what the credit had taken from it.
 */
export async function reverseAssessments(
  ctx: Ctx,
  law: Law,
  caseNo: string,
  undoCase: string,
): Promise<DueWithLines[]> {
  const standing = await standingDues(ctx, caseNo);
  if (standing.length === 0) return [];
  const taken = await debitsOf(ctx, standing);
  const lines = Map.groupBy(
    await linesOfDues(
      ctx.tx,
      ctx.region,
      standing.map((due) => due.dueId),
    ),
    (line) => line.dueId,
  );
  const assessmentId = ulid();
  const drafts = standing.map((due) => mirrorOf(ctx, due, lines.get(due.dueId) ?? [], assessmentId, undoCase));
  const act = { act: 'UNDO', caseNo: undoCase };
  const mirrors = await record(ctx, law, standing[0]?.employerNo ?? '', assessmentId, act, drafts);
  for (const [i, mirror] of mirrors.entries()) {
    const due = standing[i] as DueStatus;
    const back = taken.filter((one) => one.creditDueId === due.dueId);
    if (isCredit(due)) {
      for (const { debit, employerFen, personFen } of back) {
        await offset(ctx, debit.dueId, mirror.dueId, { employerFen, personFen });
      }
      await settleDues(ctx.tx, ctx.region, [mirror.dueId], 'OFFSET', mirror.dueId, ctx.now);
    } else {
      await cancelOut(ctx, mirror, due);
      await settleDues(ctx.tx, ctx.region, [mirror.dueId, due.dueId], 'OFFSET', mirror.dueId, ctx.now);
    }
  }
  await reopenDues(
    ctx.tx,
    ctx.region,
    taken.map((one) => one.debit.dueId),
  );
  return mirrors;
}

/** Settles a due and its mirror against each other, part by part: whichever of the two is negative in a part takes it from the other. */
async function cancelOut(ctx: Ctx, mirror: DueWithLines, due: DueStatus): Promise<void> {
  for (const [credit, debit] of [
    [mirror, due],
    [due, mirror],
  ] as const) {
    const employerFen = Math.max(0, debit.employerFen);
    const personFen = Math.max(0, debit.personFen);
    // The base goes with it; a due without money (the law waives the fee) moves nothing else.
    if (employerFen > 0 || personFen > 0 || (credit === mirror && isWithoutMoney(due))) {
      await offset(ctx, credit.dueId, debit.dueId, { employerFen, personFen });
    }
  }
}

const isWithoutMoney = (due: DueStatus): boolean => due.employerFen === 0 && due.personFen === 0;

const offset = (
  ctx: Ctx,
  creditDueId: string,
  debitDueId: string,
  { employerFen, personFen }: { readonly employerFen: number; readonly personFen: number },
): Promise<void> =>
  insertOffset(ctx.tx, ctx.region, { offsetId: ulid(), creditDueId, debitDueId, employerFen, personFen, at: ctx.now });

function mirrorOf(
  ctx: Ctx,
  due: DueStatus,
  lines: readonly (Line & { readonly dueId: string })[],
  assessmentId: string,
  caseNo: string,
): DueDraft {
  return {
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
    caseNo,
    at: ctx.now,
    lines: lines.map(({ dueId: _, ...line }) => ({
      ...line,
      baseFen: -line.baseFen,
      employerFen: -line.employerFen,
      personFen: -line.personFen,
    })),
    reverses: due.dueId,
  };
}
