/** 应缴额的计算器: by region and month, by given rates, or of work injury alone. */
import { ratioOf, toFen, yuanOf } from '../kernel/exact.ts';
import { addFen, type Fen, formatPpm, formatYuanGrouped, mulPpm, type Ppm, sumFen } from '../kernel/fen.ts';
import { INSURANCE_NAMES, INSURANCES, type Insurance, type Part } from '../kernel/insurance.ts';
import type { CivilDate, Month } from '../kernel/month.ts';
import {
  compileRules,
  employerRate,
  evaluate,
  explainContribution,
  type InjuryClass,
  injuryClassKey,
  lookup,
  type MonthRules,
  type PolicyBook,
  personRate,
  type Trace,
  type TraceStep,
  type WageFact,
  withGiven,
} from '../rules/index.ts';
import { type Answer, calculator, wrongInput } from './calculator.ts';
import {
  flag,
  group,
  insuranceField,
  listOf,
  monthField,
  NATION,
  optional,
  rate,
  regionField,
  whole,
  yuan,
} from './fields.ts';
import { amount, plain } from './write.ts';

const FULL = 1_000_000 as Ppm;

type Rates = { readonly unit?: number | undefined; readonly person?: number | undefined };
type GivenRates = Readonly<Partial<Record<Insurance, Rates | undefined>>>;

function ratesField(name: string) {
  return optional(group(name, { unit: optional(rate(`${name}单位费率`)), person: optional(rate(`${name}个人费率`)) }));
}

type Input = {
  readonly wage: WageFact;
  readonly region: string | undefined;
  readonly period: Month | undefined;
  readonly rates: GivenRates;
  readonly injuryClass: number | undefined;
  readonly stageFactor: number | undefined;
  /** 浮动系数 of the unit's own record, ppm; of injury alone. */
  readonly floatFactor: number | undefined;
  readonly relief: boolean;
  readonly deferred: boolean;
};

type Line = {
  readonly insurance: Insurance;
  readonly unitFen: Fen;
  readonly personFen: Fen;
  readonly steps: () => readonly TraceStep[];
};

/** The part of one insurance under given rates alone. */
function givenLine(insurance: Insurance, base: Fen, rates: Rates): Line {
  const parts = (['unit', 'person'] as const).map((part) => {
    const value = rates[part];
    if (value !== undefined) return { part, value: value as Ppm };
    throw wrongInput(
      `缺少${INSURANCE_NAMES[insurance]}${part === 'unit' ? '单位' : '个人'}费率`,
      `rates.${insurance}.${part}`,
      '写全单位和个人费率，或写 region 和 period 由政策数据补齐。',
    );
  });
  const [unit, person] = parts.map(({ value }) => mulPpm(base, value)) as [Fen, Fen];
  const steps = (): TraceStep[] =>
    parts.map(({ part, value }) => {
      const result = mulPpm(base, value);
      return {
        kind: 'multiply',
        label: `${INSURANCE_NAMES[insurance]} · ${part === 'unit' ? '单位部分' : '个人部分'}`,
        words: `${formatYuanGrouped(base)} × ${formatPpm(value)}（本次输入），四舍五入到分。`,
        valueText: formatYuanGrouped(result),
        value: result,
      };
    });
  return { insurance, unitFen: unit, personFen: person, steps };
}

/** The part of one insurance under the rules of a month; given rates win. */
function policyLine(rules: MonthRules, insurance: Insurance, input: Input): Line {
  const { wage, injuryClass, relief, deferred } = input;
  const given = input.rates[insurance] ?? {};
  if (given.unit !== undefined && given.person !== undefined) return givenLine(insurance, wage.fen as Fen, given);
  if (insurance === 'injury' && given.unit === undefined && injuryClass === undefined) {
    throw wrongInput('缺少工伤行业风险类别（1 至 8）', 'injuryClass', '写 injuryClass，或用 insurances 只算其他险种。');
  }
  if (given.unit !== undefined || given.person !== undefined) {
    const unit = given.unit ?? employerRate(rules, insurance, injuryClass ?? 0);
    return givenLine(insurance, wage.fen as Fen, { unit, person: given.person ?? personRate(rules, insurance) });
  }
  const modifiers = { relief, deferred };
  const { baseFen, employerFen, personFen } = evaluate(rules, insurance, wage, injuryClass ?? 0, modifiers);
  const explain = (part: Part): readonly TraceStep[] =>
    explainContribution(rules, insurance, wage, injuryClass ?? 0, part, { modifiers }).steps.map((step) => ({
      ...step,
      label: `${INSURANCE_NAMES[insurance]} · ${part === 'employer' ? '单位' : '个人'} · ${step.label}`,
    }));
  if (insurance === 'injury' && input.floatFactor !== undefined && !deferred) {
    const ratios = [employerRate(rules, insurance, injuryClass ?? 0), input.floatFactor];
    const unitFen = floated(baseFen, relief ? [...ratios, rules.reliefPpm] : ratios);
    const known = (): TraceStep[] => explain('employer').filter(({ kind }) => kind !== 'multiply' && kind !== 'result');
    const floatSteps = floatedSteps(baseFen, relief ? [...ratios, rules.reliefPpm] : ratios, unitFen);
    return { insurance, unitFen, personFen, steps: () => [...known(), ...floatSteps, ...explain('person')] };
  }
  return { insurance, unitFen: employerFen, personFen, steps: () => [...explain('employer'), ...explain('person')] };
}

/** Base × every ratio (ppm), rounded once. */
function floated(base: Fen, ratios: readonly number[]): Fen {
  return toFen(ratios.reduce((product, each) => product.mul(ratioOf(each)), yuanOf(base)));
}

function floatedSteps(base: Fen, ratios: readonly number[], unitFen: Fen): TraceStep[] {
  const [, float = FULL] = ratios;
  const words = `${[formatYuanGrouped(base), ...ratios.map((each) => formatPpm(each))].join(' × ')}，四舍五入到分。`;
  return [
    { kind: 'rate', label: '工伤 · 单位 · 浮动系数', words: '本次输入。', valueText: formatPpm(float), value: float },
    { kind: 'multiply', label: '工伤 · 单位部分', words, valueText: formatYuanGrouped(unitFen), value: unitFen },
  ];
}

/** A float factor that no figure would take up is refused: dropped, it would be a silent number. CALC-005. */
function requireFloatUsed(input: Input, insurances: readonly Insurance[]): void {
  if (input.floatFactor === undefined) return;
  const next = '浮动系数乘行业基准费率：写 injuryClass、region 和 period，或只写 base 和 injuryClass。';
  if (!insurances.includes('injury')) throw wrongInput('没有算工伤保险，浮动系数用不上', 'floatFactor', next);
  if (input.rates.injury?.unit !== undefined || input.region === undefined) {
    throw wrongInput('工伤单位费率已经写明，不再乘浮动系数', 'floatFactor', next);
  }
}

function linesOf(input: Input, insurances: readonly Insurance[], book: PolicyBook): Line[] {
  requireFloatUsed(input, insurances);
  const { region, period, rates, stageFactor } = input;
  if (region === undefined || period === undefined) {
    if (region !== undefined || period !== undefined) {
      throw wrongInput('地区和费款所属期要一起写', region === undefined ? 'region' : 'period');
    }
    return insurances.map((insurance) => givenLine(insurance, input.wage.fen as Fen, rates[insurance] ?? {}));
  }
  const asked = withGiven(book, { 'rate.injury.stageFactor': stageFactor });
  const rules = compileRules(asked, region, period);
  // Asked for a relief that no document grants there and then: told, not passed over.
  if (input.relief) lookup(asked, region, 'relief.employerFactor', period);
  return insurances.map((insurance) => policyLine(rules, insurance, input));
}

/** 只算工伤: class and base, over the national classes; without a stage factor the base rate as it stands. */
function injuryOnly(
  book: PolicyBook,
  base: Fen,
  injuryClass: InjuryClass,
  stage: number,
  float: number | undefined,
  on: CivilDate,
): Answer {
  const classRate = lookup(book, NATION, injuryClassKey(injuryClass), on);
  const personShare = lookup(book, NATION, 'rate.injury.person', on);
  const ratios = [Number(classRate.value), ...(float === undefined ? [] : [float]), stage];
  const unit = floated(base, ratios);
  const person = mulPpm(base, Number(personShare.value) as Ppm);
  const words = `${[formatYuanGrouped(base), ...ratios.map((each) => formatPpm(each))].join(' × ')}，四舍五入到分。`;
  const resultText = formatYuanGrouped(unit);
  const trace = (): Trace => ({
    title: '工伤保险 · 单位部分',
    result: unit,
    resultText,
    steps: [
      {
        kind: 'rate',
        label: classRate.name,
        words: '',
        valueText: formatPpm(Number(classRate.value)),
        source: classRate.source,
      },
      { kind: 'multiply', label: '单位部分', words, valueText: resultText, value: unit },
    ],
  });
  return { result: { unit: amount(unit), person: amount(person), total: amount(addFen(unit, person)) }, trace };
}

export const contribution = calculator({
  name: 'contribution',
  title: '每月应缴：各险种单位和个人',
  topic: 'collection',
  example: { base: '3450', region: '420500', period: '2022-09', injuryClass: 1 },
  fields: {
    base: optional(yuan('缴费基数（已核定）')),
    declared: optional(yuan('申报工资（先取整、再夹到上下限）')),
    region: optional(regionField()),
    period: optional(monthField('费款所属期')),
    rates: optional(
      group('费率', {
        pension: ratesField('养老'),
        unemployment: ratesField('失业'),
        injury: ratesField('工伤'),
      }),
    ),
    insurances: optional(listOf('险种', insuranceField(), 3)),
    injuryClass: optional(whole('工伤行业风险类别', 1, 8)),
    stageFactor: optional(rate('工伤阶段性系数', 10)),
    floatFactor: optional(rate('工伤浮动系数', 10)),
    relief: optional(flag('享受阶段性减免')),
    deferred: optional(flag('缓缴中')),
  },
  run: (raw, { book, asOf }) => {
    const { base, declared, region, period, insurances, injuryClass, stageFactor, floatFactor } = raw;
    const rates: GivenRates = raw.rates ?? {};
    if ((base === undefined) === (declared === undefined)) {
      throw wrongInput('base（核定基数）和 declared（申报工资）写一个', 'base');
    }
    const bare = region === undefined && period === undefined && raw.rates === undefined;
    if (bare && base !== undefined && injuryClass !== undefined) {
      return injuryOnly(book, base, injuryClass as InjuryClass, stageFactor ?? FULL, floatFactor, asOf);
    }
    const wage: WageFact =
      base === undefined ? { basis: 'DECLARED', fen: declared ?? 0 } : { basis: 'APPROVED', fen: base };
    const named = INSURANCES.filter((insurance) => rates[insurance] !== undefined);
    const wanted = insurances ?? (region === undefined && named.length > 0 ? named : INSURANCES);
    const asked = INSURANCES.filter((insurance) => wanted.includes(insurance));
    if (asked.length === 0) throw wrongInput('至少写一个险种', 'insurances');
    const input: Input = {
      wage,
      region,
      period,
      rates,
      injuryClass,
      stageFactor,
      floatFactor,
      relief: raw.relief ?? false,
      deferred: raw.deferred ?? false,
    };
    return answerOf(linesOf(input, asked, book), wage);
  },
});

function answerOf(lines: readonly Line[], wage: WageFact): Answer {
  const unitTotal = sumFen(lines, (line) => line.unitFen);
  const personTotal = sumFen(lines, (line) => line.personFen);
  const total = addFen(unitTotal, personTotal);
  const parts = lines.map(({ insurance, unitFen, personFen }) => [
    insurance,
    { unit: amount(unitFen), person: amount(personFen) },
  ]);
  const trace = (): Trace => ({
    title: '每月应缴',
    result: total,
    resultText: formatYuanGrouped(total),
    steps: [
      ...lines.flatMap((line) => line.steps()),
      { kind: 'sum', label: '单位合计', words: '', valueText: formatYuanGrouped(unitTotal), value: unitTotal },
      { kind: 'sum', label: '个人合计', words: '', valueText: formatYuanGrouped(personTotal), value: personTotal },
      { kind: 'result', label: '每月应缴', words: '', valueText: formatYuanGrouped(total), value: total },
    ],
  });
  return {
    result: {
      ...Object.fromEntries(parts),
      unitTotal: amount(unitTotal),
      personTotal: amount(personTotal),
      total: amount(total),
      ...(wage.basis === 'APPROVED' ? { base: plain(wage.fen) } : {}),
    },
    trace,
  };
}
