/** 个人账户: what a month credits (国发〔2005〕38号) and what a year bears (劳办发〔1997〕116号; 社会保险法第十四条). */
import { ratioOf, showExact, toFen, yuanOf } from '../../kernel/exact.ts';
import {
  addFen,
  divideHalfUp,
  type Fen,
  fen as fenOf,
  formatPpm,
  formatYuanGrouped,
  mulPpm,
  type Ppm,
  sumFen,
} from '../../kernel/fen.ts';
import type { Month } from '../../kernel/month.ts';
import { lookup, type PolicyBook } from '../book.ts';
import { inputStep, rateStep, resultStep, type Trace, type TraceStep } from '../trace.ts';

export type Credit = { readonly ratioPpm: Ppm; readonly creditFen: Fen; readonly trace: Trace };

/** 当月记账额 = base × the crediting ratio of the month (11 % until 2005-12, 8 % since). @throws DomainError POL-001 */
export function monthlyCredit(book: PolicyBook, region: string, month: Month, baseFen: Fen): Credit {
  const ratio = lookup(book, region, 'account.creditRatio', month);
  const ratioPpm = Number(ratio.value) as Ppm;
  const creditFen = mulPpm(baseFen, ratioPpm);
  const words = `${formatYuanGrouped(baseFen)} × ${formatPpm(ratioPpm)}，四舍五入到分。`;
  const steps = [
    inputStep('缴费基数', baseFen),
    rateStep(ratio, `${month} 的记入比例。`),
    { kind: 'multiply', label: '当月记账额', words, valueText: formatYuanGrouped(creditFen), value: creditFen },
    resultStep('当月记账额', creditFen),
  ] as const;
  return {
    ratioPpm,
    creditFen,
    trace: { title: '个人账户当月记账额', result: creditFen, resultText: formatYuanGrouped(creditFen), steps },
  };
}

/** 月积数法 weighs each month's credit by the months it stood; 年度计算法 takes the year's principal for half the year. */
export type InterestMethod = 'month_product' | 'annual';

export type AccountYear = {
  readonly year: number;
  /** 上年末储存额, fen. */
  readonly openingFen: Fen;
  /** Credits by the month they are booked to, 1 to 12, fen. */
  readonly creditsByMonth: ReadonlyMap<number, Fen>;
};

export type AccountInterest = {
  readonly openingInterestFen: Fen;
  readonly principalFen: Fen;
  readonly currentInterestFen: Fen;
  readonly closingFen: Fen;
  readonly trace: Trace;
};

/**
 * 年末储存额: opening and the year's credits with one year's interest; each interest is rounded half-up to the fen by itself.
 * @throws DomainError POL-001 when the year has no 记账利率
 */
export function accountInterest(
  book: PolicyBook,
  region: string,
  method: InterestMethod,
  { year, openingFen, creditsByMonth }: AccountYear,
): AccountInterest {
  const rate = rateOfYear(book, region, year);
  const ratePpm = Number(rate.value) as Ppm;
  const principalFen = sumFen(creditsByMonth.values(), (fen) => fen);
  const openingInterestFen = mulPpm(openingFen, ratePpm);
  const current =
    method === 'month_product'
      ? monthProduct(creditsByMonth, ratePpm)
      : annual(book, region, year, principalFen, ratePpm);
  const closingFen = addFen(openingFen, openingInterestFen, principalFen, current.interestFen);
  const openingWords = `${formatYuanGrouped(openingFen)} × ${formatPpm(ratePpm)}，四舍五入到分。`;
  const steps: TraceStep[] = [
    inputStep('上年末储存额', openingFen),
    rateStep(rate, `${year} 年记账利率。`),
    amountStep('multiply', '上年末储存额的利息', openingWords, openingInterestFen),
    inputStep('当年记账额', principalFen, `${creditsByMonth.size} 个月之和。`),
    ...current.steps,
    amountStep('sum', '年末储存额', '上年末储存额、其利息、当年记账额、当年利息之和。', closingFen),
    resultStep('年末储存额', closingFen),
  ];
  const trace: Trace = {
    title: `${year} 年个人账户计息`,
    result: closingFen,
    resultText: formatYuanGrouped(closingFen),
    steps,
  };
  return { openingInterestFen, principalFen, currentInterestFen: current.interestFen, closingFen, trace };
}

type Current = { readonly interestFen: Fen; readonly steps: readonly TraceStep[] };

function amountStep(kind: TraceStep['kind'], label: string, words: string, fen: number): TraceStep {
  return { kind, label, words, valueText: formatYuanGrouped(fen), value: fen };
}

const rateOfYear = (book: PolicyBook, region: string, year: number) =>
  lookup(book, region, 'account.interestRate', `${year}-12-31`);

/** 记账利率 of a year. @throws DomainError POL-001 when it is not known */
export const interestRatePpm = (book: PolicyBook, region: string, year: number): Ppm =>
  Number(rateOfYear(book, region, year).value) as Ppm;

/** 月积数 that an amount booked in a month (1 to 12) adds: it stands to the end of the year, its own month included. */
export const monthProductOf = (month: number, creditFen: number): number => creditFen * (12 - month + 1);

const HALF = 6_000_000;

/** 当年利息 of a 月积数: × rate ÷ 12, half-up to the fen. A year has twelve months, whatever the law. */
function productInterest(product: number, ratePpm: Ppm): Fen {
  const numerator = product * ratePpm;
  if (numerator >= 0 && numerator <= Number.MAX_SAFE_INTEGER - HALF) {
    return Math.floor((numerator + HALF) / (2 * HALF)) as Fen;
  }
  return fenOf(Number(divideHalfUp(BigInt(fenOf(product)) * BigInt(ratePpm), BigInt(2 * HALF))));
}

/** A year's interest by 月积数法: of what stood at its beginning and of its 月积数, each rounded by itself (see `accountInterest`). */
export const yearInterest = (ratePpm: Ppm, openingFen: Fen, product: number): Fen =>
  addFen(mulPpm(openingFen, ratePpm), productInterest(product, ratePpm));

function monthProduct(credits: ReadonlyMap<number, Fen>, ratePpm: Ppm): Current {
  let product = 0;
  for (const [month, fen] of credits) product = addFen(product, monthProductOf(month, fen));
  const exactInterest = yuanOf(product).mul(ratioOf(ratePpm)).div(12);
  const interestFen = productInterest(product, ratePpm);
  const words = `月积数 ${formatYuanGrouped(product)} × ${formatPpm(ratePpm)} ÷ 12 = ${showExact(exactInterest)}，四舍五入到分。`;
  return {
    interestFen,
    steps: [
      amountStep('sum', '月积数', '每月记账额 × 到年末的月数（含当月），逐月相加。', product),
      amountStep('multiply', '当年利息', words, interestFen),
    ],
  };
}

function annual(book: PolicyBook, region: string, year: number, principalFen: Fen, ratePpm: Ppm): Current {
  const factor = lookup(book, region, 'account.annualMethodFactor', `${year}-12-31`);
  const factorPpm = Number(factor.value);
  const exactInterest = yuanOf(principalFen).mul(ratioOf(ratePpm)).mul(ratioOf(factorPpm)).div(2);
  const interestFen = toFen(exactInterest);
  const shown = showExact(ratioOf(factorPpm));
  const words = `${formatYuanGrouped(principalFen)} × ${formatPpm(ratePpm)} × ${shown} ÷ 2 = ${showExact(exactInterest)}，四舍五入到分。`;
  return {
    interestFen,
    steps: [{ ...amountStep('multiply', '当年利息（年度计算法）', words, interestFen), source: factor.source }],
  };
}
