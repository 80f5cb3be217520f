/**
 * 基本养老金调整: one plan a region and year. A further year or province is a file with these keys, dated to the year it adjusts;
 * `yearsMode` is PROGRESSIVE (each range pays its own years) or SINGLE (all years by the range they end in);
 * `yearsCount` is FULL (whole years), UP (a part year is a year) or EXACT (months count).
 */
import type { KeySpecs } from './spec.ts';

export const ADJUSTMENT_KEYS = {
  'adjust.overallRate': { name: '养老金总体调整水平', unit: 'ppm' },
  'adjust.fixed': { name: '养老金定额调整', unit: 'fen' },
  /** Instead of one amount for all: by the monthly pension before, in fen. */
  'adjust.fixedByLevel': { name: '养老金定额调整（按养老金水平分档）', unit: 'fen', shape: 'brackets' },
  /** KEEP: nobody of a higher range falls behind the top of the range below after adjustment. */
  'adjust.levelOrder': { name: '分档调整后的高低次序', unit: 'text' },
  'adjust.pensionFloor': { name: '调整后养老金最低标准', unit: 'fen' },
  'adjust.perYear': { name: '养老金每年缴费年限调整额', unit: 'fen', shape: 'brackets' },
  'adjust.yearsMode': { name: '年限部分的分段方式', unit: 'text' },
  'adjust.yearsCount': { name: '年限部分的年数口径', unit: 'text' },
  'adjust.yearsMinimum': { name: '年限部分最低额', unit: 'fen' },
  'adjust.pensionShare': { name: '按调整前养老金的比例', unit: 'ppm' },
  'adjust.ageExtra': { name: '高龄倾斜', unit: 'fen', shape: 'brackets' },
  'adjust.ageAsOf': { name: '高龄的计算日', unit: 'text' },
  'adjust.retiredBy': { name: '调整范围：最迟退休日', unit: 'text' },
  'adjust.effectiveMonth': { name: '调整起始月', unit: 'text' },
  'adjust.paidMonth': { name: '发放到位月', unit: 'text' },
  'adjust.rounding': { name: '调整额的舍入', unit: 'text' },
} as const satisfies KeySpecs;
