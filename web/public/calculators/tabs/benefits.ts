/** 失业、工伤. */

import { fenOf } from '../desk.ts';
import type { Asked, Cell, Desk, Field, Shown, Tab, Values } from '../kinds.ts';
import { regionField, spanWords } from './common.ts';

export const unemploymentTab: Tab = {
  name: 'unemployment',
  title: '失业',
  heading: '失业金能领多久、多少',
  fields: [
    regionField('unemployment.benefit'),
    { name: 'contributionMonths', label: '失业保险累计缴了几个月', kind: 'whole', max: 720, initial: '75' },
    {
      name: 'unclaimedMonths',
      label: '上次应领没领完的月数',
      kind: 'whole',
      max: 720,
      initial: '0',
      hint: '没有领过填 0。',
    },
    {
      name: 'minWage',
      label: '当地最低工资（元，知道才填）',
      kind: 'yuan',
      initial: '',
      optional: true,
      more: true,
      fills: ['unemployment.benefit'],
    },
    {
      name: 'ratio',
      label: '占最低工资的比例（如 0.9，和上面一起填）',
      kind: 'decimal',
      max: 1,
      initial: '',
      optional: true,
      more: true,
    },
  ],
  show: ({ region, contributionMonths = '', unclaimedMonths, minWage, ratio }, desk) => {
    const duration = desk.ask('unemployment-duration', { region, contributionMonths, unclaimedMonths });
    if (!duration) return {};
    const months = Number(duration.result.maxMonths);
    if (months === 0) {
      return {
        headline: { label: '最长能领', text: '领不了' },
        notices: [{ tone: 'amber', text: '失业前单位和本人要缴满一年，才能领失业保险金。' }],
      };
    }
    const monthly = desk.ask('unemployment-benefit', { region, minWage, ratio });
    return {
      headline: { label: '最长能领', text: `${months} 个月` },
      ...(monthly ? { shares: [{ label: '每月', fen: fenOf(monthly.result.monthly) }] } : {}),
      facts: [{ label: '累计缴费', text: spanWords(Number(contributionMonths)) }],
      notices: [{ tone: 'note', text: '还要：不是自己愿意离职的，办了失业登记，并想找工作。' }],
    };
  },
};

const PAYERS: Readonly<Record<string, string>> = { fund: '工伤保险基金', employer: '用人单位' };
const GRADES = ['一', '二', '三', '四', '五', '六', '七', '八', '九', '十'];
const disabled = ({ kind }: Values): boolean => kind !== 'death';
const died = ({ kind }: Values): boolean => kind === 'death';

const INJURY_FIELDS: readonly Field[] = [
  regionField(),
  {
    name: 'kind',
    label: '发生了什么',
    kind: 'choice',
    initial: 'disability',
    options: [
      { value: 'disability', label: '评了伤残等级' },
      { value: 'death', label: '因工死亡' },
    ],
  },
  {
    name: 'grade',
    label: '伤残等级',
    kind: 'choice',
    initial: '7',
    when: disabled,
    options: GRADES.map((name, index) => ({ value: String(index + 1), label: `${name}级` })),
  },
  {
    name: 'ownWage',
    label: '本人工资（元/月）',
    kind: 'yuan',
    initial: '5000',
    hint: '受伤前 12 个月的平均月缴费工资。',
  },
  {
    name: 'deathYear',
    label: '死亡年份',
    kind: 'whole',
    min: 1990,
    max: 2100,
    initial: (_, env) => env.asOf.slice(0, 4),
    when: died,
  },
  {
    name: 'localAverageWage',
    label: '当地上年度职工月平均工资（元，知道才填）',
    kind: 'yuan',
    initial: '',
    optional: true,
    fills: ['injury.localAverageWage'],
  },
  { name: 'spouse', label: '有供养的配偶', kind: 'check', initial: '', when: died },
  { name: 'others', label: '其他供养亲属（人）', kind: 'whole', max: 20, initial: '0', when: died },
  { name: 'orphans', label: '孤寡老人或孤儿（人，不算在上面）', kind: 'whole', max: 20, initial: '0', when: died },
  {
    name: 'level',
    label: '生活护理',
    kind: 'choice',
    initial: 'none',
    when: disabled,
    options: [
      { value: 'none', label: '不需要' },
      { value: 'part', label: '部分不能自理' },
      { value: 'most', label: '大部分不能自理' },
      { value: 'full', label: '完全不能自理' },
    ],
  },
  {
    name: 'minWage',
    label: '当地最低工资（元，知道才填）',
    kind: 'yuan',
    initial: '',
    optional: true,
    when: disabled,
    more: true,
  },
];

type Row = readonly Cell[];

function row(name: string, how: string, asked: Asked | undefined, field: string, payer: string): Row[] {
  if (!asked) return [];
  const source = asked.sources.find(({ docNo }) => docNo) ?? asked.sources[0];
  return [[name, how, { fen: fenOf(asked.result[field]) }, PAYERS[payer] ?? payer, { source }]];
}

const HEAD = [
  { text: '待遇' },
  { text: '怎么发' },
  { text: '元', num: true as const },
  { text: '谁付' },
  { text: '依据' },
];

function showDisability(values: Values, desk: Desk): Shown {
  const { region, grade = '1', ownWage, minWage, localAverageWage, level } = values;
  const grant = desk.ask('injury-grant', { region, grade, ownWage });
  if (!grant) return {};
  const monthly = Number(grade) <= 6 ? desk.ask('injury-allowance', { region, grade, ownWage, minWage }) : undefined;
  const care = level === 'none' ? undefined : desk.ask('injury-care', { region, level, localAverageWage });
  const ending = Number(grade) >= 5 ? desk.ask('injury-grants', { region, grade, localAverageWage }) : undefined;
  return {
    headline: {
      label: `${GRADES[Number(grade) - 1]}级的一次性伤残补助金`,
      fen: fenOf(grant.result.oneOffDisabilityGrant),
    },
    table: {
      label: '工伤待遇',
      head: HEAD,
      rows: [
        ...row('一次性伤残补助金', '一次', grant, 'oneOffDisabilityGrant', 'fund'),
        ...row('伤残津贴', '按月', monthly, 'allowance', String(monthly?.result.payer)),
        ...(monthly && fenOf(monthly.result.topUp ?? '0') > 0
          ? row('补足到最低工资', '按月', monthly, 'topUp', String(monthly.result.payer))
          : []),
        ...row('生活护理费', '按月', care, 'careAllowance', 'fund'),
        ...row('一次性工伤医疗补助金', '解除关系时一次', ending, 'medical', 'fund'),
        ...row('一次性伤残就业补助金', '解除关系时一次', ending, 'employment', 'employer'),
      ],
    },
  };
}

function showDeath(values: Values, desk: Desk): Shown {
  const { region, ownWage, deathYear, localAverageWage, spouse, others, orphans } = values;
  const grant = desk.ask('injury-death-grant', { region, deathYear });
  const funeral = desk.ask('injury-funeral', { region, localAverageWage });
  const dependants = [
    ...(spouse === '1' ? ['spouse'] : []),
    ...Array.from({ length: Number(others) }, () => 'other'),
    ...Array.from({ length: Number(orphans) }, () => 'orphan'),
  ];
  const kin = dependants.length > 0 ? desk.ask('injury-dependants', { region, ownWage, dependants }) : undefined;
  return {
    ...(grant ? { headline: { label: '一次性工亡补助金', fen: fenOf(grant.result.oneOffDeathGrant) } } : {}),
    table: {
      label: '工亡待遇',
      head: HEAD,
      rows: [
        ...row('一次性工亡补助金', '一次', grant, 'oneOffDeathGrant', 'fund'),
        ...row('丧葬补助金', '一次', funeral, 'funeral', 'fund'),
        ...row(`供养亲属抚恤金（${dependants.length} 人合计）`, '按月', kin, 'total', 'fund'),
      ],
    },
    notices: kin?.result.capped ? [{ tone: 'note', text: '各人之和超过本人工资，按本人工资封顶。' }] : [],
  };
}

export const injuryTab: Tab = {
  name: 'injury',
  title: '工伤',
  heading: '工伤待遇有哪些',
  fields: INJURY_FIELDS,
  show: (values, desk) => (values.kind === 'death' ? showDeath(values, desk) : showDisability(values, desk)),
};
