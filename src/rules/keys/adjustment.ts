/** 基本养老金调整. */
import type { KeySpecs } from './spec.ts';

export const ADJUSTMENT_KEYS = {} as const satisfies KeySpecs;
