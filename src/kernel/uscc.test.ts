import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { checkUscc } from './uscc.ts';

const SAMPLES = [
  '91429999MA0000T01U',
  '91429999MA0000T1XK',
  '91429999MA0000T28K',
  '91149999MA0000Y03W',
  '91329999MA0000J08D',
];

describe('统一社会信用代码 (GB 32100, appendix A)', () => {
  it.each(SAMPLES)('accepts %s', (code) => {
    expect(checkUscc(code)).toEqual({ ok: true, uscc: code });
    expect(checkUscc(` ${code.toLowerCase()} `)).toEqual({ ok: true, uscc: code });
  });

  it('names the right check character', () => {
    expect(checkUscc('91429999MA0000T01A')).toMatchObject({ ok: false, expectedCheckDigit: 'U' });
  });

  it.each([
    ['91429999MA0000T01', /18 位/],
    ['91429999MA0000I01U', /不能含“I”/],
    ['91A29999MA0000T01U', /区划/],
  ])('refuses %s', (code, reason) => {
    expect(checkUscc(code)).toMatchObject({ ok: false, reason: expect.stringMatching(reason) });
  });

  it('notices any single changed character', () => {
    const alphabet = '0123456789ABCDEFGHJKLMNPQRTUWXY';
    fc.assert(
      fc.property(fc.constantFrom(...SAMPLES), fc.nat(17), fc.constantFrom(...alphabet), (code, place, character) => {
        fc.pre(code[place] !== character);
        expect(checkUscc(code.slice(0, place) + character + code.slice(place + 1)).ok).toBe(false);
      }),
    );
  });
});
