/** 工伤待遇 (工伤保险条例第三十至四十一条): disability, care, death. */
import type { KeySpecs } from './spec.ts';

export const INJURY_KEYS = {
  'injury.grantMonths': { name: '一次性伤残补助金月数', unit: 'months', shape: 'byKey' },
} as const satisfies KeySpecs;
