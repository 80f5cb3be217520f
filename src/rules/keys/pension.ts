/** 基本养老金: formula, coefficients, annuity divisors, bases. */
import type { KeySpecs } from './spec.ts';

export const PENSION_KEYS = {} as const satisfies KeySpecs;
