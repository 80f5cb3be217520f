import { idNumberCheckDigit } from '../../../kernel/id-number.ts';

/** 合成证件号码 (requirements appendix A): area 429999, which is assigned to nobody. */
export function syntheticIdNo(birthDate: string, sequence: number): string {
  const first17 = `429999${birthDate.replaceAll('-', '')}${String(sequence).padStart(3, '0')}`;
  return first17 + idNumberCheckDigit(first17);
}
