/** Our words → tax words: 险种 and part become 征收项目 and 征收品目 (wire.md §2 principle 8). The codes are dated data in wire/codes. */
import { readFileSync } from 'node:fs';
import type { z } from 'zod';
import { INSURANCE_NAMES, INSURANCES, type Insurance, isInsurance } from '../src/kernel/insurance.ts';
import { type CivilDate, lastDay, type Month, monthFromIndex, monthIndex } from '../src/kernel/month.ts';
import { TAX_ITEMS, type TaxItem } from '../wire/codes/tax-items.ts';
import type { TaxPart, taxLineSchema } from './contract.ts';
import type { MoneyLine } from './model.ts';

const TABLE = JSON.parse(readFileSync(new URL('./codes.json', import.meta.url), 'utf8')) as {
  readonly items: Readonly<Record<TaxPart, string>>;
  readonly kinds: Readonly<Record<string, string>>;
  readonly regions: Readonly<Record<string, string>>;
};

/** 征收项目 and 品目 of a part on a day; undefined when the table has no row (TZ-WIR-306, never guessed). */
export function taxItemOf(insurance: string, part: TaxPart, day: CivilDate): TaxItem | undefined {
  return TAX_ITEMS.find(
    (item) =>
      item.ins === insurance &&
      item.part === part &&
      (item.validFrom === null || item.validFrom <= day) &&
      (item.validTo === null || day <= item.validTo),
  );
}

export type TaxLine = z.infer<typeof taxLineSchema>;

const ORDER: readonly TaxPart[] = ['EMPLOYER', 'PERSON', 'LATE', 'INTEREST'];

export function taxLines(lines: readonly MoneyLine[]): TaxLine[] {
  const rank = (line: MoneyLine) => {
    const place = (INSURANCES as readonly string[]).indexOf(line.insurance);
    return (place < 0 ? INSURANCES.length : place) * ORDER.length + ORDER.indexOf(line.part);
  };
  return [...lines]
    .sort((a, b) => rank(a) - rank(b))
    .map((line) => {
      const item = taxItemOf(line.insurance, line.part, lastDay(line.monthTo));
      return {
        insurance: line.insurance as Insurance,
        projectCode: item?.projectCode ?? null,
        projectName: item?.projectName ?? insuranceName(line.insurance),
        itemName: TABLE.items[line.part],
        part: line.part,
        monthFrom: line.monthFrom,
        monthTo: line.monthTo,
        fen: line.fen,
        verified: item?.projectSource.status === 'seen',
      };
    });
}

/** 费款所属期 in words: 2023-03 至 2023-04, with a gap 2023-01、2023-03. */
export function monthsInWords(months: readonly Month[]): string {
  const sorted = [...new Set(months)].sort();
  const runs: [Month, Month][] = [];
  for (const month of sorted) {
    const last = runs.at(-1);
    if (last && monthFromIndex(monthIndex(last[1]) + 1) === month) last[1] = month;
    else runs.push([month, month]);
  }
  return runs.map(([from, to]) => (from === to ? from : `${from} 至 ${to}`)).join('、');
}

export function kindName(kind: string): string {
  return TABLE.kinds[kind] ?? kind;
}

export function regionName(region: string): string {
  return TABLE.regions[region] ?? `${region} 统筹区`;
}

/** 主管税务机关. A stand-in says so. */
export function organName(region: string): string {
  return `国家税务总局${regionName(region)}税务局（演示）`;
}

/** 收款国库. */
export function treasuryName(region: string): string {
  return `国家金库${regionName(region)}中心支库（演示）`;
}

function insuranceName(insurance: string): string {
  return isInsurance(insurance) ? INSURANCE_NAMES[insurance] : insurance;
}
