import { refuse } from '../../src/kernel/errors.ts';
import { type CivilDate, dateOf } from '../../src/kernel/month.ts';
import { wireProblem } from '../../wire/index.ts';
import type { TaxCtx } from '../act.ts';
import type { TaxBill } from '../model.ts';
import { insertTicket, lockBill, moveBill, nextTicketNo, voidTicket } from '../store.ts';

export async function getBillLocked(ctx: TaxCtx, billNo: string): Promise<TaxBill> {
  return (await lockBill(ctx.tx, ctx.region, billNo)) ?? refuse(wireProblem('TZ-WIR-401'), 404);
}

/** 开票: node ② of the agency's tracking. Refused when void, over the deadline or done before. */
export async function invoice(ctx: TaxCtx, billNo: string): Promise<TaxBill> {
  const bill = await getBillLocked(ctx, billNo);
  if (bill.state === 'INVOICED') refuse(wireProblem('TZ-WIR-402'), 409);
  return invoiceLocked(ctx, bill);
}

/** The caller holds the row. `force`: the fault desk takes money after the deadline. */
export async function invoiceLocked(ctx: TaxCtx, bill: TaxBill, force = false): Promise<TaxBill> {
  const { tx, region, now } = ctx;
  if (bill.state === 'VOID') refuse(wireProblem('TZ-WIR-404'), 409);
  if (bill.state === 'PAYING' || bill.state === 'POSTED') refuse(wireProblem('TZ-WIR-403'), 409);
  if (!force && (bill.state === 'EXPIRED' || bill.validThrough < dateOf(now))) {
    refuse(wireProblem('TZ-WIR-405', `缴费截止日期至 ${bill.validThrough}。`), 409);
  }
  const ticketNo = await nextTicketNo(tx, region, now);
  await insertTicket(tx, region, {
    ticketNo,
    billNo: bill.billNo,
    totalFen: bill.totalFen,
    invoicedAt: now,
    invoicedBy: ctx.actor.name,
    payBy: bill.validThrough,
  });
  await moveBill(tx, region, bill.billNo, 'INVOICED', now, { ticketNo, invoicedAt: now });
  await ctx.tell({
    stream: 'bills',
    type: 'bill.invoiced',
    entity: `bill:${bill.billNo}`,
    body: { billNo: bill.billNo, ticketNo, invoicedAt: now, totalFen: bill.totalFen, payBy: bill.validThrough },
  });
  return { ...bill, state: 'INVOICED', ticketNo, invoicedAt: now };
}

/** 作废票证 by a clerk: the bill is OPEN again, or EXPIRED when the deadline is over. */
export async function voidInvoice(ctx: TaxCtx, billNo: string, reason: string): Promise<void> {
  const bill = await getBillLocked(ctx, billNo);
  if (bill.state === 'PAYING' || bill.state === 'POSTED') refuse(wireProblem('TZ-WIR-403'), 409);
  if (bill.state !== 'INVOICED' || !bill.ticketNo) {
    refuse({ code: 'TZ-WIR-401', message: '该单据没有可作废的票证', next: '请核对征集通知单据号。' }, 409);
  }
  await voidLocked(ctx, bill, bill.ticketNo, reason);
}

/** 过期未缴: the night's job at 00:10 of `day` (wire.md §4). */
export async function voidOverdue(ctx: TaxCtx, billNo: string, day: CivilDate): Promise<boolean> {
  const bill = await getBillLocked(ctx, billNo);
  if (bill.state !== 'INVOICED' || !bill.ticketNo || bill.validThrough >= day) return false;
  await voidLocked(ctx, bill, bill.ticketNo, '超过缴费截止日期未缴费');
  return true;
}

async function voidLocked(ctx: TaxCtx, bill: TaxBill, ticketNo: string, reason: string): Promise<void> {
  const { tx, region, now } = ctx;
  await voidTicket(tx, region, ticketNo, now, reason);
  await moveBill(tx, region, bill.billNo, bill.validThrough < dateOf(now) ? 'EXPIRED' : 'OPEN', now);
  await ctx.tell({
    stream: 'bills',
    type: 'bill.invoiceVoided',
    entity: `bill:${bill.billNo}`,
    body: { billNo: bill.billNo, ticketNo, voidedAt: now, reason },
  });
}
