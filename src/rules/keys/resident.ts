/** 城乡居民养老保险. */
import type { KeySpecs } from './spec.ts';

export const RESIDENT_KEYS = {} as const satisfies KeySpecs;
