import type { WorkCalendar } from '../kernel/calendar.ts';
import { workCalendar } from '../kernel/calendar.ts';
import { ulid } from '../kernel/ids.ts';
import type { Moment, Month } from '../kernel/month.ts';
import type { Executor } from '../platform/db.ts';
import { compileRules, createBook, type MonthRules, type Overlay, type PolicyBook } from '../rules/index.ts';
import { insertOverlay, lawVersion, listOverlays, listWorkdays, replaceCalendarYear, takeNumbers } from './store.ts';

/** The law as one process sees it: the policy book with the overlays of this database, and the work calendar. */
export type Law = {
  readonly book: PolicyBook;
  readonly calendar: WorkCalendar;
  /** Rules in force for a region and month, compiled once. */
  readonly rules: (region: string, month: Month) => MonthRules;
};

const cache = new Map<string, Law>();
const CACHED_LAWS_MAX = 8;

/**
 * Reads overlays and calendar; what was read is kept until one of them changes. `before`: as it was when the fact of this id was written,
 * without the overlays that came later.
 */
export async function loadLaw(on: Executor, before?: string): Promise<Law> {
  const version = await lawVersion(on, before);
  const kept = cache.get(version);
  if (kept) return kept;
  const overlays: Overlay[] = (await listOverlays(on, before)).map((row) => ({
    region: row.region,
    key: row.key,
    from: row.valid_from,
    to: row.valid_to,
    value: row.value as Overlay['value'],
    ...(row.label ? { label: row.label } : {}),
  }));
  const calendar = workCalendar(await listWorkdays(on));
  const book = createBook(overlays);
  const compiled = new Map<string, MonthRules>();
  const law: Law = {
    book,
    calendar,
    rules(region, month) {
      const key = `${region}/${month}`;
      const found = compiled.get(key) ?? compileRules(book, region, month);
      compiled.set(key, found);
      return found;
    },
  };
  if (cache.size >= CACHED_LAWS_MAX) cache.clear();
  cache.set(version, law);
  return law;
}

/** 测试参数: dated values laid over the book for a story, a test or a what-if; marked as such in every trace. */
export async function addOverlays(on: Executor, overlays: readonly Overlay[], at: Moment): Promise<void> {
  for (const overlay of overlays) {
    await insertOverlay(
      on,
      {
        overlay_id: ulid(),
        region: overlay.region,
        key: overlay.key,
        valid_from: overlay.from,
        valid_to: overlay.to,
        value: overlay.value,
        label: overlay.label ?? null,
      },
      at,
    );
  }
}

/** Public numbers from a counter row: `count` consecutive values, the first is returned. */
export function nextNumber(on: Executor, region: string, name: string, count = 1, start = 1): Promise<number> {
  return takeNumbers(on, region, name, count, start);
}

export {
  type CalendarOutcome,
  type ImportCalendarOptions,
  type ImportedYear,
  importCalendar,
  yearlyNotice,
} from './commands/import-calendar.ts';
export {
  calendarThrough,
  listCalendarYears,
  listWorkdaysOf,
  PERSON_NO,
  raiseNumber,
  takeNumberAhead,
  takePersonNumbers,
} from './store.ts';
export { replaceCalendarYear };
