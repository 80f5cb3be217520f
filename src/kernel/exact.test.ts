import { describe, expect, it } from 'vitest';
import { exact, parseExact, ratioOf, roundDecimals, showExact, toFen, yuanOf } from './exact.ts';

describe('精确数', () => {
  it('reads decimals written out and nothing else', () => {
    expect(parseExact('30.67')?.equals(exact('30.67'))).toBe(true);
    for (const text of ['1e3', 'NaN', '1/3', '', '.5', '0x10', ' 1', '1 ']) expect(parseExact(text)).toBeUndefined();
  });

  it('rounds a yuan amount by its rule (江苏、山西 进到角)', () => {
    expect(toFen(exact('5373.02'), 'JIAO_UP')).toBe(537310);
    expect(toFen(exact('4185.74'), 'JIAO_UP')).toBe(418580);
    expect(toFen(exact('0.0345'))).toBe(3);
    expect(toFen(exact('0.005'))).toBe(1);
    expect(toFen(exact('-0.005'))).toBe(-1);
    expect(toFen(exact('5014.83'), 'YUAN_UP')).toBe(501500);
    expect(toFen(exact('4112.75'), 'YUAN')).toBe(411300);
    expect(toFen(exact('12.34'), 'JIAO')).toBe(1230);
  });

  it('keeps thirds exact until the end', () => {
    expect(toFen(yuanOf(100).div(3).mul(3))).toBe(100);
    expect(showExact(yuanOf(100).div(3))).toBe('0.33333333…');
    expect(showExact(ratioOf(7000))).toBe('0.007');
    expect(roundDecimals(exact(493).div(12), 2).toFraction()).toBe('1027/25');
  });
});
