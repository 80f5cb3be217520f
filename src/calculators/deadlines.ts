/** 期限的计算器: how far back one may pay online, when a month closes, until when a bill can be paid. */

import { addMonths, monthsBetween } from '../kernel/month.ts';
import { billDeadline, closeDay, lookup, type TraceStep, withGiven } from '../rules/index.ts';
import { type Calculator, calculator } from './calculator.ts';
import { dateField, monthField, optional, regionField, whole } from './fields.ts';
import { formatMonth } from './write.ts';

const HUBEI = '420000';
const TAIYUAN = '140100';

const backPayWindow = calculator({
  name: 'back-pay-window',
  title: '网上补缴能补到哪个月',
  topic: 'lateFee',
  example: { region: '420500', current: '2023-04', target: '2023-01' },
  fields: { region: optional(regionField()), current: monthField('当前月份'), target: monthField('要补的月份') },
  run: ({ region = HUBEI, current, target }, { book }) => {
    const window = lookup(book, region, 'window.selfBackMonths', current);
    const months = Number(window.value);
    const back = monthsBetween(target, current);
    const onlineAllowed = back >= 1 && back <= months;
    const earliest = addMonths(current, -months);
    const words = `${formatMonth(current)}可补 ${formatMonth(earliest)}至 ${formatMonth(addMonths(current, -1))}。`;
    const step: TraceStep = {
      kind: 'rule',
      label: window.name,
      words,
      valueText: `${months} 个月`,
      value: months,
      source: window.source,
    };
    const resultText = onlineAllowed
      ? '可以网上补缴'
      : back > months
        ? '须向经办机构申请行政审批'
        : '不是以前的月份，不用补缴';
    const result: TraceStep = { kind: 'result', label: '结论', words: '', valueText: resultText };
    return {
      result: { onlineAllowed, monthsBack: back, earliest },
      trace: { title: '补缴窗口', result: onlineAllowed, resultText, steps: [step, result] },
    };
  },
});

const monthlyClose = calculator({
  name: 'monthly-close',
  title: '月结日（自动记账日，遇节假日提前）',
  topic: 'lateFee',
  example: { region: '140100', month: '2021-11' },
  fields: { region: optional(regionField()), month: monthField('月份'), closeDay: optional(whole('记账日', 1, 28)) },
  run: ({ region = TAIYUAN, month, closeDay: given }, { book, calendar }) => {
    const asked = withGiven(book, { 'close.day': given });
    const day = lookup(asked, region, 'close.day', month);
    const closeDate = closeDay(asked, calendar, region, month);
    const words = `每月 ${day.value} 日；不是工作日的提前到前一个工作日（调休上班的周末算工作日）。`;
    const step: TraceStep = { kind: 'days', label: day.name, words, valueText: closeDate, source: day.source };
    return {
      result: { closeDate },
      trace: { title: '月结日', result: closeDate, resultText: closeDate, steps: [step] },
    };
  },
});

const noticeExpiry = calculator({
  name: 'notice-expiry',
  title: '认定单缴费截止日期',
  topic: 'lateFee',
  example: { issuedOn: '2021-11-13', workingDays: 10 },
  fields: {
    issuedOn: dateField('开具日期'),
    workingDays: optional(whole('有效工作日数', 1, 250)),
    region: optional(regionField()),
  },
  run: ({ issuedOn, workingDays, region = HUBEI }, { book, calendar }) => {
    const given = {
      'bill.validWorkdays': workingDays,
      'bill.validRule': workingDays === undefined ? undefined : 'WORKDAYS',
    };
    const { deadline, effectiveFrom, trace } = billDeadline(withGiven(book, given), calendar, region, issuedOn);
    return { result: { payBy: deadline, countedFrom: effectiveFrom }, trace };
  },
});

export const DEADLINES_CALCULATORS: readonly Calculator[] = [backPayWindow, monthlyClose, noticeExpiry];
