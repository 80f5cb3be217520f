import { describe, expect, it } from 'vitest';
import type { PolicyFile } from '../../policy/index.ts';
import { civilDate } from '../kernel/month.ts';
import { createBook } from './book.ts';
import { expiringValues, policyDifferences, policyFaults, valuesInForce, valueText } from './policy-view.ts';

const SOURCE = { title: '某通知', date: '2024-01', seen: '全文', confidence: 'A' } as const;

function file(values: PolicyFile['values'], region = '420500'): PolicyFile {
  return { region, sources: { notice: SOURCE }, values };
}

const entry = {
  key: 'base.lower',
  value: 345000,
  from: '2022-07-01',
  to: '2023-06-30',
  source: 'notice',
  status: 'verified',
} as const;

describe('执行的参数', () => {
  it('names where each is inherited from', () => {
    const values = valuesInForce(createBook(), '420500', '2022-09');
    const from = (key: string): string | undefined => values.find((value) => value.key === key)?.region;
    expect(from('base.lower')).toBe('420500');
    expect(from('rate.unemployment.employer')).toBe('420000');
    expect(from('rate.injury.person')).toBe('100000');
  });

  it('are written with their units', () => {
    expect(valueText('base.lower', 345000)).toBe('3,450.00 元');
    expect(valueText('rate.unemployment.employer', 7000)).toBe('0.7%');
    expect(valueText('injury.grantMonths', { '1': 27, '2': 25 })).toBe('1：27 个月；2：25 个月');
    expect(valueText('rate.injury.stageFactorByReserve', [{ from: 0, to: 18, value: 1_000_000 }])).toBe('0—18：100%');
  });
});

describe('两处的不同', () => {
  it('are the unemployment rates before and after 2015-03 (HB-RATE-02), and nothing else', () => {
    const keys = policyDifferences(
      createBook(),
      { region: '420500', on: '2015-02' },
      { region: '420500', on: '2015-03' },
    ).map(({ key, left, right }) => [key, left?.value, right?.value]);
    expect(keys).toEqual([
      ['rate.unemployment.employer', 20000, 15000],
      ['rate.unemployment.person', 10000, 5000],
    ]);
  });

  it('tell a value from none', () => {
    const [first] = policyDifferences(
      createBook([], [file([entry])]),
      { region: '420500', on: '2023-06' },
      { region: '420500', on: '2023-07' },
    );
    expect(first?.left?.value).toBe(345000);
    expect(first?.right).toBeUndefined();
  });
});

describe('到期', () => {
  const later = { ...entry, value: 360000, from: '2023-07-01', to: null } as const;

  it('counts from the day asked, to the last day of the last month', () => {
    const book = createBook([], [file([entry])]);
    const asked = (from: string, months: number): number => expiringValues(book, civilDate(from), months).length;
    expect(asked('2023-06-30', 0)).toBe(1);
    expect(asked('2023-07-01', 12)).toBe(0);
    expect(asked('2023-01-01', 5)).toBe(0);
    expect(asked('2023-01-01', 6)).toBe(1);
  });

  it('names what follows, and the gap where nothing does', () => {
    const day = civilDate('2023-01-01');
    expect(expiringValues(createBook([], [file([entry])]), day, 12)[0]?.next).toBeUndefined();
    expect(expiringValues(createBook([], [file([entry, later])]), day, 12)[0]?.next?.value).toBe(360000);
    const elsewhere = createBook([], [file([entry], '140100')]);
    expect(expiringValues(elsewhere, day, 12, '420500')).toEqual([]);
  });
});

describe('核对政策文件', () => {
  it('finds nothing wrong with the product’s', () => {
    expect(policyFaults()).toEqual([]);
  });

  it.each<[string, PolicyFile, RegExp]>([
    ['an unknown region', file([entry], '999999'), /没有登记的地区/],
    ['an unknown key', file([{ ...entry, key: 'base.middle' }]), /没有这个政策参数/],
    ['a fraction', file([{ ...entry, value: 0.5 }]), /须为整数/],
    ['text for a number', file([{ ...entry, value: '3450' }]), /须为整数/],
    [
      'a table with a gap',
      file([
        {
          ...entry,
          key: 'rate.injury.stageFactorByReserve',
          value: [
            { from: 0, to: 3, value: 1 },
            { from: 4, to: null, value: 2 },
          ],
        },
      ]),
      /分段表/,
    ],
    ['dates the wrong way round', file([{ ...entry, from: '2023-07-01' }]), /早于/],
    ['a missing source', file([{ ...entry, source: 'hearsay' }]), /没有出处/],
    ['two values for one day', file([entry, { ...entry, value: 1, from: '2023-06-30', to: null }]), /重叠/],
  ])('finds %s', (_, bad, words) => {
    expect(policyFaults([bad]).join('\n')).toMatch(words);
  });
});
