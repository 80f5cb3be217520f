import { sumFen } from '../../kernel/fen.ts';
import { dateOf, type Moment } from '../../kernel/month.ts';
import type { Ctx } from '../../platform/context.ts';
import type { Bill, BillLine } from '../bills/model.ts';
import { release } from '../bills/release.ts';
import { type BillChange, changeBill, listBillLines } from '../bills/store.ts';
import type { PartAmount } from '../facts.ts';
import { closeArrears, insertArrears, listOpenArrears } from './arrears-store.ts';
import { listReceiptsOfBill, partReceipts, type Receipt, setReceiptState } from './store.ts';

/**
 * What the receipts of a bill mean for it, looked at anew whenever one of them changed: corrected, gone back, or a waiting one gone.
 * `wentBack` is booked money that did: if nothing takes its place it is owed again (欠费), and a person decides how.
 */
export async function judge(
  ctx: Ctx,
  bill: Bill,
  wentBack?: { readonly receiptNo: string; readonly at: Moment },
): Promise<void> {
  switch (bill.state) {
    case 'TAX_POSTED':
    case 'PARTIAL':
    case 'MISMATCH':
      await match(ctx, bill);
      return;
    case 'SS_POSTED':
    case 'ALLOCATED': {
      if (bill.released) return;
      if (!wentBack && !(await isOwedAgain(ctx, bill))) return holdBack(ctx, bill);
      if (await makeUp(ctx, bill)) return;
      if (wentBack) await insertArrears(ctx.tx, ctx.region, bill.billNo, wentBack.receiptNo, wentBack.at);
    }
  }
}

/** Booked money of the bill went back, and nothing has taken its place. */
export const isOwedAgain = async (ctx: Ctx, bill: Bill): Promise<boolean> =>
  (await listOpenArrears(ctx.tx, ctx.region, bill.billNo)).length > 0;

/** Money by insurance and part: each is its own 征收品目 at the tax side and its own account here. */
type Split = ReadonlyMap<string, number>;
const splitOf = (amounts: readonly PartAmount[]): Split => {
  const split = new Map<string, number>();
  for (const { insurance, part, fen } of amounts) {
    split.set(`${insurance}/${part}`, (split.get(`${insurance}/${part}`) ?? 0) + fen);
  }
  return split;
};
const equalSplit = (a: Split, b: Split): boolean =>
  [...new Set([...a.keys(), ...b.keys()])].every((key) => (a.get(key) ?? 0) === (b.get(key) ?? 0));

const owedParts = (lines: readonly BillLine[]): PartAmount[] =>
  lines.flatMap(({ insurance, employerFen, personFen, lateFen, interestFen }) => [
    { insurance, part: 'EMPLOYER', fen: employerFen },
    { insurance, part: 'PERSON', fen: personFen },
    { insurance, part: 'LATE', fen: lateFen },
    { insurance, part: 'INTEREST', fen: interestFen },
  ]);

/**
 * Judges all receipts of a bill together: the first by paidAt that pays it whole counts, a later one is DOUBLE; parts add up (PARTIAL)
 * until they make the whole; another sum or split is MISMATCH. Returns those that count.
 */
export async function match(ctx: Ctx, bill: Bill): Promise<readonly Receipt[]> {
  const all = await validReceipts(ctx, bill);
  const owed = await owedSplit(ctx, bill);
  const counted: Receipt[] = [];
  // Booked money stays on the bill whatever comes beside it: only 冲正 takes it off, with counter entries.
  const booked = all.filter((one) => one.state === 'MATCHED' && one.ssPostedAt !== null);
  const whole = all.find((one) => one.totalFen === bill.totalFen && equalSplit(splitOf(one.lines), owed));
  if (whole && booked.length === 0) counted.push(whole);
  else {
    let sum = 0;
    for (const one of [...booked, ...all.filter((other) => !booked.includes(other))]) {
      if (sum >= bill.totalFen) break;
      counted.push(one);
      sum += one.totalFen;
    }
  }
  for (const one of all) {
    const counts = counted.includes(one);
    if (counts && one.state !== 'MATCHED')
      await setReceiptState(ctx.tx, ctx.region, one.receiptNo, 'MATCHED', null, ctx.now);
    if (!counts && (one.state !== 'SUSPENSE' || one.suspenseReason !== 'DOUBLE')) {
      await setReceiptState(ctx.tx, ctx.region, one.receiptNo, 'SUSPENSE', 'DOUBLE', ctx.now);
    }
  }
  const last = counted.at(-1);
  if (!last) {
    await unpaid(ctx, bill);
    return counted;
  }
  const received = sumFen(counted, (one) => one.totalFen);
  const fits = equalSplit(splitOf(counted.flatMap((one) => one.lines)), owed);
  const state = received < bill.totalFen ? 'PARTIAL' : received === bill.totalFen && fits ? 'TAX_POSTED' : 'MISMATCH';
  await changeBill(ctx.tx, ctx.region, bill.billNo, state, {
    ...(bill.invoicedAt ? {} : { invoiced_at: last.invoicedAt ?? last.paidAt }),
    ...(bill.ticketNo ? {} : { ticket_no: last.ticketNo }),
    tax_posted_at: last.postedAt,
    paid_at: last.paidAt,
  });
  return counted;
}

/** The money that counts for the bill is what it asks for, part by part. */
export async function fits(ctx: Ctx, bill: Bill): Promise<boolean> {
  const counted = (await validReceipts(ctx, bill)).filter((one) => one.state === 'MATCHED');
  return equalSplit(splitOf(counted.flatMap((one) => one.lines)), await owedSplit(ctx, bill));
}

/** The bill is as far as ③ again; its receipts keep their postings. */
async function unbook(ctx: Ctx, bill: Bill, state: 'TAX_POSTED' | 'MISMATCH', change: BillChange = {}): Promise<void> {
  await partReceipts(ctx.tx, ctx.region, bill.billNo);
  await changeBill(ctx.tx, ctx.region, bill.billNo, state, {
    ...change,
    ss_posted_at: null,
    ss_posting: null,
    allocated_at: null,
    allocation: null,
  });
}

/** Money that was corrected between ④ and ⑤ and fits its bill no more: ⑤ would settle the dues of one fund with the money of another. */
async function holdBack(ctx: Ctx, bill: Bill): Promise<void> {
  if (bill.state === 'SS_POSTED' && !(await fits(ctx, bill))) await unbook(ctx, bill, 'MISMATCH');
}

const validReceipts = async (ctx: Ctx, bill: Bill): Promise<Receipt[]> =>
  (await listReceiptsOfBill(ctx.tx, ctx.region, bill.billNo)).filter(
    (one) => dateOf(one.paidAt) <= bill.deadline && one.suspenseReason !== 'AMOUNT',
  );

const owedSplit = async (ctx: Ctx, bill: Bill): Promise<Split> =>
  splitOf(owedParts(await listBillLines(ctx.tx, ctx.region, bill.billNo)));

/**
 * A booked bill whose money went back: what is booked stays, and receipts that wait beside it (DOUBLE, or come since) take the place of what
 * is missing if together they pay the bill whole. It is then posted by tax again, and ④ and ⑤ book the new money. False: still owed.
 */
export async function makeUp(ctx: Ctx, bill: Bill): Promise<boolean> {
  const all = await validReceipts(ctx, bill);
  const owed = await owedSplit(ctx, bill);
  const booked = all.filter((one) => one.state === 'MATCHED');
  const waiting = all.filter((one) => one.state === 'SUSPENSE');
  const pays = (some: readonly Receipt[]): boolean => equalSplit(splitOf(some.flatMap((one) => one.lines)), owed);
  const one = waiting.find((receipt) => pays([...booked, receipt]));
  const taken = one ? [one] : pays([...booked, ...waiting]) ? waiting : [];
  const last = taken.at(-1);
  if (!last) return false;
  // What is booked keeps its posting: the bill gets another one.
  await unbook(ctx, bill, 'TAX_POSTED', { tax_posted_at: last.postedAt, paid_at: last.paidAt });
  for (const receipt of taken) {
    await setReceiptState(ctx.tx, ctx.region, receipt.receiptNo, 'MATCHED', null, ctx.now);
  }
  await closeArrears(ctx.tx, ctx.region, bill.billNo, 'PAID', `receipt:${last.receiptNo}`, ctx.now);
  return true;
}

/** No valid money is left on the bill: payable again until its deadline, expired after it (wire §4); revoked if the tax side granted that. */
async function unpaid(ctx: Ctx, bill: Bill): Promise<void> {
  if (bill.revokedAt) return release(ctx, bill.billNo, 'REVOKED', { tax_posted_at: null, paid_at: null });
  const overdue = dateOf(ctx.now) > bill.deadline;
  const state = overdue ? 'EXPIRED' : bill.ticketNo ? 'INVOICED' : 'PUSHED';
  await changeBill(ctx.tx, ctx.region, bill.billNo, state, {
    tax_posted_at: null,
    paid_at: null,
    ...(overdue ? { expired_at: ctx.now } : {}),
  });
}
