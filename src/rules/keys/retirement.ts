/** 退休: progressive delay, minimum contribution, elastic bounds. */
import type { KeySpecs } from './spec.ts';

export const RETIREMENT_KEYS = {} as const satisfies KeySpecs;
