import { describe, expect, test } from 'vitest';
import type { MoneyOfDay } from '../collection/index.ts';
import type { CivilDate, Moment } from '../kernel/month.ts';
import { differingGroups, isComplete, nameDifferences, totalsOf } from './differences.ts';

const DAY = '2023-04-03' as CivilDate;
function row(
  receiptNo: string,
  insurance: MoneyOfDay['insurance'],
  fen: number,
  billNo = `bill-${receiptNo}`,
): MoneyOfDay {
  const paidAt = '2023-04-03T09:00:00.000+08:00' as Moment;
  return { receiptNo, billNo, insurance, direction: 'IN', fen, paidAt, ticketNo: 't' };
}
/** What the other side would answer to our questions about the differing groups. */
function name(ours: readonly MoneyOfDay[], theirs: readonly MoneyOfDay[]): string[] {
  const groups = differingGroups(totalsOf(ours), totalsOf(theirs));
  const pages = groups.map(({ ins, direction }) => ({
    insurance: ins,
    direction,
    page: 1,
    pages: 1,
    rows: theirs
      .filter((one) => one.insurance === ins)
      .map(({ receiptNo, billNo, fen }) => ({ receiptNo, billNo: billNo ?? undefined, fen })),
  }));
  return nameDifferences(DAY, groups, ours, pages).map((one) => `${one.receiptNo} ${one.kind} ${one.insurance}`);
}

describe('对账差异 (D-INT-02)', () => {
  const same = row('A', 'pension', 96_000);

  test('finds nothing in two equal lists, whatever their order', () => {
    expect(name([same, row('B', 'injury', 800)], [row('B', 'injury', 800), same])).toEqual([]);
  });

  test('names what only one side has', () => {
    expect(name([same, row('B', 'pension', 800)], [same])).toEqual(['B OURS_ONLY pension']);
    expect(name([same], [same, row('B', 'pension', 800)])).toEqual(['B THEIRS_ONLY pension']);
  });

  test('names a second payment of a bill that is paid here', () => {
    expect(name([same], [same, row('B', 'pension', 96_000, 'bill-A')])).toEqual(['B DOUBLE pension']);
  });

  test('tells another amount from another split of the same amount', () => {
    const other = row('B', 'injury', 800);
    expect(name([same, other], [row('A', 'pension', 95_900), other])).toEqual(['A AMOUNT pension']);
    const ours = [same, row('A', 'injury', 800)];
    const theirs = [row('A', 'pension', 95_900), row('A', 'injury', 900)];
    expect(name(ours, theirs)).toEqual(['A INSURANCE injury,pension']);
  });

  test('does not let two errors hide each other', () => {
    const ours = [same, row('B', 'pension', 96_000)];
    const theirs = [row('A', 'pension', 96_100), row('B', 'pension', 95_900)];
    expect(name(ours, theirs)).toEqual(['A AMOUNT pension', 'B AMOUNT pension']);
  });

  test('waits for the last page of every group', () => {
    const groups = [{ ins: 'pension', direction: 'IN' }];
    const page = { insurance: 'pension', direction: 'IN', page: 1, pages: 2, rows: [] };
    expect(isComplete(groups, [])).toBe(false);
    expect(isComplete(groups, [page])).toBe(false);
    expect(isComplete(groups, [page, { ...page, page: 2 }])).toBe(true);
  });
});
