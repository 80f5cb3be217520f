/** 大写、身份证、信用代码 by the made-up numbers of the requirements (appendix A, D-CAL-08). */
import { describe, expect, it } from 'vitest';
import { workCalendar } from '../kernel/calendar.ts';
import { civilDate } from '../kernel/month.ts';
import { calendarSeedRows } from '../rules/calendar-seed.ts';
import { createBook } from '../rules/index.ts';
import { IDENTITY_CALCULATORS } from './identity.ts';
import { answerLine } from './lines.ts';

const env = { book: createBook(), calendar: workCalendar(calendarSeedRows()), asOf: civilDate('2024-01-01') };

function ask(name: string, facts: unknown): Readonly<Record<string, unknown>> {
  const calculator = IDENTITY_CALCULATORS.find((each) => each.name === name);
  if (!calculator) throw new Error(`no calculator ${name}`);
  return JSON.parse(answerLine(calculator, JSON.stringify(facts), env)) as Readonly<Record<string, unknown>>;
}

describe('amount-words', () => {
  it.each([
    ['204.93', '贰佰零肆元玖角叁分'],
    ['869.40', '捌佰陆拾玖元肆角整'],
    ['1000.05', '壹仟元零伍分'],
    ['0.30', '叁角整'],
    ['10020300.40', '壹仟零贰万零叁佰元肆角整'],
    ['0', '零元整'],
    ['20000000000', '贰佰亿元整'],
  ])('%s', (amount, words) => {
    expect(ask('amount-words', { amount })).toEqual({ words });
  });

  it.each(['1e3', '-1', '1.005', 'NaN', '99999999999999999', '１２'])('refuses %s', (amount) => {
    expect(ask('amount-words', { amount })).toMatchObject({ error: { code: 'CALC-004', field: 'amount' } });
  });
});

describe('id-number', () => {
  it('reads birth date and sex', () => {
    expect(ask('id-number', { number: '429999199001010015' })).toEqual({
      valid: true,
      birthDate: '1990-01-01',
      sex: 'male',
    });
    expect(ask('id-number', { number: '429999199001010023' })).toMatchObject({ sex: 'female' });
  });

  it('converts 15 digits when asked', () => {
    // «19» goes in after the region, the check digit at the end: the appendix's first number.
    expect(ask('id-number', { number: '429999900101001', convert15To18: true })).toMatchObject({
      valid: true,
      birthDate: '1990-01-01',
      upgraded: '429999199001010015',
    });
    expect(ask('id-number', { number: '429999900101001' })).not.toHaveProperty('upgraded');
  });

  it.each([
    ['429999199001010014', '校验位'],
    ['42999919900101001', '18 位'],
    ['429999199002300019', '出生日期'],
    ['009999199001010015', '省级'],
  ])('%s is not valid, and says why in Chinese', (number, reason) => {
    const answer = ask('id-number', { number });
    expect(answer).toMatchObject({ valid: false });
    expect(String(answer.reason)).toContain(reason);
  });

  it('does not know people of the future', () => {
    expect(ask('id-number', { number: '429999199001010015', today: '1989-12-31' })).toMatchObject({ valid: false });
    expect(ask('id-number', { number: '429999199001010015', today: '1990-01-01' })).toMatchObject({ valid: true });
  });

  it('calls a wrong type an error', () => {
    expect(ask('id-number', { number: 429999199001010 })).toMatchObject({ error: { code: 'CALC-004' } });
  });
});

describe('uscc', () => {
  it.each([
    '91429999MA0000T01U',
    '91429999MA0000T1XK',
    '91429999MA0000T28K',
    '91149999MA0000Y03W',
    '91329999MA0000J08D',
  ])('%s is valid', (code) => {
    expect(ask('uscc', { code })).toEqual({ valid: true });
  });

  it('is not valid with another last character', () => {
    expect(ask('uscc', { code: '91429999MA0000T01W' })).toEqual({
      valid: false,
      reason: '统一社会信用代码校验位不对。',
    });
  });
});
