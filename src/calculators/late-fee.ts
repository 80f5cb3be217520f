/** 滞纳金的计算器: the plain product, its rate by date, Taiyuan's cross-year rule, Hubei's next month, the deferral's grace. */
import { divideHalfUp, fen, formatPpm, formatYuanGrouped } from '../kernel/fen.ts';
import { addDays, type CivilDate, daysBetween, firstDay, isMonth, type Month, month } from '../kernel/month.ts';
import {
  crossYearGrace,
  exactYuan,
  inputStep,
  lateFrom,
  lookup,
  lookupText,
  rateStep,
  resultStep,
  type Trace,
  type TraceStep,
  withGiven,
} from '../rules/index.ts';
import { type Calculator, calculator } from './calculator.ts';
import { dateField, monthField, NATION, optional, rate, regionField, textAs, whole, yuan } from './fields.ts';
import { amount, ratioText } from './write.ts';

const YICHANG_PROVINCE = '420000';
const TAIYUAN = '140100';

const lateFee = calculator({
  name: 'late-fee',
  title: '滞纳金',
  topic: 'lateFee',
  example: { overdue: '828.00', days: 10, dailyRate: '0.0005' },
  fields: {
    overdue: yuan('欠缴数额'),
    days: whole('滞纳天数', 0, 36_600),
    dailyRate: optional(rate('日加收率', 1)),
    arrearsDate: optional(dateField('欠缴之日')),
    region: optional(regionField()),
  },
  run: ({ overdue, days, dailyRate, arrearsDate, region = NATION }, { book, asOf }) => {
    const asked = withGiven(book, { 'lateFee.dailyRate': dailyRate });
    const daily = lookup(asked, region, 'lateFee.dailyRate', arrearsDate ?? asOf);
    const product = BigInt(overdue) * BigInt(Number(daily.value)) * BigInt(days);
    const fee = fen(Number(divideHalfUp(product, 1_000_000n)));
    const exactText = exactYuan(product, 1_000_000n);
    const words = `${formatYuanGrouped(overdue)} × ${formatPpm(Number(daily.value))} × ${days} = ${exactText}，四舍五入到分。`;
    const steps: TraceStep[] = [
      inputStep('欠缴数额', overdue),
      { kind: 'days', label: '滞纳天数', words: '', valueText: `${days} 天`, value: days },
      rateStep(daily, '按日加收。'),
      { kind: 'multiply', label: '相乘', words, valueText: formatYuanGrouped(fee), value: fee },
      resultStep('滞纳金', fee),
    ];
    return {
      result: { lateFee: amount(fee) },
      trace: { title: '滞纳金', result: fee, resultText: formatYuanGrouped(fee), steps },
    };
  },
});

const lateFeeRate = calculator({
  name: 'late-fee-rate',
  title: '滞纳金日加收率（按欠缴之日）',
  topic: 'lateFee',
  example: { arrearsDate: '2011-06-30' },
  fields: { arrearsDate: dateField('欠缴之日'), region: optional(regionField()) },
  run: ({ arrearsDate, region = NATION }, { book }) => {
    const daily = lookup(book, region, 'lateFee.dailyRate', arrearsDate);
    const resultText = formatPpm(Number(daily.value));
    const steps = [rateStep(daily, `${arrearsDate} 欠缴。`)];
    return {
      result: { dailyRate: ratioText(Number(daily.value)) },
      trace: { title: daily.name, result: resultText, resultText, steps },
    };
  },
});

/** Late from `start` on; both ends counted. */
function lateness(start: CivilDate, on: CivilDate): { readonly applies: boolean; readonly days: number } {
  const days = Math.max(0, daysBetween(start, on) + 1);
  return { applies: days > 0, days };
}

function startTrace(
  title: string,
  last: string,
  on: CivilDate,
  applies: boolean,
  days: number,
  step: TraceStep,
): Trace<boolean> {
  const resultText = applies ? `加收，${days} 天` : '不加收';
  const result: TraceStep = {
    kind: 'result',
    label: title,
    words: applies ? `${on} 已过 ${last}，首尾都算。` : `${on} 未过 ${last}。`,
    valueText: resultText,
  };
  return { title, result: applies, resultText, steps: [step, result] };
}

const taiyuan = calculator({
  name: 'late-fee-taiyuan',
  title: '太原跨年滞纳金',
  topic: 'lateFee',
  example: { region: '140100', billMonth: '2021-11', paidOn: '2022-01-03' },
  fields: { region: optional(regionField()), billMonth: monthField('征集单月份'), paidOn: dateField('缴费日期') },
  run: ({ region = TAIYUAN, billMonth, paidOn }, { book }) => {
    const grace = crossYearGrace(book, region, billMonth, firstDay(billMonth));
    const start = addDays(grace, 1);
    const { applies, days } = lateness(start, paidOn);
    const rule = lookup(book, region, 'crossYear.grace', firstDay(billMonth));
    const words = `${billMonth} 的征集单，${grace} 24:00 前缴清不加收。`;
    const step: TraceStep = { kind: 'rule', label: '宽限末日', words, valueText: grace, source: rule.source };
    return {
      result: { lateFeeApplies: applies, ...(applies ? { days, start } : {}), graceUntil: grace },
      trace: startTrace('跨年滞纳金', grace, paidOn, applies, days, step),
    };
  },
});

const hubei = calculator({
  name: 'late-fee-hubei',
  title: '湖北：跨月重新开单加收利息和滞纳金',
  topic: 'lateFee',
  example: { region: '420500', period: '2023-04', noticeReissuedOn: '2023-05-10' },
  fields: {
    region: optional(regionField()),
    period: monthField('费款所属期'),
    noticeReissuedOn: dateField('重新开单日期'),
  },
  run: ({ region = YICHANG_PROVINCE, period, noticeReissuedOn }, { book }) => {
    const start = lateFrom(book, region, 'MONTHLY', period, firstDay(period));
    const { applies, days } = lateness(start, noticeReissuedOn);
    const rule = lookup(book, region, 'arrearsStart.MONTHLY', firstDay(period));
    const step: TraceStep = {
      kind: 'rule',
      label: '起算日',
      words: `${period} 的费款，跨月从 ${start} 起加收。`,
      valueText: start,
      source: rule.source,
    };
    return {
      result: { interestAndLateFeeApply: applies, ...(applies ? { startDateIfApplies: start, days } : {}) },
      trace: startTrace('利息和滞纳金', addDays(start, -1), noticeReissuedOn, applies, days, step),
    };
  },
});

/** 缓缴的费款所属月 or its year: the rule stands for a whole year. */
function deferredMonth(raw: string): Month | undefined {
  if (/^\d{4}$/.test(raw)) return month(`${raw}-01`);
  const text = raw.slice(0, 7);
  return raw.length <= 10 && isMonth(text) ? text : undefined;
}

const deferral = calculator({
  name: 'deferral',
  title: '缓缴的补缴：是否加收滞纳金',
  topic: 'lateFee',
  example: { region: '420500', deferredIn: '2022-06', paidOn: '2023-12-31' },
  fields: {
    region: optional(regionField()),
    deferredIn: textAs('缓缴的费款所属月', '年月或年，如 "2022-06"', deferredMonth),
    paidOn: dateField('补缴日期'),
  },
  run: ({ region = YICHANG_PROVINCE, deferredIn, paidOn }, { book }) => {
    const rule = lookup(book, region, 'deferral.graceUntil', deferredIn);
    const grace = lookupText(book, region, 'deferral.graceUntil', deferredIn) as CivilDate;
    const { applies, days } = lateness(addDays(grace, 1), paidOn);
    const step: TraceStep = {
      kind: 'rule',
      label: '免收滞纳金至',
      words: '补缴期间免收滞纳金。',
      valueText: grace,
      source: rule.source,
    };
    return {
      result: { lateFeeApplies: applies, graceUntil: grace, ...(applies ? { days, start: addDays(grace, 1) } : {}) },
      trace: startTrace('缓缴补缴滞纳金', grace, paidOn, applies, days, step),
    };
  },
});

export const LATE_FEE_CALCULATORS: readonly Calculator[] = [lateFee, lateFeeRate, taiyuan, hubei, deferral];
