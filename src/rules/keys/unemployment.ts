/** 失业: duration, amount, 稳岗返还, skill subsidy. Ranges of service are counted in months. */
import type { KeySpecs } from './spec.ts';

export const UNEMPLOYMENT_KEYS = {
  'unemployment.maxMonths': { name: '失业保险金最长领取月数', unit: 'months', shape: 'brackets' },
  'unemployment.monthsCap': { name: '合并计算后领取月数上限', unit: 'months' },
  'unemployment.noticeDays': { name: '单位告知经办机构的天数', unit: 'days' },
  /** By the month of drawing, from 1. */
  'unemployment.benefit': { name: '失业保险金标准', unit: 'fen', shape: 'brackets' },
  'unemployment.benefitRatio': { name: '失业保险金占最低工资的比例', unit: 'ppm' },
  'wage.minimum': { name: '最低工资标准（月）', unit: 'fen' },
  'stableJob.ratioLarge': { name: '稳岗返还比例（大型企业）', unit: 'ppm' },
  'stableJob.ratioSmall': { name: '稳岗返还比例（中小微企业）', unit: 'ppm' },
  /** By the level of the certificate: 5 初级, 4 中级, 3 高级. */
  'skill.amountCap': { name: '技能提升补贴最高额', unit: 'fen', shape: 'byKey' },
  'skill.certificateMonths': { name: '证书核发后申请月数', unit: 'months' },
  'skill.contributionMonths': { name: '技能提升补贴缴费月数', unit: 'months' },
} as const satisfies KeySpecs;
