import { describe, expect, it } from 'vitest';
import { type Fen, formatYuan } from '../kernel/fen.ts';
import { INSURANCES, type Insurance } from '../kernel/insurance.ts';
import { month } from '../kernel/month.ts';
import { createBook } from './book.ts';
import { averageWage, baseOf, evaluate, type WageFact } from './contribution.ts';
import { compileRules, type MonthRules } from './month-rules.ts';

const book = createBook();
const yichang = compileRules(book, '420500', month('2023-04'));

type Sums = { employer: number; person: number };

function sums(rules: MonthRules, insurance: Insurance, wages: readonly WageFact[], injuryClass = 1): Sums {
  const total = { employer: 0, person: 0 };
  for (const wage of wages) {
    const { employerFen, personFen } = evaluate(rules, insurance, wage, injuryClass);
    total.employer += employerFen;
    total.person += personFen;
  }
  return total;
}

function all(rules: MonthRules, wages: readonly WageFact[], injuryClass = 1): Sums {
  const parts = INSURANCES.map((insurance) => sums(rules, insurance, wages, injuryClass));
  return {
    employer: parts.reduce((sum, part) => sum + part.employer, 0),
    person: parts.reduce((sum, part) => sum + part.person, 0),
  };
}

const approved = (...yuan: number[]): WageFact[] => yuan.map((base) => ({ basis: 'APPROVED', fen: base * 100 }));
const text = ({ employer, person }: Sums): string[] => [employer, person, employer + person].map(formatYuan);

describe('HB-RATE-07: base 3450, class 1', () => {
  it.each([
    ['pension', ['552.00', '276.00', '828.00']],
    ['unemployment', ['24.15', '10.35', '34.50']],
    ['injury', ['6.90', '0.00', '6.90']],
  ] as const)('%s', (insurance, expected) => {
    expect(text(sums(yichang, insurance, approved(3450)))).toEqual(expected);
  });

  it('in all', () => {
    expect(text(all(yichang, approved(3450)))).toEqual(['583.05', '286.35', '869.40']);
  });
});

describe('AT-02: 40 people', () => {
  const wages: WageFact[] = Array.from({ length: 40 }, (_, i) => ({ basis: 'DECLARED', fen: 298765 + 42321 * i }));
  const bases = [
    3450, 3450, 3830, 4260, 4680, 5100, 5530, 5950, 6370, 6800, 7220, 7640, 8070, 8490, 8910, 9340, 9760, 10180, 10610,
    11030, 11450, 11880, 12300, 12720, 13140, 13570, 13990, 14410, 14840, 15260, 15680, 16110, 16530, 16950, 17380,
    17800, 18000, 18000, 18000, 18000,
  ];
  // 补收: 31–38 for 2023-03, 39 for 2023-01…03; one set of rules covers these months (checked below).
  const back = [...wages.slice(30, 38), ...Array.from({ length: 3 }, () => wages[38]!)];

  it('has the bases of the story', () => {
    const found = wages.map((wage) => baseOf(yichang, 'pension', wage.basis, wage.fen) / 100);
    expect(found).toEqual(bases);
    expect(found.reduce((sum, base) => sum + base, 0)).toBe(446_680);
  });

  it('has the April sums', () => {
    expect(text(all(yichang, wages))).toEqual(['75488.92', '37074.44', '112563.36']);
    expect(text(sums(yichang, 'pension', wages))).toEqual(['71468.80', '35734.40', '107203.20']);
    expect(text(sums(yichang, 'unemployment', wages))).toEqual(['3126.76', '1340.04', '4466.80']);
    expect(text(sums(yichang, 'injury', wages))).toEqual(['893.36', '0.00', '893.36']);
  });

  it('has the back collection and the bill', () => {
    for (const text of ['2023-01', '2023-02', '2023-03']) {
      expect(compileRules(book, '420500', month(text)).tables).toEqual(yichang.tables);
      expect(compileRules(book, '420500', month(text)).injuryPpm).toEqual(yichang.injuryPpm);
    }
    expect(text(sums(yichang, 'pension', back))).toEqual(['30472.00', '15236.00', '45708.00']);
    expect(text(sums(yichang, 'unemployment', back))).toEqual(['1333.15', '571.35', '1904.50']);
    expect(text(sums(yichang, 'injury', back))).toEqual(['380.90', '0.00', '380.90']);
    expect(text(all(yichang, wages.slice(30, 38)))[2]).toBe('34385.40');
    expect(text(all(yichang, back))[2]).toBe('47993.40');
    expect(text(all(yichang, [...wages, ...back]))).toEqual(['107674.97', '52881.79', '160556.76']);
  });
});

describe('other stories', () => {
  it('AT-04: Suizhou 2021-11, class 1 halved, approved bases', () => {
    const suizhou = compileRules(book, '421300', month('2021-11'));
    expect(text(sums(suizhou, 'unemployment', approved(11180, 7450)))).toEqual(['130.41', '55.89', '186.30']);
    expect(text(sums(suizhou, 'injury', approved(11180, 7450)))).toEqual(['18.63', '0.00', '18.63']);
  });

  it('AT-05: five people', () => {
    expect(text(all(yichang, approved(3450, 4000, 5200, 6680, 18000)))).toEqual(['6308.77', '3098.39', '9407.16']);
  });

  it('AT-07: base 5000', () => {
    expect(text(all(yichang, approved(5000)))).toEqual(['845.00', '415.00', '1260.00']);
  });

  it('AT-08: base 6000, class 3', () => {
    expect(text(sums(yichang, 'injury', approved(6000), 3))).toEqual(['42.00', '0.00', '42.00']);
    const may = compileRules(book, '420500', month('2023-05'));
    expect(text(all(may, approved(6000), 3))).toEqual(['1044.00', '498.00', '1542.00']);
  });

  it('AT-09: base 7210', () => {
    expect(text(all(yichang, approved(7210)))).toEqual(['1218.49', '598.43', '1816.92']);
  });

  it('AT-10: averages are rounded to 10 yuan in one step, then clamped', () => {
    const declared: [number, number][] = [
      [5478060, 12],
      [4140000, 12],
      [2199999, 5],
      [23000000, 12],
      [6534000, 12],
      [3585000, 11],
      [777700, 1],
    ];
    const bases = declared.map(([total, months]) =>
      baseOf(yichang, 'pension', 'DECLARED', averageWage(total, months, yichang.roundToFen)),
    );
    expect(bases).toEqual([457000, 345000, 440000, 1800000, 545000, 345000, 778000]);
    expect(bases.reduce((sum, base) => sum + base, 0)).toBe(4710000);
  });

  it('AT-10 E: half goes up, 5445 → 5450', () => {
    expect(baseOf(yichang, 'pension', 'DECLARED', 544500)).toBe(545000);
    expect(baseOf(yichang, 'pension', 'DECLARED', 544499)).toBe(544000);
  });

  it('D-CAL-02: the average is not rounded to the fen first', () => {
    // 13694.99 ÷ 3 = 4564.9966… is below 4565; rounded to the fen first it would be 4565.00 and go up to 4570.
    expect(averageWage(1_369_499, 3, 1000)).toBe(456_000);
    expect(averageWage(1_369_500, 3, 1000)).toBe(457_000);
  });
});

describe('what lowers the employer part', () => {
  const wage: WageFact = { basis: 'APPROVED', fen: 345000 };

  it('HB-RED-01: nothing from 2020-02 to 2020-12 for those who enjoy the relief, all of it before', () => {
    const employer = (at: string, relief: boolean): Fen =>
      evaluate(compileRules(book, '420500', month(at)), 'pension', wage, 1, { relief }).employerFen;
    expect([employer('2020-01', true), employer('2020-02', true), employer('2020-12', true)]).toEqual([55200, 0, 0]);
    expect([employer('2020-02', false), employer('2021-01', true)]).toEqual([55200, 55200]);
  });

  it('HB-DEF-02: nothing while deferred; the person pays', () => {
    const { employerFen, personFen } = evaluate(yichang, 'pension', wage, 1, { deferred: true });
    expect([employerFen, personFen]).toEqual([0, 27600]);
  });

  it('a relief by half is rounded once: 34.51 × 16 % × 50 % = 2.7608, not 5.52 ÷ 2 twice rounded; 3.19 × 0.7 % × 50 % = 0.0112', () => {
    const half = createBook([
      { region: '420500', key: 'relief.employerFactor', from: '2023-04', to: null, value: 500_000 },
    ]);
    const rules = compileRules(half, '420500', month('2023-04'));
    const part = (insurance: Insurance, fen: number): Fen =>
      evaluate(rules, insurance, { basis: 'APPROVED', fen }, 1, { relief: true }).employerFen;
    expect(part('pension', 3451)).toBe(276);
    // 1.43 × 0.7 % = 0.01001 → one fen; half of that, rounded again, would stay one fen; at once it is 0.005005 → one fen.
    expect(part('unemployment', 143)).toBe(1);
    // 0.72 × 0.7 % = 0.00504 → one fen, halved and rounded again one fen; at once 0.00252 → none.
    expect(part('unemployment', 72)).toBe(0);
  });
});
