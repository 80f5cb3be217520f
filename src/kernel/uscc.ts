/** 统一社会信用代码 (GB 32100—2015): 18 characters, the last is a check character modulo 31 (D-DATA-02). */

export type UsccCheck =
  | { readonly ok: true; readonly uscc: string }
  | { readonly ok: false; readonly reason: string; readonly expectedCheckDigit?: string };

/** Without I O S V Z. */
const ALPHABET = '0123456789ABCDEFGHJKLMNPQRTUWXY';
const WEIGHTS = [1, 3, 9, 27, 19, 26, 16, 17, 20, 29, 25, 13, 8, 24, 10, 30, 28] as const;

export function usccCheckDigit(first17: string): string {
  let sum = 0;
  for (let i = 0; i < 17; i += 1) sum += ALPHABET.indexOf(first17[i] ?? '0') * (WEIGHTS[i] ?? 0);
  return ALPHABET[(31 - (sum % 31)) % 31] ?? '';
}

/** The organisation code inside (GB 11714) is not checked: some old codes do not satisfy it. */
export function checkUscc(text: string): UsccCheck {
  const code = text.normalize('NFKC').trim().toUpperCase();
  if (code.length !== 18) return { ok: false, reason: '统一社会信用代码应为 18 位。' };
  for (const character of code) {
    if (!ALPHABET.includes(character)) return { ok: false, reason: `统一社会信用代码不能含“${character}”。` };
  }
  if (!/^\d{6}$/.test(code.slice(2, 8))) return { ok: false, reason: '统一社会信用代码第 3–8 位应为行政区划数字。' };
  const expected = usccCheckDigit(code.slice(0, 17));
  if (code[17] !== expected) {
    return { ok: false, reason: '统一社会信用代码校验位不对。', expectedCheckDigit: expected };
  }
  return { ok: true, uscc: code };
}
