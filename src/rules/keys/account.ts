/** 个人账户: crediting and interest. */
import type { KeySpecs } from './spec.ts';

export const ACCOUNT_KEYS = {
  'account.creditRatio': { name: '个人账户记入比例', unit: 'ppm' },
  'account.interestRate': { name: '个人账户记账利率', unit: 'ppm' },
  'account.annualMethodFactor': { name: '年度计算法系数', unit: 'ppm' },
} as const satisfies KeySpecs;
