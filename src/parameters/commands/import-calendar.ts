import type { CalendarYear } from '../../kernel/calendar-file.ts';
import { audit } from '../../platform/audit/index.ts';
import type { Ctx } from '../../platform/context.ts';
import { listCalendarYears, listWorkdaysOf, lockCalendar, replaceCalendarYear } from '../store.ts';

export type ImportedYear = {
  readonly year: number;
  readonly source: string;
  readonly outcome: 'ADDED' | 'REPLACED' | 'UNCHANGED';
  /** Days that are not what they were, of a year that was published before. */
  readonly changed: readonly string[];
};

export type ImportCalendarOptions = {
  /** The notice, when it is not the yearly one. */
  readonly source?: string | undefined;
  /** Years that are published may be changed: what was decided by them is not decided again. */
  readonly replace?: boolean | undefined;
  /** Who sits at the machine, for the audit. */
  readonly by?: string | undefined;
};

export const yearlyNotice = (year: number): string => `国务院办公厅关于${year}年部分节假日安排的通知`;

export type CalendarOutcome = { readonly years: readonly ImportedYear[] } | { readonly refused: readonly string[] };

/**
 * Publishes whole years of the work calendar: all of them, or none and why not. What stands there already is left as it is, so that the same
 * import again does nothing; a published year that would become another is refused without `replace`.
 */
export async function importCalendar(
  ctx: Ctx,
  years: readonly CalendarYear[],
  options: ImportCalendarOptions = {},
): Promise<CalendarOutcome> {
  await lockCalendar(ctx.tx);
  const published = new Map((await listCalendarYears(ctx.tx)).map((one) => [one.year, one.source]));
  const found: (ImportedYear & CalendarYear)[] = [];
  for (const { year, days } of years) {
    const known = published.get(year);
    const source = options.source ?? known ?? yearlyNotice(year);
    if (known === undefined) {
      found.push({ year, days, source, outcome: 'ADDED', changed: [] });
      continue;
    }
    const before = new Map((await listWorkdaysOf(ctx.tx, year)).map(({ day, working }) => [day, working]));
    const changed = days.filter(({ day, working }) => before.get(day) !== working).map(({ day }) => day);
    const outcome = changed.length === 0 && source === known ? 'UNCHANGED' : 'REPLACED';
    found.push({ year, days, source, outcome, changed });
  }
  const others = found.filter(({ changed }) => changed.length > 0);
  if (others.length > 0 && !options.replace) return { refused: others.map(refusal) };
  for (const { year, days, source, outcome, changed } of found) {
    if (outcome === 'UNCHANGED') continue;
    await replaceCalendarYear(ctx.tx, year, source, days);
    const detail = { outcome, source, changed, ...(options.by ? { by: options.by } : {}) };
    await audit(ctx, { action: 'ops.calendar', object: `calendar:${year}`, detail });
  }
  return { years: found.map(({ days: _, ...told }) => told) };
}

function refusal({ year, changed }: ImportedYear): string {
  return `${year} 年工作日历已经有了，文件与它有 ${changed.length} 天不同：${changed.join('、')}。确要更正请加 --replace；已按原日历算过的期限不会重算`;
}
