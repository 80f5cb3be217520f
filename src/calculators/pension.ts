/** 养老金的计算器 (rules: pension/). */
import { DomainError } from '../kernel/errors.ts';
import { type Exact, exact, ratioOf, roundDecimals, toFen, yuanOf } from '../kernel/exact.ts';
import { type Month, monthsBetween } from '../kernel/month.ts';
import {
  annuityDivisor,
  averageIndex,
  findValue,
  type IndexFact,
  lookup,
  missingValue,
  type PensionDays,
  type PolicyBook,
  pension,
  type TraceStep,
  withGiven,
} from '../rules/index.ts';
import { type Calculator, calculator, wrongInput } from './calculator.ts';
import {
  amounts,
  choice,
  decimal,
  flag,
  group,
  listOf,
  monthField,
  NATION,
  optional,
  rate,
  regionField,
  whole,
  yearCount,
  yuan,
} from './fields.ts';
import { amount, decimalText, plain } from './write.ts';

const AGE_YEARS = whole('退休年龄（岁）', 0, 120);
const AGE_MONTHS = whole('退休年龄（零几个月）', 0, 11);

const payoutMonths = calculator({
  name: 'payout-months',
  title: '计发月数',
  topic: 'pension',
  example: { ageYears: 60, ageMonths: 1 },
  fields: {
    ageYears: AGE_YEARS,
    ageMonths: optional(AGE_MONTHS),
    retirementMonth: optional(monthField('退休年月')),
    region: optional(regionField()),
  },
  run: ({ ageYears, ageMonths = 0, retirementMonth, region = NATION }, { book, asOf }) => {
    const age = { years: ageYears, months: ageMonths };
    const { divisor, trace } = annuityDivisor(book, region, retirementMonth ?? asOf, age);
    return { result: { payoutMonths: decimalText(divisor) }, trace };
  },
});

const TOTAL_ROUNDINGS = { cent: 'FEN', ceil_to_jiao: 'JIAO_UP' } as const;

/** Beyond every real index; with the limits of amounts and years it keeps every product an exact count of fen. */
const MAX_INDEX = 50;

const ZERO_YEARS = exact(0);

type Divisor = { readonly months: Exact; readonly steps: readonly TraceStep[] };

type DivisorInput = {
  readonly payoutMonths?: Exact | undefined;
  readonly ageYears?: number | undefined;
  readonly ageMonths?: number | undefined;
  readonly birthMonth?: Month | undefined;
  readonly retirementMonth?: Month | undefined;
};

/** 计发月数 as given, else from the age, else from birth and retirement. CALC-005 when none is there. */
function divisorOf(book: PolicyBook, region: string, on: string, input: DivisorInput): Divisor {
  const { payoutMonths: given, ageYears, ageMonths = 0, birthMonth, retirementMonth } = input;
  if (given) {
    if (given.compare(1) < 0) throw wrongInput('计发月数不能小于 1', 'payoutMonths');
    const valueText = `${decimalText(given)} 个月`;
    return { months: given, steps: [{ kind: 'input', label: '计发月数', words: '', valueText }] };
  }
  const months =
    ageYears !== undefined
      ? ageYears * 12 + ageMonths
      : birthMonth && retirementMonth
        ? monthsBetween(birthMonth, retirementMonth)
        : undefined;
  if (months === undefined) {
    const next = '写 payoutMonths，或 ageYears 和 ageMonths，或 birthMonth 和 retirementMonth。';
    throw wrongInput('没有计发月数，也没有可以算出它的年龄', 'payoutMonths', next);
  }
  if (months < 0) throw wrongInput('退休年月早于出生年月', 'retirementMonth');
  const answer = annuityDivisor(book, region, on, { years: Math.floor(months / 12), months: months % 12 });
  // Its result is a step on the way here.
  const steps = answer.trace.steps.map((step) => (step.kind === 'result' ? { ...step, kind: 'rule' as const } : step));
  return { months: answer.divisor, steps };
}

/** A document prints the index, the wage or both; the printed wage is the more exact. */
function indexFact(index: Exact | undefined, wage: Exact | undefined): IndexFact | undefined {
  if (wage) return { wage };
  return index && { index };
}

const monthlyPension = calculator({
  name: 'pension',
  title: '月基本养老金',
  topic: 'pension',
  example: {
    region: '421000',
    year: 2025,
    years: '32.5',
    preAccountYears: '2.08',
    accountBalance: '105842.74',
    payoutMonths: '195',
    averageIndex: '0.9519',
  },
  fields: {
    region: optional(regionField()),
    calcBase: optional(yuan('计发基数')),
    years: yearCount('累计缴费年限'),
    preAccountYears: optional(yearCount('建账前年限')),
    accountBalance: yuan('个人账户储存额'),
    payoutMonths: optional(decimal('计发月数', 1000)),
    averageIndex: optional(decimal('平均缴费指数', MAX_INDEX)),
    indexWage: optional(decimal('指数化月平均缴费工资')),
    transitionIndex: optional(decimal('过渡性养老金的平均指数', MAX_INDEX)),
    transitionIndexWage: optional(decimal('过渡性养老金的指数化工资')),
    transitionCoefficient: optional(rate('过渡性养老金系数', 1)),
    otherComponents: optional(amounts('其他项目')),
    oldTransitional: optional(yuan('老办法过渡性养老金')),
    newMethodShare: optional(rate('新办法高出老办法部分的发给比例', 1)),
    indexWageRoundToCent: optional(flag('指数化工资先舍入到分')),
    totalRounding: optional(choice('合计舍入', Object.keys(TOTAL_ROUNDINGS) as (keyof typeof TOTAL_ROUNDINGS)[])),
    year: optional(whole('计发基数年度', 1990, 2150)),
    retirementMonth: optional(monthField('退休年月')),
    birthMonth: optional(monthField('出生年月')),
    ageYears: optional(AGE_YEARS),
    ageMonths: optional(AGE_MONTHS),
  },
  run: (input, env) => {
    const { region = NATION, years, year, retirementMonth, calcBase, oldTransitional, otherComponents } = input;
    const preAccountYears = input.preAccountYears ?? ZERO_YEARS;
    if (preAccountYears.compare(years) > 0) throw wrongInput('建账前年限多于累计缴费年限', 'preAccountYears');
    const index = indexFact(input.averageIndex, input.indexWage);
    if (!index) throw wrongInput('缺少平均缴费指数', 'averageIndex', '写 averageIndex 或 indexWage。');
    const transitionIndex = indexFact(input.transitionIndex, input.transitionIndexWage);
    const wageRounding = input.indexWageRoundToCent;
    const book = withGiven(env.book, {
      'pension.calcBase': calcBase,
      'pension.transition.coefficient': input.transitionCoefficient,
      'pension.transition.newMethodShare': input.newMethodShare,
      'pension.indexWageRounding': wageRounding === undefined ? undefined : wageRounding ? 'FEN' : 'NONE',
      'pension.totalRounding': input.totalRounding && TOTAL_ROUNDINGS[input.totalRounding],
    });
    const on = retirementMonth ?? (year === undefined ? env.asOf : `${year}-12-31`);
    const days = { on, baseOn: year === undefined ? on : `${year}-12-31` };
    requireBase(book, region, days);
    requireIndex(book, region, on, input.averageIndex);
    const divisor = divisorOf(book, region, on, input);
    const answer = pension(book, region, days, {
      years,
      preAccountYears,
      accountFen: input.accountBalance,
      divisor,
      index,
      ...(transitionIndex ? { transitionIndex } : {}),
      ...(otherComponents === undefined ? {} : { otherFen: otherComponents }),
      ...(oldTransitional === undefined ? {} : { oldTransitionalFen: oldTransitional }),
    });
    return {
      result: {
        basic: amount(answer.basicFen),
        account: amount(answer.accountFen),
        transitional: amount(answer.transitionalFen),
        ...(otherComponents ? { other: amount(otherComponents) } : {}),
        total: amount(answer.totalFen),
        calcBase: plain(answer.calcBaseFen),
        indexWage: amount(toFen(answer.indexWage)),
        payoutMonths: decimalText(divisor.months),
      },
      trace: answer.trace,
    };
  },
});

/** 未公布按上年预发，公布后重算: which year's base to use is the asker's to say, never ours to assume. */
function requireBase(book: PolicyBook, region: string, { baseOn }: PensionDays): void {
  if (findValue(book, region, 'pension.calcBase', baseOn)) return;
  const problem = missingValue(region, 'pension.calcBase', baseOn.slice(0, 4));
  const next = '该年度还没有公布、先按上年预发的，写 year（如 2025）；或直接写 calcBase。';
  throw new DomainError({ ...problem, next });
}

/** Every year's index is capped (年度缴费指数封顶), so no average of them is above the cap. CALC-005. */
function requireIndex(book: PolicyBook, region: string, on: string, index: Exact | undefined): void {
  const cap = findValue(book, region, 'pension.index.upper', on);
  if (!cap || !index) return;
  const highest = ratioOf(Number(cap.value));
  if (index.compare(highest) <= 0) return;
  const next = '封顶前的指数请按年用 average-index 计算平均缴费指数。';
  throw wrongInput(
    `平均缴费指数不会高于 ${decimalText(highest)}：每年的指数都封顶在 ${decimalText(highest)}`,
    'averageIndex',
    next,
  );
}

const averageIndexCalculator = calculator({
  name: 'average-index',
  title: '平均缴费指数',
  topic: 'pension',
  example: {
    years: [
      { year: 2022, base: '3450.00', averageWage: '6000.00' },
      { year: 2023, base: '6600.00', averageWage: '6600.00', months: 6 },
    ],
  },
  fields: {
    years: listOf(
      '各年度',
      group('年度', {
        year: whole('年度', 1950, 2150),
        base: yuan('当年月平均缴费基数'),
        averageWage: yuan('对照的月社平工资'),
        months: optional(whole('实际缴费月数', 1, 12)),
      }),
      80,
    ),
    dueMonths: optional(whole('应缴月数', 1, 900)),
    denominator: optional(choice('年限分母', ['paid', 'due'])),
    calcBase: optional(yuan('计发基数')),
    region: optional(regionField()),
  },
  run: ({ years, dueMonths, denominator, calcBase, region = NATION }, env) => {
    const book = withGiven(env.book, { 'pension.index.denominator': denominator?.toUpperCase() });
    const entries = years.map((each) => ({
      year: each.year,
      baseFen: each.base,
      averageWageFen: each.averageWage,
      months: each.months ?? 12,
    }));
    if (entries.length === 0) throw wrongInput('至少要有一个年度', 'years');
    if (new Set(entries.map((each) => each.year)).size < entries.length) throw wrongInput('同一年度写了两次', 'years');
    if (entries.some((each) => each.averageWageFen === 0)) throw wrongInput('月社平工资须大于 0', 'years');
    const due = lookup(book, region, 'pension.index.denominator', env.asOf).value === 'DUE';
    const paid = entries.reduce((sum, each) => sum + each.months, 0);
    if (due && dueMonths === undefined) {
      throw wrongInput('该地区断缴的月份按 0 计，要写应缴月数', 'dueMonths', '写从参加工作到退休的应缴月数。');
    }
    if (due && dueMonths !== undefined && dueMonths < paid) throw wrongInput('应缴月数少于实际缴费月数', 'dueMonths');
    const answer = averageIndex(book, region, env.asOf, entries, dueMonths);
    const wage = calcBase === undefined ? undefined : yuanOf(calcBase).mul(answer.average);
    return {
      result: {
        averageIndex: decimalText(answer.average),
        yearly: answer.yearly.map(({ year, index }) => ({ year, index: decimalText(roundDecimals(index, 8)) })),
        ...(wage ? { indexWage: amount(toFen(wage)) } : {}),
      },
      trace: answer.trace,
    };
  },
});

export const PENSION_CALCULATORS: readonly Calculator[] = [monthlyPension, payoutMonths, averageIndexCalculator];
