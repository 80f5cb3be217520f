/**
 * 公布的算例: figures that someone else worked out and published (notices, printed sheets, tables) or that the requirements work out by hand.
 * One row: the question as anyone may ask it on the command line, the figures that must stand in the answer, where they come from.
 */
import { globSync, readFileSync } from 'node:fs';
import { describe, expect, it } from 'vitest';
import { CALCULATORS } from '../../src/calculators/index.ts';
import divisorRows from '../../src/rules/pension/divisor-rows.json' with { type: 'json' };
import delayRows from '../../src/rules/retirement/delay-rows.json' with { type: 'json' };
import { ask } from '../plain/agree.ts';

type Row = {
  readonly calculator: string;
  readonly input: Readonly<Record<string, unknown>>;
  readonly expected: Readonly<Record<string, unknown>>;
  readonly source: string;
};

const TABLES = globSync('*.json', { cwd: import.meta.dirname })
  .sort()
  .map((file) => [file, JSON.parse(readFileSync(`${import.meta.dirname}/${file}`, 'utf8')) as Row[]] as const);
const ALL = TABLES.flatMap(([, rows]) => rows);

describe.each(TABLES)('%s', (_, rows) => {
  it.each(rows.map((row) => [`${row.calculator} ${JSON.stringify(row.input)}`, row] as const))(
    '%s',
    (_question, row) => {
      expect(ask(row.calculator, row.input), row.source).toMatchObject(row.expected);
    },
  );
});

describe('the tables of the retirement decision', () => {
  it.each(Object.entries(delayRows))('%s, every birth month', (group, rows) => {
    expect(rows).toHaveLength(group === 'female_50' ? 120 : 144);
    for (const [birthMonth, ageYears, ageMonths, retirementMonth, delayMonths] of rows) {
      const expected = { ageYears, ageMonths, retirementMonth, delayMonths };
      expect(ask('retirement-date', { group, birthMonth }), `${group} ${birthMonth}`).toMatchObject(expected);
    }
  });

  it('计发月数 to the month, 40 to 69 years', () => {
    const table = Object.entries(divisorRows).flatMap(([years, columns]) =>
      columns.map((written, ageMonths) => [Number(years), ageMonths, Number(written)] as const),
    );
    expect(table).toHaveLength(360);
    for (const [ageYears, ageMonths, written] of table) {
      const { payoutMonths } = ask('payout-months', { ageYears, ageMonths, retirementMonth: '2025-06' });
      expect(Number(payoutMonths), `${ageYears} 岁 ${ageMonths} 个月`).toBe(written);
    }
  });
});

describe('the tables', () => {
  it('say of every row where it comes from', () => {
    expect(ALL.length).toBeGreaterThan(200);
    expect(ALL.filter(({ source, expected }) => source.length < 5 || Object.keys(expected).length === 0)).toEqual([]);
  });

  it('ask no question twice', () => {
    const questions = ALL.map((row) => `${row.calculator} ${JSON.stringify(row.input)}`);
    expect(questions.filter((question, index) => questions.indexOf(question) !== index)).toEqual([]);
  });

  it('reach every calculator', () => {
    const reached = new Set(ALL.map((row) => row.calculator));
    const missed = CALCULATORS.map(({ name }) => name).filter((name) => !reached.has(name));
    expect(missed).toEqual([]);
  });
});
