/**
 * P3: two evaluators over the same people and months, to the fen. The second one is written from the articles in plain integers
 * (rates and limits of tests/plain): it shares neither figures nor arithmetic with the rules.
 */
import { INSURANCES, type Insurance } from '../src/kernel/insurance.ts';
import { addMonths, type Month, month } from '../src/kernel/month.ts';
import {
  compileRules,
  contributionColumns,
  createBook,
  DEFERRED_BIT,
  evaluateColumns,
  RELIEF_BIT,
} from '../src/rules/index.ts';
import { clampedBase, LIMITS, partsOf, sharesOf } from '../tests/plain/contribution.ts';
import type { Fraction } from '../tests/plain/fraction.ts';
import { type Bench, grouped, type Outcome, ofPeople, seconds } from './harness.ts';
import { type PeopleColumns, peopleColumns } from './people.ts';

const REGION = '420500';
const from = (first: string, count: number): Month[] =>
  Array.from({ length: count }, (_, i) => addMonths(month(first), i));
/** Two months of the relief of 2020, then a year before and ten months after the limits change. */
const MONTHS: readonly Month[] = [...from('2020-11', 2), ...from('2022-07', 12), ...from('2025-01', 10)];
/** 阶段性减免 of 2020 (HB-RED-01): the employer pays nothing. */
const RELIEVED = { from: '2020-02', to: '2020-12' };
/** One person in this many is computed a third time, in fractions. */
const SAMPLE_EVERY = 997;

type Share = readonly [over: number, under: number];
const plain = ([over, under]: Fraction): Share => [Number(over), Number(under)];

/** base × over ÷ under, a half goes up. */
function part(base: number, [over, under]: Share): number {
  const product = base * over;
  const rest = product % under;
  return (product - rest) / under + (2 * rest >= under ? 1 : 0);
}

function baseOf(wage: number, approved: boolean, limits: (typeof LIMITS)[number] | undefined): number {
  if (approved || !limits) return wage;
  const rounded = part(wage, [1, Number(limits.step)]) * Number(limits.step);
  return Math.min(Math.max(rounded, Number(limits.lower)), Number(limits.upper));
}

export async function run(bench: Bench): Promise<Outcome> {
  const count = Math.max(...bench.people);
  const people = peopleColumns(count);
  const book = createBook();
  const out = contributionColumns(count);
  let compared = 0;
  let different = 0;
  let sampled = 0;
  let productMs = 0;
  const started = performance.now();
  for (const of of MONTHS) {
    const limits = LIMITS.find((each) => each.region === REGION && each.from <= of && of <= each.to);
    // Where no limit is published every base is taken as approved (opening balances).
    const approved = limits ? people.approved : new Uint8Array(count).fill(1);
    for (const insurance of INSURANCES) {
      if (!sharesOf(insurance, REGION, of, 1)) continue;
      const began = performance.now();
      evaluateColumns(compileRules(book, REGION, of), insurance, { ...people, count, approved }, out);
      productMs += performance.now() - began;
      different += differences(people, approved, limits, insurance, of, out);
      sampled += sample(people, approved, limits, insurance, of, out);
      compared += count;
    }
    bench.say(`  ${of}: ${grouped(compared)} compared, ${different} different`);
  }
  if (sampled === 0) throw new Error('no sample was computed in fractions');
  return {
    lines: [
      {
        ...{
          p: 'P3',
          what: `两套算法逐分对照，${MONTHS.length} 个月（${grouped(compared)} 笔）`,
          size: ofPeople(count),
        },
        product: seconds(productMs),
        floor: seconds(performance.now() - started - productMs),
        ...{ result: `差 ${different} 笔`, target: '0', met: different === 0 },
      },
    ],
  };
}

type Columns = ReturnType<typeof contributionColumns>;
type Limits = (typeof LIMITS)[number] | undefined;

const relieves = (of: Month): boolean => RELIEVED.from <= of && of <= RELIEVED.to;

function differences(
  people: PeopleColumns,
  approved: Uint8Array,
  limits: Limits,
  insurance: Insurance,
  of: Month,
  out: Columns,
): number {
  const shares = Array.from({ length: 9 }, (_, cls) => sharesOf(insurance, REGION, of, Math.max(1, cls)));
  const unit = shares.map((each) => plain(each?.unit ?? [0n, 1n]));
  const person = plain(shares[1]?.person ?? [0n, 1n]);
  let different = 0;
  for (let i = 0; i < people.wageFen.length; i += 1) {
    const base = baseOf(people.wageFen[i] as number, approved[i] === 1, limits);
    const owed = spared(people.modifiers[i] as number, of)
      ? 0
      : part(base, unit[people.injuryClass[i] as number] as Share);
    if (out.baseFen[i] !== base || out.employerFen[i] !== owed || out.personFen[i] !== part(base, person))
      different += 1;
  }
  return different;
}

/** The employer pays nothing: deferred, or relieved in a month of the relief. */
const spared = (modifiers: number, of: Month): boolean =>
  (modifiers & (DEFERRED_BIT | (relieves(of) ? RELIEF_BIT : 0))) !== 0;

/** The plain integers themselves held against fractions of big integers. @throws Error when they differ. */
function sample(
  people: PeopleColumns,
  approved: Uint8Array,
  limits: Limits,
  insurance: Insurance,
  of: Month,
  out: Columns,
): number {
  let sampled = 0;
  for (let i = 0; i < people.wageFen.length; i += SAMPLE_EVERY) {
    const shares = sharesOf(insurance, REGION, of, people.injuryClass[i] as number);
    if (!shares) continue;
    const wage = BigInt(people.wageFen[i] as number);
    const base = approved[i] === 1 || !limits ? wage : clampedBase(wage, limits.step, limits.lower, limits.upper);
    const parts = partsOf(base, shares);
    const unit = spared(people.modifiers[i] as number, of) ? 0n : parts.unit;
    const found = [out.baseFen[i], out.employerFen[i], out.personFen[i]];
    if (found.join() !== [base, unit, parts.person].join())
      throw new Error(`${insurance} ${of}: wage ${wage} gives ${found.join(' ')}`);
    sampled += 1;
  }
  return sampled;
}
