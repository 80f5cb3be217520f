import { sumFen } from '../../kernel/fen.ts';
import { ulid } from '../../kernel/ids.ts';
import { dateOf, type Moment } from '../../kernel/month.ts';
import type { Ctx } from '../../platform/context.ts';
import { announce } from '../facts.ts';
import {
  listBillNosToAllocate,
  listBillNosToPost,
  lockBillsToAllocate,
  lockBillsToPost,
  type Moved,
  markAllocated,
  markPosted,
} from './posting-store.ts';

/** Whether ④ and ⑤ would look at any, as questions for the scheduler. */
export { anyToAllocate, anyToPost } from './posting-store.ts';

/** Bills that ④ looks at; each is judged again under its own lock. */
export const listBillsToPost = (ctx: Pick<Ctx, 'tx' | 'region'>, slot: Moment): Promise<string[]> =>
  listBillNosToPost(ctx.tx, ctx.region, slot);

/** Bills that ⑤ looks at. */
export const listBillsToAllocate = (ctx: Pick<Ctx, 'tx' | 'region'>, slot: Moment): Promise<string[]> =>
  listBillNosToAllocate(ctx.tx, ctx.region, dateOf(slot));

/** What a posting did. */
export type Posting = {
  /** Bills. */
  readonly done: number;
  /** Bills somebody else holds just now: they are left for a second look. */
  readonly busy: readonly string[];
  /** Of its vouchers and receipts; null when there was nothing to do. */
  readonly ref: string | null;
  /** For the audit record. */
  readonly detail: Readonly<Record<string, unknown>>;
};
export type PostingOptions = {
  /** Waits for whoever holds a bill, instead of leaving it. */
  readonly wait?: boolean;
};

/**
 * ④ 社保登账 of many bills as one posting: what the tax side has posted up to the slot enters our books, one voucher per fund. A bill
 * whose turn it is not is left as it is. Idempotent.
 */
export async function postBills(
  ctx: Ctx,
  billNos: readonly string[],
  slot: Moment,
  { wait = false }: PostingOptions = {},
): Promise<Posting> {
  const held = await lockBillsToPost(ctx.tx, ctx.region, billNos, slot, wait);
  const busy = without(billNos, held);
  if (held.length === 0) return nothing(busy);
  const ref = ulid();
  const moved = await markPosted(ctx.tx, ctx.region, held, slot, ref);
  return { ...(await book(ctx, 'RECEIPT_POSTED', ref, held, moved)), busy };
}

/**
 * ⑤ 实收分配 of many bills as one posting: their dues are settled, the money becomes income by part. A bill whose turn it is not, or
 * money of which went back, is left as it is. Idempotent.
 */
export async function allocateBills(
  ctx: Ctx,
  billNos: readonly string[],
  slot: Moment,
  { wait = false }: PostingOptions = {},
): Promise<Posting> {
  const held = await lockBillsToAllocate(ctx.tx, ctx.region, billNos, dateOf(slot), wait);
  const busy = without(billNos, held);
  if (held.length === 0) return nothing(busy);
  const ref = ulid();
  const { paid, ...moved } = await markAllocated(ctx.tx, ctx.region, held, slot, ref);
  if (paid.length === 0) return nothing(busy);
  return { ...(await book(ctx, 'ALLOCATED', ref, paid, moved)), busy };
}

const nothing = (busy: readonly string[]): Posting => ({ done: 0, busy, ref: null, detail: {} });

/** The books know no employers, only sums (design §9.8); which receipts make up a voucher is told by `collection_receipt_booked`. */
async function book(
  ctx: Ctx,
  type: 'RECEIPT_POSTED' | 'ALLOCATED',
  ref: string,
  billNos: readonly string[],
  { receipts, fen, amounts }: Moved,
): Promise<Omit<Posting, 'busy'>> {
  // A part that is neither an insurance nor a kind of money we book never fits a bill; were one here, the books would be short of it.
  if (sumFen(amounts, (amount) => amount.fen) !== fen)
    throw new RangeError(`posting ${ref}: parts differ from ${fen} fen`);
  await announce(ctx, { type, ref, billNos, amounts });
  const detail = { bills: billNos.length, first: billNos[0], last: billNos.at(-1), receipts, fen };
  return { done: billNos.length, ref, detail };
}

function without(all: readonly string[], some: readonly string[]): string[] {
  if (all.length === some.length) return [];
  const found = new Set(some);
  return all.filter((one) => !found.has(one));
}

/** ④ of the whole region in one transaction. Returns how many bills. */
export const postReceipts = async (ctx: Ctx, slot: Moment): Promise<number> =>
  (await postBills(ctx, await listBillsToPost(ctx, slot), slot, { wait: true })).done;

/** ⑤ of the whole region in one transaction. Returns how many bills. */
export const allocateReceipts = async (ctx: Ctx, slot: Moment): Promise<number> =>
  (await allocateBills(ctx, await listBillsToAllocate(ctx, slot), slot, { wait: true })).done;
