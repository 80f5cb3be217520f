/** 转移接续. */
import type { KeySpecs } from './spec.ts';

export const TRANSFER_KEYS = {
  'transfer.pooledRate': { name: '统筹基金转移比例', unit: 'ppm' },
  'transfer.pooledFrom': { name: '统筹基金转移起算月份', unit: 'text' },
  /** By `male`, `female`. */
  'transfer.temporaryAccountAge': { name: '建立临时缴费账户的年龄', unit: 'years', shape: 'byKey' },
  'transfer.benefitPlaceYears': { name: '待遇领取地累计缴费年限', unit: 'years' },
  /** By the step: `review`, `release`, `receive`. */
  'transfer.stepWorkdays': { name: '转移接续各环节工作日数', unit: 'days', shape: 'byKey' },
  'transfer.totalWorkdays': { name: '转移接续总工作日数', unit: 'days' },
} as const satisfies KeySpecs;
