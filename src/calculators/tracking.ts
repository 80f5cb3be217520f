/** 到账跟踪的计算器: the five stages and when a posted receipt is allocated (HB-TRK). */
import { addDays, civilDate, isCivilDate } from '../kernel/month.ts';
import { lookup, type TraceStep } from '../rules/index.ts';
import { type Calculator, calculator, wrongInput } from './calculator.ts';
import { flag, optional, regionField, textAs } from './fields.ts';

/** 五段跟踪, in order. */
const STAGES = [
  ['ISSUED', '缴费认定'],
  ['INVOICED', '税务开票'],
  ['TAX_POSTED', '税务登账'],
  ['SS_POSTED', '社保登账'],
  ['ALLOCATED', '实收分配'],
] as const;

/** Date, separator, time, and the zone of China or none (D-CAL-07): the answer is written in the same shape. */
const MOMENT = /^(\d{4}-\d{2}-\d{2})(?:([T ])([01]\d|2[0-3]):[0-5]\d(:[0-5]\d(?:\.\d+)?)?(\+08:00)?)?$/;

function moment(raw: string): RegExpExecArray | undefined {
  const match = MOMENT.exec(raw);
  return match && isCivilDate(match[1] ?? '') ? match : undefined;
}

const tracking = calculator({
  name: 'tracking',
  title: '到账跟踪：五段次序、实收分配时间',
  topic: 'lateFee',
  example: { siPostedAt: '2023-04-10T16:00:00' },
  fields: {
    siPostedAt: optional(textAs('社保登账时间', '北京时间的日期时间，如 "2023-04-10T16:00:00"', moment)),
    stages: optional(flag('要五段次序')),
    region: optional(regionField()),
  },
  run: ({ siPostedAt, stages, region = '420000' }, { book, asOf }) => {
    if (!siPostedAt && !stages) throw wrongInput('写 siPostedAt，或写 stages: true', 'siPostedAt');
    const order = STAGES.map(([code]) => code);
    const labels = STAGES.map(([, label]) => label);
    const orderStep: TraceStep = { kind: 'rule', label: '五段次序', words: labels.join(' → '), valueText: '5 段' };
    if (!siPostedAt) {
      return {
        result: { order, labels },
        trace: { title: '到账跟踪', result: order, resultText: labels.join(' → '), steps: [orderStep] },
      };
    }
    const [, day = '', separator = 'T', , seconds = '', zone = ''] = siPostedAt;
    const at = lookup(book, region, 'allocation.at', asOf);
    const nextDay = addDays(civilDate(day), 1);
    const allocatedAt = `${nextDay}${separator}${at.value}${seconds ? ':00' : ''}${zone}`;
    const words = `登账次日 ${at.value} 配账。`;
    const step: TraceStep = { kind: 'rule', label: at.name, words, valueText: allocatedAt, source: at.source };
    return {
      result: { allocatedAt, order, labels },
      trace: { title: '实收分配时间', result: allocatedAt, resultText: allocatedAt, steps: [orderStep, step] },
    };
  },
});

export const TRACKING_CALCULATORS: readonly Calculator[] = [tracking];
