/** From the texts of a form to an answer: fields are checked by their kind, then the tab asks the calculators. Nothing leaves the browser. */
import { type Calculated, calculate, type Env, findCalculator, traceOf } from '../../../src/calculators/index.ts';
import type { Problem } from '../../../src/kernel/errors.ts';
import { parseYuan } from '../../../src/kernel/fen.ts';
import { isCivilDate, isMonth } from '../../../src/kernel/month.ts';
import { findRegion, type TraceSource } from '../../../src/rules/index.ts';
import type { Asked, Desk, Field, Option, Outcome, Tab, Values } from './kinds.ts';

/** Every field's text: what was typed, else what the field starts with. Fields not asked are left out. */
export function resolve(tab: Tab, typed: Values, env: Env): Values {
  const values: Record<string, string> = {};
  for (const field of tab.fields) {
    if (field.when && !field.when(values)) continue;
    const { initial } = field;
    values[field.name] = typed[field.name] ?? (typeof initial === 'string' ? initial : initial(values, env));
  }
  return values;
}

/** 2，987.65 元 as people type it → 2987.65. */
function cleaned(text: string): string {
  return text.normalize('NFKC').replace(/[\s,元]/g, '');
}

export function optionsOf({ options = [] }: Field, values: Values, env: Env): readonly Option[] {
  return typeof options === 'function' ? options(values, env) : options;
}

/** What is wrong with a text, in Chinese, or undefined. */
function faultOf(field: Field, text: string, values: Values, env: Env): string | undefined {
  switch (field.kind) {
    case 'region':
      return findRegion(text) ? undefined : '请选一个地区';
    case 'month':
      return isMonth(text) ? undefined : '须为年月，如 2023-04';
    case 'date':
      return isCivilDate(text) ? undefined : '须为日期，如 2023-04-10';
    case 'choice':
      return optionsOf(field, values, env).some(({ value }) => value === text) ? undefined : '请选一项';
    case 'check':
      return undefined;
    case 'yuan':
      return /^\d/.test(cleaned(text)) && parseYuan(cleaned(text)) !== undefined
        ? undefined
        : '须为金额，如 2987.65，最多两位小数';
    default:
      return numberFault(field, cleaned(text));
  }
}

function numberFault({ kind, min = 0, max = Number.POSITIVE_INFINITY }: Field, text: string): string | undefined {
  const form = kind === 'whole' ? /^\d{1,9}$/ : /^\d{1,6}(?:\.\d{1,8})?$/;
  const value = form.test(text) ? Number(text) : Number.NaN;
  return value >= min && value <= max ? undefined : `须为 ${min} 至 ${max} 的${kind === 'whole' ? '整数' : '数'}`;
}

/** As the calculators read it. */
function normalized(field: Field, text: string): string {
  return field.kind === 'yuan' || field.kind === 'whole' || field.kind === 'decimal' || field.kind === 'slider'
    ? cleaned(text)
    : text;
}

export function outcomeOf(tab: Tab, typed: Values, env: Env): Outcome {
  const values = resolve(tab, typed, env);
  const faults: Record<string, string> = {};
  const blanks: string[] = [];
  const clean: Record<string, string> = {};
  for (const field of tab.fields) {
    const text = values[field.name];
    if (text === undefined) continue;
    clean[field.name] = normalized(field, text);
    if (text.trim() === '') {
      if (!field.optional && field.kind !== 'check') blanks.push(field.label);
      continue;
    }
    const fault = faultOf(field, text, values, env);
    if (fault) faults[field.name] = fault;
  }
  const problems: Problem[] = [];
  const asked: Asked[] = [];
  if (blanks.length > 0 || Object.keys(faults).length > 0) return { shown: {}, asked, problems, faults, blanks };
  const shown = tab.show(clean, deskOf(env, asked, problems));
  // A complaint about one field stands under it; what policy lacks stands in the answer.
  const general = problems.filter(({ code, field, message }) => {
    const own = code.startsWith('CALC-') && tab.fields.some(({ name }) => name === field);
    if (own && field) faults[field] = message;
    return !own;
  });
  return { shown, asked, problems: unique(general), faults, blanks };
}

function unique(problems: readonly Problem[]): Problem[] {
  return problems.filter(({ message }, index) => problems.findIndex((one) => one.message === message) === index);
}

function deskOf(env: Env, asked: Asked[], problems: Problem[]): Desk {
  const peek = (name: string, input: Readonly<Record<string, unknown>>): Calculated => {
    const calculator = findCalculator(name);
    if (!calculator) throw new Error(`no calculator ${name}`);
    const given = Object.entries(input).filter(([, value]) => value !== '' && value !== undefined);
    return calculate(calculator, Object.fromEntries(given), env);
  };
  return {
    env,
    peek,
    ask: (name, input) => {
      const calculated = peek(name, input);
      if (!calculated.ok) {
        problems.push(calculated.problem);
        return undefined;
      }
      const trace = traceOf(calculated.answer);
      const one = { result: calculated.answer.result, trace, sources: sourcesOf([trace]) };
      if (!asked.some((other) => JSON.stringify(other.trace) === JSON.stringify(trace))) asked.push(one);
      return one;
    },
  };
}

/** Every source of some traces once, in the order of the steps. */
function sourcesOf(traces: readonly { readonly steps: readonly { readonly source?: TraceSource }[] }[]): TraceSource[] {
  const found = new Map<string, TraceSource>();
  for (const { source } of traces.flatMap(({ steps }) => steps)) {
    if (!source || source.given) continue;
    found.set([source.title, source.docNo, source.article, source.from, source.to].join('|'), source);
  }
  return [...found.values()];
}

/** An amount of a result, "869.40" → fen. */
export function fenOf(value: unknown): number {
  return parseYuan(String(value)) ?? 0;
}
