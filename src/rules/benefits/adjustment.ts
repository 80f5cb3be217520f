/** 退休人员基本养老金年度调整: one plan a region and year, all of it policy data (`keys/adjustment.ts`). 江苏 2024 is JH-ADJ-01. */

import type { PolicyBracket } from '../../../policy/index.ts';
import { DomainError } from '../../kernel/errors.ts';
import {
  type Exact,
  exact,
  isRounding,
  ROUNDINGS,
  type Rounding,
  showExact,
  toFen,
  yuanOf,
} from '../../kernel/exact.ts';
import { addFen, type Fen, fen, formatYuanGrouped } from '../../kernel/fen.ts';
import { type CivilDate, isMonth, monthsBetween } from '../../kernel/month.ts';
import { bracketAt, findValue, lookup, lookupBrackets, lookupText, type PolicyBook } from '../book.ts';
import { inputStep, resultStep, type Trace, type TraceStep } from '../trace.ts';
import { factStep, lookupWhole, moneyStep, ratioStep, shareOf, shareStep, textStep, yearsText } from './steps.ts';

export type AdjustmentFacts = {
  /** 调整前月基本养老金. */
  readonly pensionFen: Fen;
  readonly years: Exact;
  /** Whole years of age on the plan's day. */
  readonly age: number;
  /** Day or month of retirement; when given, it is held against the plan's range. */
  readonly retiredOn?: string;
};

export type Adjustment = {
  readonly fixedFen: Fen;
  readonly byYearsFen: Fen;
  readonly byPensionFen: Fen;
  readonly ageExtraFen: Fen;
  /** What lifts the pension to the least there is, where a plan has one. */
  readonly floorTopUpFen?: Fen;
  /** Added a month. */
  readonly totalFen: Fen;
  readonly pensionAfterFen: Fen;
  /** Months from the plan's start to the month it is paid out, both counted, and what is paid for them then. */
  readonly backPayMonths?: number;
  readonly backPayFen?: Fen;
};

/** @param year the year adjusted (2024). @throws DomainError POL-001 where no plan is known, ADJ-001 outside its range */
export function pensionAdjustment(
  book: PolicyBook,
  region: string,
  year: number,
  facts: AdjustmentFacts,
): Trace<Adjustment> {
  const on = `${year}-01-01`;
  const fixed = fixedPart(book, region, on, facts.pensionFen);
  const range = inRange(book, region, on, facts.retiredOn);
  const rule = lookup(book, region, 'adjust.rounding', on);
  const rounding: Rounding = isRounding(String(rule.value)) ? (String(rule.value) as Rounding) : 'FEN';
  const byYears = yearsPart(book, region, on, facts.years, rounding);
  const share = lookupWhole(book, region, 'adjust.pensionShare', on);
  const byPensionFen = shareOf(facts.pensionFen, share.value, rounding);
  const age = agePart(book, region, on, facts.age, lookupText(book, region, 'adjust.ageAsOf', on));
  const before = addFen(facts.pensionFen, fixed.amountFen, byYears.amountFen, byPensionFen, age.amountFen);
  const floor = floorPart(book, region, on, before);
  const totalFen = addFen(fixed.amountFen, byYears.amountFen, byPensionFen, age.amountFen, floor.amountFen);
  const pensionAfterFen = fen(facts.pensionFen + totalFen);
  const backPay = backPayOf(book, region, on, totalFen);
  return {
    title: `${year} 年基本养老金调整`,
    result: {
      fixedFen: fixed.amountFen,
      byYearsFen: byYears.amountFen,
      byPensionFen,
      ageExtraFen: age.amountFen,
      ...(floor.amountFen > 0 ? { floorTopUpFen: floor.amountFen } : {}),
      totalFen,
      pensionAfterFen,
      ...(backPay?.result ?? {}),
    },
    resultText: formatYuanGrouped(totalFen),
    steps: [
      ...range,
      inputStep('调整前月基本养老金', facts.pensionFen),
      ...fixed.steps,
      ...byYears.steps,
      ratioStep(share, share.value),
      shareStep('挂钩养老金', facts.pensionFen, share.value, byPensionFen),
      ...age.steps,
      ...floor.steps,
      textStep(rule, '各部分分别舍入后相加。', ROUNDINGS[rounding].words),
      resultStep('每月增加', totalFen, '各部分相加。'),
      resultStep('调整后月养老金', pensionAfterFen),
      ...(backPay?.steps ?? []),
    ],
  };
}

/** Only who had retired by the plan's day is adjusted. */
function inRange(book: PolicyBook, region: string, on: string, retiredOn?: string): readonly TraceStep[] {
  const limit = findValue(book, region, 'adjust.retiredBy', on);
  if (!limit || retiredOn === undefined) return [];
  const last = String(limit.value);
  if (retiredOn.slice(0, last.length) > last.slice(0, retiredOn.length)) {
    throw new DomainError({
      code: 'ADJ-001',
      message: `不在调整范围：${retiredOn} 退休，晚于 ${last}`,
      why: `这次只调整 ${last} 前已办退休（职）手续并按月领取的人员。`,
      next: '列入排除清单；退休日期有误的，先更正。',
      field: 'retiredOn',
    });
  }
  return [textStep(limit, `${retiredOn} 退休，在范围内。`)];
}

type Part = { readonly amountFen: Fen; readonly steps: readonly TraceStep[] };

/** One amount for all, or one by the level of the pension before. */
function fixedPart(book: PolicyBook, region: string, on: string, pensionFen: Fen): Part {
  if (!findValue(book, region, 'adjust.fixedByLevel', on)) {
    const fixed = lookupWhole(book, region, 'adjust.fixed', on);
    return { amountFen: fen(fixed.value), steps: [moneyStep(fixed, fixed.value)] };
  }
  const table = lookupBrackets(book, region, 'adjust.fixedByLevel', on);
  const own = bracketAt(table.value, pensionFen);
  const below = table.value.find(({ to }) => to !== null && to === own?.from);
  const byTable = own?.value ?? 0;
  const keep = findValue(book, region, 'adjust.levelOrder', on)?.value === 'KEEP' && below ? below : undefined;
  const caughtUp = keep ? (keep.to ?? 0) + keep.value - pensionFen : 0;
  const amountFen = fen(Math.max(byTable, caughtUp));
  const words =
    caughtUp > byTable
      ? `按分档为 ${formatYuanGrouped(byTable)}，补到不低于下一档调整后的上限。`
      : '按养老金水平查表。';
  return { amountFen, steps: [moneyStep(table, amountFen, words)] };
}

/** What is missing to the least pension after adjustment, where a plan has one. */
function floorPart(book: PolicyBook, region: string, on: string, adjustedFen: Fen): Part {
  const floor = findValue(book, region, 'adjust.pensionFloor', on);
  if (!floor) return { amountFen: fen(0), steps: [] };
  const least = Number(floor.value);
  const amountFen = fen(Math.max(least - adjustedFen, 0));
  const words = amountFen > 0 ? `补足 ${formatYuanGrouped(amountFen)}。` : '不低于最低标准，不补。';
  return { amountFen, steps: [moneyStep(floor, least, words)] };
}

function yearsPart(book: PolicyBook, region: string, on: string, years: Exact, rounding: Rounding): Part {
  const table = lookupBrackets(book, region, 'adjust.perYear', on);
  const mode = lookupText(book, region, 'adjust.yearsMode', on);
  const count = lookupText(book, region, 'adjust.yearsCount', on);
  const minimum = findValue(book, region, 'adjust.yearsMinimum', on);
  const counted = count === 'FULL' ? years.floor() : count === 'UP' ? years.ceil() : years;
  const parts = mode === 'SINGLE' ? singlePart(table.value, counted) : progressiveParts(table.value, counted);
  const words = parts.map((part) => `${showExact(part.years)} × ${formatYuanGrouped(part.perYear)}`).join(' + ');
  const sum = toFen(
    parts.reduce((total, part) => total.add(yuanOf(part.perYear).mul(part.years)), exact(0)),
    rounding,
  );
  const steps: TraceStep[] = [
    factStep('缴费年限', yearsText(years), `按 ${yearsText(counted)}算。`),
    moneyStep(table, sum, `${words || '0'} = ${formatYuanGrouped(sum)}。`),
  ];
  const least = minimum ? Number(minimum.value) : 0;
  if (minimum) steps.push(moneyStep(minimum, least, sum < least ? '不足最低额，按最低额。' : '不低于最低额。'));
  return { amountFen: fen(Math.max(sum, least)), steps };
}

type YearsPart = { readonly years: Exact; readonly perYear: number };

/** Each range pays for its own years. */
export function progressiveParts(table: readonly PolicyBracket[], years: Exact): readonly YearsPart[] {
  return table.flatMap(({ from, to, value }) => {
    const end = to === null || years.compare(to) < 0 ? years : exact(to);
    return end.compare(from) > 0 ? [{ years: end.sub(from), perYear: value }] : [];
  });
}

/** All years by the range they end in. */
function singlePart(table: readonly PolicyBracket[], years: Exact): readonly YearsPart[] {
  const bracket = bracketAt(table, Number(years.floor().n));
  return bracket ? [{ years, perYear: bracket.value }] : [];
}

function agePart(book: PolicyBook, region: string, on: string, age: number, day: string): Part {
  const table = lookupBrackets(book, region, 'adjust.ageExtra', on);
  const amountFen = fen(bracketAt(table.value, age)?.value ?? 0);
  const words = `${day} 满 ${age} 周岁${amountFen === 0 ? '，不在高龄倾斜的年龄内' : ''}。`;
  return { amountFen, steps: [moneyStep(table, amountFen, words)] };
}

function backPayOf(book: PolicyBook, region: string, on: string, totalFen: Fen) {
  const from = findValue(book, region, 'adjust.effectiveMonth', on);
  const paid = findValue(book, region, 'adjust.paidMonth', on);
  if (!from || !paid) return undefined;
  const [first, last] = [String(from.value), String(paid.value)];
  if (!isMonth(first) || !isMonth(last))
    throw new DomainError({ code: 'POL-003', message: `政策参数须为月份：${paid.name}` });
  const backPayMonths = monthsBetween(first, last) + 1;
  const backPayFen = fen(totalFen * backPayMonths);
  const words = `${first} 至 ${last} 共 ${backPayMonths} 个月。`;
  return {
    result: { backPayMonths, backPayFen },
    steps: [
      textStep(paid, words),
      resultStep('发放到位时合计', backPayFen, `${formatYuanGrouped(totalFen)} × ${backPayMonths}。`),
    ],
  };
}

/** 高龄倾斜 of a plan for someone born on a day: whole years on the day asked, or on the plan's day. */
export function ageExtra(
  book: PolicyBook,
  region: string,
  year: number,
  birthDate: CivilDate,
  asOf?: CivilDate,
): Trace {
  const on = `${year}-01-01`;
  const day = asOf ?? lookupText(book, region, 'adjust.ageAsOf', on);
  const age = wholeYears(birthDate, day);
  const { amountFen, steps } = agePart(book, region, on, age, day);
  return {
    title: '高龄倾斜',
    result: amountFen,
    resultText: formatYuanGrouped(amountFen),
    steps: [
      factStep('出生日期', birthDate, `到 ${day} 满 ${age} 周岁。`),
      ...steps,
      resultStep('每月高龄倾斜', amountFen),
    ],
  };
}

/** 周岁 on a day; the birthday itself counts. Negative before birth. */
export function wholeYears(birthDate: string, day: string): number {
  const years = Number(day.slice(0, 4)) - Number(birthDate.slice(0, 4));
  return day.slice(5) < birthDate.slice(5) ? years - 1 : years;
}
