import type { OpeningInput } from '../src/control/index.ts';
import { idNumberCheckDigit } from '../src/kernel/id-number.ts';
import { addMonths, type Month } from '../src/kernel/month.ts';
import type { Random } from './random.ts';

const THREE = ['pension', 'unemployment', 'injury'] as const;

/** Employers of the small city by number: what stories and shrunk runs call them. */
export const EMPLOYERS = [
  { employerNo: '990000901', uscc: '91429999MA0000T01U', name: '云帆示例制造有限公司' },
  { employerNo: '990000902', uscc: '91429999MA0000T1XK', name: '长堤示例物流有限公司' },
  { employerNo: '990000903', uscc: '91429999MA0000T28K', name: '青禾示例软件有限公司' },
] as const;

/** A number beyond the list is the first one's: shrunk steps keep their meaning. */
export const employerNoOf = (index: number): string => (EMPLOYERS[index] ?? EMPLOYERS[0]).employerNo;

/** People have numbers of their own, so that a step names the same person however many steps were left out before it. */
export function personOf(index: number): { readonly idNo: string; readonly name: string } {
  const year = 1975 + (index % 25);
  const month = String(1 + (Math.floor(index / 25) % 12)).padStart(2, '0');
  const first17 = `429999${year}${month}15${String(index % 1000).padStart(3, '0')}`;
  return { idNo: `${first17}${idNumberCheckDigit(first17)}`, name: `样${index}` };
}

export function wageOf(random: Random): number {
  // Below the lower limit, between, above the upper one, and on odd cents.
  return random.chance(0.2)
    ? random.int(100_000, 360_000)
    : random.chance(0.15)
      ? random.int(1_700_000, 2_600_000)
      : random.int(345_000, 1_500_000);
}

const PEOPLE_EACH = 4;
const PAID_MONTHS = 6;

export function makeCity(random: Random, lastPaid: Month): OpeningInput['employers'] {
  return EMPLOYERS.map((employer, at) => ({
    ...employer,
    injuryClass: random.int(1, 8),
    enjoysRelief2020: false,
    insurances: THREE.map((insurance) => ({ insurance, from: '2022-07' as Month, bookedThrough: lastPaid })),
    refundAccount: { bankName: '示例银行', account: `620000000000000${at}`, holder: employer.name },
    agents: [],
    persons: Array.from({ length: PEOPLE_EACH }, (_, index) => ({
      ...personOf(at * PEOPLE_EACH + index),
      from: '2022-07' as Month,
      wageFen: wageOf(random),
      paid: { from: addMonths(lastPaid, 1 - PAID_MONTHS), to: lastPaid },
    })),
  }));
}
