import { sm3 } from '../../wire/index.ts';
import { sumFen } from '../kernel/fen.ts';
import { ulid } from '../kernel/ids.ts';
import type { CivilDate } from '../kernel/month.ts';
import type { Ctx } from '../platform/context.ts';
import {
  closeCases,
  type DayRow,
  type Difference,
  findRun,
  listDayRows,
  openCase,
  type ReconRow,
  saveOurTotals,
  saveTheirTotals,
  setRunState,
} from './store.ts';

/** Totals by insurance and direction; the digest is over the sorted lines `receiptNo|ins|fen`, so that two errors cannot cancel out. */
export function totalsOf(rows: readonly DayRow[]): ReconRow[] {
  const groups = Map.groupBy(rows, (row) => `${row.insurance}/${row.direction}`);
  return [...groups]
    .map(([key, group]) => {
      const [ins = '', direction = ''] = key.split('/');
      const lines = group.map((row) => `${row.receiptNo}|${ins}|${row.fen}\n`).sort();
      return { ins, direction, count: group.length, fen: sumFen(group, (row) => row.fen), digest: sm3(lines.join('')) };
    })
    .sort((a, b) => a.ins.localeCompare(b.ins) || a.direction.localeCompare(b.direction));
}

const keyOf = (row: ReconRow): string => `${row.ins}/${row.direction}/${row.count}/${row.fen}/${row.digest}`;

/** Groups (insurance, direction) whose totals or digests differ between the two sides. */
export function differingGroups(
  ours: readonly ReconRow[],
  theirs: readonly ReconRow[],
): { ins: string; direction: string }[] {
  const [a, b] = [new Set(ours.map(keyOf)), new Set(theirs.map(keyOf))];
  const differing = [...ours.filter((row) => !b.has(keyOf(row))), ...theirs.filter((row) => !a.has(keyOf(row)))];
  const seen = new Map(
    differing.map((row) => [`${row.ins}/${row.direction}`, { ins: row.ins, direction: row.direction }]),
  );
  return [...seen.values()];
}

export type ReconSender = (ctx: Ctx, type: string, entity: string, body: unknown) => Promise<void>;

/** 02:30: tells our totals of the day before, and compares when theirs are here. */
export async function sendTotals(ctx: Ctx, day: CivilDate, moneySeq: number, send: ReconSender): Promise<number> {
  const totals = totalsOf(await listDayRows(ctx.tx, ctx.region, day));
  await saveOurTotals(ctx.tx, ctx.region, day, totals, ctx.now);
  await send(ctx, 'recon.totals', `recon:${day}`, { day, moneySeq, rows: totals });
  await compare(ctx, day, send);
  return totals.length;
}

export async function applyTheirTotals(
  ctx: Ctx,
  message: { readonly day: CivilDate; readonly rows: readonly ReconRow[] },
  send: ReconSender,
): Promise<void> {
  await saveTheirTotals(ctx.tx, ctx.region, message.day, message.rows, ctx.now);
  await compare(ctx, message.day, send);
}

async function compare(ctx: Ctx, day: CivilDate, send: ReconSender): Promise<void> {
  const run = await findRun(ctx.tx, ctx.region, day);
  if (!run?.theirs) return;
  // Money may have come since our totals were told: what counts is what is here now.
  const ours = totalsOf(await listDayRows(ctx.tx, ctx.region, day));
  const differing = differingGroups(ours, run.theirs);
  if (differing.length === 0) {
    await setRunState(ctx.tx, ctx.region, day, 'EQUAL');
    await closeCases(ctx.tx, ctx.region, day);
    return;
  }
  await setRunState(ctx.tx, ctx.region, day, 'DIFFERENT');
  for (const group of differing) {
    await send(ctx, 'recon.detailRequest', `recon:${day}`, {
      day,
      ins: group.ins,
      direction: group.direction,
      page: 1,
    });
  }
}

export type DetailRow = {
  readonly receiptNo: string;
  readonly ins: string;
  readonly fen: number;
  readonly billNo?: string | undefined;
};

/** Names each difference (D-INT-02) from the two lists of a group. */
export function nameDifferences(
  day: CivilDate,
  group: { readonly ins: string; readonly direction: string },
  ours: readonly DayRow[],
  theirs: readonly DetailRow[],
): Difference[] {
  const mine = ours.filter((row) => row.insurance === group.ins && row.direction === group.direction);
  const found: Difference[] = [];
  const base = { day, insurance: group.ins, direction: group.direction };
  for (const row of mine) {
    const other = theirs.find((one) => one.receiptNo === row.receiptNo);
    if (!other) {
      found.push({ ...base, kind: 'OURS_ONLY', receiptNo: row.receiptNo, ourFen: row.fen, theirFen: null });
    } else if (other.fen !== row.fen) {
      const ourTotal = sumFen(
        ours.filter((one) => one.receiptNo === row.receiptNo && one.direction === group.direction),
        (one) => one.fen,
      );
      const splitOnly =
        ours.some((one) => one.receiptNo === row.receiptNo && one.insurance !== row.insurance) && ourTotal !== row.fen;
      found.push({
        ...base,
        kind: splitOnly ? 'INSURANCE' : 'AMOUNT',
        receiptNo: row.receiptNo,
        ourFen: row.fen,
        theirFen: other.fen,
      });
    }
  }
  for (const row of theirs) {
    if (mine.some((one) => one.receiptNo === row.receiptNo)) continue;
    const double = row.billNo !== undefined && mine.some((one) => one.billNo === row.billNo);
    found.push({
      ...base,
      kind: double ? 'DOUBLE' : 'THEIRS_ONLY',
      receiptNo: row.receiptNo,
      ourFen: null,
      theirFen: row.fen,
    });
  }
  return found;
}

export async function applyTheirDetail(
  ctx: Ctx,
  message: {
    readonly day: CivilDate;
    readonly ins: string;
    readonly direction: string;
    readonly rows: readonly DetailRow[];
  },
): Promise<number> {
  const ours = await listDayRows(ctx.tx, ctx.region, message.day);
  const differences = nameDifferences(message.day, message, ours, message.rows);
  for (const difference of differences) await openCase(ctx.tx, ctx.region, ulid(), difference, ctx.now);
  return differences.length;
}

const PAGE = 1_000;

/** Our rows for a group the other side asked about. */
export async function detailFor(
  ctx: Ctx,
  ask: { readonly day: CivilDate; readonly ins: string; readonly direction: string; readonly page: number },
) {
  const rows = (await listDayRows(ctx.tx, ctx.region, ask.day)).filter(
    (row) => row.insurance === ask.ins && row.direction === ask.direction,
  );
  return {
    day: ask.day,
    ins: ask.ins,
    direction: ask.direction,
    page: ask.page,
    pages: Math.max(1, Math.ceil(rows.length / PAGE)),
    rows: rows.slice((ask.page - 1) * PAGE, ask.page * PAGE).map((row) => ({
      receiptNo: row.receiptNo,
      ...(row.billNo ? { billNo: row.billNo } : {}),
      ins: row.insurance,
      fen: row.fen,
      paidAt: `${ask.day}T00:00:00.000+08:00`,
    })),
  };
}
