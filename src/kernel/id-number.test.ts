import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { checkIdNumber, hasIdNumber, idNumberCheckDigit, maskIdNumbers } from './id-number.ts';

describe('公民身份号码 (D-DATA-02, appendix A)', () => {
  it.each([
    ['429999199001010015', 'male'],
    ['429999199001010023', 'female'],
    ['429999199001010031', 'male'],
  ])('accepts %s in the unassigned area 429999', (text, sex) => {
    expect(checkIdNumber(text)).toEqual({ ok: true, idNo: text, birthDate: '1990-01-01', sex, upgraded: false });
  });

  it('names the right check digit', () => {
    expect(checkIdNumber('429999199001010016')).toMatchObject({ ok: false, expectedCheckDigit: '5' });
  });

  it('forgives blanks, full-width digits and a small x', () => {
    const first17 = Array.from({ length: 999 }, (_, i) => `42999919900101${String(i + 1).padStart(3, '0')}`).find(
      (candidate) => idNumberCheckDigit(candidate) === 'X',
    );
    expect(checkIdNumber(` ${first17}x `)).toMatchObject({ ok: true, idNo: `${first17}X` });
    expect(checkIdNumber('４２９９９９１９９００１０１００１５')).toMatchObject({
      ok: true,
      idNo: '429999199001010015',
    });
  });

  it('converts a 15-digit number', () => {
    expect(checkIdNumber('429999900101001')).toEqual({
      ok: true,
      idNo: '429999199001010015',
      birthDate: '1990-01-01',
      sex: 'male',
      upgraded: true,
    });
  });

  it.each([
    ['', /18 位/],
    ['42999919900101001', /18 位/],
    ['4299991990010100I5', /只能是数字/],
    ['X29999199001010015', /只能是数字/],
    ['999999199001010015', /省级/],
    ['429999199002300015', /出生日期/],
    ['429999190002290015', /出生日期/],
  ])('refuses %s', (text, reason) => {
    expect(checkIdNumber(text)).toMatchObject({ ok: false, reason: expect.stringMatching(reason) });
  });

  it('notices every single wrong digit of the sequence', () => {
    fc.assert(
      fc.property(
        fc.integer({ min: 0, max: 999 }),
        fc.integer({ min: 14, max: 16 }),
        fc.integer({ min: 1, max: 9 }),
        (sequence, place, by) => {
          const first17 = `42999919900101${String(sequence).padStart(3, '0')}`;
          const good = first17 + idNumberCheckDigit(first17);
          expect(checkIdNumber(good).ok).toBe(true);
          const wrong = good.slice(0, place) + ((Number(good[place]) + by) % 10) + good.slice(place + 1);
          expect(checkIdNumber(wrong).ok).toBe(false);
        },
      ),
    );
  });
});

describe('numbers in a text (wire.md §10 test 76)', () => {
  it.each([
    ['Key (id_no)=(429999199001010015) exists', 'Key (id_no)=(429999********0015) exists'],
    ['样甲42999919900101001x.xlsx', '样甲429999********001x.xlsx'],
    ['stem 42999919900101001 only', 'stem 429999********1001 only'],
    ['旧证 429999900101001、429999199001010023', '旧证 429999********1001、429999********0023'],
  ])('%s', (text, masked) => {
    expect(maskIdNumbers(text)).toBe(masked);
    expect(hasIdNumber(text)).toBe(true);
  });

  it.each(['2023041009000001', '91429999MA0000T01U', '99000010100', '1681095600000', '62220012345678901234567'])(
    'leaves %s alone',
    (text) => {
      expect(maskIdNumbers(text)).toBe(text);
      expect(hasIdNumber(text)).toBe(false);
    },
  );
});
