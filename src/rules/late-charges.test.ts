import { describe, expect, it } from 'vitest';
import type { Insurance } from '../kernel/insurance.ts';
import { civilDate, month } from '../kernel/month.ts';
import { createBook } from './book.ts';
import { type ActKind, type LateCharges, lateCharges, lateFrom } from './late-charges.ts';

const HUBEI = '420500';
const TAIYUAN = '140100';
/** The stories' test package: 3.65 % a year (D-CAL-05). */
const book = createBook([{ region: '420000', key: 'interest.annualRate', from: '2020-01', to: null, value: 36500 }]);

function charges(region: string, insurance: Insurance, principalFen: number, from: string, until: string): LateCharges {
  return lateCharges(book, region, { insurance, principalFen, lateFrom: civilDate(from), until: civilDate(until) });
}

const figures = ({ days, lateFeeFen, interestFen }: LateCharges): number[] => [days, lateFeeFen, interestFen];

describe('滞纳金起算 (D-CAL-04)', () => {
  const start = (region: string, kind: ActKind, at: string, on: string): string =>
    lateFrom(book, region, kind, month(at), civilDate(on));

  it.each([
    ['MONTHLY', '2023-04', '2023-04-03', '2023-05-01'],
    ['BACK_UNIT', '2023-03', '2023-04-12', '2023-04-01'],
    ['CONTRACT', '2022-11', '2023-04-12', '2022-12-01'],
    ['AUTO_BACK', '2023-01', '2023-04-10', '2023-05-01'],
    ['BACK_PERSON', '2023-01', '2023-04-10', '2023-05-01'],
    ['INJURY_ONLY', '2023-04', '2023-04-12', '2023-05-01'],
    ['CORRECTION', '2022-12', '2023-04-12', '2023-05-01'],
    ['DEFERRED', '2022-08', '2024-01-10', '2024-01-01'],
  ] as const)('Hubei %s of %s assessed on %s runs from %s', (kind, at, on, from) => {
    expect(start(HUBEI, kind, at, on)).toBe(from);
  });

  it.each([
    ['2021-10', '2022-01-01'],
    ['2021-11', '2022-01-01'],
    ['2021-12', '2022-01-21'],
  ])('Taiyuan, bill of %s runs from %s (TY-LATE-01)', (at, from) => {
    expect(start(TAIYUAN, 'MONTHLY', at, `${at}-20`)).toBe(from);
  });
});

describe('滞纳金与利息 (D-CAL-03, D-CAL-05)', () => {
  it.each([
    ['pension', 895920, [12, 5376, 1075]],
    ['unemployment', 37330, [12, 224, 0]],
    ['injury', 7466, [12, 45, 0]],
  ] as const)('AT-05: %s', (insurance, principal, expected) => {
    expect(figures(charges(HUBEI, insurance, principal, '2023-04-01', '2023-04-12'))).toEqual(expected);
  });

  it.each([
    ['pension', 82800, [10, 414, 83]],
    ['unemployment', 3450, [10, 17, 0]],
    ['injury', 690, [10, 3, 0]],
  ] as const)('AT-06 乙: %s', (insurance, principal, expected) => {
    expect(figures(charges(HUBEI, insurance, principal, '2023-05-01', '2023-05-10'))).toEqual(expected);
  });

  it('AT-06 甲: reissued within the month, nothing', () => {
    expect(figures(charges(HUBEI, 'pension', 82800, '2023-05-01', '2023-04-20'))).toEqual([0, 0, 0]);
  });

  it.each([
    ['pension', 800000, [10, 4000, 800]],
    ['unemployment', 35000, [10, 175, 0]],
    ['injury', 10000, [10, 50, 0]],
  ] as const)('AT-03: %s deferred, billed on 2024-01-10', (insurance, principal, expected) => {
    expect(figures(charges(HUBEI, insurance, principal, '2024-01-01', '2024-01-10'))).toEqual(expected);
  });

  it.each([
    ['pension', 960000, '2022-01-01', '2022-01-10', [10, 4800, 0]],
    ['unemployment', 40000, '2022-01-01', '2022-01-10', [10, 200, 0]],
    ['injury', 8000, '2022-01-01', '2022-01-10', [10, 40, 0]],
    ['pension', 960000, '2022-01-01', '2021-12-31', [0, 0, 0]],
    ['pension', 960000, '2022-01-21', '2022-01-20', [0, 0, 0]],
    ['pension', 960000, '2022-01-21', '2022-01-21', [1, 480, 0]],
    ['unemployment', 40000, '2022-01-21', '2022-01-21', [1, 20, 0]],
    ['injury', 8000, '2022-01-21', '2022-01-21', [1, 4, 0]],
  ] as const)('AT-13: Taiyuan %s %i from %s until %s', (insurance, principal, from, until, expected) => {
    expect(figures(charges(TAIYUAN, insurance, principal, from, until))).toEqual(expected);
  });

  it('names a missing interest rate only when interest is really due', () => {
    const bare = createBook();
    const input = { principalFen: 82800, lateFrom: civilDate('2023-05-01'), until: civilDate('2023-05-10') };
    expect(() => lateCharges(bare, HUBEI, { insurance: 'pension', ...input })).toThrow(
      'POL-001：缺政策参数：补缴利息年利率（宜昌市',
    );
    expect(lateCharges(bare, HUBEI, { insurance: 'injury', ...input }).lateFeeFen).toBe(414);
    const early = { ...input, until: civilDate('2023-04-30') };
    expect(lateCharges(bare, HUBEI, { insurance: 'pension', ...early }).interestFen).toBe(0);
  });

  it('uses each year its own rate and rounds once', () => {
    // 10 days at 3.65 % and 10 at 7.30 %: 102.40 × (0.001 + 0.002) = 0.3072 → 0.31, where rounding each year would give 0.10 + 0.20.
    const rate = { region: '420000', key: 'interest.annualRate' };
    const twoYears = createBook([
      { ...rate, from: '2022-01', to: '2022-12', value: 36500 },
      { ...rate, from: '2023-01', to: '2023-12', value: 73000 },
    ]);
    const from = { insurance: 'pension', lateFrom: civilDate('2022-12-22'), until: civilDate('2023-01-10') } as const;
    const interest = (principalFen: number): number =>
      lateCharges(twoYears, HUBEI, { ...from, principalFen }).interestFen;
    expect([interest(10240), interest(10400), interest(10500)]).toEqual([31, 31, 32]);
  });

  it('can hold the late fee to the principal where a region says so', () => {
    const capped = createBook([
      { region: '420000', key: 'lateFee.cap', from: '2011-07', to: null, value: 'PRINCIPAL' },
    ]);
    const input = { insurance: 'injury', principalFen: 10000, lateFrom: civilDate('2012-01-01') } as const;
    // 2 000 days at 0.05 % are exactly the principal: 2012-01-01 … 2017-06-22.
    expect(lateCharges(capped, HUBEI, { ...input, until: civilDate('2017-06-22') }).lateFeeFen).toBe(10000);
    expect(lateCharges(capped, HUBEI, { ...input, until: civilDate('2017-08-22') }).lateFeeFen).toBe(10000);
    expect(lateCharges(createBook(), HUBEI, { ...input, until: civilDate('2017-06-24') }).lateFeeFen).toBe(10010);
  });

  it('tells days, rate and result with the law', () => {
    const { lateFeeTrace, interestTrace, trace } = charges(HUBEI, 'pension', 895920, '2023-04-01', '2023-04-12');
    expect(lateFeeTrace.resultText).toBe('53.76');
    expect(lateFeeTrace.steps.map((step) => step.valueText)).toEqual(['8,959.20', '12 天', '0.05%', '53.76']);
    expect(lateFeeTrace.steps[2]?.source).toMatchObject({ title: '中华人民共和国社会保险法', article: '第八十六条' });
    expect(interestTrace.steps.find((step) => step.kind === 'rate')?.source).toMatchObject({ overlay: true });
    expect(trace.result).toBe(5376 + 1075);
  });
});
