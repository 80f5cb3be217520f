/** 滞纳金、单据到期日、补缴窗口. */
import { addFen } from '../../../../src/kernel/fen.ts';
import { addDays, addMonths, type CivilDate, daysBetween } from '../../../../src/kernel/month.ts';
import { deadlineText } from '../../../ui/format.ts';
import { fenOf } from '../desk.ts';
import type { Tab } from '../kinds.ts';
import { monthWords, regionField, thisMonth } from './common.ts';

export const lateFeeTab: Tab = {
  name: 'late-fee',
  title: '滞纳金',
  heading: '晚缴要加多少',
  fields: [
    { name: 'overdue', label: '欠缴金额（元）', kind: 'yuan', initial: '828' },
    {
      name: 'arrearsDate',
      label: '从哪天起欠缴',
      kind: 'date',
      initial: (_, env) => addDays(env.asOf, -9),
      hint: '缴费期限的次日。',
    },
    { name: 'paidOn', label: '哪天缴清', kind: 'date', initial: (_, env) => env.asOf, hint: '起止两天都算。' },
  ],
  show: ({ overdue = '', arrearsDate = '', paidOn = '' }, desk) => {
    const days = daysBetween(arrearsDate as CivilDate, paidOn as CivilDate) + 1;
    if (days <= 0) return { notices: [{ tone: 'good', text: '还没到欠缴的日子，不加收。' }] };
    const answer = desk.ask('late-fee', { overdue, arrearsDate, days });
    if (!answer) return {};
    const fee = fenOf(answer.result.lateFee);
    return {
      headline: { label: `滞纳金（${days} 天）`, fen: fee },
      shares: [
        { label: '欠缴', fen: fenOf(overdue) },
        { label: '一共要缴', fen: addFen(fenOf(overdue), fee) },
      ],
      notices: [{ tone: 'note', text: '利息另算；跨月重新开单、缓缴、跨年的特殊规定以开出的单据为准。' }],
    };
  },
};

export const expiryTab: Tab = {
  name: 'expiry',
  title: '单据到期日',
  heading: '认定单哪天到期',
  fields: [
    regionField('bill.validRule'),
    { name: 'issuedOn', label: '开具日期', kind: 'date', initial: (_, env) => env.asOf },
    {
      name: 'workingDays',
      label: '有效工作日数（单据上另写了才填）',
      kind: 'whole',
      min: 1,
      max: 250,
      initial: '',
      optional: true,
      more: true,
    },
  ],
  show: (values, desk) => {
    const answer = desk.ask('notice-expiry', values);
    if (!answer) return {};
    const payBy = String(answer.result.payBy) as CivilDate;
    const left = daysBetween(desk.env.asOf, payBy);
    const rest = left < 0 ? `已过期 ${-left} 天` : left === 0 ? '今天是最后一天' : `还剩 ${left} 天`;
    return {
      headline: { label: '最晚缴费日', text: `${payBy.slice(0, 4)}年${deadlineText(payBy)} 24:00`, note: rest },
      notices:
        left < 0
          ? [{ tone: 'amber', text: '单据已经过期，要重新开单。' }]
          : [{ tone: 'note', text: '休息日和节假日不算工作日，调休上班的周末算。' }],
    };
  },
};

export const backPayTab: Tab = {
  name: 'back-pay',
  title: '补缴窗口',
  heading: '漏缴的月份还能网上补吗',
  fields: [
    regionField('window.selfBackMonths'),
    { name: 'target', label: '要补的月份', kind: 'month', initial: (_, env) => addMonths(thisMonth(env), -2) },
    { name: 'current', label: '哪个月去补', kind: 'month', initial: (_, env) => thisMonth(env) },
  ],
  show: (values, desk) => {
    const answer = desk.ask('back-pay-window', values);
    if (!answer) return {};
    const { onlineAllowed, monthsBack, earliest } = answer.result;
    const { current = '' } = values;
    const closes = addMonths(values.target as never, Number(answer.trace.steps[0]?.value ?? 0));
    return {
      headline: { label: `${monthWords(values.target ?? '')}的费款`, text: answer.trace.resultText },
      facts: [
        { label: '相隔', text: Number(monthsBack) > 0 ? `${monthsBack} 个月` : '不是以前的月份' },
        { label: `${monthWords(current)}最早补到`, text: monthWords(String(earliest)) },
        ...(onlineAllowed ? [{ label: '网上最晚', text: `${monthWords(closes)}底前` }] : []),
      ],
      notices: onlineAllowed
        ? [{ tone: 'good', text: '在网厅“补缴申报”里办，不用到窗口。' }]
        : Number(monthsBack) > 0
          ? [{ tone: 'amber', text: '超过网上补缴的月数，要带材料向经办机构申请行政审批。' }]
          : [],
    };
  },
};
