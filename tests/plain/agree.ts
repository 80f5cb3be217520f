/** How the two evaluators are held against each other: random questions, each asked in the line form anyone may use. */
import fc from 'fast-check';
import type { Env } from '../../src/calculators/index.ts';
import { answerLine, findCalculator } from '../../src/calculators/index.ts';
import { workCalendar } from '../../src/kernel/calendar.ts';
import { civilDate } from '../../src/kernel/month.ts';
import { calendarSeedRows } from '../../src/rules/calendar-seed.ts';
import { createBook } from '../../src/rules/index.ts';

/** Another seed: `TONGZHENG_SEED=7 npm test -- --only unit`. A counterexample names its own. */
const SEED = Number(process.env.TONGZHENG_SEED ?? 20261121);

const ENV: Env = {
  book: createBook(),
  calendar: workCalendar(calendarSeedRows()),
  asOf: civilDate('2026-11-21'),
};

export type Answer = Readonly<Record<string, unknown>>;

export function ask(name: string, question: unknown): Answer {
  const calculator = findCalculator(name);
  if (!calculator) throw new Error(`no calculator ${name}`);
  return JSON.parse(answerLine(calculator, JSON.stringify(question), ENV)) as Answer;
}

/** What the plain evaluator says: figures, or the code of the error there must be. */
export type Expected = Answer | { readonly error: string };

/** Every expected field must stand in the answer, exactly. */
export function mustAnswer(name: string, question: unknown, expected: Expected): void {
  const answer = ask(name, question);
  const code = (answer.error as { readonly code?: string } | undefined)?.code;
  const got =
    'error' in expected ? { error: code } : Object.fromEntries(Object.keys(expected).map((key) => [key, answer[key]]));
  if (JSON.stringify(got) === JSON.stringify(expected)) return;
  const lines = [
    `${name} ${JSON.stringify(question)}`,
    `  程序：${JSON.stringify(answer)}`,
    `  条文：${JSON.stringify(expected)}`,
  ];
  throw new Error(lines.join('\n'));
}

export function forAll<T>(lives: fc.Arbitrary<T>, cases: number, check: (life: T) => void): void {
  fc.assert(
    fc.property(lives, (life) => {
      check(life);
    }),
    { numRuns: cases, seed: SEED },
  );
}

export const fenOf = (max: number): fc.Arbitrary<bigint> => fc.oneof(fc.bigInt(0n, 200n), fc.bigInt(0n, BigInt(max)));

/** Amounts around the given ones: just below, at, just above, and any. */
export const near = (edges: readonly bigint[], max: number): fc.Arbitrary<bigint> =>
  fc.oneof(
    fenOf(max),
    fc.tuple(fc.constantFrom(...edges), fc.bigInt(-2n, 2n)).map(([edge, off]) => (edge + off < 0n ? 0n : edge + off)),
  );

const two = (count: number): string => String(count).padStart(2, '0');

/** Months from January of one year to December of another. */
export const monthIn = (from: number, to: number): fc.Arbitrary<string> =>
  fc.tuple(fc.integer({ min: from, max: to }), fc.integer({ min: 1, max: 12 })).map(([y, m]) => `${y}-${two(m)}`);

export const dayIn = (from: number, to: number): fc.Arbitrary<string> =>
  fc
    .integer({ min: Date.UTC(from, 0, 1) / 86_400_000, max: Date.UTC(to, 11, 31) / 86_400_000 })
    .map((day) => new Date(day * 86_400_000).toISOString().slice(0, 10));
