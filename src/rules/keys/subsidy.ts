/** 4050 社保补贴 (WD-SUB-01): one programme a region and year. */
import type { KeySpecs } from './spec.ts';

export const SUBSIDY_KEYS = {
  'subsidy4050.windowFrom': { name: '4050补贴受理起日', unit: 'text' },
  'subsidy4050.windowTo': { name: '4050补贴受理止日', unit: 'text' },
  'subsidy4050.ageAsOf': { name: '4050补贴年龄计算日', unit: 'text' },
  'subsidy4050.minAge': { name: '4050补贴最低年龄', unit: 'years', shape: 'byKey' },
  /** Codes, comma-separated: see the rule. */
  'subsidy4050.groups': { name: '4050补贴对象类别', unit: 'text' },
  'subsidy4050.exclusions': { name: '4050补贴不予情形', unit: 'text' },
  'subsidy4050.lastUnitMonths': { name: '最后单位最少缴费月数', unit: 'months' },
  'subsidy4050.refusals': { name: '不接受介绍上岗的次数', unit: 'count' },
  'subsidy4050.amount': { name: '4050补贴标准（年）', unit: 'fen' },
  'subsidy4050.amountPensionOnly': { name: '只参加养老的4050补贴标准（年）', unit: 'fen' },
} as const satisfies KeySpecs;
