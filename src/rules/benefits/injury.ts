/** 工伤保险待遇：伤残、护理 (工伤保险条例第三十四至三十七条、第六十四条). Amounts fen a month unless said otherwise. */
import type { PolicyByKey } from '../../../policy/index.ts';
import { type Fen, fen, formatYuanGrouped } from '../../kernel/fen.ts';
import { findValue, lookupByKey, type PolicyBook, type PolicyValue } from '../book.ts';
import { inputStep, resultStep, type Trace, type TraceStep } from '../trace.ts';
import { lookupWhole, moneyStep, monthsStep, policyStep, ratioStep, shareOf, shareStep, timesStep } from './steps.ts';

/** 伤残等级 1 (heaviest) to 10. */
export type DisabilityGrade = 1 | 2 | 3 | 4 | 5 | 6 | 7 | 8 | 9 | 10;

/**
 * 一次性伤残补助金: own wage × the months of the grade (第三十五至三十七条).
 * @param ownWageFen 本人工资, fen a month, already within its limits.
 * @throws DomainError POL-001
 */
export function disabilityGrant(
  book: PolicyBook,
  region: string,
  on: string,
  grade: DisabilityGrade,
  ownWageFen: Fen,
): Trace {
  const table = lookupByKey(book, region, 'injury.grantMonths', on);
  const months = table.value[grade] ?? 0;
  const result = fen(ownWageFen * months);
  return {
    title: '一次性伤残补助金',
    result,
    resultText: formatYuanGrouped(result),
    steps: [
      inputStep('本人工资', ownWageFen),
      monthsStep(table, months, `${grade} 级。`),
      timesStep('相乘', ownWageFen, months, '个月', result),
      resultStep('一次性伤残补助金', result),
    ],
  };
}

/** 本人工资: the average wage contributed on in the 12 months before, held between 60 % and 300 % of the local average (第六十四条). */
export function injuryOwnWage(book: PolicyBook, region: string, on: string, averageFen: Fen): Trace {
  const local = lookupWhole(book, region, 'injury.localAverageWage', on);
  const floor = lookupWhole(book, region, 'injury.ownWageFloor', on);
  const cap = lookupWhole(book, region, 'injury.ownWageCap', on);
  const lower = shareOf(local.value, floor.value);
  const upper = shareOf(local.value, cap.value);
  const result = fen(Math.min(Math.max(averageFen, lower), upper));
  const words =
    averageFen < lower ? '低于下限，按下限。' : averageFen > upper ? '高于上限，按上限。' : '在上下限以内，不变。';
  return {
    title: '工伤待遇的本人工资',
    result,
    resultText: formatYuanGrouped(result),
    steps: [
      inputStep('前12个月平均月缴费工资', averageFen),
      moneyStep(local, local.value),
      ratioStep(floor, floor.value),
      shareStep('下限', local.value, floor.value, lower),
      ratioStep(cap, cap.value),
      shareStep('上限', local.value, cap.value, upper),
      {
        kind: 'clamp',
        label: '与上下限比',
        words,
        valueText: formatYuanGrouped(result),
        value: result,
        clamp: { lower, upper, value: averageFen },
      },
      resultStep('本人工资', result),
    ],
  };
}

export type DisabilityAllowance = {
  readonly allowanceFen: Fen;
  readonly payer: 'fund' | 'employer';
  /** What the payer adds to reach the minimum wage, and the sum; only where the minimum wage is known. */
  readonly topUpFen?: Fen;
  readonly payableFen?: Fen;
};

/** Who pays, as printed. */
export const PAYER_NAMES = { fund: '工伤保险基金', employer: '用人单位' } as const;

/**
 * 伤残津贴 of grades 1–6: own wage × ratio; grades 1–4 from the fund, 5–6 from the employer; less than the minimum wage is topped up
 * by the same payer (第三十五、三十六条). Undefined for a grade that has no monthly allowance.
 */
export function disabilityAllowance(
  book: PolicyBook,
  region: string,
  on: string,
  grade: DisabilityGrade,
  ownWageFen: Fen,
): Trace<DisabilityAllowance> | undefined {
  const table = lookupByKey(book, region, 'injury.allowanceRatio', on);
  const ratio = table.value[grade];
  if (ratio === undefined) return undefined;
  const fundGrade = lookupWhole(book, region, 'injury.allowanceFundGrade', on);
  const payer = grade <= fundGrade.value ? 'fund' : 'employer';
  const allowanceFen = shareOf(ownWageFen, ratio);
  const steps: TraceStep[] = [
    inputStep('本人工资', ownWageFen),
    ratioStep(table, ratio, `${grade} 级。`),
    shareStep('相乘', ownWageFen, ratio, allowanceFen),
    policyStep(fundGrade, fundGrade.value, `${fundGrade.value} 级`, `${grade} 级由${PAYER_NAMES[payer]}支付。`),
  ];
  const minimum = findValue(book, region, 'wage.minimum', on);
  if (!minimum) return allowanceTrace({ allowanceFen, payer }, [...steps, resultStep('伤残津贴', allowanceFen)]);
  const minimumFen = Number(minimum.value);
  const topUpFen = fen(Math.max(minimumFen - allowanceFen, 0));
  const payableFen = fen(allowanceFen + topUpFen);
  const words = topUpFen > 0 ? `低于最低工资，${PAYER_NAMES[payer]}补足差额。` : '不低于最低工资，不补。';
  steps.push(
    moneyStep(minimum, minimumFen),
    { kind: 'sum', label: '补足差额', words, valueText: formatYuanGrouped(topUpFen), value: topUpFen },
    resultStep('每月应发', payableFen),
  );
  return allowanceTrace({ allowanceFen, payer, topUpFen, payableFen }, steps);
}

function allowanceTrace(result: DisabilityAllowance, steps: readonly TraceStep[]): Trace<DisabilityAllowance> {
  const resultText = formatYuanGrouped(result.payableFen ?? result.allowanceFen);
  return { title: '伤残津贴', result, resultText, steps };
}

/** 生活护理依赖: wholly, mostly or partly. */
export type CareLevel = 'full' | 'most' | 'part';
export const CARE_NAMES: Readonly<Record<CareLevel, string>> = {
  full: '生活完全不能自理',
  most: '生活大部分不能自理',
  part: '生活部分不能自理',
};

/** 生活护理费: a share of the local average wage of the year before (第三十四条). */
export function careAllowance(book: PolicyBook, region: string, on: string, level: CareLevel): Trace {
  const local = lookupWhole(book, region, 'injury.localAverageWage', on);
  const table = lookupByKey(book, region, 'injury.careRatio', on);
  const ratio = table.value[level] ?? 0;
  const result = shareOf(local.value, ratio);
  return {
    title: '生活护理费',
    result,
    resultText: formatYuanGrouped(result),
    steps: [
      moneyStep(local, local.value),
      ratioStep(table, ratio, `${CARE_NAMES[level]}。`),
      shareStep('相乘', local.value, ratio, result),
      resultStep('每月生活护理费', result),
    ],
  };
}

export type EndingGrants = {
  /** 一次性工伤医疗补助金, from the fund. */
  readonly medicalFen: Fen;
  /** 一次性伤残就业补助金, from the employer. */
  readonly employmentFen: Fen;
};

/**
 * One-off grants of grades 5–10 when the employment ends (第三十六、三十七条): set by each province as amounts (江苏) or as months of the
 * local average wage (山东). Undefined for a grade without such grants. @throws DomainError POL-001 where no province figure is known.
 */
export function endingGrants(
  book: PolicyBook,
  region: string,
  on: string,
  grade: DisabilityGrade,
): Trace<EndingGrants> | undefined {
  const medical = endingGrant(book, region, on, grade, 'injury.medicalGrant');
  const employment = endingGrant(book, region, on, grade, 'injury.employmentGrant');
  if (!medical || !employment) return undefined;
  const sum = fen(medical.amountFen + employment.amountFen);
  return {
    title: '解除劳动关系的一次性补助金',
    result: { medicalFen: medical.amountFen, employmentFen: employment.amountFen },
    resultText: formatYuanGrouped(sum),
    steps: [
      ...medical.steps,
      resultStep('一次性工伤医疗补助金', medical.amountFen, '工伤保险基金支付。'),
      ...employment.steps,
      resultStep('一次性伤残就业补助金', employment.amountFen, '用人单位支付。'),
    ],
  };
}

function endingGrant(
  book: PolicyBook,
  region: string,
  on: string,
  grade: DisabilityGrade,
  key: 'injury.medicalGrant' | 'injury.employmentGrant',
): { readonly amountFen: Fen; readonly steps: readonly TraceStep[] } | undefined {
  const inMonths = findValue(book, region, `${key}Months`, on);
  const table: PolicyValue = inMonths ?? lookupByKey(book, region, key, on);
  const value = (table.value as PolicyByKey)[grade];
  if (value === undefined) return undefined;
  if (!inMonths) return { amountFen: fen(value), steps: [moneyStep(table, value, `${grade} 级。`)] };
  const local = lookupWhole(book, region, 'injury.localAverageWage', on);
  const amountFen = fen(local.value * value);
  const steps = [
    moneyStep(local, local.value),
    monthsStep(table, value, `${grade} 级。`),
    timesStep('相乘', local.value, value, '个月', amountFen),
  ];
  return { amountFen, steps };
}
