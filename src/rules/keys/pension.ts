/** 基本养老金: formula, coefficients, annuity divisors, bases. */
import type { KeySpecs } from './spec.ts';

export const PENSION_KEYS = {
  'pension.calcBase': { name: '养老金计发基数', unit: 'fen' },
  'pension.basicPerYear': { name: '基础养老金每满一年的比例', unit: 'ppm' },
  'pension.yearPrecision': { name: '缴费年限小数位规则', unit: 'text' },
  'pension.indexWageRounding': { name: '指数化月平均缴费工资舍入规则', unit: 'text' },
  'pension.totalRounding': { name: '基本养老金合计舍入规则', unit: 'text' },
  'pension.transition.coefficient': { name: '过渡性养老金系数', unit: 'ppm' },
  'pension.transition.method': { name: '过渡性养老金计算口径', unit: 'text' },
  'pension.transition.indexFloor': { name: '过渡性养老金指数保底', unit: 'ppm' },
  'pension.transition.newMethodShare': { name: '新办法过渡性养老金高出部分的发给比例', unit: 'ppm' },
  'pension.extra': { name: '地方增发养老金规则', unit: 'text' },
  'pension.index.lower': { name: '年度缴费指数保底', unit: 'ppm' },
  'pension.index.upper': { name: '年度缴费指数封顶', unit: 'ppm' },
  'pension.index.denominator': { name: '平均缴费指数的年限分母', unit: 'text' },
  'annuity.divisor': { name: '计发月数', unit: 'tenths', shape: 'byKey' },
  'annuity.partYear': { name: '非整岁计发月数规则', unit: 'text' },
} as const satisfies KeySpecs;
