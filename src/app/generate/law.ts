import { lastDay, type Month, month, monthRange } from '../../kernel/month.ts';
import {
  findValue,
  INJURY_CLASSES,
  injuryClassKey,
  type Overlay,
  type PolicyBook,
  type PolicyKey,
} from '../../rules/index.ts';

/** What the contribution of a month is computed from. */
const NEEDED: readonly PolicyKey[] = [
  'wage.roundTo',
  'base.lower',
  'base.upper',
  'rate.pension.employer',
  'rate.pension.person',
  'rate.unemployment.employer',
  'rate.unemployment.person',
  'rate.injury.person',
  'rate.injury.stageFactor',
  ...INJURY_CLASSES.map(injuryClassKey),
];

const YEARS_AROUND = 15;

/**
 * 测试参数 for the months of a history for which the book has no value: the nearest published one. Never over a value there is.
 * What no month around has stays missing, and is named by whoever needs it.
 */
export function overlaysForGaps(book: PolicyBook, region: string, from: Month, through: Month): Overlay[] {
  return NEEDED.flatMap((key) => {
    const gaps = monthRange(from, through).filter((each) => !findValue(book, region, key, each));
    return runsOf(gaps).flatMap(([first, last]) => {
      const value = nearest(book, region, key, first, last);
      if (typeof value !== 'number') return [];
      return [{ region, key, from: `${first}-01`, to: lastDay(last), value, label: '城市生成用' }];
    });
  });
}

/** Neighbouring months together. */
function runsOf(months: readonly Month[]): [Month, Month][] {
  const runs: [Month, Month][] = [];
  for (const each of months) {
    const open = runs.at(-1);
    if (open && monthRange(open[1], each).length === 2) open[1] = each;
    else runs.push([each, each]);
  }
  return runs;
}

/** The value in force nearest before the gap, else nearest after it. */
function nearest(book: PolicyBook, region: string, key: PolicyKey, first: Month, last: Month) {
  const year = (text: Month, off: number): Month =>
    month(`${String(Number(text.slice(0, 4)) + off).padStart(4, '0')}${text.slice(4)}`);
  const before = monthRange(year(first, -YEARS_AROUND), first).reverse();
  const after = monthRange(last, year(last, YEARS_AROUND));
  for (const each of [...before, ...after]) {
    const found = findValue(book, region, key, each);
    if (found) return found.value;
  }
  return undefined;
}
