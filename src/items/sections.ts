import type { Line } from '../collection/index.ts';
import { sumFen } from '../kernel/fen.ts';
import { INSURANCE_NAMES, INSURANCES, type Insurance } from '../kernel/insurance.ts';
import type { Section } from './contract.ts';

/** 金额表 by insurance of some lines; `previous` adds the column of the former amounts. */
export function amountsOf(
  title: string,
  lines: readonly Pick<Line, 'personNo' | 'insurance' | 'employerFen' | 'personFen'>[],
  options: { readonly note?: string; readonly previous?: ReadonlyMap<Insurance, number> } = {},
): Section {
  const rows = INSURANCES.flatMap((insurance) => {
    const own = lines.filter((line) => line.insurance === insurance);
    const previousFen = options.previous?.get(insurance);
    if (own.length === 0 && !previousFen) return [];
    const employerFen = sumFen(own, (line) => line.employerFen);
    const personFen = sumFen(own, (line) => line.personFen);
    return [
      {
        insurance,
        label: INSURANCE_NAMES[insurance],
        persons: new Set(own.map((line) => line.personNo)).size,
        employerFen,
        personFen,
        totalFen: employerFen + personFen,
        ...(options.previous ? { previousFen: previousFen ?? 0 } : {}),
      },
    ];
  });
  const employerFen = sumFen(rows, (row) => row.employerFen);
  const personFen = sumFen(rows, (row) => row.personFen);
  return {
    type: 'amounts',
    title,
    ...(options.note ? { note: options.note } : {}),
    rows,
    total: {
      label: '合计',
      persons: new Set(lines.map((line) => line.personNo)).size,
      employerFen,
      personFen,
      totalFen: employerFen + personFen,
      ...(options.previous ? { previousFen: sumFen(options.previous.values(), (fen) => fen) } : {}),
    },
  };
}

export function totalOf(lines: readonly Pick<Line, 'employerFen' | 'personFen'>[]): number {
  return sumFen(lines, (line) => line.employerFen + line.personFen);
}

/** 4月3日. */
export function dayText(day: string): string {
  return `${Number(day.slice(5, 7))}月${Number(day.slice(8, 10))}日`;
}

/** 2023年4月. */
export function monthText(month: string): string {
  return `${month.slice(0, 4)}年${Number(month.slice(5, 7))}月`;
}

/** 2023-01–2023-03, or the single month. */
export function monthsText(months: readonly string[]): string {
  const sorted = [...new Set(months)].sort();
  const [from, to] = [sorted[0], sorted.at(-1)];
  return from === to ? (from ?? '') : `${from}–${to}`;
}

/** A page, and the record of the case, carry so many people; everybody stands in the list of people and on the bill. */
export const ROWS_SHOWN = 500;

export function firstOf<Row>(rows: readonly Row[], total = rows.length): { rows: Row[]; note?: string } {
  const rest = total - Math.min(total, ROWS_SHOWN);
  return {
    rows: rows.slice(0, ROWS_SHOWN),
    ...(rest > 0 ? { note: `只列前 ${ROWS_SHOWN} 人，其余 ${rest} 人见单位参保人员查询` } : {}),
  };
}
