import fc from 'fast-check';
import { describe, it } from 'vitest';
import { INSURANCES } from '../../src/kernel/insurance.ts';
import { month } from '../../src/kernel/month.ts';
import { createBook } from '../../src/rules/book.ts';
import { evaluate, evaluateColumns } from '../../src/rules/contribution.ts';
import { explainContribution } from '../../src/rules/explain-contribution.ts';
import { compileRules } from '../../src/rules/month-rules.ts';
import { type Expected, fenOf, forAll, monthIn, mustAnswer, near } from './agree.ts';
import { CASES } from './cases.ts';
import { clampedBase, INJURY_CLASSES, type Insurance, LIMITS, partsOf, sharesOf } from './contribution.ts';
import { decimal, type Fraction, nearest, plainYuan, times, whole, yuanText } from './fraction.ts';

const ALL: readonly Insurance[] = ['pension', 'unemployment', 'injury'];
/** 0.1 yuan × an odd rate in tenths of a percent falls on half a fen. */
const HALVES = [50n, 250n, 1250n, 18_750n, 345_050n, 345_000n, 1_800_000n, 62_500n];
const base = near(HALVES, 3_000_000);
const injuryClass = fc.integer({ min: 1, max: 8 });
const thousandths = fc.integer({ min: 0, max: 2500 });
const some = fc.subarray([...ALL], { minLength: 1 });
/** Months in which a rate changes, and their neighbours. */
const BORDERS = ['1999-01', '1999-02', '2005-12', '2006-01', '2015-02', '2015-03', '2015-09', '2015-10', '2016-04']
  .concat(['2016-05', '2019-04', '2019-05', '2021-10', '2021-11', '2021-12', '2022-04', '2022-05', '2023-06'])
  .concat(['2023-07', '2024-12', '2025-01']);
const period = fc.oneof(
  { weight: 4, arbitrary: fc.constantFrom(...BORDERS) },
  { weight: 1, arbitrary: monthIn(1997, 2026) },
);

type Parts = Readonly<Partial<Record<Insurance, ReturnType<typeof partsOf>>>>;

function written(parts: Parts): Expected {
  const rows = Object.values(parts);
  const unitTotal = rows.reduce((sum, { unit }) => sum + unit, 0n);
  const personTotal = rows.reduce((sum, { person }) => sum + person, 0n);
  return {
    ...Object.fromEntries(
      Object.entries(parts).map(([name, { unit, person }]) => [
        name,
        { unit: yuanText(unit), person: yuanText(person) },
      ]),
    ),
    unitTotal: yuanText(unitTotal),
    personTotal: yuanText(personTotal),
    total: yuanText(unitTotal + personTotal),
  };
}

/** Undefined stage: none is said. */
function byPolicy(
  insurances: readonly Insurance[],
  region: string,
  on: string,
  baseFen: bigint,
  cls: number,
  stage?: Fraction,
): Expected {
  const parts: Partial<Record<Insurance, ReturnType<typeof partsOf>>> = {};
  for (const insurance of ALL.filter((each) => insurances.includes(each))) {
    const shares = sharesOf(insurance, region, on, cls, stage);
    if (!shares) return { error: 'POL-001' };
    parts[insurance] = partsOf(baseFen, shares);
  }
  return written(parts);
}

/** 山东 and 四川 publish a stage factor of their own in 2026; there the asker always says one. */
const REGIONS = ['420500', '420500', '421300', '421000', '320831', '371003', '510000', '110000'] as const;

describe('应缴', () => {
  it('by region and month, at every border of a rate and at halves of a fen', () => {
    const lives = fc.record({
      region: fc.constantFrom(...REGIONS),
      period,
      base,
      cls: injuryClass,
      stage: thousandths,
      // A factor said by the asker makes the month's rules anew: seldom.
      said: fc.integer({ min: 0, max: 5 }).map((die) => die === 0),
      some,
    });
    forAll(
      lives,
      CASES.contributionByPolicy,
      ({ region, period: on, base: fen, cls, stage, said, some: insurances }) => {
        const says = said || region.startsWith('37') || region.startsWith('51');
        const question = {
          region,
          period: on,
          base: yuanText(fen),
          injuryClass: cls,
          insurances,
          ...(says ? { stageFactor: (stage / 1000).toFixed(3) } : {}),
        };
        const factor: Fraction | undefined = says ? [BigInt(stage), 1000n] : undefined;
        mustAnswer('contribution', question, byPolicy(insurances, region, on, fen, cls, factor));
      },
    );
  });

  it('of an employer relieved in 2020 or deferred: its part is nothing, the person’s stays (HB-RED-01, HB-DEF-02)', () => {
    const lives = fc.record({
      period: fc.constantFrom('2020-01', '2020-02', '2020-06', '2020-12', '2021-01', '2022-06'),
      base,
      relief: fc.boolean(),
      deferred: fc.boolean(),
    });
    forAll(lives, CASES.relief, ({ period: on, base: fen, relief, deferred }) => {
      const insurances: readonly Insurance[] = ['pension', 'unemployment'];
      // Asked for outside the months of the relief, the calculator says that it knows of none (POL-001); see calculators.test.ts.
      const granted = on >= '2020-02' && on <= '2020-12';
      const relieved = relief && granted;
      const spared = deferred || relieved;
      const rows = insurances.map((each) => {
        const { unit, person } = partsOf(fen, sharesOf(each, '420500', on, 1) ?? { unit: whole(0), person: whole(0) });
        return [each, { unit: spared ? 0n : unit, person }] as const;
      });
      const question = { region: '420500', period: on, base: yuanText(fen), insurances, relief: relieved, deferred };
      mustAnswer('contribution', question, written(Object.fromEntries(rows)));
    });
  });

  it('by given rates of up to six decimals', () => {
    const rate = fc.integer({ min: 0, max: 300_000 }).map((ppm) => `0.${String(ppm).padStart(6, '0')}`);
    const pair = fc.record({ unit: rate, person: rate });
    const lives = fc.record({ base, some, rates: fc.record({ pension: pair, unemployment: pair, injury: pair }) });
    forAll(lives, CASES.contributionByRates, ({ base: fen, some: insurances, rates }) => {
      const parts = ALL.filter((each) => insurances.includes(each)).map((each) => {
        const { unit, person } = rates[each];
        return [each, partsOf(fen, { unit: decimal(unit), person: decimal(person) })] as const;
      });
      mustAnswer('contribution', { base: yuanText(fen), insurances, rates }, written(Object.fromEntries(parts)));
    });
  });

  it('of work injury alone: class × stage factor', () => {
    const lives = fc.record({ base, cls: injuryClass, stage: fc.integer({ min: 0, max: 3_000_000 }) });
    forAll(lives, CASES.injuryOnly, ({ base: fen, cls, stage }) => {
      const factor = `${Math.floor(stage / 1_000_000)}.${String(stage % 1_000_000).padStart(6, '0')}`;
      const unit = nearest(times(whole(fen), INJURY_CLASSES[cls - 1] ?? whole(0), decimal(factor)));
      const question = { base: yuanText(fen), injuryClass: cls, stageFactor: factor };
      mustAnswer('contribution', question, { unit: yuanText(unit), person: '0.00' });
    });
  });

  it('in the batch form and in the explanation as in the single form', () => {
    const from = { region: '420500', from: '2023-04', to: '2023-04' };
    const people = fc.array(fc.record({ declared: fc.boolean(), wage: fenOf(99_999_999_999), cls: injuryClass }), {
      minLength: 1,
      maxLength: 20,
    });
    const lives = fc.record({
      people,
      lower: fc.integer({ min: 1, max: 6000 }),
      span: fc.integer({ min: 0, max: 20_000 }),
      tenths: fc.integer({ min: 1, max: 15 }),
    });
    forAll(lives, CASES.batchForm, ({ people: all, lower, span, tenths }) => {
      const [lowest, highest] = [lower * 100, (lower + span) * 100];
      const book = createBook([
        { ...from, key: 'base.lower', value: lowest },
        { ...from, key: 'base.upper', value: highest },
        { ...from, key: 'rate.injury.stageFactor', value: tenths * 100_000 },
      ]);
      const rules = compileRules(book, '420500', month('2023-04'));
      for (const insurance of INSURANCES) {
        const columns = evaluateColumns(rules, insurance, {
          count: all.length,
          wageFen: Float64Array.from(all, ({ wage }) => Number(wage)),
          approved: Uint8Array.from(all, ({ declared }) => (declared ? 0 : 1)),
          injuryClass: Uint8Array.from(all, ({ cls }) => cls),
        });
        all.forEach(({ declared, wage, cls }, i) => {
          const baseFen = declared ? clampedBase(wage, 1000n, BigInt(lowest), BigInt(highest)) : wage;
          const shares = sharesOf(insurance, '420500', '2023-04', cls, [BigInt(tenths), 10n]);
          if (!shares) throw new Error('the plain evaluator has no rate');
          const { unit, person } = partsOf(baseFen, shares);
          const fact = { basis: declared ? 'DECLARED' : 'APPROVED', fen: Number(wage) } as const;
          const single = evaluate(rules, insurance, fact, cls);
          const told = (part: 'employer' | 'person') =>
            explainContribution(rules, insurance, fact, cls, part).result as number;
          const found = [
            [single.baseFen, single.employerFen, single.personFen],
            [columns.baseFen[i], columns.employerFen[i], columns.personFen[i]],
            [baseFen, told('employer'), told('person')],
          ];
          const expected = [baseFen, unit, person].join(' ');
          for (const row of found) {
            if (row.join(' ') !== expected) {
              throw new Error(
                `${insurance} ${JSON.stringify(fact)} 类 ${cls}：程序 ${row.join(' ')}，条文 ${expected}`,
              );
            }
          }
        });
      }
    });
  });
});

describe('缴费基数', () => {
  it('of a declared wage: rounded, then held within the published limits', () => {
    const lives = fc.constantFrom(...LIMITS).chain((limits) =>
      fc.record({
        limits: fc.constant(limits),
        period: fc.constantFrom(limits.from, limits.to),
        // The limits themselves, half of ten yuan beside them, and ±2 fen of each.
        wage: near(
          [limits.lower, limits.upper, limits.lower + 500n, limits.upper + 500n, limits.upper - 500n, 500_500n],
          4_000_000,
        ),
      }),
    );
    forAll(lives, CASES.baseClamp, ({ limits, period: on, wage }) => {
      const { region, lower, upper, step } = limits;
      const expected = plainYuan(clampedBase(wage, step, lower, upper));
      mustAnswer('base-clamp', { region, period: on, declared: yuanText(wage) }, { base: expected });
    });
  });

  it('limits of a given average wage', () => {
    const ratio = fc.integer({ min: 1, max: 999 }).map((n) => `0.${String(n).padStart(3, '0')}`);
    const lives = fc.record({
      average: fenOf(2_000_000),
      lower: ratio,
      upper: ratio,
      step: fc.constantFrom(1n, 100n, 1000n),
    });
    forAll(lives, CASES.baseLimits, ({ average, lower, upper, step }) => {
      const limit = (share: Fraction) => plainYuan(nearest(times(whole(average), share, [1n, step])) * step);
      mustAnswer(
        'base-limits',
        { monthlyAverageWage: yuanText(average), lowerRatio: lower, upperRatio: upper, roundTo: yuanText(step) },
        { lower: limit(decimal(lower)), upper: limit(decimal(upper)) },
      );
      // 60 % and 300 % (国办发〔2019〕13号) to the fen where nothing is said.
      mustAnswer(
        'base-limits',
        { monthlyAverageWage: yuanText(average) },
        { lower: plainYuan(nearest(times(whole(average), [3n, 5n]))), upper: plainYuan(average * 3n) },
      );
    });
  });
});

describe('灵活就业、未申报', () => {
  it('flexible workers: total and account each by itself, the rest is pooled', () => {
    forAll(base, CASES.flexible, (fen) => {
      const total = nearest(times(whole(fen), [20n, 100n]));
      const account = nearest(times(whole(fen), [8n, 100n]));
      const figures = { total: yuanText(total), account: yuanText(account), pooled: yuanText(total - account) };
      mustAnswer('flexible', { base: yuanText(fen) }, figures);
    });
  });

  it('an undeclared month is 110 % of the last, under the law in force since 2011-07', () => {
    forAll(
      fc.tuple(fenOf(9_999_999_999), fc.constantFrom('2011-06', '2011-07', '2023-04')),
      CASES.undeclared,
      ([fen, on]) => {
        const payable = yuanText(nearest(times(whole(fen), [11n, 10n])));
        const expected = on === '2011-06' ? { error: 'POL-001' } : { payable };
        mustAnswer('undeclared', { lastMonthPayable: yuanText(fen), period: on }, expected);
      },
    );
  });
});
