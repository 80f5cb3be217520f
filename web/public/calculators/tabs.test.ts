import { describe, expect, test } from 'vitest';
import { civilDate } from '../../../src/kernel/month.ts';
import { calendarSeedRows } from '../../../src/rules/calendar-seed.ts';
import { REGIONS } from '../../../src/rules/index.ts';
import exceptions from './calendar.json' with { type: 'json' };
import { outcomeOf, resolve } from './desk.ts';
import { browserEnv, rowsOf } from './env.ts';
import type { Outcome, Values } from './kinds.ts';
import { findTab, TABS } from './tabs.ts';

const env = browserEnv(civilDate('2026-11-21'));

function outcome(name: string, typed: Values = {}): Outcome {
  const tab = findTab(name);
  if (!tab) throw new Error(`no tab ${name}`);
  return outcomeOf(tab, typed, env);
}

test('the calendar in the browser is the calendar of the server', () => {
  expect(rowsOf(exceptions)).toEqual(calendarSeedRows());
});

describe('每月缴费', () => {
  // 宜昌 2023-05: 2,987.65 rounds to 2,990, below the limit of 3,450 (HB-RATE-05); 16 %, 8 %, 0.7 %, 0.3 % and class one 0.2 % of 3,450.
  const seed = { region: '420500', period: '2023-05', declared: '2,987.65', injuryClass: '1' };

  test('the seed figure, its shares and the limit that bites', () => {
    const { shown } = outcome('contribution', seed);
    expect(shown.headline?.fen).toBe(869_40);
    expect(shown.shares?.map(({ fen }) => fen)).toEqual([583_05, 286_35]);
    expect(shown.bar?.map(({ fen }) => fen)).toEqual([552_00, 276_00, 24_15, 10_35, 6_90]);
    expect(shown.notices?.map(({ text }) => text)).toEqual(['工资先取整到 10 元（2,990），低于下限，按 3,450 缴。']);
  });

  test('what policy lacks is named; no total is given until the visitor fills it in', () => {
    const asked = { region: '320000', period: '2026-05', declared: '5000' };
    const without = outcome('contribution', asked);
    expect(without.shown.headline).toBeUndefined();
    expect(without.problems.map(({ code, field }) => [code, field])).toEqual([['POL-001', 'rate.injury.stageFactor']]);
    const filled = outcome('contribution', { ...asked, stageFactor: '1' });
    expect(filled.problems).toEqual([]);
    // 16 % + 8 %, 0.5 % + 0.5 % and class one 0.2 % of 5,000.
    expect(filled.shown.headline?.fen).toBe(800_00 + 400_00 + 25_00 + 25_00 + 10_00);
  });

  test('an amount that is none stands under its field, without a figure', () => {
    const { shown, faults } = outcome('contribution', { ...seed, declared: '两千' });
    expect(Object.keys(faults)).toEqual(['declared']);
    expect(shown).toEqual({});
    expect(outcome('contribution', { ...seed, declared: '' }).blanks).toEqual(['月工资（元）']);
  });
});

test('滞纳金: ten days, both ends counted, of 828.00 at 0.05 % a day', () => {
  const { shown } = outcome('late-fee', { overdue: '828', arrearsDate: '2023-05-01', paidOn: '2023-05-10' });
  expect(shown.headline).toEqual({ label: '滞纳金（10 天）', fen: 4_14 });
});

test('什么时候退休: a man born in 1975-06, between his original age and 36 months after the statutory one', () => {
  const { shown } = outcome('retirement', { group: 'male', birthMonth: '1975-06', paidMonths: '200' });
  // 1965-01 is the first affected month; 125 months later: ⌊125 ÷ 4⌋ + 1 = 32 months of delay.
  expect(shown.headline).toMatchObject({ text: '2038年2月', note: '62 岁 8 个月，比原来延迟 32 个月' });
  expect(shown.table?.rows.map((row) => row[1])).toEqual(['2035年6月', '2038年2月', '2041年2月']);
  // 15 years, six months more for each year from 2030 on: 2038 is the ninth.
  expect(shown.facts).toEqual([{ label: '最低要缴', text: '19 年 6 个月' }]);
});

describe('养老金', () => {
  const plan = { region: '420500', birthMonth: '1975-06', years: '20', goOn: '0', calcBase: '8000', averageIndex: '1' };

  test('an estimate with its assumptions; the basic part by hand', () => {
    const { shown } = outcome('pension', { ...plan, accountBalance: '119700' });
    // (8,000 + 8,000 × 1) ÷ 2 × 20 × 1 %; the account's part is the calculator's own test.
    expect(shown.shares?.[0]).toEqual({ label: '基础养老金', fen: 1600_00 });
    expect(shown.estimate?.length).toBeGreaterThan(2);
    expect(shown.columns?.names[3]).toBe('法定');
  });

  test('too few years: said in amber', () => {
    const { shown } = outcome('pension', { ...plan, years: '10' });
    expect(shown.notices).toMatchObject([{ tone: 'amber' }]);
  });
});

describe('every tab', () => {
  test.each(TABS.map(({ name }) => name))('%s answers for every region, or says what is missing', (name) => {
    const tab = findTab(name);
    const regions = tab?.fields.some(({ kind }) => kind === 'region') ? REGIONS.map(({ code }) => code) : ['420500'];
    for (const region of regions.filter((code) => !code.includes('.'))) {
      const { shown, problems, faults, blanks } = outcome(name, { region });
      const where = `${name} ${region}`;
      expect(blanks, where).toEqual([]);
      // 四川 has an extra that only the visitor can know.
      expect(
        Object.keys(faults).filter((field) => field !== 'otherComponents'),
        where,
      ).toEqual([]);
      expect(shown.headline !== undefined || problems.length + Object.keys(faults).length > 0, where).toBe(true);
      expect(problems.map(({ code }) => code).filter((code) => code !== 'POL-001' && code !== 'BILL-006')).toEqual([]);
      expect(JSON.stringify({ shown, problems }), where).not.toMatch(/undefined|NaN|Infinity/);
    }
  });

  test.each(TABS)('$name can be answered somewhere as it opens', (tab) => {
    const { shown } = outcomeOf(tab, {}, env);
    expect(shown.headline).toBeDefined();
    expect(Object.keys(resolve(tab, {}, env)).length).toBeGreaterThan(1);
  });
});
