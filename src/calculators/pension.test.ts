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

describe('月基本养老金 against a sheet that leaves a part open (the others: tests/published/pension.json)', () => {
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

  it('asks what Jiangsu pays of the rise from 2026, which no source tells, unless the old way is higher', () => {
    const life = { ...FACTS, region: '320000', preAccountYears: 10, retirementMonth: '2026-06' };
    const missing = { error: { code: 'POL-001', field: 'pension.transition.newMethodShare' } };
    expect(ask('pension', life)).toMatchObject(missing);
    expect(ask('pension', { ...life, oldTransitional: '400.00' })).toMatchObject(missing);
    expect(ask('pension', { ...life, oldTransitional: '900.00' })).toMatchObject({ transitional: '900.00' });
    // 400 + 440 × 0.9
    const given = { ...life, oldTransitional: '400.00', newMethodShare: '0.9' };
    expect(ask('pension', given)).toMatchObject({ transitional: '796.00' });
    expect(ask('pension', { ...life, preAccountYears: 0 })).toMatchObject({ transitional: '0.00' });
  });

  it('does not round a Jiangsu total of before its first sheet by the default of the product', () => {
    const life = { ...FACTS, region: '320000', retirementMonth: '2023-06' };
    expect(ask('pension', life)).toMatchObject({ error: { code: 'POL-001', field: 'pension.totalRounding' } });
    expect(ask('pension', { ...life, totalRounding: 'ceil_to_jiao' })).toMatchObject({ total: '2200.00' });
    expect(ask('pension', { ...life, retirementMonth: '2024-01' })).toMatchObject({ total: '2200.00' });
  });

  it('takes no average above the cap of every year', () => {
    expect(ask('pension', { ...FACTS, averageIndex: '3' })).toMatchObject({ basic: '4200.00' });
    expect(ask('pension', { ...FACTS, averageIndex: '3.0001' })).toMatchObject({
      error: { code: 'CALC-005', field: 'averageIndex' },
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
      averageIndex: '3',
      transitionIndex: '50',
      transitionCoefficient: '1',
    };
    // basic 10^10 × 4 ÷ 2 × 80 %; account 10^10 ÷ 1; transitional 10^10 × 50 × 80
    expect(ask('pension', { ...most, accountBalance: '10000000000.00', payoutMonths: '1' })).toMatchObject({
      basic: '16000000000.00',
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
