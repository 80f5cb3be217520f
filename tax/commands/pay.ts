import { refuse } from '../../src/kernel/errors.ts';
import { addDays, dateOf } from '../../src/kernel/month.ts';
import { wireProblem } from '../../wire/index.ts';
import type { TaxCtx } from '../act.ts';
import type { FaultName, PayChannel } from '../contract.ts';
import { gather, type MoneyLine, moneyOf, POSTS_AT_ONCE, remaining, type TaxBill, totalOf } from '../model.ts';
import { planted } from '../plant.ts';
import { billLines, insertReceipt, moveBill, nextReceiptNo, receiptLines, receiptsOfBill } from '../store.ts';
import { findEmployer } from '../store-employers.ts';
import { getBillLocked, invoiceLocked } from './invoice.ts';
import { postReceipt } from './receipt.ts';

/**
 * Takes the money for a whole bill (整单缴纳，不拆分) and invoices it when that was not done. Refused after the deadline (TZ-WIR-412/405)
 * unless the fault desk forces it. A bill that was paid short takes exactly the rest. Returns the receipt's number.
 */
export async function pay(
  ctx: TaxCtx,
  billNo: string,
  channel: PayChannel,
  options: { readonly post?: boolean } = {},
): Promise<string> {
  const bill = await getBillLocked(ctx, billNo);
  if (bill.state === 'VOID') refuse(wireProblem('TZ-WIR-404'), 409);
  const post = options.post ?? POSTS_AT_ONCE.has(channel);
  await checkAgreement(ctx, bill, channel);
  const open = await openMoney(ctx, bill);
  const overdue = bill.state === 'EXPIRED' || bill.validThrough < dateOf(ctx.now);
  const forced = overdue && (await planted(ctx, 'payAfterDeadline'));
  if (overdue && !forced) {
    const code = bill.ticketNo ? 'TZ-WIR-412' : 'TZ-WIR-405';
    refuse(wireProblem(code, `缴费截止日期至 ${bill.validThrough}，过期作废。`), 409);
  }
  const invoiced = bill.ticketNo ? bill : await invoiceLocked(ctx, bill, forced);
  const bent = await bend(ctx, open);
  const first = await take(ctx, invoiced, channel, bent.lines, forced ? 'payAfterDeadline' : bent.planted, post);
  if (await planted(ctx, 'payTwice')) await take(ctx, invoiced, channel, open, 'payTwice', post);
  return first;
}

/** What is still to be paid; refused when nothing is. */
async function openMoney(ctx: TaxCtx, bill: TaxBill): Promise<MoneyLine[]> {
  const due = moneyOf(await billLines(ctx.tx, ctx.region, bill.billNo));
  const paid: MoneyLine[] = [];
  for (const receipt of await receiptsOfBill(ctx.tx, ctx.region, bill.billNo)) {
    if (receipt.state === 'REVERSED') continue;
    paid.push(...(await receiptLines(ctx.tx, ctx.region, receipt.receiptNo)).lines);
  }
  const open = remaining(due, paid);
  if (totalOf(open) <= 0) refuse(wireProblem('TZ-WIR-403'), 409);
  return open;
}

async function checkAgreement(ctx: TaxCtx, bill: TaxBill, channel: PayChannel): Promise<void> {
  if (channel !== 'AGREEMENT') return;
  const employer = await findEmployer(ctx.tx, ctx.region, bill.employerNo);
  if (employer?.agreementState !== 'SIGNED') refuse(wireProblem('TZ-WIR-411'), 409);
}

async function take(
  ctx: TaxCtx,
  bill: TaxBill,
  channel: PayChannel,
  lines: readonly MoneyLine[],
  why: FaultName | null,
  post: boolean,
): Promise<string> {
  const { tx, region, now } = ctx;
  if (!bill.ticketNo) throw new Error(`bill ${bill.billNo} is paid without a ticket`);
  const receiptNo = await nextReceiptNo(tx, region, now);
  await insertReceipt(tx, region, {
    receiptNo,
    bill,
    ticketNo: bill.ticketNo,
    channel,
    totalFen: totalOf(lines),
    paidAt: now,
    paidBy: ctx.actor.name,
    bankSerial: channel.startsWith('HALL_CASH') ? null : `B${receiptNo}`,
    lines,
    reverseDue: (await planted(ctx, 'reverseLater')) ? addDays(dateOf(now), 1) : null,
    hiddenInRecon: await planted(ctx, 'missingInRecon'),
    planted: why,
  });
  await moveBill(tx, region, bill.billNo, 'PAYING', now);
  if (post) await postReceipt(ctx, receiptNo);
  return receiptNo;
}

/** 少收, 多收, 险种分错, as the fault desk wants it. */
async function bend(
  ctx: TaxCtx,
  lines: readonly MoneyLine[],
): Promise<{ lines: readonly MoneyLine[]; planted: FaultName | null }> {
  const largest = lines.reduce((a, b) => (b.fen > a.fen ? b : a));
  const change = (by: number) =>
    gather(lines.map((line) => (line === largest ? { ...line, fen: line.fen + by } : line)));
  const tenth = Math.max(1, Math.floor(largest.fen / 10));
  if (largest.fen > 1 && (await planted(ctx, 'payShort'))) return { lines: change(-tenth), planted: 'payShort' };
  if (await planted(ctx, 'payOver')) return { lines: change(tenth), planted: 'payOver' };
  if (await planted(ctx, 'wrongInsurance')) {
    const other =
      lines.find((line) => line.insurance !== largest.insurance)?.insurance ?? OTHER[largest.insurance] ?? 'injury';
    const moved = { ...largest, insurance: other, fen: tenth };
    return { lines: gather([...change(-tenth), moved]), planted: 'wrongInsurance' };
  }
  return { lines, planted: null };
}

const OTHER: Readonly<Record<string, string>> = { pension: 'unemployment', unemployment: 'injury', injury: 'pension' };
