/** 精确数: rational numbers for what whole fen and ppm cannot hold on the way (indices, years, divisors). Rounded once, at the end, by a named rule. */
import Fraction from 'fraction.js';
import { type Fen, fen } from './fen.ts';

export type Exact = Fraction;

const DECIMAL = /^-?\d{1,15}(?:\.\d{1,12})?$/;

/** An integer, or a decimal written out («30.67»); undefined for anything else (exponents, NaN, fractions). */
export function parseExact(text: string): Exact | undefined {
  return DECIMAL.test(text) ? new Fraction(text) : undefined;
}

/** @param value an integer or a decimal written out. A programmer's constant or a policy integer, not user input. */
export function exact(value: number | bigint | string): Exact {
  return new Fraction(value);
}

/** fen → yuan and ppm → ratio, exactly. */
export function yuanOf(amountFen: number): Exact {
  return new Fraction(fen(amountFen), 100);
}

export function ratioOf(ppm: number): Exact {
  return new Fraction(ppm, 1_000_000);
}

/** 舍入规则: the unit in fen and the direction. Half-up and up go away from zero. */
export const ROUNDINGS = {
  FEN: { unitFen: 1, mode: 'HALF_UP', words: '四舍五入到分' },
  FEN_UP: { unitFen: 1, mode: 'UP', words: '进到分' },
  JIAO: { unitFen: 10, mode: 'HALF_UP', words: '四舍五入到角' },
  JIAO_UP: { unitFen: 10, mode: 'UP', words: '进到角' },
  YUAN: { unitFen: 100, mode: 'HALF_UP', words: '四舍五入到元' },
  YUAN_UP: { unitFen: 100, mode: 'UP', words: '进到元' },
} as const;

export type Rounding = keyof typeof ROUNDINGS;

export function isRounding(text: string): text is Rounding {
  return Object.hasOwn(ROUNDINGS, text);
}

/** A yuan amount in fen under a rounding rule. */
export function toFen(yuan: Exact, rounding: Rounding = 'FEN'): Fen {
  const { unitFen, mode } = ROUNDINGS[rounding];
  const units = yuan.abs().mul(100).div(unitFen);
  const count = mode === 'UP' ? units.ceil() : units.add(1, 2).floor();
  return fen(Number(count.n) * unitFen * (yuan.s < 0n ? -1 : 1) + 0);
}

/** Rounded half-up to a number of decimals. */
export function roundDecimals(value: Exact, decimals: number): Exact {
  const scale = 10 ** decimals;
  const scaled = value.abs().mul(scale).add(1, 2).floor().div(scale);
  return value.s < 0n ? scaled.neg() : scaled;
}

/** Written out with at most `decimals` places, cut and marked «…» where it goes on. For traces. */
export function showExact(value: Exact, decimals = 8): string {
  const scale = 10n ** BigInt(decimals);
  const scaled = (value.n * scale) / value.d;
  const rest = (value.n * scale) % value.d;
  const fraction = String(scaled % scale)
    .padStart(decimals, '0')
    .replace(/0+$/, '');
  const whole = String(scaled / scale).replace(/\B(?=(\d{3})+(?!\d))/g, ',');
  return `${value.s < 0n ? '−' : ''}${whole}${fraction ? `.${fraction}` : ''}${rest === 0n ? '' : '…'}`;
}
