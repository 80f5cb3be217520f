import { refuse } from '../../src/kernel/errors.ts';
import { dateOf, lastDay, type Moment } from '../../src/kernel/month.ts';
import { wireProblem } from '../../wire/index.ts';
import type { TaxCtx } from '../act.ts';
import { gather, type MoneyLine, moneyOf, type TaxReceipt, totalOf } from '../model.ts';
import {
  billLines,
  findReceipt,
  insertReceiptLines,
  lockBill,
  moveBill,
  receiptLines,
  receiptsOfBill,
  setPosted,
  setReversed,
  setTreasured,
  voidTicket,
} from '../store.ts';
import { findEmployer } from '../store-employers.ts';
import { taxItemOf } from '../words.ts';

/** The bill's row is locked before anything of its receipts is read again, so two clerks never both post. */
async function lockReceipt(ctx: TaxCtx, receiptNo: string) {
  const seen = (await findReceipt(ctx.tx, ctx.region, receiptNo)) ?? refuse(wireProblem('TZ-WIR-408'), 404);
  const bill = await lockBill(ctx.tx, ctx.region, seen.billNo);
  const receipt = await findReceipt(ctx.tx, ctx.region, receiptNo);
  if (!bill || !receipt) throw new Error(`receipt ${receiptNo} lost its bill`);
  return { bill, receipt };
}

const wireLines = (lines: readonly MoneyLine[]) =>
  lines.map((line) => ({
    ins: line.insurance,
    monthFrom: line.monthFrom,
    monthTo: line.monthTo,
    part: line.part,
    fen: line.fen,
  }));

/** 登账 ③: says everything, so that the money lands although its bill is lost (wire.md §3.3). */
export async function postReceipt(ctx: TaxCtx, receiptNo: string): Promise<void> {
  const { tx, region, now } = ctx;
  const { bill, receipt } = await lockReceipt(ctx, receiptNo);
  if (receipt.state !== 'PAID') {
    const reversed = receipt.state === 'REVERSED';
    refuse(
      { code: 'TZ-WIR-403', message: reversed ? '该笔款项已冲正' : '该笔款项已登账', next: '不需要再办理。' },
      409,
    );
  }
  const { lines } = await receiptLines(tx, region, receiptNo);
  const employer = await findEmployer(tx, region, bill.employerNo);
  await setPosted(tx, region, receiptNo, now);
  const others = await receiptsOfBill(tx, region, bill.billNo);
  const waiting = others.some((other) => other.state === 'PAID');
  await moveBill(tx, region, bill.billNo, waiting ? 'PAYING' : 'POSTED', now);
  await ctx.tell({
    stream: 'money',
    type: 'payment.posted',
    entity: `receipt:${receiptNo}`,
    body: {
      receiptNo,
      billNo: bill.billNo,
      basis: 'ASSESSED',
      payerName: bill.payerName,
      employerNo: bill.employerNo,
      ...(employer ? { taxRegNo: employer.taxRegNo } : {}),
      ticketNo: receipt.ticketNo,
      ...(bill.invoicedAt ? { invoicedAt: bill.invoicedAt } : {}),
      paidAt: receipt.paidAt,
      postedAt: now,
      lines: wireLines(lines),
      totalFen: receipt.totalFen,
      channel: receipt.channel,
      ...(receipt.bankSerial ? { bankSerial: receipt.bankSerial } : {}),
      treasury: `${region}00`,
      native: {
        zsxm: lines.map((line) => taxItemOf(line.insurance, line.part, lastDay(line.monthTo))?.projectCode ?? null),
        djxh: employer?.taxRegNo ?? null,
      },
    },
  });
}

export type ReversalReason = NonNullable<TaxReceipt['reversedReason']>;

/** 冲正: always the whole receipt. The bill is payable again within its deadline, EXPIRED after it. */
export async function reverseReceipt(ctx: TaxCtx, receiptNo: string, reason: ReversalReason): Promise<void> {
  const { tx, region, now } = ctx;
  const { bill, receipt } = await lockReceipt(ctx, receiptNo);
  if (receipt.state === 'REVERSED') {
    refuse({ code: 'TZ-WIR-408', message: '该笔款项已冲正', next: '不需要再办理。' }, 409);
  }
  const reversalNo = `C${receiptNo}`;
  await setReversed(tx, region, receiptNo, now, reversalNo, reason);
  const living = (await receiptsOfBill(tx, region, bill.billNo)).filter((other) => other.state !== 'REVERSED');
  if (living.length === 0) {
    const over = bill.validThrough < dateOf(now);
    // The other side goes by the deadline itself; a ticket voided here says nothing new to it.
    if (over && bill.ticketNo) await voidTicket(tx, region, bill.ticketNo, now, '冲正时已超过缴费截止日期');
    await moveBill(tx, region, bill.billNo, over ? 'EXPIRED' : 'INVOICED', now);
  } else {
    await moveBill(tx, region, bill.billNo, living.some((other) => other.state === 'PAID') ? 'PAYING' : 'POSTED', now);
  }
  // What was never posted was never told.
  if (receipt.state !== 'POSTED') return;
  await ctx.tell({
    stream: 'money',
    type: 'payment.reversed',
    entity: `receipt:${receiptNo}`,
    body: { receiptNo, reversalNo, fen: receipt.totalFen, reversedAt: now, reason },
  });
}

/** 更正: insurance or period only, the total stays. Without lines: as the bill says. */
export async function correctReceipt(
  ctx: TaxCtx,
  receiptNo: string,
  reason: string,
  given?: readonly MoneyLine[],
): Promise<void> {
  const { tx, region } = ctx;
  const { bill, receipt } = await lockReceipt(ctx, receiptNo);
  if (receipt.state !== 'POSTED') {
    refuse({ code: 'TZ-WIR-408', message: '只有已登账的款项可以更正', next: '请先登账，或冲正后重新收款。' }, 409);
  }
  const lines = given ? gather(given) : moneyOf(await billLines(tx, region, bill.billNo));
  if (totalOf(lines) !== receipt.totalFen) {
    refuse({
      code: 'TZ-WIR-302',
      message: '更正后合计与实缴金额不一致',
      why: '更正只能调整险种和所属期，总额不变。',
      next: '请核对金额；多收少收请冲正后重新收款。',
    });
  }
  const { revision } = await receiptLines(tx, region, receiptNo);
  await insertReceiptLines(tx, region, receiptNo, revision + 1, lines);
  await ctx.tell({
    stream: 'money',
    type: 'payment.corrected',
    entity: `receipt:${receiptNo}`,
    body: { receiptNo, lines: wireLines(lines), reason },
  });
}

/** 上解入库. False when it was done before or the money went back. */
export async function treasureReceipt(ctx: TaxCtx, receiptNo: string): Promise<boolean> {
  const { receipt } = await lockReceipt(ctx, receiptNo);
  if (receipt.state !== 'POSTED' || receipt.treasuredAt) return false;
  const remittedAt: Moment = receipt.postedAt ?? ctx.now;
  const treasuryBatch = `K${ctx.region}${ctx.now.slice(0, 10).replaceAll('-', '')}`;
  await setTreasured(ctx.tx, ctx.region, receiptNo, remittedAt, ctx.now, treasuryBatch);
  await ctx.tell({
    stream: 'money',
    type: 'payment.treasured',
    entity: `receipt:${receiptNo}`,
    body: { receiptNo, remittedAt, treasuredAt: ctx.now, treasuryBatch },
  });
  return true;
}
