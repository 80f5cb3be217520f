/** 弹性退休 (人社部发〔2024〕94号): earlier or later than the statutory month, by choice. */
import { addMonths, type Month, monthsBetween } from '../../kernel/month.ts';
import { findValue, lookup, type PolicyBook } from '../book.ts';
import { figureStep, policyStep } from '../exact-steps.ts';
import type { Age } from '../pension/annuity.ts';
import type { Trace, TraceStep } from '../trace.ts';
import { minimumContribution, type Retirement, type RetirementGroup, statutoryRetirement } from './statutory.ts';

export type ElasticWish = {
  readonly group: RetirementGroup;
  readonly birth: Month;
  /** − earlier, + later than the statutory month. */
  readonly shiftMonths: number;
  readonly employerAgrees?: boolean;
  /** 累计缴费月数 at the chosen month; absent: not judged, but named in `unchecked`. */
  readonly contributionMonths?: number;
};

export type ElasticAnswer = {
  readonly allowed: boolean;
  /** Every reason against, in Chinese. */
  readonly reasons: readonly string[];
  /** Conditions nobody gave the facts for. */
  readonly unchecked: readonly string[];
  readonly chosenMonth: Month;
  readonly chosenAge: Age;
  readonly statutory: Retirement;
  readonly trace: Trace<boolean>;
};

type Judgement = { readonly reasons: string[]; readonly unchecked: string[]; readonly steps: TraceStep[] };

/** @throws DomainError POL-001 */
export function elasticRetirement(book: PolicyBook, region: string, on: string, wish: ElasticWish): ElasticAnswer {
  const { group, birth, shiftMonths } = wish;
  const statutory = statutoryRetirement(book, region, on, group, birth);
  const chosenMonth = addMonths(statutory.retirementMonth, shiftMonths);
  const months = monthsBetween(birth, chosenMonth);
  const chosenAge = { years: Math.floor(months / 12), months: months % 12 };
  const judgement: Judgement = { reasons: [], unchecked: [], steps: [...statutory.trace.steps] };
  judgement.steps.push(
    figureStep('sum', '选择的退休时间', chosenMonth, `${statutory.retirementMonth} ${shiftText(shiftMonths)}。`),
  );
  if (shiftMonths !== 0) inForce(book, region, statutory, judgement);
  if (shiftMonths < 0) early(book, region, on, wish, statutory, chosenMonth, judgement);
  if (shiftMonths > 0) late(book, region, on, wish, judgement);
  const { reasons, unchecked, steps } = judgement;
  const allowed = reasons.length === 0;
  const resultText = allowed ? '可以' : '不可以';
  const trace: Trace<boolean> = {
    title: '弹性退休',
    result: allowed,
    resultText,
    steps: [...steps, figureStep('result', '能否按此时间退休', resultText, reasons.join('；'))],
  };
  return { allowed, reasons, unchecked, chosenMonth, chosenAge, statutory, trace };
}

function shiftText(months: number): string {
  if (months === 0) return '不变';
  return months < 0 ? `− ${-months} 个月` : `+ ${months} 个月`;
}

/** Someone whose statutory month came before the rule can't choose by it. */
function inForce(book: PolicyBook, region: string, { retirementMonth }: Retirement, { reasons }: Judgement): void {
  if (findValue(book, region, 'retirement.elastic.maxLate', retirementMonth)) return;
  reasons.push(`法定退休时间 ${retirementMonth} 在弹性退休办法施行以前，不适用`);
}

function early(
  book: PolicyBook,
  region: string,
  on: string,
  { shiftMonths, contributionMonths }: ElasticWish,
  statutory: Retirement,
  chosen: Month,
  { reasons, unchecked, steps }: Judgement,
): void {
  const limit = lookup(book, region, 'retirement.elastic.maxEarly', on);
  steps.push(policyStep(limit, `${limit.value} 个月`));
  if (-shiftMonths > Number(limit.value)) reasons.push(`提前 ${-shiftMonths} 个月，超过最长 ${limit.value} 个月`);
  if (chosen < statutory.originalMonth) {
    reasons.push(`${chosen} 早于原法定退休年龄 ${statutory.originalYears} 岁（${statutory.originalMonth}）`);
  }
  const notice = lookup(book, region, 'retirement.elastic.noticeEarly', on);
  steps.push(policyStep(notice, `${notice.value} 个月`, `至少提前 ${notice.value} 个月书面告知单位。`));
  const rule = lookup(book, region, 'retirement.elastic.minContributionYear', on);
  const at = rule.value === 'STATUTORY' ? statutory.retirementMonth : chosen;
  const minimum = minimumContribution(book, region, Number(at.slice(0, 4)));
  steps.push(policyStep(rule, at.slice(0, 4)), policyStep(minimum, `${minimum.value} 个月`));
  const condition = `${at.slice(0, 4)} 年退休的最低缴费年限 ${minimum.value} 个月`;
  if (contributionMonths === undefined) unchecked.push(`累计缴费是否满 ${condition}`);
  else if (contributionMonths < Number(minimum.value)) {
    reasons.push(`累计缴费 ${contributionMonths} 个月，不满 ${condition}`);
  }
}

function late(book: PolicyBook, region: string, on: string, wish: ElasticWish, { reasons, steps }: Judgement): void {
  const limit = lookup(book, region, 'retirement.elastic.maxLate', on);
  steps.push(policyStep(limit, `${limit.value} 个月`));
  if (wish.shiftMonths > Number(limit.value)) {
    reasons.push(`延迟 ${wish.shiftMonths} 个月，超过最长 ${limit.value} 个月`);
  }
  const notice = lookup(book, region, 'retirement.elastic.noticeLate', on);
  steps.push(policyStep(notice, `${notice.value} 个月`, `提前 ${notice.value} 个月与单位书面约定。`));
  if (wish.employerAgrees !== true) reasons.push('延迟退休须所在单位与本人协商一致');
}
