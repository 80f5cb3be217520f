/** Fractions of two integers, as in school: the second evaluator (this folder) shares no arithmetic with the product. Never negative. */
export type Fraction = readonly [over: bigint, under: bigint];

export function whole(count: bigint | number): Fraction {
  return [BigInt(count), 1n];
}

/** «0.0397» as 397/10000. */
export function decimal(text: string): Fraction {
  const [units = '0', decimals = ''] = text.split('.');
  return [BigInt(units + decimals), 10n ** BigInt(decimals.length)];
}

export function plus(...all: readonly Fraction[]): Fraction {
  return all.reduce(([a, b], [c, d]) => [a * d + c * b, b * d], [0n, 1n]);
}

export function times(...all: readonly Fraction[]): Fraction {
  return all.reduce(([a, b], [c, d]) => [a * c, b * d], [1n, 1n]);
}

export function less([a, b]: Fraction, [c, d]: Fraction): boolean {
  return a * d < c * b;
}

/** 四舍五入 to a whole number: a half goes up. */
export function nearest([over, under]: Fraction): bigint {
  const rest = over % under;
  return 2n * rest >= under ? over / under + 1n : over / under;
}

/** 进: any rest goes up. */
export function above([over, under]: Fraction): bigint {
  return over % under === 0n ? over / under : over / under + 1n;
}

/** 86940 fen → «869.40». */
export function yuanText(fen: bigint): string {
  const digits = String(fen).padStart(3, '0');
  return `${digits.slice(0, -2)}.${digits.slice(-2)}`;
}

/** 345000 fen → «3450», 345050 → «3450.50». */
export function plainYuan(fen: bigint): string {
  return fen % 100n === 0n ? String(fen / 100n) : yuanText(fen);
}
