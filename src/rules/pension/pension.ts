/** 基本养老金 (国发〔2005〕38号 and the provinces' rules): 基础 + 个人账户 + 过渡性, each rounded by itself. */

import { DomainError } from '../../kernel/errors.ts';
import { type Exact, isRounding, ROUNDINGS, ratioOf, showExact, toFen, yuanOf } from '../../kernel/exact.ts';
import { addFen, type Fen, formatPpm, formatYuanGrouped, ZERO_FEN } from '../../kernel/fen.ts';
import { findValue, isKnownGap, lookup, missingValue, type PolicyBook } from '../book.ts';
import { amountStep, figureStep, policyStep } from '../exact-steps.ts';
import { inputStep, plainYuan, rateStep, type Trace, type TraceStep } from '../trace.ts';
import { countedYears } from './years.ts';

/** The average index, or the indexed wage as a document prints it (yuan a month). */
export type IndexFact = { readonly index: Exact } | { readonly wage: Exact };

export type PensionFacts = {
  /** 累计缴费年限, deemed years included. */
  readonly years: Exact;
  /** 建账前年限 (视同 and, where the region counts them, paid years before the account). */
  readonly preAccountYears: Exact;
  readonly accountFen: Fen;
  /** 计发月数, and how it came. */
  readonly divisor: { readonly months: Exact; readonly steps: readonly TraceStep[] };
  readonly index: IndexFact;
  /** 双指数: where the transitional part has an index of its own. */
  readonly transitionIndex?: IndexFact;
  /** Components outside the formula, already decided; absent: nobody said (a region with an extra of its own then refuses). */
  readonly otherFen?: Fen;
  /** 老办法过渡性养老金, where a region still phases from it. */
  readonly oldTransitionalFen?: Fen;
};

export type Pension = {
  readonly calcBaseFen: Fen;
  /** 指数化月平均缴费工资, yuan, as used. */
  readonly indexWage: Exact;
  readonly basicFen: Fen;
  readonly accountFen: Fen;
  readonly transitionalFen: Fen;
  readonly totalFen: Fen;
  readonly trace: Trace;
};

/** `on` is the day whose rules apply, `baseOn` a day of the year whose 计发基数 applies. */
export type PensionDays = { readonly on: string; readonly baseOn: string };

type Setting = PensionDays & { readonly book: PolicyBook; readonly region: string; readonly steps: TraceStep[] };

/** @throws DomainError POL-001 naming the base or coefficient that no source gives; CALC-005 for an amount the region's rules ask for and no source lets us work out */
export function pension(book: PolicyBook, region: string, days: PensionDays, facts: PensionFacts): Pension {
  const steps: TraceStep[] = [];
  const setting: Setting = { ...days, book, region, steps };
  requireParts(setting, facts);
  const base = lookup(book, region, 'pension.calcBase', days.baseOn);
  const calcBaseFen = Number(base.value) as Fen;
  steps.push(policyStep(base, `${plainYuan(calcBaseFen)} 元/月`));
  const wage = indexWage(setting, calcBaseFen, facts.index, '指数化月平均缴费工资');
  const basicFen = basic(setting, calcBaseFen, wage, facts.years);
  const accountFen = account(setting, facts);
  const transitionalFen = transitional(setting, calcBaseFen, wage, facts);
  const otherFen = facts.otherFen ?? ZERO_FEN;
  if (otherFen > 0) steps.push(inputStep('其他项目', otherFen));
  const totalFen = total(setting, addFen(basicFen, accountFen, transitionalFen, otherFen));
  const resultText = formatYuanGrouped(totalFen);
  const trace: Trace = { title: '月基本养老金', result: totalFen, resultText, steps };
  return { calcBaseFen, indexWage: wage, basicFen, accountFen, transitionalFen, totalFen, trace };
}

const SHARE = 'pension.transition.newMethodShare';

/** The region phases the new way in; what it pays of the rise that year no source tells. */
function missingShare(region: string, on: string): DomainError {
  const next = '请写 oldTransitional（老办法过渡性养老金）和 newMethodShare（该年度发给高出部分的比例）。';
  return new DomainError({ ...missingValue(region, SHARE, on), next });
}

function requireParts({ book, region, on }: Setting, facts: PensionFacts): void {
  if (facts.otherFen === undefined && findValue(book, region, 'pension.extra', on)) {
    throw new DomainError({
      code: 'CALC-005',
      message: '该地区另有增发养老金，比例因退休类型不同，资料没有给全',
      next: '把核定的增发额写进 otherComponents；没有的写 "0.00"。',
      field: 'otherComponents',
    });
  }
  const asksOld = facts.oldTransitionalFen === undefined && facts.preAccountYears.compare(0) > 0;
  if (asksOld && isKnownGap(book, region, SHARE, on)) throw missingShare(region, on);
  if (asksOld && findValue(book, region, SHARE, on)) {
    throw new DomainError({
      code: 'CALC-005',
      message: '该年度只发给新办法高出老办法部分的一定比例',
      next: '写 oldTransitional（老办法过渡性养老金）。',
      field: 'oldTransitional',
    });
  }
}

function indexWage(setting: Setting, calcBaseFen: Fen, fact: IndexFact, label: string): Exact {
  const { book, region, on, steps } = setting;
  const calcBase = yuanOf(calcBaseFen);
  const rule = lookup(book, region, 'pension.indexWageRounding', on);
  const inexact = 'wage' in fact ? fact.wage : calcBase.mul(fact.index);
  const rounding = String(rule.value);
  const wage = isRounding(rounding) ? yuanOf(toFen(inexact, rounding)) : inexact;
  const after = isRounding(rounding) ? ROUNDINGS[rounding].words : '不舍入';
  const origin = 'wage' in fact ? '' : `${showExact(calcBase)} × ${showExact(fact.index)} = `;
  const kind = 'wage' in fact ? 'input' : 'multiply';
  const words = `${origin}${showExact(inexact)}，${after}。`;
  steps.push({ ...figureStep(kind, label, showExact(wage), words), source: rule.source });
  return wage;
}

function basic(setting: Setting, calcBaseFen: Fen, wage: Exact, given: Exact): Fen {
  const { book, region, on, steps } = setting;
  const counted = countedYears(book, region, on, given, '累计缴费年限');
  const perYear = lookup(book, region, 'pension.basicPerYear', on);
  const inexact = yuanOf(calcBaseFen)
    .add(wage)
    .div(2)
    .mul(counted.years)
    .mul(ratioOf(Number(perYear.value)));
  const fen = toFen(inexact);
  const formula = `（${plainYuan(calcBaseFen)} + ${showExact(wage)}）÷ 2 × ${showExact(counted.years)} × ${formatPpm(Number(perYear.value))}`;
  steps.push(counted.step, rateStep(perYear, '每满一年。'));
  steps.push(amountStep('multiply', '基础养老金', fen, `${formula} = ${showExact(inexact)}，四舍五入到分。`));
  return fen;
}

function account({ steps }: Setting, { accountFen, divisor }: PensionFacts): Fen {
  const inexact = yuanOf(accountFen).div(divisor.months);
  const fen = toFen(inexact);
  const words = `${formatYuanGrouped(accountFen)} ÷ ${showExact(divisor.months)} = ${showExact(inexact)}，四舍五入到分。`;
  steps.push(...divisor.steps, inputStep('个人账户储存额', accountFen));
  steps.push(amountStep('divide', '个人账户养老金', fen, words));
  return fen;
}

function transitional(setting: Setting, calcBaseFen: Fen, basicWage: Exact, facts: PensionFacts): Fen {
  const { book, region, on, steps } = setting;
  if (facts.preAccountYears.compare(0) === 0) return ZERO_FEN;
  const counted = countedYears(book, region, on, facts.preAccountYears, '建账前年限');
  const own = facts.transitionIndex;
  const wage = own ? indexWage(setting, calcBaseFen, own, '过渡性养老金的指数化工资') : basicWage;
  const coefficient = lookup(book, region, 'pension.transition.coefficient', on);
  const floored = aboveFloor(setting, calcBaseFen, wage);
  const averaged = methodWage(setting, calcBaseFen, floored, coefficient.source.given === true);
  const inexact = averaged.wage.mul(counted.years).mul(ratioOf(Number(coefficient.value)));
  const fen = toFen(inexact);
  const formula = `${averaged.words} × ${showExact(counted.years)} × ${formatPpm(Number(coefficient.value))} = ${showExact(inexact)}，四舍五入到分。`;
  steps.push(counted.step, rateStep(coefficient, '每满一年。'));
  steps.push(amountStep('multiply', '过渡性养老金', fen, formula));
  return phased(setting, fen, facts.oldTransitionalFen);
}

/** 指数低于 1 按 1 and the like: the indexed wage never below the base × the floor. */
function aboveFloor({ book, region, on, steps }: Setting, calcBaseFen: Fen, wage: Exact): Exact {
  const floor = findValue(book, region, 'pension.transition.indexFloor', on);
  if (!floor) return wage;
  const ratio = ratioOf(Number(floor.value));
  const lowest = yuanOf(calcBaseFen).mul(ratio);
  if (wage.compare(lowest) >= 0) return wage;
  steps.push(
    policyStep(floor, showExact(ratio), `${showExact(wage)} 低于 ${showExact(lowest)}，按 ${showExact(lowest)}。`),
  );
  return lowest;
}

function methodWage(
  setting: Setting,
  calcBaseFen: Fen,
  wage: Exact,
  coefficientGiven: boolean,
): { wage: Exact; words: string } {
  const { book, region, on, steps } = setting;
  const method = lookup(book, region, 'pension.transition.method', on);
  if (method.value === 'MEAN_WAGE') {
    steps.push(policyStep(method, '基数与指数化工资的平均'));
    return {
      wage: yuanOf(calcBaseFen).add(wage).div(2),
      words: `（${plainYuan(calcBaseFen)} + ${showExact(wage)}）÷ 2`,
    };
  }
  if (method.value === 'TWO_SEGMENTS' && !coefficientGiven) {
    throw new DomainError({
      code: 'POL-001',
      message: '缺政策参数：过渡性养老金的分段公式',
      why: '该地区把视同年限和建账前实际年限分两段计算，现有资料没有给出分段的公式，系统不推算。',
      next: '请按核定表把过渡性养老金写进 otherComponents，preAccountYears 写 0；或自己写明 transitionCoefficient。',
      field: 'pension.transition.method',
    });
  }
  return { wage, words: showExact(wage) };
}

/** 新老办法: the old amount where it is higher, else the old with the share of the rise that the year pays. */
function phased({ book, region, on, steps }: Setting, fresh: Fen, old: Fen | undefined): Fen {
  if (old === undefined) return fresh;
  if (old >= fresh) {
    steps.push(amountStep('rule', '老办法过渡性养老金', old, '老办法较高，就高。'));
    return old;
  }
  const share = findValue(book, region, SHARE, on);
  if (!share && isKnownGap(book, region, SHARE, on)) throw missingShare(region, on);
  if (!share) return fresh;
  const paid = toFen(yuanOf(old).add(yuanOf(fresh - old).mul(ratioOf(Number(share.value)))));
  const words = `${formatYuanGrouped(old)} +（${formatYuanGrouped(fresh)} − ${formatYuanGrouped(old)}）× 比例。`;
  steps.push(rateStep(share, '新办法高出老办法的部分。'), amountStep('sum', '发给的过渡性养老金', paid, words));
  return paid;
}

function total({ book, region, on, steps }: Setting, sum: Fen): Fen {
  const rule = lookup(book, region, 'pension.totalRounding', on);
  const name = String(rule.value);
  if (!isRounding(name)) throw new DomainError({ code: 'POL-003', message: `政策参数的写法不对：${rule.name}` });
  const fen = toFen(yuanOf(sum), name);
  steps.push(amountStep('sum', '各项合计', sum, '各项之和。'));
  steps.push({ ...amountStep('result', '月基本养老金', fen, `合计${ROUNDINGS[name].words}。`), source: rule.source });
  return fen;
}
