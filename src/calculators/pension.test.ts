import { describe, expect, it } from 'vitest';
import { workCalendar } from '../kernel/calendar.ts';
import { civilDate } from '../kernel/month.ts';
import { createBook } from '../rules/index.ts';
import { answerLine, findCalculator } from './index.ts';

const env = { book: createBook(), calendar: workCalendar([]), asOf: civilDate('2026-11-21') };

function ask(name: string, input: Record<string, unknown>): Record<string, unknown> {
  const calculator = findCalculator(name);
  if (!calculator) throw new Error(name);
  return JSON.parse(answerLine(calculator, JSON.stringify(input), env));
}

type Sheet = readonly [
  where: string,
  facts: Record<string, unknown>,
  parts: readonly [basic: string, account: string, transitional: string, total: string],
];

/**
 * 待遇核定表 as published without names (collected in github.com/liubigfatty/pension-calculator, cases/…, those marked as official sheets): the printed facts and the printed figures.
 */
const SHEETS: readonly Sheet[] = [
  [
    'hubei/11 荆州 2026-05: only the wage rounded first gives 2286.90',
    {
      region: '421000',
      year: 2025,
      years: '32.5',
      preAccountYears: '2.08',
      accountBalance: '105842.74',
      payoutMonths: '195',
      averageIndex: '0.9519',
    },
    ['2286.90', '542.78', '171.31', '3000.99'],
  ],
  [
    'hubei/5 武汉 2024-11, base of 2023',
    {
      region: '420100',
      year: 2023,
      years: '30.67',
      preAccountYears: '2.08',
      accountBalance: '122933.00',
      payoutMonths: '195',
      averageIndex: '0.8219',
    },
    ['2480.97', '630.43', '182.17', '3293.57'],
  ],
  [
    'hubei/6 武汉 2025-10, 60 years 2 months, base of 2024',
    {
      region: '420100',
      year: 2024,
      retirementMonth: '2025-10',
      ageYears: 60,
      ageMonths: 2,
      years: '40.17',
      preAccountYears: '10.33',
      accountBalance: '305222.92',
      averageIndex: '1.7699',
    },
    ['5019.25', '2214.97', '1979.40', '9213.62'],
  ],
  [
    'hubei/7 黄石 2025-05',
    {
      region: '420200',
      year: 2024,
      years: '24.5',
      preAccountYears: '14.25',
      accountBalance: '25843.25',
      payoutMonths: '139',
      averageIndex: '0.9729',
    },
    ['1703.36', '185.92', '1172.55', '3061.83'],
  ],
  [
    'hubei/8 武汉 2025-11, base of 2025',
    {
      region: '420100',
      year: 2025,
      years: '28.83',
      preAccountYears: '1',
      accountBalance: '93583.84',
      payoutMonths: '195',
      averageIndex: '0.7654',
    },
    ['2318.84', '479.92', '83.69', '2882.45'],
  ],
  [
    'hubei/9 十堰 2026-06, 51 years 11 months, paid by the base of 2025 until the next',
    {
      region: '420300',
      year: 2025,
      retirementMonth: '2026-06',
      birthMonth: '1974-07',
      years: 15,
      accountBalance: '50643.00',
      averageIndex: '0.5841',
    },
    ['872.05', '273.16', '0.00', '1145.21'],
  ],
  [
    'shanxi/1 太原 2025-10, two indexed wages; 4185.74 up to the jiao',
    {
      region: '140100',
      year: 2025,
      years: '41.25',
      preAccountYears: '12.9167',
      accountBalance: '96607.26',
      payoutMonths: '139',
      indexWage: '5514.81855',
      transitionIndexWage: '5105.89441',
    },
    ['2633.36', '695.02', '857.36', '4185.80'],
  ],
  [
    'shanxi/2 太原 2024-02; 2293.84 up to the jiao',
    {
      region: '140100',
      year: 2024,
      years: '30.1667',
      preAccountYears: '3.5',
      accountBalance: '72059.90',
      payoutMonths: '195',
      indexWage: '4338.13666',
    },
    ['1726.91', '369.54', '197.39', '2293.90'],
  ],
  [
    'shanxi/4 太原 2023-04; 3993.88 up to the jiao',
    {
      region: '140100',
      year: 2023,
      years: '39.83333',
      preAccountYears: '14',
      accountBalance: '72562.63',
      payoutMonths: '139',
      indexWage: '5734.37271',
      transitionIndexWage: '5253.30696',
    },
    ['2515.75', '522.03', '956.10', '3993.90'],
  ],
  [
    'shanxi/5 太原 2023-04; 1701.30 stays',
    {
      region: '140100',
      year: 2023,
      years: '20.75',
      preAccountYears: '4.91667',
      accountBalance: '48083.07',
      payoutMonths: '195',
      indexWage: '4408.49343',
    },
    ['1172.94', '246.58', '281.78', '1701.30'],
  ],
  [
    'shandong/1 济南 2026-01, 55 years 4 months, base of 2025',
    {
      region: '370100',
      year: 2025,
      retirementMonth: '2026-01',
      birthMonth: '1970-09',
      years: '24.08',
      preAccountYears: '2.42',
      accountBalance: '160413.01',
      averageIndex: '1.735',
    },
    ['2578.70', '954.84', '427.44', '3960.98'],
  ],
  [
    'shandong/4 2025-11, base of 2024 in advance',
    {
      region: '370000',
      year: 2024,
      years: 32,
      preAccountYears: '2.5',
      accountBalance: '101912.71',
      payoutMonths: '170',
      averageIndex: '0.64',
    },
    ['2014.71', '599.49', '159.70', '2773.90'],
  ],
  [
    'neimenggu/2 2025-09: 493 months; an index below 1 counts as 1 in the transitional part',
    {
      region: '150000',
      year: 2025,
      years: 41.083333333333336,
      preAccountYears: 11.333333333333334,
      accountBalance: '93577.20',
      payoutMonths: '139',
      averageIndex: '0.6111',
    },
    ['2706.81', '673.22', '1112.34', '4492.37'],
  ],
  [
    'tianjin/1 2026-03, two indices, base of 2025',
    {
      region: '120000',
      year: 2025,
      retirementMonth: '2026-03',
      years: '30.5',
      preAccountYears: '10.42',
      accountBalance: '173043.36',
      payoutMonths: '139',
      averageIndex: '1.17',
      transitionIndex: '1.14',
    },
    ['3116.32', '1244.92', '1118.63', '5479.87'],
  ],
  [
    'tianjin/4 2025, base of 2024',
    {
      region: '120000',
      year: 2024,
      years: '33.33',
      preAccountYears: '9.42',
      accountBalance: '103735.84',
      payoutMonths: '139',
      averageIndex: '0.79',
      transitionIndex: '0.81',
    },
    ['2753.94', '746.30', '704.42', '4204.66'],
  ],
  [
    'fujian/1 南平 2025-10',
    {
      region: '350000',
      calcBase: '7932.00',
      retirementMonth: '2025-10',
      years: '41.5',
      preAccountYears: '11.5',
      accountBalance: '60269.59',
      payoutMonths: '139',
      averageIndex: '0.572',
    },
    ['2587.34', '433.59', '678.30', '3699.23'],
  ],
  [
    'hunan/1 株洲 2026-03, base of 2025',
    {
      region: '430000',
      year: 2025,
      retirementMonth: '2026-03',
      years: '31.33',
      preAccountYears: '8.17',
      accountBalance: '85298.25',
      payoutMonths: '139',
      averageIndex: '1.0324',
    },
    ['2449.58', '613.66', '843.66', '3906.90'],
  ],
  [
    'hunan/2 株洲 2025-07, 60 years 2 months as the divisor says, base of 2024: the wage is not rounded first',
    {
      region: '430000',
      year: 2024,
      retirementMonth: '2025-07',
      years: '43.67',
      preAccountYears: '16.08',
      accountBalance: '193003.56',
      payoutMonths: '137.8',
      averageIndex: '1.3708',
    },
    ['3943.57', '1400.61', '2182.95', '7527.13'],
  ],
  [
    'hunan/3 株洲 2024-09',
    {
      region: '430000',
      calcBase: '7417.00',
      retirementMonth: '2024-09',
      years: 32,
      preAccountYears: '2.92',
      accountBalance: '98078.68',
      payoutMonths: '195',
      averageIndex: '0.8186',
    },
    ['2158.17', '502.97', '230.48', '2891.62'],
  ],
  [
    'jiangxi/1 2024-08: four decimals of a year',
    {
      region: '360000',
      calcBase: '6747.00',
      retirementMonth: '2024-08',
      years: '30.5',
      preAccountYears: '19/12',
      accountBalance: '66801.75',
      payoutMonths: '195',
      averageIndex: '0.564',
    },
    ['1609.23', '342.57', '78.32', '2030.12'],
  ],
  [
    'jiangxi/2 南昌 2025-05',
    {
      region: '360000',
      calcBase: '6916.00',
      retirementMonth: '2025-05',
      years: '254/12',
      preAccountYears: '74/12',
      accountBalance: '57924.42',
      payoutMonths: '170',
      averageIndex: '0.694',
    },
    ['1239.91', '340.73', '384.78', '1965.42'],
  ],
  [
    'jiangxi/7 南昌 2025-10',
    {
      region: '360000',
      calcBase: '7054.00',
      retirementMonth: '2025-10',
      years: '358/12',
      preAccountYears: '2/12',
      accountBalance: '132935.17',
      payoutMonths: '195',
      averageIndex: '0.873',
    },
    ['1970.81', '681.72', '13.35', '2665.88'],
  ],
  [
    'heilongjiang/7 哈尔滨 2026-01: 401 and 40 months',
    {
      region: '230000',
      calcBase: '7705.00',
      retirementMonth: '2026-01',
      years: '401/12',
      preAccountYears: '40/12',
      accountBalance: '76556.96',
      payoutMonths: '195',
      averageIndex: '0.6519',
    },
    ['2126.62', '392.60', '200.92', '2720.14'],
  ],
];

describe('月基本养老金 against published sheets', () => {
  it.each(SHEETS)('%s', (_where, facts, [basic, account, transitional, total]) => {
    expect(ask('pension', facts)).toMatchObject({ basic, account, transitional, total });
  });

  it('江苏 苏州 2026-06 (jiangsu/7): 5373.02 up to the jiao is 5373.10', () => {
    // The sheet prints the transitional index to four places only; its part, 520.22, is taken as printed.
    const facts = { region: '320000', year: 2025, retirementMonth: '2026-06', birthMonth: '1971-05' };
    const pension = ask('pension', {
      ...facts,
      years: '419/12',
      accountBalance: '251981.62',
      averageIndex: '1.1623',
      otherComponents: { 过渡性养老金: '520.22' },
    });
    expect(pension).toMatchObject({ basic: '3366.18', account: '1486.62', total: '5373.10', payoutMonths: '169.5' });
  });
});

const FACTS = { calcBase: '7000.00', years: 30, accountBalance: '13900.00', payoutMonths: '139', averageIndex: '1' };

describe('what is given wins, what is missing is named', () => {
  it('needs no region for the national formula', () => {
    // (7000 + 7000) ÷ 2 × 30 × 1 % = 2100; 13900 ÷ 139 = 100
    expect(ask('pension', FACTS)).toMatchObject({ basic: '2100.00', account: '100.00', total: '2200.00' });
  });

  it('does not make up a coefficient', () => {
    const missing = ask('pension', { ...FACTS, preAccountYears: 5 });
    expect(missing).toMatchObject({ error: { code: 'POL-001', field: 'pension.transition.coefficient' } });
    // 7000 × 5 × 1.4 % = 490
    const given = ask('pension', { ...FACTS, preAccountYears: 5, transitionCoefficient: '0.014' });
    expect(given).toMatchObject({ transitional: '490.00', total: '2690.00' });
  });

  it('does not take last year for this one: the base of 2026 is asked for', () => {
    const { calcBase: _, ...rest } = FACTS;
    const missing = ask('pension', { ...rest, region: '420500', retirementMonth: '2026-03' });
    expect(missing).toMatchObject({ error: { code: 'POL-001', message: '缺政策参数：养老金计发基数（宜昌市 2026）' } });
    expect(ask('pension', { ...rest, region: '420500', year: 2025 })).toMatchObject({ calcBase: '7424' });
    expect(ask('pension', { ...rest, region: '371000', year: 2022 })).toMatchObject({ calcBase: '7182.50' });
  });

  it('rounds as told against the region', () => {
    // 7210 × 0.9519 = 6863.199: unrounded the basic part is 2286.894…
    const jingzhou = {
      region: '421000',
      year: 2025,
      years: '32.5',
      accountBalance: '105842.74',
      payoutMonths: '195',
      averageIndex: '0.9519',
    };
    expect(ask('pension', { ...jingzhou, indexWageRoundToCent: false })).toMatchObject({ basic: '2286.89' });
    const { averageIndex: _, ...byWage } = jingzhou;
    expect(ask('pension', { ...byWage, indexWage: '6863.199' })).toMatchObject({
      basic: '2286.90',
      indexWage: '6863.20',
    });
    // 2286.90 + 542.78 = 2829.68 up to the jiao
    expect(ask('pension', { ...jingzhou, totalRounding: 'ceil_to_jiao' })).toMatchObject({ total: '2829.70' });
    const taiyuan = { ...FACTS, region: '140100', accountBalance: '13900.70' };
    // 100.00503… → 100.01; 2200.01 → 2200.10, or as it is
    expect(ask('pension', taiyuan)).toMatchObject({ account: '100.01', total: '2200.10' });
    expect(ask('pension', { ...taiyuan, totalRounding: 'cent' })).toMatchObject({ total: '2200.01' });
  });

  it('adds other components, one or many', () => {
    expect(ask('pension', { ...FACTS, otherComponents: '10.50' })).toMatchObject({ total: '2210.50' });
    expect(ask('pension', { ...FACTS, otherComponents: ['10.50', '1.00'] })).toMatchObject({
      other: '11.50',
      total: '2211.50',
    });
    expect(ask('pension', { ...FACTS, otherComponents: { 增发: 'x' } })).toMatchObject({ error: { code: 'CALC-004' } });
  });

  it('phases Jiangsu from the old way: 40 % of the rise in 2024, 70 % in 2025, never below the old', () => {
    // new: 7000 × 10 × 1.2 % = 840; old 400: 400 + 440 × 0.4 = 576; × 0.7: 708
    const jiangsu = { ...FACTS, region: '320000', preAccountYears: 10, oldTransitional: '400.00' };
    expect(ask('pension', { ...jiangsu, year: 2024 })).toMatchObject({ transitional: '576.00' });
    expect(ask('pension', { ...jiangsu, year: 2025 })).toMatchObject({ transitional: '708.00' });
    expect(ask('pension', { ...jiangsu, year: 2025, oldTransitional: '900.00' })).toMatchObject({
      transitional: '900.00',
    });
    const { oldTransitional: _, ...without } = jiangsu;
    expect(ask('pension', { ...without, year: 2025 })).toMatchObject({
      error: { code: 'CALC-005', field: 'oldTransitional' },
    });
  });

  it('does not leave out what Sichuan adds nor guess the two segments of Beijing', () => {
    const sichuan = { ...FACTS, region: '510000', averageIndex: '0.8', preAccountYears: 10 };
    expect(ask('pension', sichuan)).toMatchObject({ error: { code: 'CALC-005', field: 'otherComponents' } });
    // (7000 + 5600) ÷ 2 × 10 × 1.3 % = 819
    expect(ask('pension', { ...sichuan, otherComponents: '0.00' })).toMatchObject({ transitional: '819.00' });
    const beijing = ask('pension', { ...FACTS, region: '110000', preAccountYears: 5 });
    expect(beijing).toMatchObject({ error: { code: 'POL-001', field: 'pension.transition.method' } });
  });

  it.each([
    [{ ...FACTS, preAccountYears: 31 }, 'preAccountYears'],
    [{ ...FACTS, averageIndex: undefined }, 'averageIndex'],
    [{ ...FACTS, payoutMonths: '0' }, 'payoutMonths'],
    [{ ...FACTS, payoutMonths: undefined }, 'payoutMonths'],
    [{ ...FACTS, payoutMonths: undefined, birthMonth: '2030-01', retirementMonth: '2026-01' }, 'retirementMonth'],
  ])('refuses what does not fit together', (input, field) => {
    expect(ask('pension', input)).toMatchObject({ error: { code: 'CALC-005', field } });
  });

  it('counts exactly at the limits of every field', () => {
    const most = {
      calcBase: '10000000000.00',
      years: 80,
      preAccountYears: 80,
      averageIndex: '50',
      transitionCoefficient: '1',
    };
    // basic 10^10 × 51 ÷ 2 × 80 %; account 10^10 ÷ 1; transitional 10^10 × 50 × 80
    expect(ask('pension', { ...most, accountBalance: '10000000000.00', payoutMonths: '1' })).toMatchObject({
      basic: '204000000000.00',
      account: '10000000000.00',
      transitional: '40000000000000.00',
    });
  });

  it.each(['-1', '1e3', '30.5年', '493/13', 81, Number.NaN, null, []])('refuses %s years', (years) => {
    expect(ask('pension', { ...FACTS, years })).toMatchObject({ error: { code: 'CALC-004', field: 'years' } });
  });
});

describe('平均缴费指数', () => {
  const years = [
    { year: 2020, base: '5000.00', averageWage: '5000.00' },
    { year: 2022, base: '9000.00', averageWage: '6000.00', months: 6 },
  ];

  it('weighs the years by their months and gives the indexed wage', () => {
    // (1×12 + 1.5×6) ÷ 18 = 1.16666…; × 7000 = 8166.666…, with the index to eight places
    const answer = ask('average-index', { years, calcBase: '7000.00' });
    expect(answer).toMatchObject({ averageIndex: '1.16666667', indexWage: '8166.67' });
  });

  it('asks for the months due where gaps count as zero', () => {
    expect(ask('average-index', { years, region: '120000' })).toMatchObject({
      error: { code: 'CALC-005', field: 'dueMonths' },
    });
    // 21 ÷ 36 = 0.58333…
    expect(ask('average-index', { years, region: '120000', dueMonths: 36 })).toMatchObject({
      averageIndex: '0.58333333',
    });
    expect(ask('average-index', { years, denominator: 'due', dueMonths: 17 })).toMatchObject({
      error: { code: 'CALC-005' },
    });
  });

  it.each([
    [[], 'years'],
    [[{ year: 2020, base: '5000.00', averageWage: '0.00' }], 'years'],
    [[years[0], years[0]], 'years'],
  ])('refuses years that make no average', (bad, field) => {
    expect(ask('average-index', { years: bad })).toMatchObject({ error: { code: 'CALC-005', field } });
  });
});

describe('退休与转移', () => {
  it('answers with the names of the contract', () => {
    expect(ask('payout-months', { ageYears: 55, ageMonths: 0 })).toEqual({ payoutMonths: '170' });
    expect(ask('min-contribution', { retirementYear: 2035 })).toEqual({ months: 216 });
    expect(ask('retirement-date', { group: 'female_55', birthMonth: '1981-12' })).toMatchObject({
      delayMonths: 36,
      ageYears: 58,
      ageMonths: 0,
      retirementMonth: '2039-12',
    });
    const elastic = { group: 'female_50', birthMonth: '1975-01', shiftMonths: -1, contributionMonths: 180 };
    expect(ask('elastic-retirement', elastic)).toMatchObject({
      allowed: true,
      reasons: [],
      retirementMonth: '2025-01',
    });
    expect(ask('transfer-pooled', { monthlyBasesSince1998: ['1000.00'], rate: '0.12' })).toMatchObject({
      pooledTransfer: '120.00',
    });
  });

  it('reads no birth month outside the lives the rules speak of', () => {
    for (const birthMonth of ['0000-01', '1899-12', '2101-01', '9999-12']) {
      expect(ask('retirement-date', { group: 'male', birthMonth })).toMatchObject({
        error: { code: 'CALC-005', field: 'birthMonth' },
      });
    }
  });
});
