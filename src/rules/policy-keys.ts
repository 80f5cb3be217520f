/** Every policy parameter by name. What is not listed here does not exist; the topics are in `keys/`. */
import type { Insurance, Part } from '../kernel/insurance.ts';
import { ACCOUNT_KEYS } from './keys/account.ts';
import { ADJUSTMENT_KEYS } from './keys/adjustment.ts';
import { COLLECTION_KEYS } from './keys/collection.ts';
import { INJURY_KEYS } from './keys/injury.ts';
import { PENSION_KEYS } from './keys/pension.ts';
import { RESIDENT_KEYS } from './keys/resident.ts';
import { RETIREMENT_KEYS } from './keys/retirement.ts';
import type { KeySpec } from './keys/spec.ts';
import { SUBSIDY_KEYS } from './keys/subsidy.ts';
import { SURVIVORS_KEYS } from './keys/survivors.ts';
import { TRANSFER_KEYS } from './keys/transfer.ts';
import { UNEMPLOYMENT_KEYS } from './keys/unemployment.ts';

export const POLICY_KEYS = {
  ...COLLECTION_KEYS,
  ...ACCOUNT_KEYS,
  ...PENSION_KEYS,
  ...RETIREMENT_KEYS,
  ...UNEMPLOYMENT_KEYS,
  ...INJURY_KEYS,
  ...SURVIVORS_KEYS,
  ...ADJUSTMENT_KEYS,
  ...TRANSFER_KEYS,
  ...RESIDENT_KEYS,
  ...SUBSIDY_KEYS,
} as const;

export type PolicyKey = keyof typeof POLICY_KEYS;

export function isPolicyKey(text: string): text is PolicyKey {
  return Object.hasOwn(POLICY_KEYS, text);
}

/** Name, unit and shape of a parameter. */
export function keySpec(key: PolicyKey): KeySpec {
  return POLICY_KEYS[key];
}

export function keyName(key: PolicyKey): string {
  return POLICY_KEYS[key].name;
}

/** Names of the requirements catalogue (appendix B, D-CAL), accepted in overlays. */
const ALIASES: Readonly<Record<string, PolicyKey>> = {
  interestAnnualRate: 'interest.annualRate',
  billValidWorkdays: 'bill.validWorkdays',
  selfBackPayMonths: 'window.selfBackMonths',
  autoBackPayMonths: 'window.autoBackMonths',
  refundMonthsBack: 'window.refundBackMonths',
  monthlyDeclarationMode: 'declaration.mode',
  collectionMode: 'collection.mode',
  lateFeeUntilRevocationAsked: 'lateFee.untilRevocationAsked',
  autoCloseDay: 'close.day',
  wageRoundTo: 'wage.roundTo',
};

export function policyKey(text: string): PolicyKey | undefined {
  if (isPolicyKey(text)) return text;
  return Object.hasOwn(ALIASES, text) ? ALIASES[text] : undefined;
}

export function rateKey(insurance: Exclude<Insurance, 'injury'>, part: Part): PolicyKey {
  return `rate.${insurance}.${part}`;
}

export const INJURY_CLASSES = [1, 2, 3, 4, 5, 6, 7, 8] as const;
export type InjuryClass = (typeof INJURY_CLASSES)[number];

export function injuryClassKey(injuryClass: InjuryClass): PolicyKey {
  return `rate.injury.class${injuryClass}`;
}

export const INJURY_CLASS_NAMES = ['', '一类', '二类', '三类', '四类', '五类', '六类', '七类', '八类'] as const;
