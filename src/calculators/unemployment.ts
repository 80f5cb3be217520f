/** 失业、稳岗返还和技能提升补贴的计算器 (rules: benefits/unemployment). */
import {
  type EmployerSize,
  SKILL_LEVEL_NAMES,
  type SkillLevel,
  skillSubsidy,
  stableJobRefund,
  unemploymentBenefit,
  unemploymentDuration,
  withGiven,
} from '../rules/index.ts';
import { type Calculator, calculator, wrongInput } from './calculator.ts';
import { choice, dateField, NATION, optional, rate, regionField, whole, yuan } from './fields.ts';
import { amount } from './write.ts';

const duration = calculator({
  name: 'unemployment-duration',
  title: '失业保险金最长领取期限',
  topic: 'unemployment',
  example: { contributionMonths: 75, unclaimedMonths: 3 },
  fields: {
    contributionMonths: whole('累计缴费月数', 0, 720),
    unclaimedMonths: optional(whole('前次应领未领月数', 0, 720)),
    region: optional(regionField()),
    on: optional(dateField('失业日期')),
  },
  run: ({ contributionMonths, unclaimedMonths = 0, region = NATION, on }, { book, asOf }) => {
    const trace = unemploymentDuration(book, region, on ?? asOf, contributionMonths, unclaimedMonths);
    return { result: { maxMonths: trace.result }, trace };
  },
});

const benefit = calculator({
  name: 'unemployment-benefit',
  title: '失业保险金月标准',
  topic: 'unemployment',
  example: { region: '310000', on: '2026-08-01', drawnMonth: 1 },
  fields: {
    region: regionField(),
    on: optional(dateField('领取日期')),
    drawnMonth: optional(whole('领取第几个月', 1, 24)),
    minWage: optional(yuan('最低工资标准')),
    ratio: optional(rate('占最低工资的比例', 1)),
  },
  run: ({ region, on, drawnMonth = 1, minWage, ratio }, { book, asOf }) => {
    if (ratio !== undefined && minWage === undefined) throw wrongInput('写了比例，还要写最低工资标准。', 'minWage');
    const given = withGiven(book, { 'wage.minimum': minWage, 'unemployment.benefitRatio': ratio });
    const trace = unemploymentBenefit(given, region, on ?? asOf, drawnMonth);
    return { result: { monthly: amount(trace.result) }, trace };
  },
});

/** `sme` is the name of the policy papers (中小微企业). */
const SIZES: Readonly<Record<string, EmployerSize>> = { large: 'large', sme: 'small', small: 'small' };

const refund = calculator({
  name: 'stable-job-refund',
  title: '稳岗返还',
  topic: 'unemployment',
  example: { year: 2024, size: 'sme', paid: '12000.00' },
  fields: {
    year: whole('返还年度', 2010, 2100),
    size: choice('企业规模', ['large', 'sme', 'small']),
    paid: yuan('上年度实际缴纳失业保险费'),
    ratio: optional(rate('返还比例', 1)),
    region: optional(regionField()),
  },
  run: ({ year, size, paid, ratio, region = NATION }, { book }) => {
    const given = withGiven(book, { 'stableJob.ratioLarge': ratio, 'stableJob.ratioSmall': ratio });
    const trace = stableJobRefund(given, region, year, SIZES[size] ?? 'small', paid);
    return { result: { refund: amount(trace.result) }, trace };
  },
});

const skill = calculator({
  name: 'skill-subsidy',
  title: '技能提升补贴（最高额）',
  topic: 'unemployment',
  example: { level: 4, contributionMonths: 40, monthsSinceCertificate: 5, on: '2024-06-01' },
  fields: {
    level: whole('职业资格等级（5初级、4中级、3高级）', 3, 5),
    contributionMonths: whole('缴纳失业保险费月数', 0, 720),
    monthsSinceCertificate: whole('证书核发后满几个月', 0, 720),
    region: optional(regionField()),
    on: optional(dateField('申请日期')),
  },
  run: ({ level, contributionMonths, monthsSinceCertificate, region = NATION, on }, { book, asOf }) => {
    const facts = { level: level as SkillLevel, contributedMonths: contributionMonths, monthsSinceCertificate };
    const trace = skillSubsidy(book, region, on ?? asOf, facts);
    const { amountFen, reasons } = trace.result;
    const result = {
      eligible: reasons.length === 0,
      amount: amount(amountFen),
      reasons,
      level: SKILL_LEVEL_NAMES[facts.level],
    };
    return { result, trace };
  },
});

export const UNEMPLOYMENT_CALCULATORS: readonly Calculator[] = [duration, benefit, refund, skill];
