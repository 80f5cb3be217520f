/** 个人账户: crediting and interest. */
import type { KeySpecs } from './spec.ts';

export const ACCOUNT_KEYS = {} as const satisfies KeySpecs;
