/** 失业: duration, amount, 稳岗返还. */
import type { KeySpecs } from './spec.ts';

export const UNEMPLOYMENT_KEYS = {} as const satisfies KeySpecs;
