/** 退休: progressive delay, minimum contribution, elastic bounds. Tables by group: `male`, `female_55`, `female_50`. */
import type { KeySpecs } from './spec.ts';

export const RETIREMENT_KEYS = {
  'retirement.labourAgeFrom': { name: '法定劳动年龄起点', unit: 'years' },
  'retirement.originalAge': { name: '原法定退休年龄', unit: 'years', shape: 'byKey' },
  /** Year and month as one integer: 196501. */
  'retirement.firstBirthMonth': { name: '首个延迟的出生年月', unit: 'count', shape: 'byKey' },
  'retirement.stepBirthMonths': { name: '每延迟一个月所隔的出生月数', unit: 'months', shape: 'byKey' },
  'retirement.maxDelay': { name: '最多延迟月数', unit: 'months', shape: 'byKey' },
  'retirement.minContribution': { name: '最低缴费年限', unit: 'months' },
  'retirement.elastic.maxEarly': { name: '弹性提前退休最长月数', unit: 'months' },
  'retirement.elastic.maxLate': { name: '弹性延迟退休最长月数', unit: 'months' },
  'retirement.elastic.minContributionYear': { name: '弹性提前退休最低缴费年限按哪一年', unit: 'text' },
  'retirement.elastic.noticeEarly': { name: '弹性提前退休告知单位的提前月数', unit: 'months' },
  'retirement.elastic.noticeLate': { name: '弹性延迟退休约定的提前月数', unit: 'months' },
} as const satisfies KeySpecs;
