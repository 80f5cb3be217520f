/** 政策簿的几种看法: what is in force, what differs between two places or days, what expires, what is wrong with the files. */
import type { PolicyData, PolicyEntry, PolicyFile } from '../../policy/index.ts';
import { findRegion, POLICY_FILES } from '../../policy/index.ts';
import { DomainError } from '../kernel/errors.ts';
import { formatPpm, formatYuanGrouped } from '../kernel/fen.ts';
import { addCalendarMonths, addDays, type CivilDate, isMonth, lastDay } from '../kernel/month.ts';
import { createBook, findValue, type PolicyBook, type PolicyValue, regionsOf } from './book.ts';
import { keyName, keySpec, POLICY_KEYS, type PolicyKey, policyKey } from './policy-keys.ts';

const KEYS = Object.keys(POLICY_KEYS) as PolicyKey[];

/** A value as people read it: 3,450.00 元, 16%, 12 个月; a table in one line. */
export function valueText(key: PolicyKey, value: PolicyData): string {
  const { unit } = keySpec(key);
  const one = (number: number): string => {
    switch (unit) {
      case 'fen':
        return `${formatYuanGrouped(number)} 元`;
      case 'ppm':
        return formatPpm(number);
      case 'months':
        return `${number} 个月`;
      case 'tenths':
        return `${number / 10} 个月`;
      case 'years':
        return `${number} 年`;
      case 'days':
        return `${number} 天`;
      default:
        return String(number);
    }
  };
  if (typeof value === 'string') return value;
  if (typeof value === 'number') return one(value);
  if (Array.isArray(value)) {
    return value.map(({ from, to, value: each }) => `${from}—${to ?? ''}：${one(each)}`).join('；');
  }
  return Object.entries(value)
    .map(([name, each]) => `${name}：${one(each)}`)
    .join('；');
}

/** Every value a region goes by on a day, its own or inherited, in the order of the registry. */
export function valuesInForce(book: PolicyBook, region: string, on: string): PolicyValue[] {
  return KEYS.map((key) => findValue(book, region, key, on)).filter((value) => value !== undefined);
}

/** A place at a time. */
export type PolicyView = { readonly region: string; readonly on: string };

export type PolicyDifference = {
  readonly key: PolicyKey;
  readonly name: string;
  /** Absent: no value there. */
  readonly left?: PolicyValue;
  readonly right?: PolicyValue;
};

/** What differs between region A and B, or between two days of one region. */
export function policyDifferences(book: PolicyBook, left: PolicyView, right: PolicyView): PolicyDifference[] {
  return KEYS.flatMap((key) => {
    const a = findValue(book, left.region, key, left.on);
    const b = findValue(book, right.region, key, right.on);
    if (JSON.stringify(a?.value) === JSON.stringify(b?.value)) return [];
    return [{ key, name: keyName(key), ...(a ? { left: a } : {}), ...(b ? { right: b } : {}) }];
  });
}

export type Expiring = {
  readonly value: PolicyValue;
  readonly lastDay: CivilDate;
  /** What follows on the next day, from the region itself or a parent; absent is a gap to come. */
  readonly next?: PolicyValue;
};

/** Every value that ends, with its last day; with `region`, of it and its parents only. */
function endings(book: PolicyBook, region?: string): Expiring[] {
  const places = region === undefined ? undefined : ancestry(region);
  return [...book.entries.values()].flat().flatMap((value) => {
    const { to } = value.source;
    if (to === null || value.value === null || (places && !places.includes(value.region))) return [];
    return [{ value: value as PolicyValue, lastDay: isMonth(to) ? lastDay(to) : (to as CivilDate) }];
  });
}

function byLastDay(a: Expiring, b: Expiring): number {
  return a.lastDay < b.lastDay ? -1 : a.lastDay > b.lastDay ? 1 : 0;
}

/** Values whose last day lies within `months` from a day on, soonest first; with `region`, of it and its parents only. */
export function expiringValues(book: PolicyBook, from: CivilDate, months: number, region?: string): Expiring[] {
  const until = addCalendarMonths(from, months);
  return endings(book, region)
    .filter((each) => from <= each.lastDay && each.lastDay <= until)
    .map(({ value, lastDay: end }) => {
      const next = findValue(book, value.region, value.key, addDays(end, 1));
      return { value, lastDay: end, ...(next ? { next } : {}) };
    })
    .sort(byLastDay);
}

/** Values that ended before a day and that nothing follows: why a question of that day is answered POL-001. Latest first. */
export function lapsedValues(book: PolicyBook, on: CivilDate, region?: string): Expiring[] {
  const last = new Map<string, Expiring>();
  for (const each of endings(book, region)) {
    const id = `${each.value.region} ${each.value.key}`;
    const former = last.get(id);
    if (each.lastDay < on && (!former || former.lastDay < each.lastDay)) last.set(id, each);
  }
  return [...last.values()]
    .filter(({ value }) => !findValue(book, region ?? value.region, value.key, on))
    .sort((a, b) => byLastDay(b, a));
}

function ancestry(region: string): string[] {
  const chain: string[] = [];
  for (let code: string | null = region; code !== null; code = findRegion(code)?.parent ?? null) chain.push(code);
  return chain;
}

/** One sentence for each thing wrong with the files; empty when they hold. */
export function policyFaults(files: readonly PolicyFile[] = POLICY_FILES): string[] {
  return [...files.flatMap(fileFaults), ...overlaps(files)];
}

function fileFaults(file: PolicyFile): string[] {
  const regions = regionsOf(file);
  const faults = regions.filter((code) => !findRegion(code)).map((code) => `没有登记的地区：${code}`);
  for (const [id, { title, date, confidence }] of Object.entries(file.sources)) {
    if (!title || !/^\d{4}/.test(date) || !/^[ABCD]$/.test(confidence)) {
      faults.push(`${regions.join('、')} 出处 ${id} 不全：要有标题、年份开头的日期和可信度`);
    }
  }
  for (const entry of file.values)
    faults.push(...entryFaults(file, entry).map((fault) => `${regions[0]} ${entry.key}：${fault}`));
  return faults;
}

const DAY = /^\d{4}-\d{2}(-\d{2})?$/;

function entryFaults(file: PolicyFile, entry: PolicyEntry): string[] {
  const { from, to, source, status } = entry;
  const faults: string[] = [];
  if (!DAY.test(from) || (to !== null && !DAY.test(to))) faults.push('起止要写成年月或年月日');
  if (to !== null && to < from) faults.push(`止日 ${to} 早于起日 ${from}`);
  if (!file.sources[source]) faults.push(`没有出处 ${source}`);
  if (status !== 'verified' && status !== 'unverified') faults.push('要写是否核到材料');
  try {
    createBook([], [{ ...file, values: [entry], sources: { [source]: file.sources[source] ?? NO_SOURCE } }]);
  } catch (error) {
    if (!(error instanceof DomainError)) throw error;
    faults.push(...error.problems.map((problem) => problem.message));
  }
  return faults;
}

const NO_SOURCE = { title: '—', date: '1900', seen: '', confidence: 'D' } as const;

/** Two values of one region and key for the same day. */
function overlaps(files: readonly PolicyFile[]): string[] {
  const spans = new Map<string, { readonly from: string; readonly to: string }[]>();
  for (const file of files) {
    for (const region of regionsOf(file)) {
      for (const { key, from, to } of file.values) {
        const id = `${region} ${policyKey(key) ?? key}`;
        const span = { from: from.padEnd(10, '-01'), to: to === null ? '9999-12-31' : to.padEnd(10, '-31') };
        spans.set(id, [...(spans.get(id) ?? []), span]);
      }
    }
  }
  return [...spans].flatMap(([id, list]) => {
    const sorted = [...list].sort((a, b) => (a.from < b.from ? -1 : 1));
    return sorted.flatMap((span, index) => {
      const next = sorted[index + 1];
      return next && span.to >= next.from ? [`${id}：${span.from} 至 ${span.to} 与 ${next.from} 起的重叠`] : [];
    });
  });
}
