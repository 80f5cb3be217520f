import { randomInt } from 'node:crypto';
import { addCalendarMonths, type CivilDate, type Moment } from '../../kernel/month.ts';

/** A number 0 ≤ n < bound; the default is cryptographically strong, because the code is all one needs to see the certificate. */
export type RandomInt = (bound: number) => number;

/** Without I, O, 0 and 1 the random part can be read out over the telephone. */
const ALPHABET = 'ABCDEFGHJKLMNPQRSTUVWXYZ23456789';
const RANDOM_CHARACTERS = 6;

/**
 * 授权码, five groups of four: year, month and day, hour and minute, seconds and two random characters, four random characters
 * (HB-CERT-04, `2021 1113 1336 29KR IFGN`).
 */
export function newAuthCode(at: Moment, random: RandomInt = (bound) => randomInt(bound)): string {
  const stamp = at.slice(0, 19).replace(/[-T:]/g, '');
  let tail = '';
  for (let index = 0; index < RANDOM_CHARACTERS; index += 1) tail += ALPHABET[random(ALPHABET.length)];
  return groupAuthCode(stamp + tail);
}

/** How people type it: any spaces, small letters. undefined when it cannot be a code. */
export function parseAuthCode(text: string): string | undefined {
  const compact = text.normalize('NFKC').replace(/[\s-]/g, '').toUpperCase();
  return /^\d{14}[A-Z0-9]{6}$/.test(compact) ? groupAuthCode(compact) : undefined;
}

function groupAuthCode(compact: string): string {
  return (compact.match(/.{4}/g) ?? []).join(' ');
}

/** 授权码 without spaces, for a link. */
export function compactAuthCode(code: string): string {
  return code.replaceAll(' ', '');
}

/** Last day on which a certificate can be verified, until 24:00: issue day plus `months` calendar months, at most the last day of the month (HB-CERT-05). */
export function certificateValidThrough(issuedOn: CivilDate, months: number): CivilDate {
  return addCalendarMonths(issuedOn, months);
}
