/** 政策簿: finds the value of a parameter for a region on a day, region first, then its parents. What no source gives is an error, never a guess. */

import type {
  PolicyBracket,
  PolicyByKey,
  PolicyData,
  PolicyFile,
  PolicySource,
  PolicyStatus,
} from '../../policy/index.ts';
import { findRegion, POLICY_FILES } from '../../policy/index.ts';
import { DomainError, type Problem } from '../kernel/errors.ts';
import { keyName, keySpec, type PolicyKey, policyKey } from './policy-keys.ts';

/** 测试参数: a dated value laid over the book for a story, a test or a what-if. Marked in every trace. */
export type Overlay = {
  readonly region: string;
  readonly key: string;
  readonly from: string;
  readonly to: string | null;
  readonly value: number | string;
  readonly label?: string;
};

/** Where a figure comes from, as a trace shows it. */
export type TraceSource = {
  readonly title: string;
  readonly docNo?: string;
  readonly article?: string;
  readonly from: string;
  readonly to: string | null;
  readonly status: PolicyStatus;
  readonly confidence?: PolicySource['confidence'];
  readonly overlay?: true;
  /** 本次输入: the value came with the question, not from the book. */
  readonly given?: true;
};

export type PolicyValue = {
  readonly key: PolicyKey;
  /** Chinese name of the parameter. */
  readonly name: string;
  /** The region whose value this is: the asked one or an ancestor. */
  readonly region: string;
  readonly value: PolicyData;
  readonly source: TraceSource;
};

/** With null for what the sources say is unknown there: it ends the search instead of handing it to a parent. */
type Dated = Omit<PolicyValue, 'value'> & {
  readonly value: PolicyData | null;
  readonly firstDay: string;
  readonly lastDay: string;
};

export type PolicyBook = {
  /** `region key` → values; overlays first, later ones before earlier ones. */
  readonly entries: ReadonlyMap<string, readonly Dated[]>;
  readonly overlays: readonly Overlay[];
  /** Values that came with the question (本次输入); they win over everything, for every region and day. */
  readonly given?: ReadonlyMap<PolicyKey, PolicyData>;
};

/** The same book, answering `values` as given with the question. Entries that are undefined are left to the book. */
export function withGiven(book: PolicyBook, values: Partial<Record<PolicyKey, PolicyData | undefined>>): PolicyBook {
  const given = new Map(book.given);
  for (const [key, value] of Object.entries(values)) if (value !== undefined) given.set(key as PolicyKey, value);
  return given.size > 0 ? { ...book, given } : book;
}

export const OVERLAY_TITLE = '测试参数';

export function createBook(overlays: readonly Overlay[] = [], files: readonly PolicyFile[] = POLICY_FILES): PolicyBook {
  const entries = new Map<string, Dated[]>();
  for (const overlay of [...overlays].reverse()) {
    const { region, key, value, from, to, label } = overlay;
    const title = label ? `${OVERLAY_TITLE}：${label}` : OVERLAY_TITLE;
    add(entries, region, key, value, { title, from, to, status: 'unverified', overlay: true });
  }
  for (const file of files) {
    for (const entry of file.values) {
      const source = file.sources[entry.source];
      if (!source) throw new Error(`policy ${file.region} ${entry.key}: unknown source ${entry.source}`);
      const { title, docNo, confidence } = source;
      const { key, value, from, to, status, article } = entry;
      const document = { title, ...(docNo ? { docNo } : {}), ...(article ? { article } : {}) };
      const cited = { ...document, from, to, status, confidence };
      for (const region of regionsOf(file)) add(entries, region, key, value, cited);
    }
  }
  return { entries, overlays };
}

/** What is wrong with the way a value is written, or undefined. */
function shapeFault(key: PolicyKey, value: PolicyData | null): string | undefined {
  if (value === null) return undefined;
  const { unit, shape } = keySpec(key);
  if (shape === 'brackets') return Array.isArray(value) && bracketsHold(value) ? undefined : '政策参数须为分段表';
  if (shape === 'byKey') {
    const integers =
      typeof value === 'object' && !Array.isArray(value) && Object.values(value).every(Number.isSafeInteger);
    return integers ? undefined : '政策参数须为整数对照表';
  }
  if (unit === 'text') return typeof value === 'string' ? undefined : '政策参数须为文字';
  return Number.isSafeInteger(value) ? undefined : '政策参数须为整数';
}

/** Ascending, without gap or overlap, open only at the end. */
function bracketsHold(brackets: readonly PolicyBracket[]): boolean {
  return brackets.every(({ from, to, value }, index) => {
    const next = brackets[index + 1];
    const closed = to === null ? next === undefined : to > from && (next === undefined || next.from === to);
    return Number.isSafeInteger(from) && Number.isSafeInteger(value) && closed;
  });
}

export function regionsOf(file: PolicyFile): readonly string[] {
  return typeof file.region === 'string' ? [file.region] : file.region;
}

function add(
  entries: Map<string, Dated[]>,
  region: string,
  name: string,
  value: PolicyData | null,
  source: TraceSource,
): void {
  const key = policyKey(name);
  if (!key) {
    throw new DomainError({
      code: 'POL-002',
      message: `没有这个政策参数：${name}`,
      next: '请按参数表核对键名。',
    });
  }
  const fault = shapeFault(key, value);
  if (fault) throw new DomainError({ code: 'POL-003', message: `${fault}：${key} = ${JSON.stringify(value)}` });
  const id = `${region} ${key}`;
  const list = entries.get(id) ?? [];
  // Comparing texts: «-01» and «-31» bound any day of a month.
  const firstDay = source.from.length === 7 ? `${source.from}-01` : source.from;
  const lastDay = source.to === null ? '9999-12-31' : source.to.length === 7 ? `${source.to}-31` : source.to;
  list.push({ key, name: keyName(key), region, value, source, firstDay, lastDay });
  entries.set(id, list);
}

/** The value in force, or undefined when neither the region nor a parent gives one. A month is asked at its first day. */
export function findValue(
  book: PolicyBook,
  region: string,
  key: PolicyKey,
  dayOrMonth: string,
): PolicyValue | undefined {
  const given = book.given?.get(key);
  if (given !== undefined) return givenValue(region, key, given);
  const entry = nearestEntry(book, region, key, dayOrMonth);
  return entry && isKnown(entry) ? entry : undefined;
}

/** The sources say of this place and day that there is a value and not which: for rules in which no value at all would mean «has no such rule». */
export function isKnownGap(book: PolicyBook, region: string, key: PolicyKey, dayOrMonth: string): boolean {
  return !book.given?.has(key) && nearestEntry(book, region, key, dayOrMonth)?.value === null;
}

function nearestEntry(book: PolicyBook, region: string, key: PolicyKey, dayOrMonth: string): Dated | undefined {
  const day = dayOrMonth.length === 7 ? `${dayOrMonth}-01` : dayOrMonth;
  for (let code: string | null = region; code !== null; code = findRegion(code)?.parent ?? null) {
    for (const entry of book.entries.get(`${code} ${key}`) ?? []) {
      if (entry.firstDay <= day && day <= entry.lastDay) return entry;
    }
  }
  return undefined;
}

function isKnown(entry: Dated): entry is Dated & PolicyValue {
  return entry.value !== null;
}

function givenValue(region: string, key: PolicyKey, value: PolicyData): PolicyValue {
  const source: TraceSource = { title: '本次输入', from: '', to: null, status: 'verified', given: true };
  return { key, name: keyName(key), region, value, source };
}

/** @throws DomainError POL-001 naming the missing parameter, region and time. */
export function lookup(book: PolicyBook, region: string, key: PolicyKey, dayOrMonth: string): PolicyValue {
  const found = findValue(book, region, key, dayOrMonth);
  if (!found) throw new DomainError(missingValue(region, key, dayOrMonth));
  return found;
}

export function lookupNumber(book: PolicyBook, region: string, key: PolicyKey, dayOrMonth: string): number {
  const { value, name } = lookup(book, region, key, dayOrMonth);
  if (typeof value !== 'number') throw new DomainError({ code: 'POL-003', message: `政策参数须为整数：${name}` });
  return value;
}

export function lookupText(book: PolicyBook, region: string, key: PolicyKey, dayOrMonth: string): string {
  return String(lookup(book, region, key, dayOrMonth).value);
}

/** A table with one value per grade, age or year, with its source. @throws DomainError POL-001, POL-003 */
export function lookupByKey(
  book: PolicyBook,
  region: string,
  key: PolicyKey,
  dayOrMonth: string,
): PolicyValue & { readonly value: PolicyByKey } {
  const found = lookup(book, region, key, dayOrMonth);
  if (typeof found.value !== 'object' || Array.isArray(found.value)) throw wrongShape(key);
  return { ...found, value: found.value as PolicyByKey };
}

/** A table with one value per range, with its source. @throws DomainError POL-001, POL-003 */
export function lookupBrackets(
  book: PolicyBook,
  region: string,
  key: PolicyKey,
  dayOrMonth: string,
): PolicyValue & { readonly value: readonly PolicyBracket[] } {
  const found = lookup(book, region, key, dayOrMonth);
  if (!Array.isArray(found.value)) throw wrongShape(key);
  return { ...found, value: found.value as readonly PolicyBracket[] };
}

/** The bracket a count falls into: from ≤ count < to. */
export function bracketAt(brackets: readonly PolicyBracket[], count: number): PolicyBracket | undefined {
  return brackets.find(({ from, to }) => from <= count && (to === null || count < to));
}

function wrongShape(key: PolicyKey): DomainError {
  return new DomainError({ code: 'POL-003', message: `政策参数的写法不对：${keyName(key)}` });
}

export function missingValue(region: string, key: PolicyKey, dayOrMonth: string): Problem {
  const regionName = findRegion(region)?.name ?? region;
  return {
    code: 'POL-001',
    message: `缺政策参数：${keyName(key)}（${regionName} ${dayOrMonth}）`,
    why: '现有政策资料没有这个数值，系统不推算、不套用邻近年度或地区。',
    next: '请系统管理员录入该参数及其文件出处后重试。',
    field: key,
  };
}
