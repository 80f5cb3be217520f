/** The kinds of fields a calculator reads from JSON (amounts and rates as decimal text, never floats), each with its Chinese expectation. */
import { z } from 'zod';
import { type Exact, exact, parseExact } from '../kernel/exact.ts';
import { type Fen, fen, parseYuan } from '../kernel/fen.ts';
import { INSURANCES, type Insurance } from '../kernel/insurance.ts';
import { type CivilDate, isCivilDate, isMonth, type Month } from '../kernel/month.ts';
import { findRegion } from '../rules/index.ts';

/** Ten billion yuan: above every real amount, and products with a ppm rate stay exact. */
const AMOUNT_LIMIT = 1_000_000_000_000;

/** A field: `parse` answers undefined for what it can't read; `expected` completes «须为…». */
function field<T>(name: string, expected: string, parse: (raw: unknown) => T | undefined) {
  return z
    .unknown()
    .transform((raw, context): T => {
      const value = raw === undefined ? undefined : parse(raw);
      if (value !== undefined) return value;
      context.issues.push({ code: 'custom', input: raw, message: expected });
      return z.NEVER;
    })
    .describe(name);
}

/** The same field, absent allowed. `null` is not absent. */
export function optional<T extends z.ZodType>(inner: T) {
  return inner.optional().describe(inner.description ?? '');
}

function text<T>(parse: (raw: string) => T | undefined): (raw: unknown) => T | undefined {
  return (raw) => (typeof raw === 'string' ? parse(raw) : undefined);
}

function readYuan(text: string): Fen | undefined {
  const value = readLargeYuan(text);
  return value !== undefined && value <= AMOUNT_LIMIT ? value : undefined;
}

function readLargeYuan(text: string): Fen | undefined {
  return /^\d/.test(text) && !text.includes(',') ? parseYuan(text) : undefined;
}

/** 金额 in yuan, `"204.93"` → fen, not negative. */
export function yuan(name: string) {
  return field<Fen>(name, '不超过一百亿元的金额，非负，最多两位小数，如 "204.93"', text(readYuan));
}

/** 金额 up to the largest exact count of fen, for questions that only write it out. */
export function largeYuan(name: string) {
  return field<Fen>(name, '不超过九十万亿元的金额，非负，最多两位小数，如 "204.93"', text(readLargeYuan));
}

/** An exact decimal, not negative, as text or as a JSON number (`30.67`, `"0.8123"`). */
export function decimal(name: string, max = 1_000_000_000) {
  return field<Exact>(name, `非负的数，如 "0.8123"，不超过 ${max}`, (raw) => {
    if (typeof raw !== 'string' && typeof raw !== 'number') return undefined;
    const value = parseExact(String(raw));
    return value && value.s >= 0n && value.compare(max) <= 0 ? value : undefined;
  });
}

/** 年数: a decimal (`30.67`, `"12.9167"`) or months over twelve (`"493/12"`), exactly. */
export function yearCount(name: string, max = 80) {
  return field<Exact>(name, `非负的年数，如 "30.67" 或 "493/12"，不超过 ${max}`, (raw) => {
    if (typeof raw !== 'string' && typeof raw !== 'number') return undefined;
    const text = String(raw);
    const twelfths = /^(\d{1,4})\/12$/.exec(text)?.[1];
    if (twelfths === undefined && !/^\d{1,3}(?:\.\d{1,18})?$/.test(text)) return undefined;
    const years = twelfths === undefined ? exact(text) : exact(twelfths).div(12);
    return years.compare(max) <= 0 ? years : undefined;
  });
}

/** 金额之和: one amount, a list of amounts, or amounts by name. */
export function amounts(name: string) {
  return field<Fen>(name, '金额，或金额的列表，或“名称: 金额”的对象，如 {"增发": "117.61"}', (raw) => {
    const items: unknown[] = typeof raw === 'object' && raw !== null ? Object.values(raw) : [raw];
    let sum = 0;
    for (const item of items) {
      const part = typeof item === 'string' ? readYuan(item) : undefined;
      if (part === undefined) return undefined;
      sum += part;
    }
    return sum <= AMOUNT_LIMIT ? fen(sum) : undefined;
  });
}

/** 比例 as decimal text, `"0.007"` → ppm (7000). At most six decimals. */
export function rate(name: string, max = 10) {
  return field<number>(
    name,
    `比例，写成小数文字，如 "0.007"，最多六位小数，不超过 ${max}`,
    text((raw) => {
      if (!/^\d{1,4}(?:\.\d{1,6})?$/.test(raw)) return undefined;
      const [whole = '0', decimals = ''] = raw.split('.');
      const ppm = Number(whole) * 1_000_000 + Number(decimals.padEnd(6, '0'));
      return ppm <= max * 1_000_000 ? ppm : undefined;
    }),
  );
}

/** A whole number within bounds, both included; a JSON number or its digits. */
export function whole(name: string, min: number, max: number) {
  return field<number>(name, `${min} 至 ${max} 的整数`, (raw) => {
    const value = typeof raw === 'string' && /^-?\d{1,9}$/.test(raw) ? Number(raw) : raw;
    return typeof value === 'number' && Number.isInteger(value) && value >= min && value <= max ? value : undefined;
  });
}

export function flag(name: string) {
  return field<boolean>(name, 'true 或 false', (raw) => (typeof raw === 'boolean' ? raw : undefined));
}

export function monthField(name: string) {
  return field<Month>(
    name,
    '年月，如 "2023-04"',
    text((raw) => (isMonth(raw) ? raw : undefined)),
  );
}

export function dateField(name: string) {
  return field<CivilDate>(
    name,
    '日期，如 "2023-04-10"',
    text((raw) => (isCivilDate(raw) ? raw : undefined)),
  );
}

/** Text of a special form. */
export function textAs<T>(name: string, expected: string, parse: (raw: string) => T | undefined) {
  return field<T>(name, expected, text(parse));
}

/** 统筹区: a GB/T 2260 code the policy book knows. */
export function regionField(name = '统筹区') {
  return field<string>(
    name,
    '政策资料里有的六位行政区划代码，如 "420500"',
    text((raw) => findRegion(raw === 'CN' ? '100000' : raw)?.code),
  );
}

export function choice<const T extends string>(name: string, options: readonly T[]) {
  return field<T>(
    name,
    `${options.join('、')} 之一`,
    text((raw) => options.find((option) => option === raw)),
  );
}

export function insuranceField(name = '险种') {
  return choice<Insurance>(name, INSURANCES);
}

/** Free text of a code or a number under test (identity number, credit code). */
export function codeText(name: string) {
  return field<string>(
    name,
    '1 至 64 个字的文字',
    text((raw) => (raw.length >= 1 && raw.length <= 64 ? raw : undefined)),
  );
}

/** At most `max` items of one kind. */
export function listOf<T extends z.ZodType>(name: string, item: T, max = 1200) {
  return z.array(item, `列表，最多 ${max} 项`).max(max, `列表，最多 ${max} 项`).describe(name);
}

/** A nested object; a field it does not know is refused, for it would change the figure silently. */
export function group<S extends z.ZodRawShape>(name: string, shape: S) {
  const error: z.core.$ZodErrorMap = (issue) =>
    issue.code === 'unrecognized_keys' ? `对象，没有这个字段：${issue.keys.join('、')}` : '对象 {…}';
  return z.strictObject(shape, { error }).describe(name);
}

/** 全国: where a question names no region. */
export const NATION = '100000';
