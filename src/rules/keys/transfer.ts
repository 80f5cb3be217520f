/** 转移接续. */
import type { KeySpecs } from './spec.ts';

export const TRANSFER_KEYS = {} as const satisfies KeySpecs;
