/** 失业保险待遇 (社会保险法第四十五至四十七条, 失业保险条例), 稳岗返还 and 技能提升补贴. */

import { DomainError } from '../../kernel/errors.ts';
import { type Fen, fen, formatYuanGrouped } from '../../kernel/fen.ts';
import { bracketAt, findValue, lookupBrackets, lookupByKey, missingValue, type PolicyBook } from '../book.ts';
import { inputStep, resultStep, type Trace } from '../trace.ts';
import { factStep, lookupWhole, moneyStep, monthsStep, ratioStep, shareOf, shareStep } from './steps.ts';

/**
 * 最长领取期限 in months (社会保险法第四十六条): by months contributed since the last claim, plus the months of the claim before that were
 * not drawn, together at most 24. Someone short of a year again goes on with what was not drawn.
 */
export function unemploymentDuration(
  book: PolicyBook,
  region: string,
  on: string,
  contributedMonths: number,
  unclaimedMonths: number,
): Trace<number> {
  const table = lookupBrackets(book, region, 'unemployment.maxMonths', on);
  const cap = lookupWhole(book, region, 'unemployment.monthsCap', on);
  const own = bracketAt(table.value, contributedMonths)?.value ?? 0;
  const sum = own + unclaimedMonths;
  const months = Math.min(sum, cap.value);
  return {
    title: '失业保险金最长领取期限',
    result: months,
    resultText: `${months} 个月`,
    steps: [
      factStep('累计缴费', `${contributedMonths} 个月`),
      monthsStep(table, own, own === 0 ? '缴费不满1年，没有新的期限。' : '按累计缴费时间查表。'),
      factStep('前次应领未领', `${unclaimedMonths} 个月`),
      monthsStep(
        cap,
        cap.value,
        `${own} + ${unclaimedMonths} = ${sum} 个月${sum > cap.value ? '，超过上限，按上限' : ''}。`,
      ),
      { kind: 'result', label: '最长领取', words: '', valueText: `${months} 个月`, value: months },
    ],
  };
}

/**
 * 失业保险金 of one month of drawing (from 1): the published standard, or the minimum wage × a ratio where both are known.
 * Provinces set it; what no source gives is missing. @throws DomainError POL-001
 */
export function unemploymentBenefit(book: PolicyBook, region: string, on: string, drawnMonth: number): Trace {
  const minimum = findValue(book, region, 'wage.minimum', on);
  const ratio = findValue(book, region, 'unemployment.benefitRatio', on);
  if (minimum && ratio) {
    const result = shareOf(Number(minimum.value), Number(ratio.value));
    const steps = [
      moneyStep(minimum, Number(minimum.value)),
      ratioStep(ratio, Number(ratio.value)),
      shareStep('相乘', Number(minimum.value), Number(ratio.value), result),
      resultStep('每月失业保险金', result),
    ];
    return { title: '失业保险金', result, resultText: formatYuanGrouped(result), steps };
  }
  const table = lookupBrackets(book, region, 'unemployment.benefit', on);
  const bracket = bracketAt(table.value, drawnMonth);
  if (!bracket) throw new DomainError(missingValue(region, 'unemployment.benefit', `领取第 ${drawnMonth} 个月`));
  const result = fen(bracket.value);
  return {
    title: '失业保险金',
    result,
    resultText: formatYuanGrouped(result),
    steps: [
      factStep('领取月序', `第 ${drawnMonth} 个月`),
      moneyStep(table, result),
      resultStep('每月失业保险金', result),
    ],
  };
}

export type EmployerSize = 'large' | 'small';

/** 稳岗返还: a share of the unemployment premiums actually paid the year before, by the size of the employer. */
export function stableJobRefund(
  book: PolicyBook,
  region: string,
  year: number,
  size: EmployerSize,
  paidFen: Fen,
): Trace {
  const key = size === 'large' ? 'stableJob.ratioLarge' : 'stableJob.ratioSmall';
  const ratio = lookupWhole(book, region, key, `${year}-12-31`);
  const result = shareOf(paidFen, ratio.value);
  return {
    title: '稳岗返还',
    result,
    resultText: formatYuanGrouped(result),
    steps: [
      inputStep('上年度实际缴纳失业保险费', paidFen, '单位和职工合计。'),
      ratioStep(ratio, ratio.value, `${year} 年。`),
      shareStep('相乘', paidFen, ratio.value, result),
      resultStep('返还金额', result, '参保月数、裁员率等条件另行审核。'),
    ],
  };
}

/** 职业资格等级 of the certificate: 5 初级, 4 中级, 3 高级. */
export type SkillLevel = 3 | 4 | 5;
export const SKILL_LEVEL_NAMES: Readonly<Record<SkillLevel, string>> = {
  3: '高级（三级）',
  4: '中级（四级）',
  5: '初级（五级）',
};

export type SkillFacts = {
  readonly level: SkillLevel;
  /** Months of unemployment insurance paid. */
  readonly contributedMonths: number;
  /** Whole months since the certificate was issued. */
  readonly monthsSinceCertificate: number;
};

export type SkillSubsidy = { readonly amountFen: Fen; readonly reasons: readonly string[] };

/** 技能提升补贴, at most: 0 with every failing reason when a condition is not met (人社部发〔2017〕40号). */
export function skillSubsidy(book: PolicyBook, region: string, on: string, facts: SkillFacts): Trace<SkillSubsidy> {
  const table = lookupByKey(book, region, 'skill.amountCap', on);
  const certificate = lookupWhole(book, region, 'skill.certificateMonths', on);
  const contribution = lookupWhole(book, region, 'skill.contributionMonths', on);
  const reasons: string[] = [];
  if (facts.contributedMonths < contribution.value) {
    reasons.push(`缴纳失业保险费 ${facts.contributedMonths} 个月，不足 ${contribution.value} 个月`);
  }
  if (facts.monthsSinceCertificate > certificate.value) {
    reasons.push(`证书核发已超过 ${certificate.value} 个月`);
  }
  const cap = table.value[facts.level] ?? 0;
  const amountFen = fen(reasons.length > 0 ? 0 : cap);
  return {
    title: '技能提升补贴',
    result: { amountFen, reasons },
    resultText: formatYuanGrouped(amountFen),
    steps: [
      monthsStep(contribution, contribution.value, `已缴 ${facts.contributedMonths} 个月。`),
      monthsStep(certificate, certificate.value, `证书核发后 ${facts.monthsSinceCertificate} 个月。`),
      moneyStep(table, cap, `${SKILL_LEVEL_NAMES[facts.level]}，最高额。`),
      resultStep('可补贴（最高）', amountFen, reasons.join('；')),
    ],
  };
}
