/** 遗属待遇：因病或非因工死亡 (人社部发〔2021〕18号, in force from 2021-09-01). */
import { type Exact, exact, isRounding, ROUNDINGS, toFen, yuanOf } from '../../kernel/exact.ts';
import { type Fen, fen, formatYuanGrouped } from '../../kernel/fen.ts';
import { bracketAt, lookup, lookupBrackets, type PolicyBook } from '../book.ts';
import { inputStep, resultStep, type Trace, type TraceStep } from '../trace.ts';
import { factStep, lookupWhole, moneyStep, monthsStep, policyStep, textStep, timesStep, yearsText } from './steps.ts';

export type SurvivorsBenefit = {
  /** 抚恤金 months. */
  readonly months: number;
  readonly baseFen: Fen;
  readonly funeralFen: Fen;
  readonly pensionFen: Fen;
  readonly totalFen: Fen;
};

export type SurvivorsFacts = {
  /** Actual and deemed years of contribution together. */
  readonly years: Exact;
  /** 月基数, when it came with the question. */
  readonly baseFen?: Fen;
  /** Years of pension drawn; undefined for someone who died before retiring. */
  readonly yearsDrawn?: Exact;
};

/**
 * Funeral 2 months of the base; allowance 3, 6 or 9 months by years of contribution, one month more for each year over 15 (a part year
 * counts as one), at most 24. For a pensioner that figure less one month a year drawn (a part year counts as one), at least 9.
 * @param on the day of death; the base is the province's urban income of the year before. @throws DomainError POL-001
 */
export function survivorsBenefit(
  book: PolicyBook,
  region: string,
  on: string,
  { years, baseFen, yearsDrawn }: SurvivorsFacts,
): Trace<SurvivorsBenefit> {
  const base = baseFen === undefined ? survivorsBase(book, region, on) : givenBase(baseFen);
  const funeralMonths = lookupWhole(book, region, 'survivors.funeralMonths', on);
  const active = activeMonths(book, region, on, years);
  const drawn = yearsDrawn && afterDrawing(book, region, on, active.months, yearsDrawn);
  const months = drawn?.months ?? active.months;
  const funeralFen = fen(base.amountFen * funeralMonths.value);
  const pensionFen = fen(base.amountFen * months);
  const totalFen = fen(funeralFen + pensionFen);
  return {
    title: yearsDrawn ? '遗属待遇（退休人员）' : '遗属待遇（在职人员）',
    result: { months, baseFen: base.amountFen, funeralFen, pensionFen, totalFen },
    resultText: formatYuanGrouped(totalFen),
    steps: [
      ...base.steps,
      monthsStep(funeralMonths, funeralMonths.value),
      timesStep('丧葬补助金', base.amountFen, funeralMonths.value, '个月', funeralFen),
      factStep('缴费年限（实际加视同）', yearsText(years)),
      ...active.steps,
      ...(drawn?.steps ?? []),
      timesStep('抚恤金', base.amountFen, months, '个月', pensionFen),
      resultStep('遗属待遇合计', totalFen),
    ],
  };
}

type Months = { readonly months: number; readonly steps: readonly TraceStep[] };

function activeMonths(book: PolicyBook, region: string, on: string, years: Exact): Months {
  const table = lookupBrackets(book, region, 'survivors.pensionMonths', on);
  const basic = bracketAt(table.value, Number(years.floor().n))?.value ?? 0;
  const after = lookupWhole(book, region, 'survivors.extraAfterYears', on);
  const perYear = lookupWhole(book, region, 'survivors.extraMonthsPerYear', on);
  const cap = lookupWhole(book, region, 'survivors.pensionMonthsCap', on);
  const over = years.compare(after.value) > 0 ? Number(years.sub(after.value).ceil().n) : 0;
  const sum = basic + over * perYear.value;
  const months = Math.min(sum, cap.value);
  const steps: TraceStep[] = [monthsStep(table, basic, `按 ${yearsText(years)}查表。`)];
  if (over > 0) {
    const words = `超过 ${after.value} 年的部分按 ${over} 年算（不足1年按1年），每年加 ${perYear.value} 个月。`;
    steps.push(policyStep(perYear, over * perYear.value, `${over * perYear.value} 个月`, words));
    steps.push(
      monthsStep(cap, months, sum > cap.value ? `${sum} 个月，超过上限，按上限。` : `${sum} 个月，没有超过。`),
    );
  }
  return { months, steps };
}

function afterDrawing(book: PolicyBook, region: string, on: string, active: number, yearsDrawn: Exact): Months {
  const cut = lookupWhole(book, region, 'survivors.retiredCutPerYear', on);
  const floor = lookupWhole(book, region, 'survivors.retiredFloorMonths', on);
  const counted = Number(yearsDrawn.ceil().n);
  const left = active - counted * cut.value;
  const months = Math.max(left, floor.value);
  const words = `已领取 ${yearsText(yearsDrawn)}，按 ${counted} 年算（不足1年按1年）：${active} − ${counted * cut.value} = ${left} 个月。`;
  const floorWords = left < floor.value ? '不足，按最少月数。' : '不低于最少月数。';
  return {
    months,
    steps: [
      policyStep(cut, counted * cut.value, `减 ${counted * cut.value} 个月`, words),
      monthsStep(floor, floor.value, floorWords),
    ],
  };
}

type Base = { readonly amountFen: Fen; readonly steps: readonly TraceStep[] };

function givenBase(amountFen: Fen): Base {
  return { amountFen, steps: [inputStep('月基数', amountFen, '本次输入。')] };
}

/** 月基数: the province's urban disposable income a head of the year before the death ÷ 12, rounded as the region does. */
function survivorsBase(book: PolicyBook, region: string, on: string): Base {
  const yearBefore = Number(on.slice(0, 4)) - 1;
  const income = lookupWhole(book, region, 'income.provincialUrban', `${yearBefore}-12-31`);
  const rule = lookup(book, region, 'survivors.baseRounding', on);
  const rounding = isRounding(String(rule.value)) ? (String(rule.value) as keyof typeof ROUNDINGS) : 'FEN';
  const amountFen = toFen(yuanOf(income.value).div(exact(12)), rounding);
  return {
    amountFen,
    steps: [
      moneyStep(income, income.value, `${yearBefore} 年，死亡的上一年度。`),
      textStep(rule, '', ROUNDINGS[rounding].words),
      inputStep('月基数', amountFen, `${formatYuanGrouped(income.value)} ÷ 12。`),
    ],
  };
}
