/** 计算器: a declared question with its fields, answered by the rules with a figure and its trace. No I/O, no clock. */
import { z } from 'zod';
import type { WorkCalendar } from '../kernel/calendar.ts';
import { DomainError, type Problem } from '../kernel/errors.ts';
import type { CivilDate } from '../kernel/month.ts';
import type { PolicyBook, Trace } from '../rules/index.ts';

export type Env = {
  readonly book: PolicyBook;
  readonly calendar: WorkCalendar;
  /** The day of the law where a question names no day: given by the caller, never read from a clock here. */
  readonly asOf: CivilDate;
};

/** What goes out: yuan and rates as decimal text, counts as integers. */
export type Output = Readonly<Record<string, unknown>>;

/** The trace may be told later: a million answers seldom need their million stories. */
export type Answer = { readonly result: Output; readonly trace: Trace<unknown> | (() => Trace<unknown>) };

export function traceOf({ trace }: Answer): Trace<unknown> {
  return typeof trace === 'function' ? trace() : trace;
}

export const TOPICS = {
  collection: '征缴',
  lateFee: '滞纳金与期限',
  account: '个人账户',
  pension: '养老金',
  retirement: '退休',
  unemployment: '失业',
  injury: '工伤',
  survivors: '遗属待遇',
  adjustment: '待遇调整',
  resident: '居民养老',
  subsidy: '补贴',
  transfer: '转移',
  identity: '证件与金额',
} as const;
export type Topic = keyof typeof TOPICS;

export type Calculator = {
  /** As on the command line, `late-fee`. */
  readonly name: string;
  readonly title: string;
  readonly topic: Topic;
  /** One line a person would try first; shown by `--help`, run by a test. */
  readonly example: Readonly<Record<string, unknown>>;
  readonly fields: z.ZodObject;
  readonly run: (input: never, env: Env) => Answer;
};

export function calculator<S extends z.ZodRawShape>(declaration: {
  readonly name: string;
  readonly title: string;
  readonly topic: Topic;
  readonly example: Readonly<Record<string, unknown>>;
  readonly fields: S;
  readonly run: (input: z.output<z.ZodObject<S>>, env: Env) => Answer;
}): Calculator {
  return { ...declaration, fields: z.object(declaration.fields) };
}

export type Calculated =
  | { readonly ok: true; readonly answer: Answer /** Fields nobody asked for. */; readonly ignored: readonly string[] }
  | { readonly ok: false; readonly problem: Problem };

/** Reads the fields, runs the rule. Never throws for bad input: CALC-002 (not an object), CALC-003 (a field is missing), CALC-004 (a field can't be read), CALC-006 (a product too large), POL-… and the rule's own codes. */
export function calculate(calculator: Calculator, raw: unknown, env: Env): Calculated {
  if (typeof raw !== 'object' || raw === null || Array.isArray(raw)) {
    return failed({ code: 'CALC-002', message: '每行须为一个 JSON 对象 {…}' });
  }
  const asked = withTime(calculator.fields.shape, raw);
  const parsed = calculator.fields.safeParse(asked);
  if (!parsed.success) return failed(fieldProblem(calculator, asked, parsed.error));
  try {
    const answer = calculator.run(parsed.data as never, env);
    const known = calculator.fields.shape;
    return { ok: true, answer, ignored: Object.keys(asked).filter((name) => !Object.hasOwn(known, name)) };
  } catch (error) {
    if (error instanceof DomainError) return failed(error.problems[0] ?? { code: error.code, message: error.message });
    // The kernel refuses what a safe integer can't hold; with bounded fields only a product can get there.
    if (error instanceof RangeError)
      return failed({ code: 'CALC-006', message: '算出的数超出可表示的范围，请核对输入' });
    throw error;
  }
}

/** A day or month of the law, by any of its names. */
const TIMES = ['on', 'date', 'period', 'month'] as const;

/** A time given under another of its names is taken, a month as its first day: dropped, the answer would be of today. */
function withTime(shape: z.ZodRawShape, raw: object): object {
  const wanted = TIMES.filter((name) => Object.hasOwn(shape, name));
  const [own] = wanted;
  if (own === undefined || wanted.length > 1 || Object.hasOwn(raw, own)) return raw;
  const other = TIMES.find((name) => Object.hasOwn(raw, name));
  if (other === undefined) return raw;
  const { [other]: value, ...rest } = raw as Record<string, unknown>;
  return { ...rest, [own]: typeof value === 'string' ? inForm(own, value) : value };
}

function inForm(name: (typeof TIMES)[number], text: string): string {
  if (name === 'on' || name === 'date') return /^\d{4}-\d{2}$/.test(text) ? `${text}-01` : text;
  return /^\d{4}-\d{2}-\d{2}$/.test(text) ? text.slice(0, 7) : text;
}

function failed(problem: Problem): Calculated {
  return { ok: false, problem };
}

function fieldProblem(calculator: Calculator, raw: object, error: z.ZodError): Problem {
  const issue = error.issues[0];
  const field = issue?.path.map(String).join('.') ?? '';
  const name = nameOf(calculator.fields, issue?.path ?? []);
  const missing = valueAt(raw, issue?.path ?? []) === undefined;
  const label = name ?? field;
  const expected = issue?.message ?? '';
  if (missing) return { code: 'CALC-003', message: `缺少${label}：须为${expected}`, field };
  return { code: 'CALC-004', message: `${label}写得不对：须为${expected}`, field };
}

function valueAt(raw: unknown, path: readonly PropertyKey[]): unknown {
  let at = raw;
  for (const part of path) at = typeof at === 'object' && at !== null ? Reflect.get(at, part) : undefined;
  return at;
}

/** The Chinese name of a field by its path; of a list's item, the list's. */
function nameOf(shape: z.ZodObject, path: readonly PropertyKey[]): string | undefined {
  let at: z.ZodType | undefined = shape;
  let name: string | undefined;
  for (const part of path) {
    while (at instanceof z.ZodOptional) at = at.unwrap() as z.ZodType;
    at = at instanceof z.ZodObject ? (at.shape[String(part)] as z.ZodType | undefined) : undefined;
    name = at?.description ?? name;
  }
  return name;
}

/** A condition between fields. CALC-005. */
export function wrongInput(message: string, field: string, next?: string): DomainError {
  return new DomainError({ code: 'CALC-005', message, field, ...(next ? { next } : {}) });
}
