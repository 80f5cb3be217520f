import type { Env } from '../../../../src/calculators/index.ts';
import { addMonths, isMonth, type Month, month, monthOf } from '../../../../src/kernel/month.ts';
import { findValue, type PolicyKey, plainYuan } from '../../../../src/rules/index.ts';
import type { Field, Values } from '../kinds.ts';

/** Where a visitor most likely is: the region this site was built for. */
export const HOME = '420500';

export function regionField(needs?: PolicyKey, initial = HOME): Field {
  return { name: 'region', label: '参保地', kind: 'region', initial, ...(needs ? { needs } : {}) };
}

export function thisMonth({ asOf }: Env): Month {
  return monthOf(asOf);
}

/** Ten years: beyond them nobody asks for «the latest month». */
const BACK = 120;

const LIMITS: readonly PolicyKey[] = ['base.lower', 'base.upper'];
const WHOLE: readonly PolicyKey[] = [...LIMITS, 'rate.injury.stageFactor'];

/** The newest month, not after this one, for which the region holds all of these parameters. */
function newest(keys: readonly PolicyKey[], region: string, env: Env): Month | undefined {
  for (let back = 0; back <= BACK; back += 1) {
    const at = addMonths(thisMonth(env), -back);
    if (keys.every((key) => findValue(env.book, region, key, at))) return at;
  }
  return undefined;
}

/** One month for every page about contributions: the newest that can be worked out whole, else the newest with limits, else this one. */
export function latestMonth({ region = HOME }: Values, env: Env): Month {
  return newest(WHOLE, region, env) ?? newest(LIMITS, region, env) ?? thisMonth(env);
}

/** Tells that a field starts in the past, and why. */
export function monthHint(): NonNullable<Field['hint']> {
  return (values, env) => {
    const latest = latestMonth(values, env);
    const { period = '' } = values;
    return period === latest && latest !== thisMonth(env)
      ? `${monthWords(latest)}是当地资料齐全的最近一个月。`
      : undefined;
  };
}

export function monthWords(text: string): string {
  return isMonth(text) ? `${text.slice(0, 4)}年${Number(text.slice(5))}月` : text;
}

export function asMonth(text: string): Month {
  return month(text);
}

/** 3,450 or 204.93 元 */
export function yuanWords(fen: number): string {
  return `${plainYuan(fen)} 元`;
}

export function ageWords(years: number, months: number): string {
  return `${years} 岁${months > 0 ? ` ${months} 个月` : ''}`;
}

/** 19 年 6 个月 */
export function spanWords(months: number): string {
  const years = Math.floor(months / 12);
  const rest = months % 12;
  return [years > 0 ? `${years} 年` : '', rest > 0 || years === 0 ? `${rest} 个月` : ''].filter(Boolean).join(' ');
}

export const GROUPS = [
  { value: 'male', label: '男职工' },
  { value: 'female_55', label: '女职工（原 55 岁退休）' },
  { value: 'female_50', label: '女职工（原 50 岁退休）' },
] as const;
