/** 缴费基数上下限 (HB-RATE-05): read from the book where published; only a given average wage is multiplied out. */
import { exact, ratioOf, showExact, yuanOf } from '../kernel/exact.ts';
import { type Fen, fen, formatPpm, type Ppm } from '../kernel/fen.ts';
import { findValue, lookup, type PolicyBook, type PolicyValue } from './book.ts';
import { inputStep, plainYuan, type Trace, type TraceStep } from './trace.ts';

export type BaseLimits = {
  /** 标准; absent where the source gives only the limits. */
  readonly standardFen?: Fen;
  readonly lowerFen: Fen;
  readonly upperFen: Fen;
  readonly trace: Trace<string>;
};

/** The limits in force on a day. @throws DomainError POL-001 */
export function publishedLimits(book: PolicyBook, region: string, on: string): BaseLimits {
  const standard = findValue(book, region, 'base.standard', on);
  const lower = findValue(book, region, 'base.lower', on) ?? lookupPension(book, region, 'lower', on);
  const upper = findValue(book, region, 'base.upper', on) ?? lookupPension(book, region, 'upper', on);
  const found = [standard, lower, upper].filter((value) => value !== undefined);
  const steps = found.map((value): TraceStep => {
    const amount = Number(value.value);
    return {
      kind: 'table',
      label: value.name,
      words: '',
      valueText: plainYuan(amount),
      value: amount,
      source: value.source,
    };
  });
  const limits = { lowerFen: fen(Number(lower.value)), upperFen: fen(Number(upper.value)) };
  return {
    ...(standard ? { standardFen: fen(Number(standard.value)) } : {}),
    ...limits,
    trace: limitsTrace(limits.lowerFen, limits.upperFen, steps),
  };
}

function lookupPension(book: PolicyBook, region: string, bound: 'lower' | 'upper', on: string): PolicyValue {
  const own = findValue(book, region, `base.${bound}.pension`, on);
  return own ?? lookup(book, region, `base.${bound}`, on);
}

/** 月平均工资 × the ratios, each rounded half-up to `roundToFen`. For what-ifs and for checking a notice, never for a bill. */
export function limitsFromAverage(averageFen: Fen, lowerPpm: Ppm, upperPpm: Ppm, roundToFen: number): BaseLimits {
  const limit = (ratio: Ppm): Fen => {
    const units = yuanOf(averageFen).mul(ratioOf(ratio)).mul(100).div(roundToFen);
    return fen(Number(units.add(exact('0.5')).floor().n) * roundToFen);
  };
  const step = (label: string, ratio: Ppm, value: Fen): TraceStep => {
    const product = showExact(yuanOf(averageFen).mul(ratioOf(ratio)));
    const words = `${plainYuan(averageFen)} × ${formatPpm(ratio)} = ${product}，四舍五入到 ${plainYuan(roundToFen)} 元。`;
    return { kind: 'multiply', label, words, valueText: plainYuan(value), value };
  };
  const lowerFen = limit(lowerPpm);
  const upperFen = limit(upperPpm);
  const steps = [
    inputStep('月平均工资', averageFen),
    step('下限', lowerPpm, lowerFen),
    step('上限', upperPpm, upperFen),
  ];
  return { lowerFen, upperFen, trace: limitsTrace(lowerFen, upperFen, steps) };
}

function limitsTrace(lower: Fen, upper: Fen, steps: readonly TraceStep[]): Trace<string> {
  const resultText = `${plainYuan(lower)} 至 ${plainYuan(upper)}`;
  const result: TraceStep = { kind: 'result', label: '缴费基数上下限', words: '', valueText: resultText };
  return { title: '缴费基数上下限', result: resultText, resultText, steps: [...steps, result] };
}
