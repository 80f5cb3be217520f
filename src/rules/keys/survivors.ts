/** 遗属待遇. */
import type { KeySpecs } from './spec.ts';

export const SURVIVORS_KEYS = {} as const satisfies KeySpecs;
