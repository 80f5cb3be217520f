/**
 * Whatever stands in a line, the answer is figures or an error with a code and Chinese words: never a crash, never NaN, nothing negative that can't be.
 * Another seed: `TONGZHENG_SEED=7`. A counterexample prints the line itself.
 */
import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { workCalendar } from '../kernel/calendar.ts';
import { civilDate } from '../kernel/month.ts';
import { calendarSeedRows } from '../rules/calendar-seed.ts';
import { createBook } from '../rules/index.ts';
import { answerLine, CALCULATORS, type Calculator, calculate, type Env, findCalculator, traceOf } from './index.ts';

const SEED = Number(process.env.TONGZHENG_SEED ?? 20261121);
const RUNS = { mutated: 9000, extreme: 2000, largest: 3000, anyJson: 1000, anyText: 500, anyValue: 1500 } as const;

const calendar = workCalendar(calendarSeedRows());
const book = createBook();
/** Today, the border of two laws, and days no law reaches. */
const ENVS: readonly Env[] = ['2026-11-21', '2011-06-30', '1900-01-01', '9999-12-31'].map((day) => ({
  book,
  calendar,
  asOf: civilDate(day),
}));

/** Counts that may be below zero by their meaning. */
const SIGNED = new Set(['monthsBack']);
const ROTTEN = /\bNaN\b|Infinity|undefined|\[object|\bnull\b/;

/** What is wrong with a figure, in words; undefined when nothing is. */
function faultOf(value: unknown, path: string): string | undefined {
  if (value === null || value === undefined) return `${path} 是空的`;
  if (typeof value === 'number') {
    if (!Number.isSafeInteger(value)) return `${path} 不是整数：${value}`;
    return value < 0 && !SIGNED.has(path) ? `${path} 是负数：${value}` : undefined;
  }
  if (typeof value === 'string') {
    if (ROTTEN.test(value)) return `${path}：${value}`;
    return /^[-−]/.test(value) ? `${path} 是负数：${value}` : undefined;
  }
  if (typeof value !== 'object') return undefined;
  for (const [key, inner] of Object.entries(value)) {
    const fault = faultOf(inner, path ? `${path}.${key}` : key);
    if (fault) return fault;
  }
  return undefined;
}

function faultOfError(error: Readonly<Record<string, unknown>>): string | undefined {
  const { code, message } = error;
  if (typeof code !== 'string' || !/^[A-Z]+-\d{3}$/.test(code)) return `错误码不对：${String(code)}`;
  if (typeof message !== 'string' || !/\p{Script=Han}/u.test(message)) return `没有中文：${String(message)}`;
  return ROTTEN.test(message) ? `话里有程序的词：${message}` : undefined;
}

/** The line's answer; throws with the line when it is not fit to be seen. */
function mustBeFit(calculator: Calculator, line: string, env: Env, explain: boolean): 'figures' | 'error' {
  const complain = (fault: string): Error => new Error(`${calculator.name} ${env.asOf} ${line}\n  ${fault}`);
  let written: string;
  try {
    written = answerLine(calculator, line, env, explain);
  } catch (error) {
    throw complain(`抛出 ${String(error)}`);
  }
  if (written.includes('\n')) throw complain('答案不止一行');
  // Names nobody asked for are told as they were written.
  const { ignored: _, trace, error, ...figures } = JSON.parse(written) as Record<string, unknown>;
  if (error) {
    const fault = faultOfError(error as Record<string, unknown>);
    if (fault) throw complain(fault);
    return 'error';
  }
  if (Object.keys(figures).length === 0) throw complain('没有数');
  const fault = faultOf(figures, '');
  if (fault) throw complain(fault);
  if (trace !== undefined && /\bNaN\b|Infinity|undefined/.test(JSON.stringify(trace))) throw complain('算式里有 NaN');
  return 'figures';
}

/** Wrong types, impossible dates, wrong regions, numbers no one earns, junk in junk. */
const JUNK: readonly unknown[] = [
  null,
  true,
  [],
  {},
  [[[]]],
  [null],
  { '': { a: [{}] } },
  { constructor: 1, __proto__: { x: 1 } },
  ['1', '2'],
  Array.from({ length: 2000 }, () => '1'),
  '',
  ' ',
  '无',
  '𠮷🈚',
  '\u0000',
  'x'.repeat(5000),
  'NaN',
  'Infinity',
  '-Infinity',
  '0x10',
  '1e9',
  '1_000',
  '1,000.00',
  '¥100',
  '１２３',
  '+5',
  '-0',
  '.5',
  '5.',
  '0.001',
  '0.0000001',
  '-1',
  '-869.40',
  '00000000000000000000001',
  '99999999999999999999',
  '9007199254740993',
  '1/0',
  '0/12',
  '9999/12',
  0,
  -1,
  0.1,
  1.5,
  -0.001,
  1e21,
  1e-7,
  Number.MAX_SAFE_INTEGER,
  Number.MAX_VALUE,
  '2023-02-29',
  '2023-04-31',
  '2023-13',
  '2023-00',
  '2023-1',
  '2023/04',
  '0000-00',
  '0000-01',
  '10000-01',
  '20230410',
  '2023-04-10T25:00:00',
  'tomorrow',
  '000000',
  '999999',
  '420501',
  '42050',
  '420000.1',
  '420000.9',
  '__proto__',
  'constructor',
  'toString',
];

/** Well written, at the ends of what can be said. */
const EXTREMES: readonly unknown[] = [
  '0',
  '0.00',
  '0.01',
  '0.005',
  '10000000000',
  '10000000000.00',
  '9999999999.99',
  '90071992547409.91',
  '1',
  '10',
  '50',
  '1000000000',
  0,
  1,
  2,
  8,
  11,
  12,
  28,
  80,
  240,
  720,
  900,
  1200,
  36_600,
  -600,
  600,
  1900,
  1950,
  1990,
  2100,
  2150,
  true,
  false,
  [],
  '0001-01',
  '1900-01',
  '1949-10',
  '2005-12',
  '2011-06',
  '2011-07',
  '2024-02',
  '2025-01',
  '9999-11',
  '9999-12',
  '0001-01-01',
  '1900-02-28',
  '1999-01-22',
  '2004-01-01',
  '2011-06-30',
  '2011-07-01',
  '2023-12-31',
  '2024-02-29',
  '2026-12-31',
  '2027-01-01',
  '9999-12-30',
  '9999-12-31',
  '9999-12-31T23:59:59',
  '100000',
  'CN',
  '110000',
  '140100',
  '320831',
  '371003',
  '420000.2',
  '420500',
  '429021',
  '440300',
  '450000',
  '510000',
  'male',
  'female_50',
  'female_55',
  'pension',
  'injury',
  'month_product',
  'annual',
  'full',
  'ceil_to_jiao',
  'orphan',
  'large',
];

type Path = readonly string[];

/** Every place in a question, nested ones too. */
function placesIn(value: unknown, path: Path = []): Path[] {
  if (typeof value !== 'object' || value === null) return [];
  return Object.entries(value).flatMap(([key, inner]) => [[...path, key], ...placesIn(inner, [...path, key])]);
}

function changed(question: unknown, path: Path, value: unknown): unknown {
  const copy = structuredClone(question) as Record<string, unknown>;
  let at: Record<string, unknown> = copy;
  for (const key of path.slice(0, -1)) {
    if (typeof at[key] !== 'object' || at[key] === null) return copy;
    at = at[key] as Record<string, unknown>;
  }
  const last = path.at(-1) ?? '';
  if (value === undefined) delete at[last];
  else Object.defineProperty(at, last, { value, enumerable: true, configurable: true, writable: true });
  return copy;
}

/** A place of the example, a field it leaves out, or one the calculator does not know. */
function placeOf({ example, fields }: Calculator): fc.Arbitrary<Path> {
  const all = [...placesIn(example), ...Object.keys(fields.shape).map((name) => [name]), ['notAField'], ['__proto__']];
  return fc.constantFrom(...all);
}

const names = fc.constantFrom(...CALCULATORS.map(({ name }) => name));
const days = fc.nat(ENVS.length - 1);

function named(name: string): Calculator {
  const found = findCalculator(name);
  if (!found) throw new Error(`no calculator ${name}`);
  return found;
}

type Line = readonly [name: string, line: string];

/** An example with up to three places left out or given another value. */
function mutations(values: readonly unknown[]): fc.Arbitrary<Line> {
  const value = fc.constantFrom(undefined, ...values);
  return names.chain((name) => {
    const { example } = named(name);
    return fc.array(fc.tuple(placeOf(named(name)), value), { minLength: 1, maxLength: 3 }).map((changes) => {
      const question = changes.reduce<unknown>((made, [path, junk]) => changed(made, path, junk), example);
      return [name, JSON.stringify(question)];
    });
  });
}

const MOST = '10000000000';
const LARGE_GROUPS: readonly unknown[] = [
  Array.from({ length: 1200 }, () => MOST),
  Array.from({ length: 100 }, () => 'orphan'),
  Object.fromEntries(Array.from({ length: 12 }, (_, index) => [String(index + 1), MOST])),
  [{ year: 2024, base: MOST, averageWage: '0.01' }],
  {
    pension: { unit: '10', person: '10' },
    unemployment: { unit: '10', person: '10' },
    injury: { unit: '10', person: '10' },
  },
];

/** Each field with what it can read at the ends: every one of them fits, only together they may not. */
function largest(): fc.Arbitrary<Line> {
  const ends = new Map(
    CALCULATORS.map(({ name, fields }) => [
      name,
      Object.entries(fields.shape).flatMap(([field, schema]) => {
        const fitting = [...EXTREMES, ...LARGE_GROUPS].filter((value) => schema.safeParse(value).success);
        return fitting.length > 0 ? [[field, fitting] as const] : [];
      }),
    ]),
  );
  return names.chain((name) => {
    const fields = ends.get(name) ?? [];
    return fc
      .subarray(fields, { minLength: 1 })
      .chain((some) =>
        fc.tuple(...some.map(([field, fitting]) => fc.tuple(fc.constant(field), fc.constantFrom(...fitting)))),
      )
      .map((values) => [name, JSON.stringify({ ...named(name).example, ...Object.fromEntries(values) })]);
  });
}

const settings = { seed: SEED } as const;

describe(`ten thousand lines nobody should write (seed ${SEED})`, () => {
  it('are ten thousand', () => {
    expect(Object.values(RUNS).reduce((sum, runs) => sum + runs, 0)).toBeGreaterThanOrEqual(10_000);
  });

  it.each([
    ['mutated', mutations(JUNK)],
    ['extreme', mutations(EXTREMES)],
    ['largest', largest()],
  ] as const)('examples with fields %s', (kind, lines) => {
    const answered = { figures: 0, error: 0 };
    const asked = new Set<string>();
    fc.assert(
      fc.property(lines, days, fc.boolean(), ([name, line], day, explain) => {
        asked.add(name);
        answered[mustBeFit(named(name), line, ENVS[day] as Env, explain)] += 1;
      }),
      { ...settings, numRuns: RUNS[kind] },
    );
    // Both ways out are walked, and no calculator is spared.
    expect(Math.min(answered.figures, answered.error)).toBeGreaterThan(RUNS[kind] / 50);
    expect(asked.size).toBe(CALCULATORS.length);
  });

  it.each([
    // The age would be −9.
    ['subsidy-4050', { birth: '2027-01-01' }],
    ['subsidy-4050', { birth: '2019-10-16' }],
    ['subsidy-4050', { year: 2000, birth: '2005-05-05' }],
  ])('%s with %j, found by this test, is refused', (name, change) => {
    const line = JSON.stringify({ ...named(name).example, ...change });
    expect(mustBeFit(named(name), line, ENVS[0] as Env, true)).toBe('error');
  });

  it('any JSON', () => {
    fc.assert(
      fc.property(names, fc.json(), days, (name, line, day) => {
        mustBeFit(named(name), line, ENVS[day] as Env, true);
      }),
      { ...settings, numRuns: RUNS.anyJson },
    );
  });

  it('any text, and lines cut off', () => {
    const cut = fc.tuple(names, fc.nat(80)).map(([name, at]) => JSON.stringify(named(name).example).slice(0, at));
    fc.assert(
      fc.property(names, fc.oneof(fc.string(), cut), (name, line) => {
        mustBeFit(named(name), line, ENVS[0] as Env, false);
      }),
      { ...settings, numRuns: RUNS.anyText },
    );
  });

  it('values JSON does not have, from a program that calls the library', () => {
    const odd = fc.constantFrom<unknown>(
      Number.NaN,
      Number.POSITIVE_INFINITY,
      Number.NEGATIVE_INFINITY,
      -0,
      10n,
      Symbol('x'),
      new Date(0),
      new Date(Number.NaN),
      () => 1,
      new Map(),
      Object.create(null),
      new String('869.40'),
      [Number.NaN],
      [undefined],
    );
    const lives = names.chain((name) =>
      fc.record({ name: fc.constant(name), field: fc.constantFrom(...Object.keys(named(name).fields.shape)), odd }),
    );
    fc.assert(
      fc.property(lives, ({ name, field, odd: value }) => {
        const calculator = named(name);
        const calculated = calculate(calculator, { ...calculator.example, [field]: value }, ENVS[0] as Env);
        if (!calculated.ok) {
          expect(faultOfError(calculated.problem)).toBeUndefined();
          return;
        }
        expect(faultOf(calculated.answer.result, '')).toBeUndefined();
        expect(traceOf(calculated.answer).steps.length).toBeGreaterThan(0);
      }),
      { ...settings, numRuns: RUNS.anyValue },
    );
  });
});
