/** Our words → tax words: 险种 and part become 征收项目 and 征收品目 (wire.md §2 principle 8). The table is dated data, `codes.json`. */
import { readFileSync } from 'node:fs';
import type { z } from 'zod';
import type { Insurance } from '../src/kernel/insurance.ts';
import { type Month, monthFromIndex, monthIndex } from '../src/kernel/month.ts';
import type { TaxPart, taxLineSchema } from './contract.ts';
import type { MoneyLine } from './model.ts';

type Project = {
  readonly insurance: string;
  readonly code: string;
  readonly name: string;
  readonly from: Month;
  readonly verified: boolean;
};

const TABLE = JSON.parse(readFileSync(new URL('./codes.json', import.meta.url), 'utf8')) as {
  readonly projects: readonly Project[];
  readonly items: Readonly<Record<TaxPart, string>>;
  readonly kinds: Readonly<Record<string, string>>;
  readonly regions: Readonly<Record<string, string>>;
};

/** 征收项目 of an insurance in a month; undefined when the table has no row (TZ-WIR-306, never guessed). */
export function projectOf(insurance: string, at: Month): Project | undefined {
  return TABLE.projects
    .filter((project) => project.insurance === insurance && project.from <= at)
    .sort((a, b) => monthIndex(b.from) - monthIndex(a.from))[0];
}

export type TaxLine = z.infer<typeof taxLineSchema>;

const ORDER: readonly TaxPart[] = ['EMPLOYER', 'PERSON', 'LATE', 'INTEREST'];

export function taxLines(lines: readonly MoneyLine[]): TaxLine[] {
  const rank = (line: MoneyLine) => {
    const place = TABLE.projects.findIndex((project) => project.insurance === line.insurance);
    return (place < 0 ? TABLE.projects.length : place) * ORDER.length + ORDER.indexOf(line.part);
  };
  return [...lines]
    .sort((a, b) => rank(a) - rank(b))
    .map((line) => {
      const project = projectOf(line.insurance, line.monthTo);
      return {
        insurance: line.insurance as Insurance,
        projectCode: project?.code ?? null,
        projectName: project?.name ?? line.insurance,
        itemName: TABLE.items[line.part],
        part: line.part,
        monthFrom: line.monthFrom,
        monthTo: line.monthTo,
        fen: line.fen,
        verified: project?.verified ?? false,
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
