/** 4050 社保补贴. */
import type { KeySpecs } from './spec.ts';

export const SUBSIDY_KEYS = {} as const satisfies KeySpecs;
