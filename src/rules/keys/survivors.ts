/** 遗属待遇 (人社部发〔2021〕18号). Ranges of service are counted in whole years. */
import type { KeySpecs } from './spec.ts';

export const SURVIVORS_KEYS = {
  'survivors.funeralMonths': { name: '丧葬补助金月数', unit: 'months' },
  'survivors.pensionMonths': { name: '抚恤金月数（按缴费年限）', unit: 'months', shape: 'brackets' },
  'survivors.extraAfterYears': { name: '抚恤金加发起算年限', unit: 'years' },
  'survivors.extraMonthsPerYear': { name: '超过后每年加发月数', unit: 'months' },
  'survivors.pensionMonthsCap': { name: '抚恤金最多月数', unit: 'months' },
  'survivors.retiredCutPerYear': { name: '每领取一年养老金减少月数', unit: 'months' },
  'survivors.retiredFloorMonths': { name: '退休人员抚恤金最少月数', unit: 'months' },
  'survivors.baseRounding': { name: '遗属待遇月基数的舍入', unit: 'text' },
  'income.provincialUrban': { name: '本省城镇居民人均可支配收入（年）', unit: 'fen' },
} as const satisfies KeySpecs;
