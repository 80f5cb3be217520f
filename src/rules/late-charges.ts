/**
 * 滞纳金与利息 (D-CAL-03, D-CAL-04, D-CAL-05): from which day they run and what they come to on the day a bill is issued.
 * Always per bill line (insurance × kind × month, employer and person principal together), one rounding each.
 */

import { DomainError, unreachable } from '../kernel/errors.ts';
import { addFen, divideHalfUp, type Fen, fen, formatPpm, formatYuanGrouped } from '../kernel/fen.ts';
import { INSURANCE_NAMES, type Insurance } from '../kernel/insurance.ts';
import {
  addDays,
  addMonths,
  type CivilDate,
  civilDate,
  daysBetween,
  firstDay,
  type Month,
  monthOf,
} from '../kernel/month.ts';
import { lookup, lookupNumber, lookupText, type PolicyBook, type PolicyValue } from './book.ts';
import { exactYuan, rateStep, type Trace, type TraceStep } from './trace.ts';

/** 核定类别 (design §2, the table of acts). */
export const ACT_KINDS = [
  'MONTHLY',
  'AUTO_BACK',
  'BACK_UNIT',
  'BACK_PERSON',
  'CONTRACT',
  'DEFERRED',
  'INJURY_ONLY',
  'CORRECTION',
  'OPENING',
  'REFUND',
] as const;
export type ActKind = (typeof ACT_KINDS)[number];

const START_RULES = [
  'PERIOD_NEXT_MONTH',
  'ASSESSED_NEXT_MONTH',
  'AFTER_DEFERRAL_GRACE',
  'CROSS_YEAR_PERIOD',
  'CROSS_YEAR_ASSESSED',
] as const;
type StartRule = (typeof START_RULES)[number];

/**
 * The first day for which late fee and interest are due, when the due of `month` is still unpaid.
 * The rule is the one in force on the day of assessment. @throws DomainError POL-001
 */
export function lateFrom(
  book: PolicyBook,
  region: string,
  kind: ActKind,
  month: Month,
  assessedOn: CivilDate,
): CivilDate {
  const rule = lookupText(book, region, `arrearsStart.${kind}`, assessedOn);
  if (!isStartRule(rule)) throw new DomainError({ code: 'POL-003', message: `不认识的滞纳金起算规则：${rule}` });
  switch (rule) {
    case 'PERIOD_NEXT_MONTH':
      return firstDay(addMonths(month, 1));
    case 'ASSESSED_NEXT_MONTH':
      return firstDay(addMonths(monthOf(assessedOn), 1));
    case 'AFTER_DEFERRAL_GRACE':
      return addDays(civilDate(lookupText(book, region, 'deferral.graceUntil', month)), 1);
    case 'CROSS_YEAR_PERIOD':
      return addDays(crossYearGrace(book, region, month, assessedOn), 1);
    case 'CROSS_YEAR_ASSESSED':
      return addDays(crossYearGrace(book, region, monthOf(assessedOn), assessedOn), 1);
    default:
      return unreachable(rule);
  }
}

function isStartRule(text: string): text is StartRule {
  return (START_RULES as readonly string[]).includes(text);
}

/** 太原跨年 (TY-LATE-01): the last day without late fee for the collection bill of a month, inclusive. */
export function crossYearGrace(book: PolicyBook, region: string, month: Month, on: CivilDate): CivilDate {
  const year = Number(month.slice(0, 4));
  const inYear = Number(month.slice(5)) <= lookupNumber(book, region, 'crossYear.lastMonth', on);
  const day = lookupText(book, region, inYear ? 'crossYear.grace' : 'crossYear.graceAfter', on);
  return civilDate(`${inYear ? year : year + 1}-${day}`);
}

export type LateInput = {
  readonly insurance: Insurance;
  /** Employer and person principal together, fen. */
  readonly principalFen: number;
  readonly lateFrom: CivilDate;
  /** The day the bill is issued; counted itself. */
  readonly until: CivilDate;
};

export type LateCharges = {
  /** Both ends counted; 0 when `until` is before `lateFrom`. */
  readonly days: number;
  readonly lateFeeFen: Fen;
  readonly interestFen: Fen;
  readonly lateFeeTrace: Trace;
  readonly interestTrace: Trace;
  /** Both together: what is added to the principal. */
  readonly trace: Trace;
};

/** @throws DomainError POL-001; a missing interest rate only matters when days > 0 and the insurance bears interest. */
export function lateCharges(book: PolicyBook, region: string, input: LateInput): LateCharges {
  const days = Math.max(0, daysBetween(input.lateFrom, input.until) + 1);
  const due = days > 0 && input.principalFen > 0;
  const lateFeeTrace = due ? explainLateFee(book, region, input, days) : nothing(input, '滞纳金');
  const bearsInterest = due && interestInsurances(book, region, input.lateFrom).includes(input.insurance);
  const interestTrace = bearsInterest ? explainInterest(book, region, input) : nothing(input, '利息');
  const result = addFen(lateFeeTrace.result, interestTrace.result);
  const resultText = formatYuanGrouped(result);
  const sum: TraceStep = { kind: 'sum', label: '滞纳金与利息合计', words: '', valueText: resultText, value: result };
  const steps = [...lateFeeTrace.steps, ...interestTrace.steps, sum];
  const trace: Trace = { title: title(input, '滞纳金与利息'), result, resultText, steps };
  return {
    days,
    lateFeeFen: lateFeeTrace.result,
    interestFen: interestTrace.result,
    lateFeeTrace,
    interestTrace,
    trace,
  };
}

function interestInsurances(book: PolicyBook, region: string, on: CivilDate): readonly string[] {
  return lookupText(book, region, 'interest.insurances', on).split(',');
}

function title(input: LateInput, what: string): string {
  return `${INSURANCE_NAMES[input.insurance]} · ${what}`;
}

function nothing(input: LateInput, what: string): Trace {
  const words =
    input.until < input.lateFrom ? `${input.lateFrom} 起才加收，至 ${input.until} 未到。` : `不加收${what}。`;
  const zero = formatYuanGrouped(0);
  const steps: TraceStep[] = [{ kind: 'days', label: what, words, valueText: zero, value: 0 }];
  return { title: title(input, what), result: 0 as Fen, resultText: zero, steps };
}

function principalStep(input: LateInput): TraceStep {
  const value = input.principalFen;
  return {
    kind: 'input',
    label: '欠缴本金',
    words: '单位与个人本金之和。',
    valueText: formatYuanGrouped(value),
    value,
  };
}

/** The rate is the one of the day the arrears began (D-CAL-03; 2‰ before 2011-07-01). */
function explainLateFee(book: PolicyBook, region: string, input: LateInput, days: number): Trace {
  const rate = lookup(book, region, 'lateFee.dailyRate', input.lateFrom);
  const product = BigInt(fen(input.principalFen)) * BigInt(Number(rate.value)) * BigInt(days);
  const full = fen(Number(divideHalfUp(product, 1_000_000n)));
  const capped = lookupText(book, region, 'lateFee.cap', input.lateFrom) === 'PRINCIPAL' && full > input.principalFen;
  const result = capped ? fen(input.principalFen) : full;
  const resultText = formatYuanGrouped(result);
  const principal = formatYuanGrouped(input.principalFen);
  const cap = capped ? '，以本金为限' : '';
  const exact = exactYuan(product, 1_000_000n);
  const words = `${principal} × ${formatPpm(Number(rate.value))} × ${days} = ${exact}，四舍五入到分${cap}。`;
  const steps: TraceStep[] = [
    principalStep(input),
    { ...daysStep(input.lateFrom, input.until, days), label: '滞纳天数' },
    rateStep(rate, '按日加收。'),
    { kind: 'multiply', label: '滞纳金', words, valueText: resultText, value: result },
  ];
  return { title: title(input, '滞纳金'), result, resultText, steps };
}

function daysStep(from: CivilDate, to: CivilDate, days: number): TraceStep {
  const words = `${from} 至 ${to}，首尾都算。`;
  return { kind: 'days', label: '天数', words, valueText: `${days} 天`, value: days };
}

/** Each calendar year at its own rate, ÷ 365 always, one rounding at the end. */
function explainInterest(book: PolicyBook, region: string, input: LateInput): Trace {
  const yearDays = lookupNumber(book, region, 'interest.daysInYear', input.lateFrom);
  const steps: TraceStep[] = [principalStep(input)];
  let weighted = 0n;
  for (let from = input.lateFrom; from <= input.until; ) {
    const yearEnd = `${from.slice(0, 4)}-12-31` as CivilDate;
    const to = yearEnd < input.until ? yearEnd : input.until;
    const days = daysBetween(from, to) + 1;
    const rate: PolicyValue = lookup(book, region, 'interest.annualRate', from);
    weighted += BigInt(Number(rate.value)) * BigInt(days);
    steps.push({ ...daysStep(from, to, days), label: '计息天数' }, rateStep(rate, `${from.slice(0, 4)} 年利率。`));
    from = addDays(to, 1);
  }
  const product = BigInt(fen(input.principalFen)) * weighted;
  const divisor = 1_000_000n * BigInt(yearDays);
  const result = fen(Number(divideHalfUp(product, divisor)));
  const resultText = formatYuanGrouped(result);
  const words = `本金 × 年利率 ÷ ${yearDays} × 天数 = ${exactYuan(product, divisor)}，四舍五入到分。`;
  steps.push({ kind: 'multiply', label: '利息', words, valueText: resultText, value: result });
  return { title: title(input, '利息'), result, resultText, steps };
}
