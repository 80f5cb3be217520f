import { refuse } from '../../kernel/errors.ts';
import { ulid } from '../../kernel/ids.ts';
import { INSURANCE_SHORT_NAMES } from '../../kernel/insurance.ts';
import type { Ctx } from '../../platform/context.ts';
import { billHold, isReceived } from '../bills/hold.ts';
import { type DueStatus, insertOffset, listDueStatus, openLinesOfDues, settleDues } from '../due-store.ts';
import type { Due, Line } from '../model.ts';
import { isFall, isNothing } from './plan.ts';

/** Lines that take from one due: together they become one credit, used up by it whole. */
export type Credit = { readonly debit: DueStatus; readonly lines: readonly Line[] };

export type CreditPlan = {
  readonly credits: readonly Credit[];
  /** Dues that are left nothing, neither money nor base: there is nothing more to bill, and they are settled. */
  readonly usedUp: readonly string[];
};

type Left = { baseFen: number; employerFen: number; personFen: number };
type LeftOf = (due: DueStatus, personNo: string) => Left | undefined;

/**
 * 冲抵: shares lines that fall (`isFall`) out over the dues that contain the same person, insurance and month, person by person, so that what
 * is left of a due is at any time the sum of what is left of its people. Money comes off unpaid dues only: refuses when that much is not owed
 * any more (REF-008) or lies on a bill. A base comes off unpaid dues first; what a paid one holds is corrected there, without money.
 */
export async function planCredits(ctx: Ctx, employerNo: string, falling: readonly Line[]): Promise<CreditPlan> {
  if (falling.length === 0) return { credits: [], usedUp: [] };
  const months = [...new Set(falling.map((line) => line.month))];
  const people = Map.groupBy(falling, (line) => `${line.insurance}/${line.month}`);
  const dues = (await listDueStatus(ctx.tx, ctx.region, { employerNo, months })).filter((due) => {
    const concerned = new Set(people.get(`${due.insurance}/${due.month}`)?.map((line) => line.personNo));
    return due.kind !== 'REFUND' && !isFall(due) && !due.reversed && due.personNos.some((no) => concerned.has(no));
  });
  const left = new Map<string, Map<string, Left>>(dues.map((due) => [due.dueId, new Map()]));
  for (const { dueId, personNo, ...amounts } of await openLinesOfDues(ctx.tx, ctx.region, [...left.keys()])) {
    left.get(dueId)?.set(personNo, amounts);
  }
  const leftOf: LeftOf = (due, personNo) => left.get(due.dueId)?.get(personNo);
  const credits = new Map<string, { debit: DueStatus; lines: Line[] }>();
  for (const line of falling) {
    const own = dues.filter(
      (due) => due.insurance === line.insurance && due.month === line.month && leftOf(due, line.personNo),
    );
    for (const { debit, piece } of share(line, own, leftOf)) {
      const key = `${debit.dueId}/${line.kind}`;
      const credit = credits.get(key);
      if (credit) credit.lines.push(piece);
      else credits.set(key, { debit, lines: [piece] });
    }
  }
  const touched = new Map([...credits.values()].map(({ debit }) => [debit.dueId, debit]));
  const isUsedUp = (due: DueStatus): boolean =>
    due.settledHow === null && [...(left.get(due.dueId)?.values() ?? [])].every(isNothing);
  return {
    credits: [...credits.values()],
    usedUp: [...touched.values()].filter(isUsedUp).map((due) => due.dueId),
  };
}

type Take = { readonly debit: DueStatus; readonly rest: Left; baseFen: number; employerFen: number; personFen: number };

/** Takes a line that falls off the dues of its cell, in their order; refuses when they do not hold so much. */
function share(line: Line, own: readonly DueStatus[], leftOf: LeftOf): { debit: DueStatus; piece: Line }[] {
  const wanted: Left = {
    baseFen: Math.max(0, -line.baseFen),
    employerFen: -line.employerFen,
    personFen: -line.personFen,
  };
  const takes: Take[] = [];
  const takeFrom = (debit: DueStatus, allowed: { readonly money: boolean }): void => {
    const rest = leftOf(debit, line.personNo);
    if (!rest) return;
    const of = (part: keyof Left): number => Math.max(0, Math.min(wanted[part], rest[part]));
    const take = {
      debit,
      rest,
      baseFen: of('baseFen'),
      employerFen: allowed.money ? of('employerFen') : 0,
      personFen: allowed.money ? of('personFen') : 0,
    };
    if (isNothing(take)) return;
    for (const part of ['baseFen', 'employerFen', 'personFen'] as const) {
      wanted[part] -= take[part];
      rest[part] -= take[part];
    }
    takes.push(take);
  };
  const isOpen = (due: DueStatus): boolean => due.settledHow === null && due.liveBillNo === null;
  for (const due of own.filter(isOpen)) takeFrom(due, { money: true });
  if (wanted.employerFen !== 0 || wanted.personFen !== 0) refuseShare(line, own);
  keepTogether(takes, Math.max(0, line.baseFen));
  for (const due of own.filter((one) => !isOpen(one))) {
    if (wanted.baseFen === 0) break;
    // A bill that is not yet paid would say a base that holds no more.
    const onBill = due.settledHow === null && !isReceived(due.liveBillState);
    if (onBill && (leftOf(due, line.personNo)?.baseFen ?? 0) > 0) refuse(billHold(due));
    takeFrom(due, { money: false });
  }
  if (wanted.baseFen !== 0) throw new Error(`no due holds the base of ${line.personNo} in ${line.month}`);
  return takes.map(({ debit, baseFen, employerFen, personFen }) => ({
    debit,
    piece: { ...line, baseFen: 0 - baseFen, employerFen: 0 - employerFen, personFen: 0 - personFen },
  }));
}

/**
 * A due that is left no money hands its base to the first that is, so that who owes is billed on the base; where none is left money (both
 * parts are waived) the base stays where it is, open. A base that rises while the money falls is that due's as well.
 */
function keepTogether(takes: readonly Take[], risenFen: number): void {
  const paying = takes.filter((take) => take.employerFen > 0 || take.personFen > 0);
  const keeper = paying.find(({ rest }) => rest.employerFen > 0 || rest.personFen > 0) ?? paying[0];
  if (!keeper) return;
  const move = (take: Take, fen: number): void => {
    take.baseFen -= fen;
    take.rest.baseFen += fen;
  };
  move(keeper, risenFen);
  for (const take of paying) {
    const bare = take.rest.employerFen <= 0 && take.rest.personFen <= 0;
    if (take === keeper || !bare) continue;
    const fen = take.rest.baseFen;
    move(take, -fen);
    move(keeper, fen);
  }
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

/** Books credits against their debits; the debits that are left nothing are settled with them. */
export async function bookCredits(
  ctx: Ctx,
  credits: readonly { readonly due: Pick<Due, 'dueId' | 'employerFen' | 'personFen'>; readonly debitDueId: string }[],
  usedUp: readonly string[],
): Promise<void> {
  for (const { due, debitDueId } of credits) {
    await insertOffset(ctx.tx, ctx.region, {
      offsetId: ulid(),
      creditDueId: due.dueId,
      debitDueId,
      employerFen: 0 - due.employerFen,
      personFen: 0 - due.personFen,
      at: ctx.now,
    });
    await settleDues(ctx.tx, ctx.region, [due.dueId], 'OFFSET', due.dueId, ctx.now);
  }
  const lastOf = new Map(credits.map(({ due, debitDueId }) => [debitDueId, due.dueId]));
  for (const dueId of usedUp) {
    await settleDues(ctx.tx, ctx.region, [dueId], 'OFFSET', lastOf.get(dueId) ?? dueId, ctx.now);
  }
}
