/** How figures are written in a calculator's result. */
import { type Exact, showExact } from '../kernel/exact.ts';
import { formatYuan } from '../kernel/fen.ts';

/** "204.93": an amount, always two decimals. */
export function amount(fen: number): string {
  return formatYuan(fen);
}

/** "3450" or "6854.58": a base, limit or standard, without needless decimals. */
export function plain(fen: number): string {
  return formatYuan(fen).replace(/\.00$/, '');
}

/** "0.007" from 7000 ppm. */
export function ratioText(ppm: number): string {
  const text = `${Math.floor(ppm / 1_000_000)}.${String(ppm % 1_000_000).padStart(6, '0')}`;
  return text.replace(/\.?0+$/, '');
}

/** "138.4": an exact decimal without separators. */
export function decimalText(value: Exact, decimals = 8): string {
  return showExact(value, decimals).replaceAll(',', '').replace('…', '').replace('−', '-');
}

/** 2023年4月 */
export function formatMonth(month: string): string {
  return `${month.slice(0, 4)}年${Number(month.slice(5))}月`;
}
