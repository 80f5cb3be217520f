/** 分：金额的唯一单位。一个经过检查的安全整数，绝不使用浮点。 */
export type Fen = number & { readonly __unit: 'fen' };

/** 比例：百万分之一（ppm）。16% = 160000。 */
export type Ppm = number & { readonly __unit: 'ppm' };

export const ZERO_FEN = 0 as Fen;

/** Checks that a number is an exact count of fen. Every edge (input, database, workbook, message) passes through here. */
export function fen(value: number): Fen {
  if (!Number.isSafeInteger(value)) throw new RangeError(`not an exact amount in fen: ${value}`);
  return value as Fen;
}

export function ppm(value: number): Ppm {
  if (!Number.isSafeInteger(value)) throw new RangeError(`not an exact rate in ppm: ${value}`);
  return value as Ppm;
}

export function addFen(...amounts: readonly number[]): Fen {
  let sum = 0;
  for (const amount of amounts) sum += amount;
  return fen(sum);
}

export function sumFen<T>(items: Iterable<T>, amountOf: (item: T) => number): Fen {
  let sum = 0;
  for (const item of items) sum += amountOf(item);
  return fen(sum);
}

/** Half-up division of exact integers (away from zero for negatives), the rounding of D-CAL-01. */
export function divideHalfUp(numerator: bigint, denominator: bigint): bigint {
  const negative = numerator < 0n !== denominator < 0n;
  const n = numerator < 0n ? -numerator : numerator;
  const d = denominator < 0n ? -denominator : denominator;
  const quotient = (2n * n + d) / (2n * d);
  return negative ? -quotient : quotient;
}

/** amount × rate, rounded half-up to the fen. Exact for bases up to 22.5 million yuan at 400 % without BigInt. */
export function mulPpm(amount: Fen, rate: Ppm): Fen {
  const product = amount * rate;
  if (Number.isSafeInteger(product) && product >= 0 && product <= Number.MAX_SAFE_INTEGER - 500_000) {
    return fen(Math.floor((product + 500_000) / 1_000_000));
  }
  return fen(Number(divideHalfUp(BigInt(amount) * BigInt(rate), 1_000_000n)));
}

const YUAN = /^(-?)(\d{1,14})(?:\.(\d{1,2}))?$/;

/** Parses yuan text («204.93») to fen; undefined when it is not an exact amount with at most two decimals. */
export function parseYuan(text: string): Fen | undefined {
  const match = YUAN.exec(text.trim().replaceAll(',', '').replace('−', '-'));
  if (!match) return undefined;
  const [, sign, whole = '0', decimals = ''] = match;
  const value = Number(whole) * 100 + Number(decimals.padEnd(2, '0') || '0');
  if (!Number.isSafeInteger(value)) return undefined;
  return fen(sign && value !== 0 ? -value : value);
}

/** 204.93 (no separators): workbooks, prints, stories. */
export function formatYuan(amount: number): string {
  const value = fen(amount);
  const absolute = Math.abs(value);
  const whole = Math.floor(absolute / 100);
  const rest = String(absolute % 100).padStart(2, '0');
  return `${value < 0 ? '-' : ''}${whole}.${rest}`;
}

/** 160,556.76 with the true minus sign U+2212: screens. */
export function formatYuanGrouped(amount: number): string {
  const [whole = '0', rest = '00'] = formatYuan(Math.abs(amount)).split('.');
  return `${amount < 0 ? '−' : ''}${whole.replace(/\B(?=(\d{3})+(?!\d))/g, ',')}.${rest}`;
}

/** 0.7% from 7000 ppm. */
export function formatPpm(rate: number): string {
  const value = ppm(rate);
  const text = (Math.floor(value / 10_000) + (value % 10_000) / 10_000).toString();
  return `${text}%`;
}
