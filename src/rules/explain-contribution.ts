/** «为什么是这个数» of one part of one line (ui/README.md, bill drawer): the same arithmetic as `evaluate`, told step by step. */

import { formatPpm, formatYuanGrouped } from '../kernel/fen.ts';
import { INSURANCE_NAMES, type Insurance, type Part } from '../kernel/insurance.ts';
import {
  baseOf,
  employerRate,
  evaluate,
  type Modifiers,
  personRate,
  roundWage,
  type WageFact,
} from './contribution.ts';
import { type MonthRules, ruleSource } from './month-rules.ts';
import { INJURY_CLASS_NAMES, type InjuryClass, injuryClassKey, rateKey } from './policy-keys.ts';
import { exactYuan, plainYuan, rateStep, type Trace, type TraceStep } from './trace.ts';

export type ExplainOptions = {
  readonly modifiers?: Modifiers;
  /** Where the wage comes from, e.g. «上年度月平均工资。来自 2022-06-14 提交的缴费工资申报。» */
  readonly wageWords?: string;
};

const PART_NAMES: Readonly<Record<Part, string>> = { employer: '单位部分', person: '个人部分' };

/** @throws DomainError POL-001 as `evaluate` does. */
export function explainContribution(
  rules: MonthRules,
  insurance: Insurance,
  wage: WageFact,
  injuryClass: number,
  part: Part,
  options: ExplainOptions = {},
): Trace {
  const { modifiers, wageWords } = options;
  const contribution = evaluate(rules, insurance, wage, injuryClass, modifiers);
  const result = part === 'employer' ? contribution.employerFen : contribution.personFen;
  const steps = baseSteps(rules, insurance, wage, wageWords);
  const baseFen = contribution.baseFen;
  const rate = part === 'employer' ? employerRate(rules, insurance, injuryClass) : personRate(rules, insurance);
  steps.push(...rateSteps(rules, insurance, injuryClass, part));
  steps.push(multiplyStep(baseFen, rate));
  if (part === 'employer') steps.push(...modifierSteps(rules, modifiers, result));
  const resultText = formatYuanGrouped(result);
  steps.push({
    kind: 'result',
    label: '应缴金额',
    words: '逐人、逐险种、逐部分取整。',
    valueText: resultText,
    value: result,
  });
  const title = `${INSURANCE_NAMES[insurance]} · ${PART_NAMES[part]} · ${monthText(rules.month)}`;
  return { title, result, resultText, steps };
}

function monthText(month: string): string {
  return `${month.slice(0, 4)}年${Number(month.slice(5))}月`;
}

function baseSteps(rules: MonthRules, insurance: Insurance, wage: WageFact, wageWords?: string): TraceStep[] {
  if (wage.basis === 'APPROVED') {
    const words = wageWords ?? '期初或审批核定的缴费基数，按原数使用。';
    return [{ kind: 'input', label: '核定基数', words, valueText: `${plainYuan(wage.fen)} 元/月`, value: wage.fen }];
  }
  const base = baseOf(rules, insurance, wage.basis, wage.fen);
  const rounded = roundWage(wage.fen, rules.roundToFen);
  const { lowerFen: lower, upperFen: upper } = rules.tables[insurance];
  const rounding = ruleSource(rules, 'wage.roundTo');
  const unit = plainYuan(rules.roundToFen);
  const bound = rounded > upper ? 'upper' : 'lower';
  const limit = rules.sources[`base.${bound}.${insurance}`] ?? ruleSource(rules, `base.${bound}`);
  return [
    {
      kind: 'input',
      label: '申报工资',
      words: wageWords ?? '单位申报的月平均工资。',
      valueText: `${plainYuan(wage.fen)} 元/月`,
      value: wage.fen,
    },
    {
      kind: 'round',
      label: `保留到 ${unit} 元`,
      words: `四舍五入到 ${unit} 元。`,
      valueText: plainYuan(rounded),
      value: rounded,
      source: rounding.source,
    },
    {
      kind: 'clamp',
      label: '上下限夹取',
      words: clampWords(rounded, lower, upper),
      valueText: plainYuan(base),
      value: base,
      clamp: { lower, upper, value: rounded },
      source: limit.source,
    },
  ];
}

function clampWords(value: number, lower: number, upper: number): string {
  const text = plainYuan(value);
  if (value < lower) return `${text} 低于下限 ${plainYuan(lower)}，按下限。`;
  if (value > upper) return `${text} 高于上限 ${plainYuan(upper)}，按上限。`;
  return `${text} 在 ${plainYuan(lower)} 与 ${plainYuan(upper)} 之间，不变。`;
}

function rateSteps(rules: MonthRules, insurance: Insurance, injuryClass: number, part: Part): TraceStep[] {
  const words = `${INSURANCE_NAMES[insurance]}，${PART_NAMES[part]}。`;
  if (insurance !== 'injury') return [rateStep(ruleSource(rules, rateKey(insurance, part)), words)];
  if (part === 'person') return [rateStep(ruleSource(rules, 'rate.injury.person'), '职工个人不缴工伤保险费。')];
  const className = INJURY_CLASS_NAMES[injuryClass] ?? '';
  const classRate = ruleSource(rules, injuryClassKey(injuryClass as InjuryClass));
  const factor = ruleSource(rules, 'rate.injury.stageFactor');
  const rate = formatPpm(employerRate(rules, insurance, injuryClass));
  return [
    rateStep(classRate, `工伤保险，单位部分，行业风险${className}。`),
    rateStep(factor, `${formatPpm(Number(classRate.value))} × ${formatPpm(Number(factor.value))} = ${rate}。`),
  ];
}

function multiplyStep(baseFen: number, rate: number): TraceStep {
  const product = exactYuan(BigInt(baseFen) * BigInt(rate), 1_000_000n);
  const value = Number((BigInt(baseFen) * BigInt(rate) * 2n + 1_000_000n) / 2_000_000n);
  const words = `${plainYuan(baseFen)} × ${formatPpm(rate)} = ${product}，四舍五入到分，逐人逐险种。`;
  return { kind: 'multiply', label: '相乘、取整', words, valueText: formatYuanGrouped(value), value };
}

function modifierSteps(rules: MonthRules, modifiers: Modifiers | undefined, result: number): TraceStep[] {
  if (modifiers?.deferred) {
    const words = '该险种本月缓缴，单位部分暂不缴。';
    return [{ kind: 'multiply', label: '缓缴', words, valueText: formatYuanGrouped(0), value: 0 }];
  }
  const relief = modifiers?.relief ? rules.sources['relief.employerFactor'] : undefined;
  if (!relief) return [];
  const after = { kind: 'multiply', label: '减免后', words: '单位部分 × 减免后比例。', value: result } as const;
  return [rateStep(relief, '单位享受阶段性减免政策。'), { ...after, valueText: formatYuanGrouped(result) }];
}
