import { type Problem, refuse } from '../../kernel/errors.ts';
import { sumFen } from '../../kernel/fen.ts';
import { INSURANCES } from '../../kernel/insurance.ts';
import { addDays, addMs, type CivilDate, dateOf } from '../../kernel/month.ts';
import type { Law } from '../../parameters/index.ts';
import type { Ctx } from '../../platform/context.ts';
import { lockEmployer } from '../../registry/index.ts';
import { billDeadline, lateCharges, lookupText } from '../../rules/index.ts';
import { DUE_KINDS } from '../model.ts';
import { countPersons, findReplacedBillNo, listFreeDues } from './dues-store.ts';
import type { Bill, BillDraft, BillLine, BillPorts, FreeDue } from './model.ts';
import { findBill, insertBill, listBillLines, takeBillNo } from './store.ts';

const NOTHING: Problem = {
  code: 'BILL-001',
  message: '没有可开具的应缴明细',
  why: '没有已核定、还没开单的费用。',
  next: '先办单位缴费申报、增员或补缴。',
  link: { label: '去单位缴费申报', to: '/items/unit.declare' },
};

/**
 * The day to which late fee counts: the issue day, less the days lost between asking for a revocation and its grant: the bureau's outage
 * costs the employer nothing (design §9.5). Issued on the day of the grant it is the day the revocation was asked.
 */
function chargedUntil(ctx: Ctx, law: Law, due: FreeDue): CivilDate {
  const today = dateOf(ctx.now);
  const spared = due.waitedDays > 0 && lookupText(law.book, ctx.region, 'lateFee.untilRevocationAsked', today) === 'ON';
  return spared ? addDays(today, -due.waitedDays) : today;
}

/** What a bill issued now would say: all free dues, grouped by insurance, kind, month and start of late fee, with its charges. */
export async function computeBill(ctx: Ctx, law: Law, employerNo: string): Promise<BillDraft> {
  const dues = await listFreeDues(ctx.tx, ctx.region, employerNo);
  if (dues.length === 0) refuse(NOTHING);
  const groups = new Map<string, FreeDue[]>();
  for (const due of dues) {
    const key = `${due.insurance}/${due.kind}/${due.month}/${due.lateFrom}/${due.waitedDays}`;
    const group = groups.get(key);
    if (group) group.push(due);
    else groups.set(key, [due]);
  }
  const ordered = [...groups.values()].sort(([a], [b]) => {
    const [x, y] = [a as FreeDue, b as FreeDue];
    return (
      DUE_KINDS.indexOf(x.kind) - DUE_KINDS.indexOf(y.kind) ||
      x.month.localeCompare(y.month) ||
      INSURANCES.indexOf(x.insurance) - INSURANCES.indexOf(y.insurance) ||
      x.lateFrom.localeCompare(y.lateFrom) ||
      x.waitedDays - y.waitedDays
    );
  });
  const counted = await countPersons(
    ctx.tx,
    ctx.region,
    employerNo,
    ordered.flat().map((due) => due.dueId),
    ordered.flatMap((group, index) => group.map(() => index)),
  );
  const lines = ordered.map((group, index): BillLine => {
    const [head] = group as [FreeDue, ...FreeDue[]];
    const employerFen = sumFen(group, (due) => due.employerFen);
    const personFen = sumFen(group, (due) => due.personFen);
    const charges = lateCharges(law.book, ctx.region, {
      insurance: head.insurance,
      principalFen: employerFen + personFen,
      lateFrom: head.lateFrom,
      until: chargedUntil(ctx, law, head),
    });
    return {
      lineNo: index + 1,
      insurance: head.insurance,
      kind: head.kind,
      month: head.month,
      lateFrom: head.lateFrom,
      lateDays: charges.days,
      persons: counted.get(index)?.persons ?? 0,
      baseFen: counted.get(index)?.baseFen ?? 0,
      employerFen,
      personFen,
      lateFen: charges.lateFeeFen,
      interestFen: charges.interestFen,
      totalFen: employerFen + personFen + charges.lateFeeFen + charges.interestFen,
    };
  });
  const totalFen = sumFen(lines, (line) => line.totalFen);
  if (totalFen <= 0) {
    refuse({
      ...NOTHING,
      why: '未开单的费用合计不大于零。',
      next: '多缴的请办多缴退费。',
      link: { label: '去多缴退费', to: '/items/refund.emp' },
    });
  }
  const today = dateOf(ctx.now);
  const earliest = dues.map((due) => due.lateFrom).reduce((a, b) => (a < b ? a : b));
  const valid = billDeadline(law.book, law.calendar, ctx.region, today, earliest);
  return {
    lines,
    dues: ordered.flatMap((group, index) => group.map((due) => ({ ...due, lineNo: index + 1 }))),
    effectiveFrom: valid.effectiveFrom,
    deadline: valid.deadline,
    employerFen: sumFen(lines, (line) => line.employerFen),
    personFen: sumFen(lines, (line) => line.personFen),
    lateFen: sumFen(lines, (line) => line.lateFen),
    interestFen: sumFen(lines, (line) => line.interestFen),
    totalFen,
  };
}

const SECOND_MS = 1_000;

/** yyyyMMddHHmmss + two digits; a full second passes the number on to the next one (HB-BILL-03). */
async function nextBillNo(ctx: Ctx): Promise<string> {
  for (let ahead = 0; ; ahead += 1) {
    const second = addMs(ctx.now, ahead * SECOND_MS)
      .slice(0, 19)
      .replaceAll(/[-:T]/g, '');
    const billNo = await takeBillNo(ctx.tx, ctx.region, second);
    if (billNo) return billNo;
  }
}

export type IssuedBill = Bill & { readonly lines: readonly BillLine[] };

/** 开单: binds all free dues of the employer, and hands the bill to the wire in the same transaction. */
export async function issueBill(
  ctx: Ctx,
  law: Law,
  employerNo: string,
  caseNo: string,
  ports: BillPorts,
): Promise<IssuedBill> {
  // Two agents at once: the second waits here and then finds nothing left to bill.
  if (!(await lockEmployer(ctx.tx, ctx.region, employerNo))) refuse(NOTHING);
  const draft = await computeBill(ctx, law, employerNo);
  const replaces = await findReplacedBillNo(
    ctx.tx,
    ctx.region,
    draft.dues.map((due) => due.dueId),
  );
  const billNo = await nextBillNo(ctx);
  await insertBill(ctx.tx, ctx.region, {
    ...draft,
    billNo,
    employerNo,
    issuedAt: ctx.now,
    replaces,
    caseNo,
    actorName: ctx.actor.name,
  });
  await ports.enqueue(ctx.tx, {
    type: 'bill.issue',
    entity: `bill:${billNo}`,
    body: issueMessage(ctx, employerNo, billNo, draft, replaces),
  });
  const bill = await findBill(ctx.tx, ctx.region, billNo);
  if (!bill) throw new Error(`bill ${billNo} vanished`);
  return { ...bill, lines: await listBillLines(ctx.tx, ctx.region, billNo) };
}

/** `bill.issue` of wire.md §3.2; lines that differ only in the start of late fee are one line on the wire. */
function issueMessage(ctx: Ctx, employerNo: string, billNo: string, draft: BillDraft, replaces: string | null) {
  const lines = new Map<string, BillLine>();
  for (const line of draft.lines) {
    const key = `${line.insurance}/${line.kind}/${line.month}`;
    const before = lines.get(key);
    lines.set(
      key,
      before
        ? {
            ...before,
            persons: before.persons + line.persons,
            baseFen: before.baseFen + line.baseFen,
            employerFen: before.employerFen + line.employerFen,
            personFen: before.personFen + line.personFen,
            lateFen: before.lateFen + line.lateFen,
            interestFen: before.interestFen + line.interestFen,
            totalFen: before.totalFen + line.totalFen,
          }
        : line,
    );
  }
  const kinds = new Set(draft.lines.map((line) => line.kind));
  return {
    billNo,
    kind: kinds.size === 1 ? [...kinds][0] : 'MIXED',
    payerType: 'EMPLOYER',
    employerNo,
    region: ctx.region,
    office: ctx.region,
    issuedAt: ctx.now,
    validThrough: draft.deadline,
    lines: [...lines.values()].map((line) => ({
      ins: line.insurance,
      kind: line.kind,
      month: line.month,
      persons: line.persons,
      baseFen: line.baseFen,
      employerFen: line.employerFen,
      personFen: line.personFen,
      interestFen: line.interestFen,
      lateFen: line.lateFen,
      totalFen: line.totalFen,
    })),
    totalFen: draft.totalFen,
    ...(replaces ? { replaces } : {}),
    detail: 'NONE',
  };
}
