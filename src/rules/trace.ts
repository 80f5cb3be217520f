/** 计算过程: what the «为什么是这个数» view shows, step by step, each with its source. */
import { type Fen, formatPpm, formatYuanGrouped } from '../kernel/fen.ts';
import type { PolicyValue, TraceSource } from './book.ts';

export type TraceStep = {
  readonly kind:
    | 'input'
    | 'round'
    | 'clamp'
    | 'rate'
    | 'table'
    | 'rule'
    | 'multiply'
    | 'divide'
    | 'sum'
    | 'days'
    | 'result';
  readonly label: string;
  /** One short Chinese sentence. */
  readonly words: string;
  /** The step's value as shown at the right edge. */
  readonly valueText: string;
  /** Fen, ppm or days by the kind. */
  readonly value?: number;
  /** For the ruler under a clamp, all in fen; value is what went in. */
  readonly clamp?: { readonly lower: number; readonly upper: number; readonly value: number };
  readonly source?: TraceSource;
};

export type Trace<Result = Fen> = {
  readonly title: string;
  readonly result: Result;
  readonly resultText: string;
  readonly steps: readonly TraceStep[];
};

/** 3,450 or 204.93: a wage or base without needless decimals. */
export function plainYuan(fen: number): string {
  return formatYuanGrouped(fen).replace(/\.00$/, '');
}

export function rateStep(policy: PolicyValue, words: string): TraceStep {
  const value = Number(policy.value);
  return { kind: 'rate', label: policy.name, words, valueText: formatPpm(value), value, source: policy.source };
}

/** The exact value of numerator ÷ denominator fen in yuan with at least four decimals, cut (not rounded) at eight. */
export function exactYuan(numerator: bigint, denominator: bigint): string {
  const scaled = (numerator * 1_000_000n) / denominator;
  const whole = scaled / 100_000_000n;
  const decimals = String(scaled % 100_000_000n).padStart(8, '0');
  const trimmed = decimals.slice(0, 4) + decimals.slice(4).replace(/0+$/, '');
  const cut = (numerator * 1_000_000n) % denominator === 0n ? '' : '…';
  return `${String(whole).replace(/\B(?=(\d{3})+(?!\d))/g, ',')}.${trimmed}${cut}`;
}

/** An amount that went in. @param words where it comes from. */
export function inputStep(label: string, amountFen: number, words = ''): TraceStep {
  return { kind: 'input', label, words, valueText: formatYuanGrouped(amountFen), value: amountFen };
}

export function resultStep(label: string, amountFen: number, words = ''): TraceStep {
  return { kind: 'result', label, words, valueText: formatYuanGrouped(amountFen), value: amountFen };
}
