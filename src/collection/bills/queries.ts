import type { Problem } from '../../kernel/errors.ts';
import { type CivilDate, dateOf } from '../../kernel/month.ts';
import type { Ctx } from '../../platform/context.ts';
import { listOpenArrears } from '../receipts/arrears-store.ts';
import { revokeProblem } from './life.ts';
import type { Bill, BillLine } from './model.ts';
import { findBill, listBillLines, listBills } from './store.ts';

type Reading = Pick<Ctx, 'tx' | 'region'>;

type BillRecord = Bill & {
  readonly lines: readonly BillLine[];
  readonly issuedOn: CivilDate;
  /** Its booked money went back: OPEN until a person or other money settles it, RELEASED when its dues were let go (wire §4). */
  readonly arrears: 'OPEN' | 'RELEASED' | null;
};

/** A bill with its lines, and the day to which its charges were counted. */
export async function getBillRecord(ctx: Reading, billNo: string): Promise<BillRecord | undefined> {
  const bill = await findBill(ctx.tx, ctx.region, billNo);
  if (!bill) return undefined;
  const open = await listOpenArrears(ctx.tx, ctx.region, billNo);
  const booked = bill.state === 'SS_POSTED' || bill.state === 'ALLOCATED';
  return {
    ...bill,
    lines: await listBillLines(ctx.tx, ctx.region, billNo),
    issuedOn: dateOf(bill.issuedAt),
    arrears: open.length > 0 ? 'OPEN' : booked && bill.released ? 'RELEASED' : null,
  };
}

export function getBillState(ctx: Reading, billNo: string): Promise<Bill | undefined> {
  return findBill(ctx.tx, ctx.region, billNo);
}

export async function undoBillObstacles(ctx: Reading, billNo: string): Promise<Problem[]> {
  const bill = await findBill(ctx.tx, ctx.region, billNo);
  const problem = bill ? revokeProblem(bill) : undefined;
  return problem ? [problem] : [];
}

export async function listRevocableBills(ctx: Reading, employerNo: string): Promise<Bill[]> {
  const { rows } = await listBills(ctx.tx, ctx.region, employerNo, { page: 1, size: 50 });
  return rows.filter((bill) => revokeProblem(bill) === undefined);
}
