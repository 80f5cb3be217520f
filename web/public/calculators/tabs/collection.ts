/** 每月缴费、缴费基数. */
import type { Env } from '../../../../src/calculators/index.ts';
import { formatPpm, parseYuan } from '../../../../src/kernel/fen.ts';
import { INSURANCES, type Insurance } from '../../../../src/kernel/insurance.ts';
import { isMonth } from '../../../../src/kernel/month.ts';
import {
  baseOf,
  compileRules,
  employerRate,
  findValue,
  INJURY_CLASS_NAMES,
  INJURY_CLASSES,
  injuryClassKey,
  MISSING,
  type MonthRules,
  type PolicyKey,
  type PolicyValue,
  personRate,
  plainYuan,
  roundWage,
} from '../../../../src/rules/index.ts';
import { fenOf } from '../desk.ts';
import type { Asked, Cell, Desk, Notice, Option, Shown, Tab, Values } from '../kinds.ts';
import { asMonth, latestMonth, monthHint, monthWords, regionField, yuanWords } from './common.ts';

const NAMES: Readonly<Record<Insurance, string>> = { pension: '养老', unemployment: '失业', injury: '工伤' };

/** Depth says who pays. */
const COLORS: Readonly<Record<Insurance, readonly [string, string]>> = {
  pension: ['var(--pension)', 'var(--pension-light)'],
  unemployment: ['var(--unemployment)', 'var(--unemployment-light)'],
  injury: ['var(--injury)', 'var(--injury)'],
};

type Line = { readonly insurance: Insurance; readonly unitFen: number; readonly personFen: number };

/** One question when every insurance can be answered; else each by itself, so that what is known is shown and what lacks is named. */
function linesOf(values: Values, desk: Desk): Line[] {
  const { region = '', period = '', declared = '', injuryClass = '', stageFactor = '' } = values;
  const rounds = findValue(desk.env.book, region, 'wage.roundTo', period) !== undefined;
  const question = (wage: Values, insurance?: Insurance) => ({
    ...wage,
    region,
    period,
    injuryClass,
    stageFactor,
    ...(insurance ? { insurances: [insurance] } : {}),
  });
  // Where a region has no rule of rounding, the base is the wage between the limits.
  const wageOf = (insurance: Insurance): Values | undefined => {
    if (rounds) return { declared };
    const base = desk.ask('base-clamp', { region, period, declared, insurance })?.result.base;
    return base === undefined ? undefined : { base: String(base) };
  };
  const answers =
    rounds && desk.peek('contribution', question({ declared })).ok
      ? [desk.ask('contribution', question({ declared }))]
      : INSURANCES.map((insurance) => {
          const wage = wageOf(insurance);
          return wage && desk.ask('contribution', question(wage, insurance));
        });
  return INSURANCES.flatMap((insurance) => {
    const found = answers.find((answer) => answer && insurance in answer.result);
    return found ? [lineOf(insurance, found)] : [];
  });
}

function lineOf(insurance: Insurance, { result }: Asked): Line {
  const { unit, person } = result[insurance] as { unit: string; person: string };
  return { insurance, unitFen: fenOf(unit), personFen: fenOf(person) };
}

function showContribution(values: Values, desk: Desk): Shown {
  const { region = '', period = '', declared = '', injuryClass = '1', stageFactor = '' } = values;
  const rules = compileRules(desk.env.book, region, asMonth(period));
  const lines = linesOf(values, desk);
  const complete = lines.length === INSURANCES.length;
  const unit = lines.reduce((sum, line) => sum + line.unitFen, 0);
  const person = lines.reduce((sum, line) => sum + line.personFen, 0);
  const wage = parseYuan(declared) ?? 0;
  const rows = lines.map((line) => rowOf(rules, line, wage, Number(injuryClass), stageFactor));
  const parts = lines.flatMap(({ insurance, unitFen, personFen }) => [
    { name: `${NAMES[insurance]}单位`, fen: unitFen, color: COLORS[insurance][0] },
    { name: `${NAMES[insurance]}个人`, fen: personFen, color: COLORS[insurance][1] },
  ]);
  return {
    ...(complete
      ? {
          headline: { label: '每月合计', fen: unit + person },
          shares: [
            { label: '单位缴', fen: unit },
            { label: '个人缴', fen: person },
          ],
          bar: parts.filter(({ fen }) => fen > 0),
        }
      : {}),
    notices: clampNotices(rules, wage),
    ...(rows.length > 0
      ? {
          table: {
            label: '各险种的基数、费率和金额',
            head: [
              { text: '险种' },
              { text: '基数', num: true },
              { text: '单位' },
              { text: '元', num: true },
              { text: '个人' },
              { text: '元', num: true },
              { text: '依据' },
            ],
            rows,
            ...(complete ? { sum: ['合计', '', '', { fen: unit }, '', { fen: person }, { fen: unit + person }] } : {}),
          },
        }
      : {}),
  };
}

function rowOf(rules: MonthRules, line: Line, wage: number, injuryClass: number, stageFactor: string): Cell[] {
  const { insurance, unitFen, personFen } = line;
  const own = insurance === 'injury' && stageFactor !== '';
  const unit = own ? '自填系数' : `× ${formatPpm(employerRate(rules, insurance, injuryClass))}`;
  const person = personRate(rules, insurance);
  const key = insurance === 'injury' ? injuryClassKey(injuryClass as 1) : (`rate.${insurance}.employer` as PolicyKey);
  const base =
    rules.roundToFen === MISSING ? clamp(rules, insurance, wage) : baseOf(rules, insurance, 'DECLARED', wage);
  return [
    { mark: COLORS[insurance][0], text: NAMES[insurance] },
    plainYuan(base),
    unit,
    { fen: unitFen },
    person === 0 ? '不缴' : `× ${formatPpm(person)}`,
    person === 0 ? '—' : { fen: personFen },
    { source: (rules.sources[key] as PolicyValue | undefined)?.source },
  ];
}

function clamp(rules: MonthRules, insurance: Insurance, wage: number): number {
  const { lowerFen, upperFen } = rules.tables[insurance];
  return Math.min(Math.max(wage, lowerFen), upperFen);
}

/** Said when a limit bites or the wage was rounded. */
function clampNotices(rules: MonthRules, wage: number): Notice[] {
  const { lowerFen, upperFen } = rules.tables.pension;
  if (lowerFen === MISSING || upperFen === MISSING) return [];
  const rounded = rules.roundToFen === MISSING ? wage : roundWage(wage, rules.roundToFen);
  const first = rounded === wage ? '工资' : `工资先取整到 ${plainYuan(rules.roundToFen)} 元（${plainYuan(rounded)}），`;
  if (rounded < lowerFen) return [{ tone: 'note', text: `${first}低于下限，按 ${plainYuan(lowerFen)} 缴。` }];
  if (rounded > upperFen) return [{ tone: 'note', text: `${first}高于上限，按 ${plainYuan(upperFen)} 缴。` }];
  return rounded === wage ? [] : [{ tone: 'note', text: `${first}在上下限之内。` }];
}

/** 一类（0.2%）: with the rate of the month where one is known. */
function classOptions({ region = '', period = '' }: Values, { book }: Env): readonly Option[] {
  return INJURY_CLASSES.map((each) => {
    const rate = isMonth(period) ? findValue(book, region, injuryClassKey(each), period) : undefined;
    const name = INJURY_CLASS_NAMES[each];
    return { value: String(each), label: rate ? `${name}（${formatPpm(Number(rate.value))}）` : name };
  });
}

const PERIOD_LABEL = '费款所属期';

export const contributionTab: Tab = {
  name: 'contribution',
  title: '每月缴费',
  heading: '每月要缴多少',
  fields: [
    regionField('base.lower'),
    {
      name: 'period',
      label: PERIOD_LABEL,
      kind: 'month',
      initial: latestMonth,
      hint: monthHint(),
    },
    { name: 'declared', label: '月工资（元）', kind: 'yuan', initial: '5000' },
    {
      name: 'injuryClass',
      label: '工伤行业类别',
      kind: 'choice',
      initial: '1',
      options: classOptions,
    },
    {
      name: 'stageFactor',
      label: '工伤阶段性系数（知道才填，如 0.5）',
      kind: 'decimal',
      initial: '',
      max: 10,
      optional: true,
      more: true,
      fills: ['rate.injury.stageFactor'],
    },
  ],
  show: showContribution,
};

export const baseTab: Tab = {
  name: 'base',
  title: '缴费基数',
  heading: '按多少基数缴',
  fields: [
    regionField('base.lower'),
    {
      name: 'period',
      label: PERIOD_LABEL,
      kind: 'month',
      initial: latestMonth,
      hint: monthHint(),
    },
    { name: 'declared', label: '上年月平均工资（元）', kind: 'yuan', initial: '5000' },
  ],
  show: (values, desk) => {
    const answer = desk.ask('base-clamp', values);
    if (!answer) return {};
    const { region = '', period = '', declared = '' } = values;
    const rules = compileRules(desk.env.book, region, asMonth(period));
    const { base, lower, upper } = answer.result;
    const notices = clampNotices(rules, parseYuan(declared) ?? 0);
    return {
      headline: { label: `${monthWords(period)}的缴费基数`, fen: fenOf(base) },
      facts: [
        { label: '下限', text: yuanWords(fenOf(lower)) },
        { label: '上限', text: yuanWords(fenOf(upper)) },
        {
          label: '取整',
          text: rules.roundToFen === MISSING ? '当地没有取整规定' : `四舍五入到 ${yuanWords(rules.roundToFen)}`,
        },
      ],
      notices: notices.length > 0 ? notices : [{ tone: 'note', text: '工资在上下限之内，按工资缴。' }],
    };
  },
};
