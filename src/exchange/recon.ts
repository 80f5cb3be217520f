import {
  findBill,
  listMoneyOfDay,
  listOpenBills,
  listReceiptsOfBill,
  listSuspense,
  stillWaiting,
} from '../collection/index.ts';
import { sumFen } from '../kernel/fen.ts';
import { ulid } from '../kernel/ids.ts';
import { addDays, type CivilDate } from '../kernel/month.ts';
import type { Ctx } from '../platform/context.ts';
import {
  differingGroups,
  type Group,
  isComplete,
  nameDifferences,
  suspenseDifference,
  totalsOf,
} from './differences.ts';
import { compareOpenBills, openBillTotals } from './open-bills.ts';
import {
  agreeCase,
  clearPages,
  closeCases,
  type DetailPage,
  type Difference,
  listOpenCasesOf,
  listPages,
  listUnsettledDays,
  lockRun,
  type OpenBillRow,
  openCase,
  type ReconRow,
  saveOurTotals,
  savePage,
  saveTheirTotals,
  setRunState,
} from './store.ts';

/** In place of a page's number: the group was asked about. */
const ASKED = 0;

export type ReconSender = (ctx: Ctx, type: string, entity: string, body: unknown) => Promise<void>;

/** 02:30: tells our totals of the day before, and compares when theirs are here. */
export async function sendTotals(ctx: Ctx, day: CivilDate, moneySeq: number, send: ReconSender): Promise<number> {
  const totals = totalsOf(await listMoneyOfDay(ctx.tx, ctx.region, day));
  await saveOurTotals(ctx.tx, ctx.region, day, totals, ctx.now);
  const openBills = openBillTotals(await listOpenBills(ctx.tx, ctx.region));
  await send(ctx, 'recon.totals', `recon:${day}`, { day, moneySeq, rows: totals, openBills });
  await nameSuspense(ctx, send);
  await compare(ctx, day, send);
  return totals.length;
}

/** Days looked at again each night; what is older is for people. */
const LOOKED_AGAIN_DAYS = 31;

export const unsettledDays = (ctx: Ctx, before: CivilDate): Promise<CivilDate[]> =>
  listUnsettledDays(ctx.tx, ctx.region, addDays(before, -LOOKED_AGAIN_DAYS), before);

/** A day that is not settled, once more: its money may have come since, and nothing else would say so. What still differs has its names. */
export async function lookAgain(ctx: Ctx, day: CivilDate, send: ReconSender): Promise<void> {
  const run = await lockRun(ctx.tx, ctx.region, day);
  if (!run?.theirs) return;
  if (differingGroups(totalsOf(await listMoneyOfDay(ctx.tx, ctx.region, day)), run.theirs).length > 0) return;
  await clearPages(ctx.tx, ctx.region, day);
  await agree(ctx, day, send);
}

export async function applyTheirTotals(
  ctx: Ctx,
  message: {
    readonly day: CivilDate;
    readonly rows: readonly ReconRow[];
    readonly openBills?: readonly OpenBillRow[] | undefined;
  },
  send: ReconSender,
): Promise<void> {
  await saveTheirTotals(ctx.tx, ctx.region, message.day, message.rows, ctx.now);
  if (message.openBills) await compareOpenBills(ctx, message.day, message.openBills, send);
  await compare(ctx, message.day, send);
}

async function compare(ctx: Ctx, day: CivilDate, send: ReconSender): Promise<void> {
  const run = await lockRun(ctx.tx, ctx.region, day);
  if (!run?.theirs) return;
  // Money may have come since our totals were told: what counts is what is here now.
  const differing = differingGroups(totalsOf(await listMoneyOfDay(ctx.tx, ctx.region, day)), run.theirs);
  await clearPages(ctx.tx, ctx.region, day);
  if (differing.length === 0) return agree(ctx, day, send);
  await setRunState(ctx.tx, ctx.region, day, 'DIFFERENT');
  for (const group of differing) await askFor(ctx, day, group, send);
}

async function agree(ctx: Ctx, day: CivilDate, send: ReconSender): Promise<void> {
  await setRunState(ctx.tx, ctx.region, day, 'EQUAL');
  await close(ctx, day, send);
}

async function askFor(ctx: Ctx, day: CivilDate, { ins, direction }: Group, send: ReconSender): Promise<void> {
  await savePage(ctx.tx, ctx.region, day, { insurance: ins, direction, page: ASKED, pages: 0, rows: [] });
  await ask(ctx, day, ins, direction, 1, send);
}

function ask(ctx: Ctx, day: CivilDate, ins: string, direction: string, page: number, send: ReconSender): Promise<void> {
  return send(ctx, 'recon.detailRequest', `recon:${day}`, { day, ins, direction, page });
}

async function close(ctx: Ctx, day: CivilDate, send: ReconSender): Promise<void> {
  const waiting = await stillWaiting(ctx.tx, ctx.region, await listOpenCasesOf(ctx.tx, ctx.region, day));
  for (const done of await closeCases(ctx.tx, ctx.region, day, waiting)) {
    await send(ctx, 'recon.case', `case:${done.caseNo}`, { ...done, state: 'DONE' });
  }
}

/** Collects the pages of all differing groups; with the last of them each difference gets its name and its case. Returns how many are new. */
export async function applyTheirDetail(
  ctx: Ctx,
  day: CivilDate,
  page: DetailPage,
  send: ReconSender,
): Promise<readonly Difference[]> {
  const run = await lockRun(ctx.tx, ctx.region, day);
  if (!run?.theirs) return [];
  await savePage(ctx.tx, ctx.region, day, page);
  const known = await listPages(ctx.tx, ctx.region, day);
  const isNext = (one: DetailPage): boolean =>
    one.insurance === page.insurance && one.direction === page.direction && one.page === page.page + 1;
  if (page.page < page.pages && !known.some(isNext)) {
    await ask(ctx, day, page.insurance, page.direction, page.page + 1, send);
  }
  const ours = await listMoneyOfDay(ctx.tx, ctx.region, day);
  const groups = differingGroups(totalsOf(ours), run.theirs);
  // The money came between the question and this answer: nothing differs any more, and no other answer will say so.
  if (groups.length === 0) {
    await clearPages(ctx.tx, ctx.region, day);
    await agree(ctx, day, send);
    return [];
  }
  // What came since the question may differ in another group.
  for (const group of groups) {
    if (!known.some((one) => one.insurance === group.ins && one.direction === group.direction)) {
      await askFor(ctx, day, group, send);
    }
  }
  const pages = known.filter((one) => one.page !== ASKED);
  if (!isComplete(groups, pages)) return [];
  const differences = nameDifferences(day, groups, ours, pages);
  // Receipt by receipt nothing differs: what they did since has overtaken their totals.
  if (differences.length === 0) await agree(ctx, day, send);
  const opened: Difference[] = [];
  for (const difference of differences) {
    if (await openDifference(ctx, difference, send)) opened.push(difference);
  }
  return opened;
}

/** 挂账 on which both sides' totals agree, but money and bill do not (wire §4). */
async function nameSuspense(ctx: Ctx, send: ReconSender): Promise<void> {
  for await (const receipt of listSuspense(ctx.tx, ctx.region)) {
    const bill = receipt.billNo ? await findBill(ctx.tx, ctx.region, receipt.billNo) : undefined;
    const counted = receipt.billNo ? await listReceiptsOfBill(ctx.tx, ctx.region, receipt.billNo) : [];
    const received = sumFen(
      counted.filter((one) => one.state === 'MATCHED'),
      (one) => one.totalFen,
    );
    const difference = suspenseDifference(receipt, bill, received);
    if (difference) await openDifference(ctx, difference, send);
  }
}

/** Both sides keep the case; the tax side puts right what it can and agrees. */
export async function openDifference(ctx: Ctx, difference: Difference, send: ReconSender): Promise<boolean> {
  const caseNo = ulid();
  if (!(await openCase(ctx.tx, ctx.region, caseNo, difference, ctx.now))) return false;
  await send(ctx, 'recon.case', `case:${caseNo}`, {
    caseNo,
    kind: difference.kind,
    ...(difference.direction === 'BILL' ? { billNo: difference.receiptNo } : { receiptNo: difference.receiptNo }),
    ...(difference.ourFen === null ? {} : { agencyFen: difference.ourFen }),
    ...(difference.theirFen === null ? {} : { taxFen: difference.theirFen }),
    state: 'OPEN',
  });
  return true;
}

export async function applyTheirCase(
  ctx: Ctx,
  message: { readonly caseNo: string; readonly state: string; readonly resolution?: string | undefined },
): Promise<void> {
  if (message.state === 'AGREED') await agreeCase(ctx.tx, ctx.region, message.caseNo, message.resolution ?? '');
}

const PAGE = 1_000;

/** Our rows for a group the other side asked about. */
export async function detailFor(
  ctx: Ctx,
  request: { readonly day: CivilDate; readonly ins: string; readonly direction: string; readonly page: number },
) {
  const { day, ins, direction, page } = request;
  const rows = (await listMoneyOfDay(ctx.tx, ctx.region, day)).filter(
    (row) => row.insurance === ins && row.direction === direction,
  );
  return {
    day,
    ins,
    direction,
    page,
    pages: Math.max(1, Math.ceil(rows.length / PAGE)),
    rows: rows.slice((page - 1) * PAGE, page * PAGE).map((row) => ({
      receiptNo: row.receiptNo,
      ...(row.billNo ? { billNo: row.billNo } : {}),
      ins,
      fen: row.fen,
      paidAt: row.paidAt,
      ticketNo: row.ticketNo,
    })),
  };
}
