/** 应缴 in plain fractions, from the articles themselves: D-CAL-01, D-CAL-02, HB-RATE-01…06 and the notices named beside each figure. */
import { decimal, type Fraction, less, nearest, times, whole } from './fraction.ts';

export type Shares = { readonly unit: Fraction; readonly person: Fraction };

type Dated<T> = readonly [from: string, to: string, value: T];

const EVER = '9999-12';
const shares = (unit: string, person: string): Shares => ({ unit: decimal(unit), person: decimal(person) });

/** 国发〔2005〕38号 20 % + 8 %; 国办发〔2019〕13号 16 % + 8 % since May 2019, everywhere. */
const PENSION: readonly Dated<Shares>[] = [
  ['2006-01', '2019-04', shares('0.20', '0.08')],
  ['2019-05', EVER, shares('0.16', '0.08')],
];

/** 失业保险条例第六条 2 % + 1 % until February 2015 (from the month after 1999-01-22); after that the province says. */
const UNEMPLOYMENT: readonly Dated<Shares>[] = [['1999-02', '2015-02', shares('0.02', '0.01')]];
const UNEMPLOYMENT_OF: Readonly<Record<string, readonly Dated<Shares>[]>> = {
  '42': [
    ['2015-03', '2016-04', shares('0.015', '0.005')],
    ['2016-05', EVER, shares('0.007', '0.003')],
  ],
  '32': [['2017-01', EVER, shares('0.005', '0.005')]],
  '37': [['2017-05', EVER, shares('0.007', '0.003')]],
  '51': [['2016-05', EVER, shares('0.006', '0.004')]],
  '11': [['2022-01', EVER, shares('0.005', '0.005')]],
};

/** 一类…八类 (HB-RATE-03; 人社部发〔2015〕71号, since October 2015). */
export const INJURY_CLASSES = ['0.002', '0.004', '0.007', '0.009', '0.011', '0.013', '0.016', '0.019'].map(decimal);

function at<T>(table: readonly Dated<T>[], month: string): T | undefined {
  return table.find(([from, to]) => from <= month && month <= to)?.[2];
}

/** 宜昌 2022-05…2024-12: the stage factor is 1 (HB-RATE-04). 随州 2021-11: one half. Elsewhere it must be said. */
function stageOf(region: string, month: string): Fraction | undefined {
  if (region === '420500' && month >= '2022-05' && month <= '2024-12') return whole(1);
  if (region === '421300' && month === '2021-11') return decimal('0.5');
  return undefined;
}

export type Insurance = 'pension' | 'unemployment' | 'injury';

/** Undefined: no source gives the rate. `stage` is what the asker says. */
export function sharesOf(
  insurance: Insurance,
  region: string,
  month: string,
  injuryClass: number,
  stage?: Fraction,
): Shares | undefined {
  if (insurance === 'pension') return at(PENSION, month);
  if (insurance === 'unemployment') {
    return at([...UNEMPLOYMENT, ...(UNEMPLOYMENT_OF[region.slice(0, 2)] ?? [])], month);
  }
  const factor = stage ?? stageOf(region, month);
  const rate = INJURY_CLASSES[injuryClass - 1];
  return month >= '2015-10' && factor && rate ? { unit: times(rate, factor), person: whole(0) } : undefined;
}

/** Each part by itself to the fen (D-CAL-01). */
export function partsOf(baseFen: bigint, { unit, person }: Shares): { readonly unit: bigint; readonly person: bigint } {
  return { unit: nearest(times(whole(baseFen), unit)), person: nearest(times(whole(baseFen), person)) };
}

/** 四舍五入到 `step`, then into the limits (D-CAL-02). */
export function clampedBase(wageFen: bigint, stepFen: bigint, lower: bigint, upper: bigint): bigint {
  const rounded = nearest([wageFen, stepFen]) * stepFen;
  if (less(whole(rounded), whole(lower))) return lower;
  return less(whole(upper), whole(rounded)) ? upper : rounded;
}

export type Limits = {
  readonly region: string;
  readonly from: string;
  readonly to: string;
  readonly lower: bigint;
  readonly upper: bigint;
  /** 湖北: to ten yuan; elsewhere not rounded. */
  readonly step: bigint;
};

const limits = (region: string, from: string, to: string, lower: number, upper: number, step = 1n): Limits => ({
  region,
  from,
  to,
  lower: BigInt(lower) * 100n,
  upper: BigInt(upper) * 100n,
  step,
});

/** Published limits: HB-RATE-05; 鄂人社发〔2025〕28号; 晋人社厅发〔2025〕35号、〔2026〕27号; 鲁人社字〔2026〕75号; 苏人社发〔2025〕33号; 京人社发〔2026〕7号. */
export const LIMITS: readonly Limits[] = [
  limits('420500', '2022-07', '2023-06', 3450, 18000, 1000n),
  limits('420500', '2025-01', '2026-11', 4299, 21678, 1000n),
  limits('420100', '2024-01', '2024-12', 4007, 22467, 1000n),
  limits('420100', '2025-01', '2026-11', 4498, 22488, 1000n),
  limits('421000', '2025-01', '2026-11', 4254, 21462, 1000n),
  limits('140100', '2024-01', '2024-12', 4113, 20564),
  limits('140100', '2025-01', '2025-12', 4198, 20991),
  limits('140000', '2026-01', '2026-11', 4244, 21219),
  limits('370000', '2024-01', '2024-12', 4416, 22078),
  limits('371003', '2026-01', '2026-11', 4573, 22863),
  limits('320000', '2024-01', '2024-12', 4879, 24396),
  limits('320831', '2025-01', '2026-11', 4952, 24762),
  limits('110000', '2024-07', '2025-06', 6821, 35283),
  limits('110000', '2026-07', '2026-11', 7270, 36348),
];
