/** 养老金估算: what the rules of today give at the statutory age, and what earlier or later means. */
import type { Calculated, Env } from '../../../../src/calculators/index.ts';
import { formatYuan, formatYuanGrouped } from '../../../../src/kernel/fen.ts';
import { monthsBetween } from '../../../../src/kernel/month.ts';
import { findValue, plainYuan } from '../../../../src/rules/index.ts';
import { fenOf } from '../desk.ts';
import type { Columns, Desk, Notice, Shown, Tab, Values } from '../kinds.ts';
import { ageWords, GROUPS, HOME, monthWords, regionField, spanWords, thisMonth } from './common.ts';
import { bounds, type Choice, choiceAt } from './retirement.ts';

/** The newest year whose 计发基数 the region has published. */
function newestBaseYear({ region = HOME }: Values, env: Env): string {
  const year = Number(env.asOf.slice(0, 4));
  for (let back = 0; back < 10; back += 1) {
    if (findValue(env.book, region, 'pension.calcBase', `${year - back}-12-31`)) return String(year - back);
  }
  return String(year);
}

type Plan = { readonly values: Values; readonly desk: Desk; readonly creditFen: number };

/** Years are counted in halves on the slider: whole months. */
function paidMonths({ years = '0' }: Values): number {
  return Math.round(Number(years) * 12);
}

function futureMonths({ values, desk }: Plan, choice: Choice): number {
  return values.goOn === '1' ? Math.max(0, monthsBetween(thisMonth(desk.env), choice.month)) : 0;
}

/** The question to the calculator for a month of retirement. */
function question(plan: Plan, choice: Choice): Readonly<Record<string, unknown>> {
  const { values, creditFen } = plan;
  const more = futureMonths(plan, choice);
  const balance = fenOf(values.accountBalance) + creditFen * more;
  return {
    region: values.region,
    year: values.baseYear,
    calcBase: values.calcBase,
    years: `${paidMonths(values) + more}/12`,
    preAccountYears: values.preAccountYears,
    otherComponents: values.otherComponents,
    oldTransitional: values.oldTransitional,
    accountBalance: formatYuan(balance),
    averageIndex: values.averageIndex,
    birthMonth: values.birthMonth,
    retirementMonth: choice.month,
  };
}

type Amounts = {
  readonly basic: number;
  readonly account: number;
  readonly transitional: number;
  readonly other: number;
  readonly total: number;
};

function amountsOf(calculated: Calculated): Amounts | undefined {
  if (!calculated.ok) return undefined;
  const { basic, account, transitional, other = '0', total } = calculated.answer.result;
  return {
    basic: fenOf(basic),
    account: fenOf(account),
    transitional: fenOf(transitional),
    other: fenOf(other),
    total: fenOf(total),
  };
}

function show(values: Values, desk: Desk): Shown {
  const { base = '', region = '' } = values;
  const { group, birthMonth } = values;
  const date = desk.ask('retirement-date', { group, birthMonth, region });
  const statutory = choiceAt(desk, values, 0);
  if (!date || !statutory) return {};
  const credit =
    values.goOn === '1' ? desk.ask('credit-ratio', { period: thisMonth(desk.env), base, region }) : undefined;
  if (values.goOn === '1' && !credit) return {};
  const plan: Plan = { values, desk, creditFen: fenOf(credit?.result.credit ?? '0') };
  const answer = desk.ask('pension', question(plan, statutory));
  if (!answer) return {};
  const total = fenOf(answer.result.total);
  const { earliest, latest } = bounds(desk, values);
  return {
    headline: {
      label: `如果 ${ageWords(statutory.years, statutory.months)}（${monthWords(statutory.month)}）退休，每月约`,
      fen: total,
    },
    estimate: assumptions(plan, statutory, plainYuan(fenOf(answer.result.calcBase))),
    shares: [
      { label: '基础养老金', fen: fenOf(answer.result.basic) },
      { label: '个人账户养老金', fen: fenOf(answer.result.account) },
      ...(fenOf(answer.result.transitional) > 0
        ? [{ label: '过渡性养老金', fen: fenOf(answer.result.transitional) }]
        : []),
      ...(fenOf(answer.result.other ?? '0') > 0 ? [{ label: '其他项目', fen: fenOf(answer.result.other) }] : []),
    ],
    notices: enoughNotice(plan, statutory),
    ...columnsOf(plan, statutory, earliest, latest),
  };
}

function enoughNotice(plan: Plan, statutory: Choice): Notice[] {
  const asked = plan.desk.ask('min-contribution', { retirementYear: statutory.month.slice(0, 4) });
  const needed = Number(asked?.result.months ?? 0);
  const paid = paidMonths(plan.values) + futureMonths(plan, statutory);
  if (paid >= needed)
    return [{ tone: 'good', text: `到时共缴 ${spanWords(paid)}，最少要 ${spanWords(needed)}，够了。` }];
  const text = `到时共缴 ${spanWords(paid)}，最少要 ${spanWords(needed)}，还差 ${spanWords(needed - paid)}：不缴够就不能按月领，上面的数领不到。`;
  return [{ tone: 'amber', text }];
}

function assumptions(plan: Plan, statutory: Choice, calcBase: string): string[] {
  const { values } = plan;
  const more = futureMonths(plan, statutory);
  const own = values.calcBase !== undefined && values.calcBase !== '';
  return [
    own ? `计发基数用您填的 ${calcBase} 元。` : `计发基数用 ${values.baseYear} 年的 ${calcBase} 元，不估计以后涨多少。`,
    more > 0
      ? `从现在按 ${plainYuan(fenOf(values.base))} 元基数再缴 ${spanWords(more)}到退休；账户不计利息。`
      : '以后不再缴费；账户不计利息。',
    `平均缴费指数一直是 ${values.averageIndex}。`,
    Number(values.preAccountYears) > 0
      ? `建账前 ${values.preAccountYears} 年，按当地过渡性养老金办法算。`
      : '没有算过渡性养老金（没有填建账前年限）。',
  ];
}

/** Every whole year from the earliest to the latest choice, both bounds and the statutory month. */
function choicesOf(plan: Plan, earliest: Choice, latest: Choice): Choice[] {
  const shifts = new Set([earliest.shift, 0, latest.shift]);
  for (let shift = -60; shift <= 60; shift += 12) if (shift > earliest.shift && shift < latest.shift) shifts.add(shift);
  return [...shifts].sort((a, b) => a - b).flatMap((shift) => choiceAt(plan.desk, plan.values, shift) ?? []);
}

function columnsOf(
  plan: Plan,
  statutory: Choice,
  earliest: Choice = statutory,
  latest: Choice = statutory,
): { readonly columns?: Columns } {
  const points = choicesOf(plan, earliest, latest).flatMap((choice) => {
    const amounts = amountsOf(plan.desk.peek('pension', question(plan, choice)));
    return amounts ? [{ choice, amounts }] : [];
  });
  const middle = points.find(({ choice }) => choice.shift === 0);
  if (!middle || points.length < 2) return {};
  const sentences = [points[0], points.at(-1)].flatMap((point) =>
    point && point !== middle ? [comparison(point.choice, point.amounts.total - middle.amounts.total)] : [],
  );
  const pick = (part: keyof Amounts) => points.map(({ amounts }) => amounts[part]);
  const transitional = pick('transitional');
  const other = pick('other');
  return {
    columns: {
      title: '几岁退，差多少',
      label: '按退休年龄估算的每月养老金',
      names: points.map(({ choice }) => (choice.shift === 0 ? '法定' : shortAge(choice))),
      series: [
        { name: '基础', color: '#c9dbf3', border: '#2a5caa', fen: pick('basic') },
        { name: '个人账户', color: '#eef4fc', border: '#2a5caa', fen: pick('account') },
        ...(transitional.some((fen) => fen > 0)
          ? [{ name: '过渡性', color: '#e2f1ef', border: '#1f7a76', fen: transitional }]
          : []),
        ...(other.some((fen) => fen > 0) ? [{ name: '其他', color: '#edf0f2', border: '#4b5866', fen: other }] : []),
      ],
      sentences,
    },
  };
}

function shortAge({ years, months }: Choice): string {
  return months > 0 ? `${years}岁\n${months}个月` : `${years}岁`;
}

function comparison({ shift, years, months }: Choice, difference: number): string {
  const amount = formatYuanGrouped(Math.abs(difference));
  const change = difference < 0 ? `每月少 ${amount} 元` : `每月多 ${amount} 元`;
  return shift < 0
    ? `提前到 ${ageWords(years, months)}：${change}，多领 ${-shift} 个月，要缴够最低年限。`
    : `推迟到 ${ageWords(years, months)}：${change}，少领 ${shift} 个月，须单位同意。`;
}

export const pensionTab: Tab = {
  name: 'pension',
  title: '养老金',
  heading: '我的养老金大约多少',
  fields: [
    regionField('pension.calcBase'),
    { name: 'group', label: '人员类别', kind: 'choice', initial: 'male', options: GROUPS },
    { name: 'birthMonth', label: '出生年月', kind: 'month', initial: '1975-06' },
    { name: 'years', label: '到现在已缴', kind: 'slider', unit: '年', min: 0, max: 45, step: 0.5, initial: '20' },
    {
      name: 'averageIndex',
      label: '平均缴费指数',
      kind: 'slider',
      unit: '',
      min: 0.6,
      max: 3,
      step: 0.05,
      initial: '1',
      hint: '基数和当地社平工资一样高是 1，最低 0.6，最高 3。',
    },
    { name: 'accountBalance', label: '个人账户现在有（元）', kind: 'yuan', initial: '80000' },
    { name: 'goOn', label: '一直缴到退休', kind: 'check', initial: '1' },
    {
      name: 'base',
      label: '以后每月的缴费基数（元）',
      kind: 'yuan',
      initial: '7210',
      when: ({ goOn }) => goOn === '1',
    },
    {
      name: 'preAccountYears',
      label: '建账前年限（含视同缴费，年）',
      kind: 'decimal',
      max: 45,
      initial: '0',
      more: true,
    },
    {
      name: 'otherComponents',
      label: '当地另有的项目（如增发，元，没有填 0）',
      kind: 'yuan',
      initial: '',
      optional: true,
      more: true,
    },
    {
      name: 'oldTransitional',
      label: '老办法的过渡性养老金（元，新老办法对比的地区填）',
      kind: 'yuan',
      initial: '',
      optional: true,
      more: true,
      when: ({ preAccountYears }) => Number(preAccountYears) > 0,
    },
    {
      name: 'baseYear',
      label: '计发基数用哪年的',
      kind: 'whole',
      min: 1990,
      max: 2150,
      initial: newestBaseYear,
      more: true,
    },
    {
      name: 'calcBase',
      label: '自己填计发基数（元，盖过上面）',
      kind: 'yuan',
      initial: '',
      optional: true,
      more: true,
      fills: ['pension.calcBase'],
    },
  ],
  show,
};
