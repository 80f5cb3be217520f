/** 因工死亡待遇 (工伤保险条例第三十九条): funeral, one-off grant, dependants' allowances. */
import { exact, toFen, yuanOf } from '../../kernel/exact.ts';
import { addFen, type Fen, fen, formatPpm, formatYuanGrouped } from '../../kernel/fen.ts';
import { lookup, lookupByKey, type PolicyBook } from '../book.ts';
import { inputStep, resultStep, type Trace, type TraceStep } from '../trace.ts';
import { lookupWhole, moneyStep, monthsStep, policyStep, ratioStep, shareOf, textStep, timesStep } from './steps.ts';

/** 丧葬补助金: months of the local average wage of the year before. */
export function injuryFuneral(book: PolicyBook, region: string, on: string): Trace {
  const local = lookupWhole(book, region, 'injury.localAverageWage', on);
  const months = lookupWhole(book, region, 'injury.funeralMonths', on);
  const result = fen(local.value * months.value);
  return {
    title: '工亡丧葬补助金',
    result,
    resultText: formatYuanGrouped(result),
    steps: [
      moneyStep(local, local.value),
      monthsStep(months, months.value),
      timesStep('相乘', local.value, months.value, '个月', result),
      resultStep('丧葬补助金', result),
    ],
  };
}

/** 一次性工亡补助金: a multiple of the nation's urban disposable income a head of the year before the death. */
export function deathGrant(book: PolicyBook, region: string, deathYear: number): Trace {
  const multiple = lookupWhole(book, region, 'injury.deathGrantMultiple', `${deathYear}-01-01`);
  const income = lookupWhole(book, region, 'income.nationalUrban', `${deathYear - 1}-12-31`);
  const result = fen(income.value * multiple.value);
  return {
    title: '一次性工亡补助金',
    result,
    resultText: formatYuanGrouped(result),
    steps: [
      moneyStep(income, income.value, `${deathYear - 1} 年，死亡的上一年度。`),
      policyStep(multiple, multiple.value, `${multiple.value} 倍`),
      timesStep('相乘', income.value, multiple.value, '倍', result),
      resultStep('一次性工亡补助金', result),
    ],
  };
}

/** Kin who lived on the deceased's wage: the ratio of the table they have, and whether alone in the world (孤寡老人, 孤儿). */
export const DEPENDANT_KINDS = {
  spouse: { kin: 'spouse', alone: false, name: '配偶' },
  spouse_lonely: { kin: 'spouse', alone: true, name: '配偶（孤寡）' },
  other: { kin: 'other', alone: false, name: '其他亲属' },
  child: { kin: 'other', alone: false, name: '子女' },
  parent: { kin: 'other', alone: false, name: '父母' },
  other_lonely: { kin: 'other', alone: true, name: '其他亲属（孤寡）' },
  parent_lonely: { kin: 'other', alone: true, name: '父母（孤寡）' },
  orphan: { kin: 'other', alone: true, name: '孤儿' },
} as const;
export type DependantKind = keyof typeof DEPENDANT_KINDS;

export type DependantAllowances = {
  /** In the order asked. */
  readonly amountsFen: readonly Fen[];
  readonly totalFen: Fen;
  /** The sum was cut to the wage. */
  readonly capped: boolean;
};

/**
 * 供养亲属抚恤金: each a share of the wage; the sum never above the wage. How a cut is spread the regulation does not say:
 * `injury.dependantSpread` PROPORTIONAL cuts each by the same ratio to the fen, the last taking what is left over.
 */
export function dependantAllowances(
  book: PolicyBook,
  region: string,
  on: string,
  wageFen: Fen,
  dependants: readonly DependantKind[],
): Trace<DependantAllowances> {
  const table = lookupByKey(book, region, 'injury.dependantRatio', on);
  const extra = lookupWhole(book, region, 'injury.dependantExtra', on);
  const steps: TraceStep[] = [inputStep('职工本人工资', wageFen)];
  const full = dependants.map((dependant) => {
    const { kin, alone, name } = DEPENDANT_KINDS[dependant];
    const basic = table.value[kin] ?? 0;
    const ratio = basic + (alone ? extra.value : 0);
    const amount = shareOf(wageFen, ratio);
    const words = `${name} ${formatPpm(basic)}${alone ? `，加发 ${formatPpm(extra.value)}` : ''}：${formatYuanGrouped(amount)}。`;
    steps.push(ratioStep(table, ratio, words));
    return amount;
  });
  const sum = addFen(...full);
  const capped = sum > wageFen;
  steps.push({
    kind: 'sum',
    label: '各人之和',
    words: capped ? '高于本人工资，按本人工资封顶。' : '不高于本人工资，不扣减。',
    valueText: formatYuanGrouped(sum),
    value: sum,
  });
  const amountsFen = capped ? spread(full, sum, wageFen) : full;
  if (capped) {
    const rule = lookup(book, region, 'injury.dependantSpread', on);
    const list = amountsFen.map((amount) => formatYuanGrouped(amount)).join('、');
    steps.push(textStep(rule, `条例没有规定怎样分摊；按各人标准的比例分，尾差归最后一人：${list}。`, '按比例'));
  }
  const totalFen = addFen(...amountsFen);
  return {
    title: '供养亲属抚恤金',
    result: { amountsFen, totalFen, capped },
    resultText: formatYuanGrouped(totalFen),
    steps: [...steps, resultStep('每月合计', totalFen)],
  };
}

/** The wage shared out in the ratio of the full amounts; rounding differences go to the last. */
function spread(full: readonly Fen[], sumFen: number, wageFen: Fen): readonly Fen[] {
  let left: number = wageFen;
  return full.map((amount, index) => {
    const share = toFen(yuanOf(wageFen).mul(exact(amount)).div(sumFen));
    const part = index === full.length - 1 ? left : Math.min(share, left);
    left -= part;
    return fen(part);
  });
}
