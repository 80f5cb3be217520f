import { type BillState, billDigest } from '../../wire/index.ts';
import { listOpenBills, type OpenBill } from '../collection/index.ts';
import { sumFen } from '../kernel/fen.ts';
import type { CivilDate } from '../kernel/month.ts';
import type { Ctx } from '../platform/context.ts';
import type { ReconSender } from './recon.ts';
import {
  closeBillCases,
  type Difference,
  hasOpenBillCase,
  latestBills,
  listOpenBillCases,
  type OpenBillRow,
  saveTheirBills,
  setBillsState,
} from './store.ts';

/** States of the tax side in which a bill waits for its money; PAYING is an invoiced bill whose money is at the counter. */
const THEIR_STATE: Partial<Record<OpenBill['state'], 'OPEN' | 'INVOICED'>> = { PUSHED: 'OPEN', INVOICED: 'INVOICED' };

/** 未缴单据合计: our bills as the tax side must have them. Bills on their way between two states are left out. */
export function openBillTotals(bills: readonly OpenBill[]): OpenBillRow[] {
  const settled = bills.filter((bill) => THEIR_STATE[bill.state] && bill.accepted);
  return [...Map.groupBy(settled, (bill) => THEIR_STATE[bill.state] as string)]
    .map(([state, list]) => ({
      state,
      count: list.length,
      fen: sumFen(list, (bill) => bill.fen),
      digest: billDigest(list),
    }))
    .sort((a, b) => a.state.localeCompare(b.state));
}

/** States whose count, sum or digest differ. While something is PAYING there, INVOICED has no digest of its own to compare. */
function differingStates(ours: readonly OpenBillRow[], theirs: readonly OpenBillRow[]): string[] {
  const paying = theirs.find((row) => row.state === 'PAYING' && row.count > 0);
  const none = { count: 0, fen: 0, digest: billDigest([]) };
  return ['INVOICED', 'OPEN'].filter((state) => {
    const a = ours.find((row) => row.state === state) ?? none;
    const b = theirs.find((row) => row.state === state) ?? none;
    if (state === 'INVOICED' && paying) return a.count !== b.count + paying.count || a.fen !== b.fen + paying.fen;
    return a.count !== b.count || a.fen !== b.fen || a.digest !== b.digest;
  });
}

/** Takes what the tax side said of open bills at the end of a day. Where it differs, the bills are asked about one by one (`nameBillDifferences`). */
export async function compareOpenBills(
  ctx: Ctx,
  day: CivilDate,
  theirs: readonly OpenBillRow[],
  send: ReconSender,
): Promise<void> {
  await saveTheirBills(ctx.tx, ctx.region, day, theirs);
  if ((await latestBills(ctx.tx, ctx.region))?.day !== day) return;
  const ours = openBillTotals(await listOpenBills(ctx.tx, ctx.region));
  if (differingStates(ours, theirs).length > 0) {
    await setBillsState(ctx.tx, ctx.region, day, 'DIFFERENT');
    return;
  }
  await setBillsState(ctx.tx, ctx.region, day, 'EQUAL');
  await closeAbout(ctx, await listOpenBillCases(ctx.tx, ctx.region), '再次对账相符', send);
}

async function closeAbout(ctx: Ctx, about: readonly string[], how: string, send: ReconSender): Promise<void> {
  for (const { caseNo, kind, billNo, resolution } of await closeBillCases(ctx.tx, ctx.region, about, how)) {
    await send(ctx, 'recon.case', `case:${caseNo}`, { caseNo, kind, billNo, resolution, state: 'DONE' });
  }
}

/** What the tax side answered about one of our open bills. */
export type Asked = { readonly bill: OpenBill; readonly says: BillState['state'] };

/** Of a bill that waits for its money there. */
const WAITING: ReadonlySet<BillState['state']> = new Set(['OPEN', 'INVOICED', 'PAYING']);
/** Of a bill that is not open there. */
const GONE: ReadonlySet<BillState['state']> = new Set(['UNKNOWN', 'VOID', 'EXPIRED']);

/** The answer says the message is only under way, or got lost: the streams are compared. */
export function isUnderWay({ bill, says }: Asked): boolean {
  const expected = THEIR_STATE[bill.state];
  return (
    says === 'POSTED' ||
    (expected === 'OPEN' && (says === 'INVOICED' || says === 'PAYING')) ||
    (expected === 'INVOICED' && says === 'OPEN')
  );
}

/**
 * Names the differences of open bills (D-INT-02): a bill that is not open there is OURS_ONLY. What no bill of ours explains is of the
 * tax side: more bills there is THEIRS_ONLY, the same number with another sum is AMOUNT; both name the state, since the protocol has no list.
 */
export function nameBillDifferences(
  day: CivilDate,
  ours: readonly OpenBill[],
  theirs: readonly OpenBillRow[],
  asked: readonly Asked[],
): Difference[] {
  const named = asked
    .filter(({ says }) => GONE.has(says))
    .map(({ bill }): Difference => difference(day, 'OURS_ONLY', bill.billNo, bill.fen, null));
  // A bill between two states (REVOKING, PARTIAL …) may well be the one that is too many there.
  const between = ours.some((bill) => !THEIR_STATE[bill.state] || !bill.accepted);
  if (named.length > 0 || between || asked.some(isUnderWay)) return named;
  const totals = openBillTotals(ours);
  return differingStates(totals, theirs).map((state) => {
    const [a, b] = [totals, theirs].map((rows) => rows.find((row) => row.state === state));
    const kind = (b?.count ?? 0) > (a?.count ?? 0) ? 'THEIRS_ONLY' : 'AMOUNT';
    return difference(day, kind, state, a?.fen ?? 0, b?.fen ?? 0);
  });
}

function difference(
  day: CivilDate,
  kind: Difference['kind'],
  receiptNo: string,
  ourFen: number | null,
  theirFen: number | null,
): Difference {
  return { day, kind, insurance: '', direction: 'BILL', receiptNo, ourFen, theirFen };
}

/** The day whose open bills differ and are not named yet, with our bills of now. */
export async function openBillsToAsk(ctx: Ctx): Promise<{
  readonly day: CivilDate;
  readonly theirs: readonly OpenBillRow[];
  readonly ours: readonly OpenBill[];
} | null> {
  const found = await latestBills(ctx.tx, ctx.region);
  return found?.state === 'DIFFERENT' ? { ...found, ours: await listOpenBills(ctx.tx, ctx.region) } : null;
}

/**
 * Closes the cases that are no difference any more although something else still differs: of a bill that is open on both sides or on
 * neither, of a state whose sums are the same.
 */
export async function closeResolved(
  ctx: Ctx,
  { ours, theirs }: { readonly ours: readonly OpenBill[]; readonly theirs: readonly OpenBillRow[] },
  asked: readonly Asked[],
  send: ReconSender,
): Promise<void> {
  const open = new Set(ours.map((bill) => bill.billNo));
  const there = new Set(asked.filter(({ says }) => WAITING.has(says)).map(({ bill }) => bill.billNo));
  const differing = new Set(differingStates(openBillTotals(ours), theirs));
  const isState = (about: string): boolean => Object.values(THEIR_STATE).some((state) => state === about);
  const resolved = (about: string): boolean =>
    isState(about) ? !differing.has(about) : !open.has(about) || there.has(about);
  const about = (await listOpenBillCases(ctx.tx, ctx.region)).filter(resolved);
  await closeAbout(ctx, about, '逐件再问，两边一致', send);
}

/** Differences without a case yet; one that lasts keeps the case of its first day. */
export async function withoutCase(ctx: Ctx, found: readonly Difference[]): Promise<Difference[]> {
  const fresh: Difference[] = [];
  for (const each of found) {
    if (!(await hasOpenBillCase(ctx.tx, ctx.region, each.receiptNo))) fresh.push(each);
  }
  return fresh;
}
