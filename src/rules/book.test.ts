import { describe, expect, it } from 'vitest';
import { findRegion, POLICY_FILES } from '../../policy/index.ts';
import { DomainError } from '../kernel/errors.ts';
import { month } from '../kernel/month.ts';
import { createBook, findValue, lookup, lookupNumber, regionsOf } from './book.ts';
import { evaluate } from './contribution.ts';
import { compileRules } from './month-rules.ts';
import { isPolicyKey } from './policy-keys.ts';

const book = createBook();

describe('政策簿', () => {
  it('has the unemployment history of Hubei (HB-RATE-02)', () => {
    const pair = (at: string): number[] => [
      lookupNumber(book, '420500', 'rate.unemployment.employer', at),
      lookupNumber(book, '420500', 'rate.unemployment.person', at),
    ];
    expect(pair('2015-02')).toEqual([20000, 10000]);
    expect(pair('2015-03')).toEqual([15000, 5000]);
    expect(pair('2016-04')).toEqual([15000, 5000]);
    expect(pair('2016-05')).toEqual([7000, 3000]);
    expect(pair('2024-12')).toEqual([7000, 3000]);
  });

  it('names what is missing instead of guessing (POL-001)', () => {
    const ask = (): unknown => lookup(book, '420500', 'base.lower', '2023-07');
    expect(ask).toThrow(DomainError);
    expect(ask).toThrow('缺政策参数：缴费基数下限（宜昌市 2023-07）');
    expect(findValue(book, '421300', 'rate.injury.stageFactor', '2021-11')?.value).toBe(500000);
    expect(findValue(book, '421300', 'rate.injury.stageFactor', '2021-10')).toBeUndefined();
    expect(findValue(book, '421300', 'rate.injury.stageFactor', '2021-12')).toBeUndefined();
  });

  it('keeps the late fee of its time (社会保险法 86 from 2011-07-01)', () => {
    expect(lookupNumber(book, '420500', 'lateFee.dailyRate', '2011-06-30')).toBe(2000);
    expect(lookupNumber(book, '420500', 'lateFee.dailyRate', '2011-07-01')).toBe(500);
  });

  it('marks an overlay in every trace and lets the later one win', () => {
    const overlay = { region: '420500', key: 'rate.pension.person', from: '2023-04', to: '2023-04' };
    const overlaid = createBook([
      { ...overlay, value: 90000 },
      { ...overlay, value: 70000, label: '试算' },
    ]);
    const value = lookup(overlaid, '420500', 'rate.pension.person', '2023-04');
    expect(value.value).toBe(70000);
    expect(value.source).toMatchObject({ overlay: true, title: '测试参数：试算' });
    expect(lookup(overlaid, '420500', 'rate.pension.person', '2023-05').value).toBe(80000);
    const plain = compileRules(book, '420500', month('2023-04'));
    const rules = compileRules(overlaid, '420500', month('2023-04'));
    expect(rules.overlaid).toBe(true);
    expect(rules.hash).not.toBe(plain.hash);
  });

  it('refuses an unknown parameter and a fraction', () => {
    const overlay = { region: '420500', from: '2023-04', to: null };
    expect(() => createBook([{ ...overlay, key: 'rate.pension', value: 1 }])).toThrow(/POL-002/);
    expect(() => createBook([{ ...overlay, key: 'rate.pension.person', value: 0.08 }])).toThrow(/POL-003/);
  });

  it('accepts the parameter names of the requirements in overlays', () => {
    const named = createBook([
      { region: '420500', key: 'interestAnnualRate', from: '2023-01', to: null, value: 36500 },
    ]);
    expect(lookupNumber(named, '420500', 'interest.annualRate', '2023-05-01')).toBe(36500);
  });
});

describe('a hole in the rules fails only where it is needed', () => {
  const suizhou = compileRules(book, '421300', month('2021-10'));

  it('for one insurance', () => {
    const approved = { basis: 'APPROVED', fen: 1118000 } as const;
    expect(evaluate(suizhou, 'unemployment', approved, 1).employerFen).toBe(7826);
    expect(() => evaluate(suizhou, 'injury', approved, 1)).toThrow('工伤保险阶段性系数（随州市 2021-10）');
  });

  it('for a declared wage without limits', () => {
    expect(() => evaluate(suizhou, 'pension', { basis: 'DECLARED', fen: 1118000 }, 1)).toThrow(
      '缴费基数下限（随州市 2021-10）',
    );
  });
});

describe('the policy files', () => {
  it('hold known keys, whole numbers, dates in order and a source for every value', () => {
    for (const file of POLICY_FILES) {
      for (const region of regionsOf(file)) expect(findRegion(region), region).toBeDefined();
      for (const value of file.values) {
        expect(isPolicyKey(value.key), value.key).toBe(true);
        expect(value.from, value.key).toMatch(/^\d{4}-\d{2}(-\d{2})?$/);
        if (value.to !== null) expect(value.to >= value.from, value.key).toBe(true);
        expect(file.sources[value.source]?.title, value.key).toBeTruthy();
        expect(['verified', 'unverified']).toContain(value.status);
      }
    }
  });

  it('never give two values for one day', () => {
    for (const entries of createBook().entries.values()) {
      const sorted = [...entries].sort((a, b) => (a.firstDay < b.firstDay ? -1 : 1));
      sorted.forEach((entry, i) => {
        const next = sorted[i + 1];
        if (next) expect(entry.lastDay < next.firstDay, `${entry.region} ${entry.key}`).toBe(true);
      });
    }
  });

  it('never let a person pay a higher unemployment rate than the employer (HB-RATE-02)', () => {
    for (const file of POLICY_FILES) {
      for (const value of file.values.filter((entry) => entry.key === 'rate.unemployment.person')) {
        const employer = file.values.find(
          (entry) => entry.key === 'rate.unemployment.employer' && entry.from === value.from,
        );
        expect(Number(value.value)).toBeLessThanOrEqual(Number(employer?.value));
      }
    }
  });
});
