/** 城乡居民养老保险. A minimum is not a place's own standard: the two are separate parameters. */
import type { KeySpecs } from './spec.ts';

export const RESIDENT_KEYS = {
  'resident.basicPension': { name: '居民基础养老金（当地标准，月）', unit: 'fen' },
  'resident.basicMinimum': { name: '居民基础养老金最低标准（月）', unit: 'fen' },
  /** Fen a month for each whole year of contribution, range by range. */
  'resident.yearExtra': { name: '居民缴费年限养老金（每年）', unit: 'fen', shape: 'brackets' },
  'resident.age': { name: '居民养老金领取年龄', unit: 'years' },
  'resident.minYears': { name: '居民养老最低缴费年限', unit: 'years' },
  'resident.payoutMonths': { name: '居民个人账户计发月数', unit: 'months' },
  'resident.tierMin': { name: '居民缴费最低档（年）', unit: 'fen' },
  'resident.tierMax': { name: '居民缴费最高档（年）', unit: 'fen' },
  'resident.subsidyMin': { name: '居民缴费补贴（最低档，年）', unit: 'fen' },
  'resident.subsidyMax': { name: '居民缴费补贴（最高档，年）', unit: 'fen' },
  'resident.accountRate': { name: '居民个人账户记账利率', unit: 'ppm' },
  'resident.funeralMonths': { name: '居民丧葬补助金月数', unit: 'months' },
} as const satisfies KeySpecs;
