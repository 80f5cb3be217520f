/** The limits, factors and interest of the simulated years: laid over the policy book as 测试参数, and read again by the plain evaluator. */
export const REGION = '420500';

/** In force from July to June: lower and upper limit of the base, fen. Odd, so that rounding has something to do. */
export const LIMITS = [
  { from: '2022-07', lower: 345_055, upper: 1_800_037 },
  { from: '2023-07', lower: 360_011, upper: 1_900_023 },
  { from: '2024-07', lower: 379_909, upper: 2_000_101 },
  { from: '2025-07', lower: 401_207, upper: 2_111_703 },
] as const;

/** 补缴利息年利率, ppm, by year. */
export const INTEREST: Readonly<Record<string, number>> = {
  2022: 61_200,
  2023: 39_700,
  2024: 26_200,
  2025: 15_000,
  2026: 15_000,
};

/** 工伤保险阶段性系数, ppm: one, as in the policy of 2022-05…2024-12. */
const STAGE_FACTOR = 1_000_000;

const EVER_SINCE = '2020-01-01';

type OverlayValue = {
  region: string;
  key: string;
  from: string;
  to: string | null;
  value: number | string;
  label: string;
};

/** Some towns are booked by the bureau on a day of the month, as Taiyuan is (TY-CLS-01); the others declare themselves. */
const CLOSE_DAY = 20;
export const autoClose = (): OverlayValue[] => [
  { region: REGION, key: 'declaration.mode', from: '2021-01-01', to: null, value: 'AUTO_CLOSE', label: '模拟用' },
  { region: REGION, key: 'close.day', from: '2021-01-01', to: null, value: CLOSE_DAY, label: '模拟用' },
];

export function simulatedLaw(): OverlayValue[] {
  const one = (key: string, from: string, to: string | null, value: number): OverlayValue => ({
    region: REGION,
    key,
    from,
    to,
    value,
    label: '模拟用',
  });
  return [
    ...LIMITS.flatMap(({ from, lower, upper }, index) => {
      const next = LIMITS[index + 1];
      const to = next ? `${next.from.slice(0, 4)}-06-30` : null;
      return [one('base.lower', `${from}-01`, to, lower), one('base.upper', `${from}-01`, to, upper)];
    }),
    one('rate.injury.stageFactor', EVER_SINCE, null, STAGE_FACTOR),
    ...Object.entries(INTEREST).map(([year, value]) =>
      one('interest.annualRate', `${year}-01-01`, `${year}-12-31`, value),
    ),
  ];
}
