/** 城乡居民基本养老保险: basic pension + account ÷ divisor + extra for years. Amounts fen a month. */
import { exact, toFen, yuanOf } from '../../kernel/exact.ts';
import { addFen, type Fen, fen, formatYuanGrouped } from '../../kernel/fen.ts';
import { findValue, lookup, lookupBrackets, type PolicyBook } from '../book.ts';
import { inputStep, resultStep, type Trace, type TraceStep } from '../trace.ts';
import { progressiveParts } from './adjustment.ts';
import { factStep, lookupWhole, moneyStep, monthsStep } from './steps.ts';

/** 缴费年限养老金: each range of whole years pays its own amount a year. @throws DomainError POL-001 */
export function residentYearExtra(book: PolicyBook, region: string, on: string, years: number): Trace {
  const table = lookupBrackets(book, region, 'resident.yearExtra', on);
  const parts = progressiveParts(table.value, exact(years)).map((part) => ({
    years: Number(part.years.n),
    perYear: part.perYear,
  }));
  const result = addFen(...parts.map((part) => part.years * part.perYear));
  const words = parts.map((part) => `${part.years} × ${formatYuanGrouped(part.perYear)}`).join(' + ');
  return {
    title: '缴费年限养老金',
    result,
    resultText: formatYuanGrouped(result),
    steps: [
      factStep('缴费年限', `${years} 年`),
      moneyStep(table, result, `${words || '0'} = ${formatYuanGrouped(result)}。`),
      resultStep('每月缴费年限养老金', result),
    ],
  };
}

export type ResidentPension = {
  readonly basicFen: Fen;
  /** The place's own standard is not known; the figure is the province's or the nation's minimum. */
  readonly basicIsMinimum: boolean;
  readonly accountFen: Fen;
  readonly extraFen: Fen;
  /** False: whether the place pays an extra for years, and how much, no source tells; none is counted and the total is a least. */
  readonly extraKnown: boolean;
  readonly totalFen: Fen;
  readonly meetsMinYears: boolean;
};

/** @param years whole years contributed. @param accountFen 个人账户储存额. @param givenExtraFen 缴费年限养老金 as the asker knows it; it wins over the policy. @throws DomainError POL-001 */
export function residentPension(
  book: PolicyBook,
  region: string,
  on: string,
  years: number,
  accountFen: Fen,
  givenExtraFen?: Fen,
): Trace<ResidentPension> {
  const local = findValue(book, region, 'resident.basicPension', on);
  const basic = local ?? lookup(book, region, 'resident.basicMinimum', on);
  const basicFen = fen(Number(basic.value));
  const divisor = lookupWhole(book, region, 'resident.payoutMonths', on);
  const monthlyFen = toFen(yuanOf(accountFen).div(exact(divisor.value)));
  const extra = yearExtra(book, region, on, years, givenExtraFen);
  const extraFen = extra.amountFen ?? fen(0);
  const minYears = lookupWhole(book, region, 'resident.minYears', on);
  const totalFen = addFen(basicFen, monthlyFen, extraFen);
  const steps: TraceStep[] = [
    moneyStep(basic, basicFen, local ? '' : '当地标准资料未给，按最低标准；实际不低于此数。'),
    inputStep('个人账户储存额', accountFen),
    monthsStep(divisor, divisor.value),
    {
      kind: 'divide',
      label: '个人账户养老金',
      words: `${formatYuanGrouped(accountFen)} ÷ ${divisor.value}，四舍五入到分。`,
      valueText: formatYuanGrouped(monthlyFen),
      value: monthlyFen,
    },
    ...extra.steps,
    factStep(
      minYears.name,
      `${minYears.value} 年`,
      years < minYears.value ? '累计缴费年限不足。' : '累计缴费年限符合。',
    ),
    resultStep(
      '每月养老金',
      totalFen,
      extra.amountFen === undefined
        ? '基础、个人账户两部分相加，不含缴费年限养老金。'
        : '基础、个人账户、缴费年限三部分相加。',
    ),
  ];
  return {
    title: '城乡居民养老金',
    result: {
      basicFen,
      basicIsMinimum: !local,
      accountFen: monthlyFen,
      extraFen,
      extraKnown: extra.amountFen !== undefined,
      totalFen,
      meetsMinYears: years >= minYears.value,
    },
    resultText: formatYuanGrouped(totalFen),
    steps,
  };
}

type YearExtra = { readonly amountFen: Fen | undefined; readonly steps: readonly TraceStep[] };

/** Many places have no such part, others have one that our sources do not give: which of the two is not known, so it is told and not refused. */
function yearExtra(book: PolicyBook, region: string, on: string, years: number, given: Fen | undefined): YearExtra {
  if (given !== undefined) return { amountFen: given, steps: [inputStep('缴费年限养老金', given, '本次输入。')] };
  if (findValue(book, region, 'resident.yearExtra', on)) {
    const { result, steps } = residentYearExtra(book, region, on, years);
    return { amountFen: fen(result), steps: steps.slice(0, -1) };
  }
  const words = '资料没有给当地的缴费年限养老金，没有计入；当地另发的，实际高于此数。';
  return { amountFen: undefined, steps: [factStep('缴费年限养老金', '不明', words)] };
}

/** 领取年龄. @throws DomainError POL-001 */
export function residentPensionAge(book: PolicyBook, region: string, on: string): number {
  return lookupWhole(book, region, 'resident.age', on).value;
}
