import { type CivilDate, dateOf } from '../../src/kernel/month.ts';
import {
  billDigest,
  type ReconCase,
  type ReconDetailRequest,
  type ReconTotals,
  receiptDigest,
} from '../../wire/index.ts';
import type { TaxCtx } from '../act.ts';
import { moneyOf } from '../model.ts';
import { billLines, findReceipt, receiptLines } from '../store.ts';
import {
  type Direction,
  type MoneyRow,
  moneyOfDay,
  openBills,
  saveCase,
  saveTotals,
  showInRecon,
} from '../store-recon.ts';
import { correctReceipt } from './receipt.ts';

const PAGE_ROWS = 1000;
const DIRECTIONS: readonly Direction[] = ['IN', 'REVERSAL'];

function group<T>(list: readonly T[], key: (item: T) => string): [string, T[]][] {
  const groups = new Map<string, T[]>();
  for (const item of list) groups.set(key(item), [...(groups.get(key(item)) ?? []), item]);
  return [...groups.entries()].sort(([a], [b]) => (a < b ? -1 : 1));
}

function totalsRow(ins: string, direction: Direction, rows: readonly MoneyRow[]): ReconTotals['rows'][number] {
  return {
    ins: ins as ReconTotals['rows'][number]['ins'],
    direction,
    count: rows.length,
    fen: rows.reduce((sum, row) => sum + row.fen, 0),
    digest: receiptDigest(rows),
  };
}

/** 日终合计 of a day. A day without money is an empty list, not zeros per insurance. */
async function computeTotals(ctx: TaxCtx, day: CivilDate): Promise<ReconTotals> {
  const rows: ReconTotals['rows'] = [];
  for (const direction of DIRECTIONS) {
    const money = await moneyOfDay(ctx.tx, ctx.region, day, direction);
    for (const [ins, list] of group(money, (row) => row.ins)) rows.push(totalsRow(ins, direction, list));
  }
  const bills = group(await openBills(ctx.tx, ctx.region), (bill) => bill.state).map(([state, list]) => ({
    state,
    count: list.length,
    fen: list.reduce((sum, bill) => sum + bill.fen, 0),
    digest: billDigest(list),
  }));
  return { day, moneySeq: await ctx.moneySeq(), rows, openBills: bills };
}

export async function sendTotals(ctx: TaxCtx, day: CivilDate): Promise<ReconTotals> {
  const totals = await computeTotals(ctx, day);
  await saveTotals(ctx.tx, ctx.region, day, 'TAX', totals, ctx.now);
  await ctx.tell({ stream: 'recon', type: 'recon.totals', entity: `recon:${day}`, body: totals });
  return totals;
}

export async function receiveTotals(ctx: TaxCtx, totals: ReconTotals): Promise<void> {
  await saveTotals(ctx.tx, ctx.region, totals.day as CivilDate, 'AGENCY', totals, ctx.now);
}

/** 对账明细, 1,000 rows a page; the page asked for. */
export async function answerDetail(ctx: TaxCtx, request: ReconDetailRequest, replyTo: string): Promise<void> {
  const { day, ins, direction, page } = request;
  const all =
    direction === 'REFUND'
      ? []
      : (await moneyOfDay(ctx.tx, ctx.region, day as CivilDate, direction)).filter((row) => row.ins === ins);
  const pages = Math.max(1, Math.ceil(all.length / PAGE_ROWS));
  await ctx.tell({
    stream: 'recon',
    type: 'recon.detail',
    entity: `recon:${day}`,
    replyTo,
    body: { day, ins, direction, page, pages, rows: all.slice((page - 1) * PAGE_ROWS, page * PAGE_ROWS) },
  });
}

/**
 * A difference the agency found (wire.md §3.6): what we can put right is put right — a wrong split by 更正, an omitted receipt by new totals —
 * and the case is agreed; the rest stays OPEN for a person.
 */
export async function receiveCase(ctx: TaxCtx, found: ReconCase, replyTo: string): Promise<void> {
  if (found.state !== 'OPEN') {
    await saveCase(ctx.tx, ctx.region, found.caseNo, found, found.state, ctx.now);
    return;
  }
  const resolution = await resolve(ctx, found);
  const answer = {
    ...found,
    state: resolution ? ('AGREED' as const) : ('OPEN' as const),
    ...(resolution ? { resolution } : {}),
  };
  await saveCase(ctx.tx, ctx.region, found.caseNo, answer, answer.state, ctx.now);
  if (!resolution) return;
  await ctx.tell({ stream: 'recon', type: 'recon.case', entity: `case:${found.caseNo}`, body: answer, replyTo });
  const receipt = found.receiptNo ? await findReceipt(ctx.tx, ctx.region, found.receiptNo) : undefined;
  if (receipt) await sendTotals(ctx, dateOf(receipt.paidAt));
}

async function resolve(ctx: TaxCtx, found: ReconCase): Promise<string | undefined> {
  if (!found.receiptNo) return undefined;
  const { tx, region } = ctx;
  const receipt = await findReceipt(tx, region, found.receiptNo);
  if (!receipt) return undefined;
  if (await showInRecon(tx, region, receipt.receiptNo)) return '税务端对账时遗漏，已补报合计';
  if (found.kind === 'INSURANCE' && receipt.state === 'POSTED') {
    const due = moneyOf(await billLines(tx, region, receipt.billNo));
    const { lines } = await receiptLines(tx, region, receipt.receiptNo);
    const split = (list: readonly { insurance: string; part: string; fen: number }[]) =>
      list
        .map((line) => `${line.insurance}|${line.part}|${line.fen}`)
        .sort()
        .join();
    const sum = due.reduce((total, line) => total + line.fen, 0);
    if (sum === receipt.totalFen && split(due) !== split(lines)) {
      await correctReceipt(ctx, receipt.receiptNo, `按对账差异 ${found.caseNo} 更正`);
      return '险种分配有误，已更正';
    }
  }
  if (found.kind === 'DOUBLE') return '确为两次缴费，请按重复到账处理';
  return undefined;
}
