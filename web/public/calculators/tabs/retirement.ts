/** 什么时候退休: the statutory month, how early or late one may choose, the months one must have paid. */
import type { Month } from '../../../../src/kernel/month.ts';
import type { Desk, Notice, Shown, Tab, Values } from '../kinds.ts';
import { ageWords, GROUPS, monthWords, spanWords } from './common.ts';

export type Choice = {
  readonly shift: number;
  readonly month: Month;
  readonly years: number;
  readonly months: number;
};

/** Beyond the reach of every elastic rule. */
const REACH = 60;

/** A month that may be chosen when the employer agrees and enough was paid; undefined when the rule forbids it. */
export function choiceAt(desk: Desk, who: Values, shift: number): Choice | undefined {
  const { group, birthMonth } = who;
  const asked = desk.peek('elastic-retirement', { group, birthMonth, shiftMonths: shift, employerAgrees: true });
  if (!asked.ok || asked.answer.result.allowed !== true) return undefined;
  const { retirementMonth, ageYears, ageMonths } = asked.answer.result;
  return { shift, month: retirementMonth as Month, years: Number(ageYears), months: Number(ageMonths) };
}

/** The earliest and the latest month one may choose. */
export function bounds(desk: Desk, who: Values): { readonly earliest?: Choice; readonly latest?: Choice } {
  const reach = (sign: 1 | -1): Choice | undefined => {
    let last: Choice | undefined;
    for (let months = 0; months <= REACH; months += 1) {
      const choice = choiceAt(desk, who, sign * months);
      if (!choice) break;
      last = choice;
    }
    return last;
  };
  const [earliest, latest] = [reach(-1), reach(1)];
  return { ...(earliest ? { earliest } : {}), ...(latest ? { latest } : {}) };
}

function show(values: Values, desk: Desk): Shown {
  const { group, birthMonth } = values;
  const date = desk.ask('retirement-date', { group, birthMonth });
  if (!date) return {};
  const { ageYears, ageMonths, delayMonths, retirementMonth } = date.result;
  const month = String(retirementMonth);
  const minimum = desk.ask('min-contribution', { retirementYear: month.slice(0, 4) });
  const { earliest, latest } = bounds(desk, values);
  // The bound's own conditions belong to the answer's sources.
  if (earliest && earliest.shift < 0) {
    desk.ask('elastic-retirement', { group, birthMonth, shiftMonths: earliest.shift, employerAgrees: true });
  }
  const row = (name: string, choice: Choice, words: string) => [
    name,
    monthWords(choice.month),
    ageWords(choice.years, choice.months),
    words,
  ];
  const needed = Number(minimum?.result.months ?? 0);
  return {
    headline: {
      label: '法定退休时间',
      text: monthWords(month),
      note: `${ageWords(Number(ageYears), Number(ageMonths))}${Number(delayMonths) > 0 ? `，比原来延迟 ${delayMonths} 个月` : '，不延迟'}`,
    },
    table: {
      label: '最早、法定和最晚的退休时间',
      head: [{ text: '' }, { text: '退休年月' }, { text: '年龄' }, { text: '条件' }],
      rows: [
        ...(earliest && earliest.shift < 0 ? [row('最早', earliest, '缴够年限，提前 3 个月书面告知单位')] : []),
        ['法定', monthWords(month), ageWords(Number(ageYears), Number(ageMonths)), '到时就退'],
        ...(latest && latest.shift > 0 ? [row('最晚', latest, '与单位协商一致')] : []),
      ],
    },
    facts: minimum ? [{ label: '最低要缴', text: spanWords(needed) }] : [],
    notices: [...(minimum ? paidNotice(values, needed) : []), ...elasticNotice(earliest, latest)],
  };
}

function paidNotice({ paidMonths = '' }: Values, needed: number): Notice[] {
  if (paidMonths === '') return [];
  const short = needed - Number(paidMonths);
  return short <= 0
    ? [{ tone: 'good', text: `已缴 ${spanWords(Number(paidMonths))}，年限已经够了。` }]
    : [{ tone: 'amber', text: `已缴 ${spanWords(Number(paidMonths))}，到退休前还要缴 ${spanWords(short)}。` }];
}

function elasticNotice(earliest: Choice | undefined, latest: Choice | undefined): Notice[] {
  const free = (earliest?.shift ?? 0) < 0 || (latest?.shift ?? 0) > 0;
  return free ? [] : [{ tone: 'note', text: '法定退休时间在 2025 年以前的，没有弹性退休。' }];
}

export const retirementTab: Tab = {
  name: 'retirement',
  title: '什么时候退休',
  heading: '什么时候能退休',
  fields: [
    { name: 'group', label: '人员类别', kind: 'choice', initial: 'male', options: GROUPS },
    { name: 'birthMonth', label: '出生年月', kind: 'month', initial: '1975-06' },
    {
      name: 'paidMonths',
      label: '养老保险已缴多少个月（可不填）',
      kind: 'whole',
      max: 720,
      initial: '',
      optional: true,
    },
  ],
  show,
};
