import { sm3 } from '../../wire/index.ts';
import type { MoneyOfDay, Receipt } from '../collection/index.ts';
import { sumFen } from '../kernel/fen.ts';
import { type CivilDate, dateOf } from '../kernel/month.ts';
import type { DetailPage, Difference, ReconRow } from './store.ts';

/** Totals by insurance and direction; the digest is over the sorted lines `receiptNo|ins|fen`, so that two errors cannot cancel out. */
export function totalsOf(money: readonly MoneyOfDay[]): ReconRow[] {
  const groups = Map.groupBy(money, (row) => `${row.insurance}/${row.direction}`);
  return [...groups]
    .map(([key, group]) => {
      const [ins = '', direction = ''] = key.split('/');
      const lines = group.map((row) => `${row.receiptNo}|${ins}|${row.fen}\n`).sort();
      return { ins, direction, count: group.length, fen: sumFen(group, (row) => row.fen), digest: sm3(lines.join('')) };
    })
    .sort((a, b) => a.ins.localeCompare(b.ins) || a.direction.localeCompare(b.direction));
}

export type Group = { readonly ins: string; readonly direction: string };

const textOf = (row: ReconRow): string => `${row.ins}/${row.direction}/${row.count}/${row.fen}/${row.digest}`;

/** Groups whose totals or digests differ between the two sides. A group without money is as good as none. */
export function differingGroups(ours: readonly ReconRow[], theirs: readonly ReconRow[]): Group[] {
  const [a, b] = [ours, theirs].map((rows) => rows.filter((row) => row.count > 0)) as [ReconRow[], ReconRow[]];
  const [inOurs, inTheirs] = [new Set(a.map(textOf)), new Set(b.map(textOf))];
  const differing = [...a.filter((row) => !inTheirs.has(textOf(row))), ...b.filter((row) => !inOurs.has(textOf(row)))];
  const seen = new Map(differing.map(({ ins, direction }) => [`${ins}/${direction}`, { ins, direction }]));
  return [...seen.values()];
}

/** All pages of every group are here. */
export function isComplete(groups: readonly Group[], pages: readonly DetailPage[]): boolean {
  return groups.every(({ ins, direction }) => {
    const found = pages.filter((page) => page.insurance === ins && page.direction === direction);
    return found.length > 0 && found.length >= (found[0]?.pages ?? 1);
  });
}

type Sides = { ours: Map<string, number>; theirs: Map<string, number>; billNo: string | null };

/**
 * Names each difference of a day (D-INT-02), receipt by receipt over all differing groups: only one side has it, the sum differs (AMOUNT),
 * or the same sum is split otherwise (INSURANCE). A receipt of theirs on a bill that has money here is a DOUBLE.
 */
export function nameDifferences(
  day: CivilDate,
  groups: readonly Group[],
  ours: readonly MoneyOfDay[],
  pages: readonly DetailPage[],
): Difference[] {
  const found: Difference[] = [];
  for (const direction of [...new Set(groups.map((group) => group.direction))].sort()) {
    const insurances = new Set(groups.filter((group) => group.direction === direction).map((group) => group.ins));
    const receipts = new Map<string, Sides>();
    const sidesOf = (receiptNo: string, billNo: string | null): Sides => {
      const sides = receipts.get(receiptNo) ?? { ours: new Map(), theirs: new Map(), billNo };
      receipts.set(receiptNo, sides);
      return sides;
    };
    for (const row of ours) {
      if (row.direction !== direction || !insurances.has(row.insurance)) continue;
      sidesOf(row.receiptNo, row.billNo).ours.set(row.insurance, row.fen);
    }
    for (const page of pages) {
      if (page.direction !== direction || !insurances.has(page.insurance)) continue;
      for (const row of page.rows) sidesOf(row.receiptNo, row.billNo ?? null).theirs.set(page.insurance, row.fen);
    }
    for (const [receiptNo, sides] of receipts) {
      const differing = [...insurances].filter((ins) => sides.ours.get(ins) !== sides.theirs.get(ins)).sort();
      if (differing.length === 0) continue;
      const ourFen = sides.ours.size > 0 ? sumFen(sides.ours.values(), (fen) => fen) : null;
      const theirFen = sides.theirs.size > 0 ? sumFen(sides.theirs.values(), (fen) => fen) : null;
      const doubled = ours.some(
        (row) => row.billNo !== null && row.billNo === sides.billNo && row.receiptNo !== receiptNo,
      );
      found.push({
        day,
        kind: kindOf(ourFen, theirFen, doubled),
        insurance: differing.join(','),
        direction,
        receiptNo,
        ourFen,
        theirFen,
      });
    }
  }
  return found;
}

function kindOf(ourFen: number | null, theirFen: number | null, doubled: boolean): Difference['kind'] {
  if (theirFen === null) return 'OURS_ONLY';
  if (ourFen === null) return doubled ? 'DOUBLE' : 'THEIRS_ONLY';
  return ourFen === theirFen ? 'INSURANCE' : 'AMOUNT';
}

/** 挂账 that is a difference between a bill and its money, though both sides know the same money. Null: a matter of its own. */
export function suspenseDifference(
  receipt: Receipt,
  bill: { readonly totalFen: number } | undefined,
  received: number,
): Difference | null {
  const kind = suspenseKind(receipt.suspenseReason, bill?.totalFen === received);
  return (
    kind && {
      day: dateOf(receipt.paidAt),
      kind,
      insurance: [...new Set(receipt.lines.map((line) => line.insurance))].sort().join(','),
      direction: 'IN',
      receiptNo: receipt.receiptNo,
      ourFen: bill?.totalFen ?? null,
      theirFen: receipt.totalFen,
    }
  );
}

function suspenseKind(reason: string | null, sameSum: boolean): Difference['kind'] | null {
  switch (reason) {
    case 'NO_BILL':
    case 'REVOKED_BILL':
      return 'THEIRS_ONLY';
    case 'DOUBLE':
      return 'DOUBLE';
    case 'AMOUNT':
    case 'PARTIAL':
      return 'AMOUNT';
    case 'MISMATCH':
      return sameSum ? 'INSURANCE' : 'AMOUNT';
    default:
      return null;
  }
}
