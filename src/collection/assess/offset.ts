import { refuse } from '../../kernel/errors.ts';
import { sumFen } from '../../kernel/fen.ts';
import { ulid } from '../../kernel/ids.ts';
import { INSURANCE_SHORT_NAMES } from '../../kernel/insurance.ts';
import type { Ctx } from '../../platform/context.ts';
import { billHold } from '../bills/hold.ts';
import { type DueStatus, insertOffset, listDueStatus, openLinesOfDues, settleDues } from '../due-store.ts';
import type { Due, Line } from '../model.ts';

/** Negative lines that take from one due: together they become one credit, used up by it whole. */
export type Credit = { readonly debit: DueStatus; readonly lines: readonly Line[] };

type Left = { baseFen: number; employerFen: number; personFen: number };

/**
 * 冲抵: shares negative lines out over the unpaid dues that contain the same person, insurance and month, person by person, so that what is
 * left of a due is at any time the sum of what is left of its people. Refuses when that much is not owed any more (REF-008) or lies on a bill.
 */
export async function planCredits(ctx: Ctx, employerNo: string, negative: readonly Line[]): Promise<Credit[]> {
  if (negative.length === 0) return [];
  const months = [...new Set(negative.map((line) => line.month))];
  const open = (await listDueStatus(ctx.tx, ctx.region, { employerNo, months })).filter(
    (due) => due.settledHow === null && due.kind !== 'REFUND' && due.employerFen + due.personFen > 0,
  );
  const left = new Map<string, Left>();
  for (const { dueId, personNo, ...amounts } of await openLinesOfDues(
    ctx.tx,
    ctx.region,
    open.map((due) => due.dueId),
  )) {
    left.set(`${dueId}/${personNo}`, amounts);
  }
  const credits = new Map<string, { debit: DueStatus; lines: Line[] }>();
  for (const line of negative) {
    const own = open.filter(
      (due) =>
        due.insurance === line.insurance && due.month === line.month && left.has(`${due.dueId}/${line.personNo}`),
    );
    const free = own.filter((due) => due.liveBillNo === null);
    const pieces = share(line, free, left);
    if (!pieces) refuseShare(line, own);
    for (const { debit, piece } of pieces) {
      const key = `${debit.dueId}/${line.kind}`;
      const credit = credits.get(key);
      if (credit) credit.lines.push(piece);
      else credits.set(key, { debit, lines: [piece] });
    }
  }
  return [...credits.values()];
}

/** Takes a line of one sign (`splitBySign`) off the dues in their order; undefined when they do not hold so much. */
function share(
  line: Line,
  free: readonly DueStatus[],
  left: ReadonlyMap<string, Left>,
): { debit: DueStatus; piece: Line }[] | undefined {
  const wanted = { employerFen: -line.employerFen, personFen: -line.personFen };
  const taken: { debit: DueStatus; rest: Left; employerFen: number; personFen: number }[] = [];
  for (const debit of free) {
    const rest = left.get(`${debit.dueId}/${line.personNo}`);
    if (!rest) continue;
    const employerFen = Math.min(wanted.employerFen, Math.max(0, rest.employerFen));
    const personFen = Math.min(wanted.personFen, Math.max(0, rest.personFen));
    if (employerFen <= 0 && personFen <= 0) continue;
    wanted.employerFen -= employerFen;
    wanted.personFen -= personFen;
    taken.push({ debit, rest, employerFen, personFen });
  }
  if (wanted.employerFen !== 0 || wanted.personFen !== 0) return undefined;
  for (const { rest, employerFen, personFen } of taken) {
    rest.employerFen -= employerFen;
    rest.personFen -= personFen;
  }
  // A due that is left nothing gives up its whole base; the first that keeps something (else the last) carries what is left of the line's.
  const kept = taken.findIndex(({ rest }) => rest.employerFen > 0 || rest.personFen > 0);
  const carrier = kept === -1 ? taken.length - 1 : kept;
  const given = taken.map(({ rest }, index) =>
    index === carrier || rest.employerFen > 0 || rest.personFen > 0 ? 0 : -rest.baseFen,
  );
  const carriedFen = line.baseFen - sumFen(given, (fen) => fen);
  return taken.map(({ debit, rest, employerFen, personFen }, index) => {
    const baseFen = index === carrier ? carriedFen : (given[index] ?? 0);
    rest.baseFen += baseFen;
    return { debit, piece: { ...line, baseFen, employerFen: -employerFen, personFen: -personFen } };
  });
}

function refuseShare(line: Line, own: readonly DueStatus[]): never {
  const live = own.find((due) => due.liveBillNo !== null);
  if (live) refuse(billHold(live));
  refuse({
    code: 'REF-008',
    message: '相关费用已缴，差额要走多缴退费',
    why: `${line.month} ${INSURANCE_SHORT_NAMES[line.insurance]} 的费用已经到账，不能在应缴里直接减少。`,
    next: '请办理“单位职工社会保险费多缴退费申报”。',
    link: { label: '去办多缴退费', to: '/items/refund.emp' },
  });
}

/** Books credits against their debits; a debit that comes to nothing is settled with them. */
export async function bookCredits(
  ctx: Ctx,
  credits: readonly { readonly due: Pick<Due, 'dueId' | 'employerFen' | 'personFen'>; readonly debitDueId: string }[],
): Promise<void> {
  for (const { due, debitDueId } of credits) {
    await insertOffset(ctx.tx, ctx.region, {
      offsetId: ulid(),
      creditDueId: due.dueId,
      debitDueId,
      employerFen: -due.employerFen,
      personFen: -due.personFen,
      at: ctx.now,
    });
    await settleDues(ctx.tx, ctx.region, [due.dueId], 'OFFSET', due.dueId, ctx.now);
  }
  const lastOf = new Map(credits.map(({ due, debitDueId }) => [debitDueId, due.dueId]));
  for (const debit of await listDueStatus(ctx.tx, ctx.region, { dueIds: [...lastOf.keys()] })) {
    if (debit.netEmployerFen !== 0 || debit.netPersonFen !== 0) continue;
    await settleDues(ctx.tx, ctx.region, [debit.dueId], 'OFFSET', lastOf.get(debit.dueId) ?? debit.dueId, ctx.now);
  }
}
