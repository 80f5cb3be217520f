/**
 * 公民身份号码 (GB 11643—1999): check digit, province section, birth date and sex (D-DATA-02).
 * Only the province section is checked against a list: prefectures come and go, and a number keeps the code it was born with (requirements appendix A).
 */
import { type CivilDate, isCivilDate } from './month.ts';

export type Sex = 'male' | 'female';

export type IdNumberCheck =
  | {
      readonly ok: true;
      /** Always 18 characters, upper case; a 15-digit number is converted. */
      readonly idNo: string;
      readonly birthDate: CivilDate;
      readonly sex: Sex;
      /** The text was a 15-digit number of the first generation. */
      readonly upgraded: boolean;
    }
  | {
      readonly ok: false;
      /** A short Chinese sentence for the user. */
      readonly reason: string;
      /** The digit that would have been right, when only the check digit is wrong. */
      readonly expectedCheckDigit?: string;
    };

const WEIGHTS = [7, 9, 10, 5, 8, 4, 2, 1, 6, 3, 7, 9, 10, 5, 8, 4, 2] as const;
const CHECK_DIGITS = '10X98765432';

/** 省级区划 (GB/T 2260, first two digits); 83 is Taiwan in residence permits. */
const PROVINCES = new Set(
  '11 12 13 14 15 21 22 23 31 32 33 34 35 36 37 41 42 43 44 45 46 50 51 52 53 54 61 62 63 64 65 71 81 82 83'.split(' '),
);

/** The check digit of the first 17 digits (MOD 11-2). */
export function idNumberCheckDigit(first17: string): string {
  let sum = 0;
  for (let i = 0; i < 17; i += 1) sum += Number(first17[i]) * (WEIGHTS[i] ?? 0);
  return CHECK_DIGITS[sum % 11] ?? '';
}

/** Reads a number as typed: surrounding blanks, full-width digits and a small x are forgiven. */
export function checkIdNumber(text: string): IdNumberCheck {
  const typed = text.normalize('NFKC').trim().toUpperCase();
  if (typed.length !== 18 && typed.length !== 15) return { ok: false, reason: '身份证号应为 18 位（或旧 15 位）。' };
  if (!/^\d{15}$/.test(typed) && !/^\d{17}[\dX]$/.test(typed)) {
    return { ok: false, reason: '身份证号只能是数字，末位可以是 X。' };
  }
  const upgraded = typed.length === 15;
  const first17 = upgraded ? `${typed.slice(0, 6)}19${typed.slice(6)}` : typed.slice(0, 17);
  if (!PROVINCES.has(first17.slice(0, 2))) return { ok: false, reason: '身份证号前两位不是省级区划代码。' };
  const birth = `${first17.slice(6, 10)}-${first17.slice(10, 12)}-${first17.slice(12, 14)}`;
  if (!isCivilDate(birth)) return { ok: false, reason: '身份证号中的出生日期不存在。' };
  const expected = idNumberCheckDigit(first17);
  if (!upgraded && typed[17] !== expected) {
    return { ok: false, reason: '身份证号校验位不对。', expectedCheckDigit: expected };
  }
  const sex: Sex = Number(first17[16]) % 2 === 1 ? 'male' : 'female';
  return { ok: true, idNo: first17 + expected, birthDate: birth, sex, upgraded };
}

/** 429999********1218: what lists, logs and public pages show of a number. */
export function maskIdNo(idNo: string): string {
  return idNo.length < 11 ? `${idNo.slice(0, 2)}****` : `${idNo.slice(0, 6)}********${idNo.slice(-4)}`;
}

const DATE = '(?:0[1-9]|1[0-2])(?:0[1-9]|[12]\\d|3[01])';
/**
 * Numbers of 18 or 15 characters, and the 17 digits before a check digit, standing by themselves in a text. The birth date has to be
 * possible, so bill numbers, personal numbers, accounts and times are left alone.
 */
const IN_TEXT = new RegExp(
  `(?<!\\d)[1-9]\\d{5}(?:(?:18|19|20)\\d{2}${DATE}\\d{3}[\\dXx]?|\\d{2}${DATE}\\d{3})(?!\\d)`,
  'g',
);

/** The text with every identity number in it masked: for logs, addresses and names of files (wire.md §10 test 76). */
export function maskIdNumbers(text: string): string {
  return text.replace(IN_TEXT, maskIdNo);
}

export function hasIdNumber(text: string): boolean {
  return text.search(IN_TEXT) >= 0;
}
