/**
 * 应缴额: wage → base → employer and person part of one person, insurance and month (D-CAL-01, D-CAL-02, HB-RATE-06).
 * Every part is rounded half-up to the fen by itself. The batch form is held against the single one and against a second evaluator to the fen.
 */

import { divideHalfUp, type Fen, fen, mulPpm, type Ppm } from '../kernel/fen.ts';
import type { Insurance } from '../kernel/insurance.ts';
import { MISSING, type MonthRules, missingRule } from './month-rules.ts';
import { type InjuryClass, injuryClassKey, rateKey } from './policy-keys.ts';

/** DECLARED 申报工资 is rounded and held within the limits; APPROVED 核定基数 (opening balances) is the base as it stands. */
export type WageFact = { readonly basis: 'DECLARED' | 'APPROVED'; readonly fen: number };

/** Facts that lower the employer part. */
export type Modifiers = {
  /** 享受阶段性减免 (HB-RED-01): effective only in months for which the law grants one. */
  readonly relief?: boolean;
  /** 缓缴中: the employer part is 0 while deferred (HB-DEF-02). */
  readonly deferred?: boolean;
};

export type Contribution = { readonly baseFen: Fen; readonly employerFen: Fen; readonly personFen: Fen };

/** Half-up to a multiple of `roundToFen` (HB-WAGE: to 10 yuan). Exact: remainders only. */
export function roundWage(fen: number, roundToFen: number): Fen {
  const rest = fen % roundToFen;
  return (rest * 2 >= roundToFen ? fen - rest + roundToFen : fen - rest) as Fen;
}

/** The declared wage from a year's total and the months it was paid in: averaged and rounded in one step (D-CAL-02: 不预先舍入). */
export function averageWage(totalFen: number, months: number, roundToFen: number): Fen {
  const unit = months * roundToFen;
  const rest = totalFen % unit;
  const count = (totalFen - rest) / unit + (rest * 2 >= unit ? 1 : 0);
  return (count * roundToFen) as Fen;
}

/** 缴费基数. @throws DomainError POL-001 when a declared wage needs a limit or rounding that is missing. */
export function baseOf(rules: MonthRules, insurance: Insurance, basis: WageFact['basis'], wageFen: number): Fen {
  if (basis === 'APPROVED') return wageFen as Fen;
  const { lowerFen, upperFen } = rules.tables[insurance];
  if (rules.roundToFen === MISSING) throw missingRule(rules, 'wage.roundTo');
  if (lowerFen === MISSING) throw missingRule(rules, 'base.lower');
  if (upperFen === MISSING) throw missingRule(rules, 'base.upper');
  const rounded = roundWage(wageFen, rules.roundToFen);
  return (rounded < lowerFen ? lowerFen : rounded > upperFen ? upperFen : rounded) as Fen;
}

/** Employer rate in ppm; for injury by class (1…8). */
export function employerRate(rules: MonthRules, insurance: Insurance, injuryClass: number): Ppm {
  const rate = insurance === 'injury' ? rules.injuryPpm[injuryClass] : rules.tables[insurance].employerPpm;
  if (rate === undefined) throw new RangeError(`not an injury class: ${injuryClass}`);
  if (rate !== MISSING) return rate as Ppm;
  if (insurance !== 'injury') throw missingRule(rules, rateKey(insurance, 'employer'));
  const classKey = injuryClassKey(injuryClass as InjuryClass);
  throw missingRule(rules, rules.sources[classKey] ? 'rate.injury.stageFactor' : classKey);
}

export function personRate(rules: MonthRules, insurance: Insurance): Ppm {
  const rate = rules.tables[insurance].personPpm;
  if (rate !== MISSING) return rate as Ppm;
  throw missingRule(rules, insurance === 'injury' ? 'rate.injury.person' : rateKey(insurance, 'person'));
}

function employerPart(rules: MonthRules, base: Fen, rate: Ppm, relief: boolean, deferred: boolean): Fen {
  if (deferred) return 0 as Fen;
  if (!relief) return mulPpm(base, rate);
  // One rounding for the part as a whole (D-CAL-01), not one before the relief and one after it.
  return fen(Number(divideHalfUp(BigInt(base) * BigInt(rate) * BigInt(rules.reliefPpm), 1_000_000_000_000n)));
}

/**
 * @param injuryClass 1…8 (一类…八类); ignored for other insurances.
 * @throws DomainError POL-001 when this insurance's rule is missing; other insurances' holes do not matter.
 */
export function evaluate(
  rules: MonthRules,
  insurance: Insurance,
  wage: WageFact,
  injuryClass: number,
  modifiers?: Modifiers,
): Contribution {
  const baseFen = baseOf(rules, insurance, wage.basis, wage.fen);
  const rate = employerRate(rules, insurance, injuryClass);
  const relief = modifiers?.relief ?? false;
  const employerFen = employerPart(rules, baseFen, rate, relief, modifiers?.deferred ?? false);
  return { baseFen, employerFen, personFen: mulPpm(baseFen, personRate(rules, insurance)) };
}

/** Columns of people, for a batch: one row a person. */
export type WageColumns = {
  readonly count: number;
  readonly wageFen: Float64Array;
  /** 1 = APPROVED, 0 = DECLARED. */
  readonly approved: Uint8Array;
  /** 1…8; only read for injury. */
  readonly injuryClass: Uint8Array;
  /** Bits: 1 relief, 2 deferred. Absent: none. */
  readonly modifiers?: Uint8Array;
};

export const RELIEF_BIT = 1;
export const DEFERRED_BIT = 2;

export type ContributionColumns = {
  readonly baseFen: Float64Array;
  readonly employerFen: Float64Array;
  readonly personFen: Float64Array;
};

/**
 * Same as `evaluate` for every row, into `out` (allocated when absent; at least `count` long). The ordinary row — a whole wage within exact
 * range, no modifier, nothing missing — is computed here in plain doubles, without division or call (perf.md P2); every other row goes
 * through the single form, which also says what is missing.
 */
export function evaluateColumns(
  rules: MonthRules,
  insurance: Insurance,
  people: WageColumns,
  out: ContributionColumns = contributionColumns(people.count),
): ContributionColumns {
  const { count, wageFen, approved, injuryClass, modifiers } = people;
  const { baseFen, employerFen, personFen } = out;
  const person = personRate(rules, insurance) as number;
  const rates = employerRates(rules, insurance);
  const exactMax = exactBaseMax(rates, person);
  const { stepFen, perStep, lowerFen, upperFen, wageMax } = limitsOf(rules, insurance, exactMax);
  for (let i = 0; i < count; i += 1) {
    const wage = wageFen[i] as number;
    const rate = rates[injuryClass[i] as number] as number;
    const asItStands = approved[i] === 1;
    // Also false for a wage that is not a number.
    if (
      rate >= 0 &&
      wage >= 0 &&
      wage <= (asItStands ? exactMax : wageMax) &&
      wage === Math.floor(wage) &&
      (modifiers === undefined || modifiers[i] === 0)
    ) {
      // Held within the limits by minimum and maximum: who is above or below which limit cannot be guessed by a processor.
      const base = asItStands
        ? wage
        : Math.min(Math.max(Math.floor((wage + wage + stepFen + 0.5) * perStep) * stepFen, lowerFen), upperFen);
      baseFen[i] = base;
      employerFen[i] = Math.floor((base * rate + 500_000.5) * 1e-6);
      personFen[i] = Math.floor((base * person + 500_000.5) * 1e-6);
    } else evaluateRow(rules, insurance, people, i, out);
  }
  return out;
}

/** Rounding and limits of a declared wage; `wageMax` is below zero when something is missing, so that every declared row is asked singly. */
function limitsOf(rules: MonthRules, insurance: Insurance, exactMax: number) {
  const { lowerFen, upperFen } = rules.tables[insurance];
  const stepFen = rules.roundToFen;
  const whole = stepFen > 0 && lowerFen !== MISSING && upperFen !== MISSING && lowerFen <= exactMax;
  // Any finite figures do where no row may use them.
  if (!whole) return { stepFen: 1, perStep: 0.5, lowerFen: 0, upperFen: 0, wageMax: -1 };
  return { stepFen, perStep: 1 / (2 * stepFen), lowerFen, upperFen, wageMax: exactMax };
}

function evaluateRow(
  rules: MonthRules,
  insurance: Insurance,
  { wageFen, approved, injuryClass, modifiers }: WageColumns,
  i: number,
  out: ContributionColumns,
): void {
  const basis = approved[i] === 1 ? 'APPROVED' : 'DECLARED';
  const bits = modifiers?.[i] ?? 0;
  const { baseFen, employerFen, personFen } = evaluate(
    rules,
    insurance,
    { basis, fen: wageFen[i] ?? 0 },
    injuryClass[i] ?? 0,
    { relief: (bits & RELIEF_BIT) !== 0, deferred: (bits & DEFERRED_BIT) !== 0 },
  );
  out.baseFen[i] = baseFen;
  out.employerFen[i] = employerFen;
  out.personFen[i] = personFen;
}

/** The employer's rate in ppm by what stands in the column of injury classes; MISSING where the rules have none. */
function employerRates(rules: MonthRules, insurance: Insurance): Float64Array {
  const rates = new Float64Array(256).fill(insurance === 'injury' ? MISSING : rules.tables[insurance].employerPpm);
  if (insurance === 'injury') rates.set(rules.injuryPpm);
  return rates;
}

/**
 * Up to here the products of the batch form are exact. n/d of whole numbers is at least 1/(2d) away from a whole number once half a unit is
 * added to n; multiplying by the reciprocal is off by at most 2⁻⁵² of the quotient, which stays below that for products up to 10¹⁵.
 */
function exactBaseMax(rates: Float64Array, person: number): number {
  return Math.floor(1e15 / Math.max(1_000_000, person, ...rates)) - 1;
}

export function contributionColumns(count: number): ContributionColumns {
  return {
    baseFen: new Float64Array(count),
    employerFen: new Float64Array(count),
    personFen: new Float64Array(count),
  };
}
