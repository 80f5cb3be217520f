/** Values that name a rule, as people say them. The book keeps the codes the program reads. */
import { SUBSIDY_EXCLUSIONS, SUBSIDY_GROUPS } from './benefits/subsidy.ts';
import type { PolicyValue } from './book.ts';
import { valueText } from './policy-view.ts';

/** By parameter where one code means different things. */
const BY_KEY: Readonly<Record<string, string>> = {
  'suspension.requires=PAID': '缴清后才能停保',
  'pension.index.denominator=PAID': '实缴月数',
  'lateFee.cap=NONE': '不封顶',
  'interest.insurances=NONE': '不计利息',
  'interest.insurances=pension': '只计养老保险',
  'pension.indexWageRounding=NONE': '不取整',
};

const RULES: Readonly<Record<string, string>> = {
  PROPORTIONAL: '按比例减',
  ASSESSED: '先核定后缴费',
  ON: '是',
  EVERY_MONTH: '每月申报',
  AUTO_CLOSE: '自动月结',
  WORKDAYS: '数工作日',
  CROSS_YEAR: '到跨年宽限日',
  PERIOD_NEXT_MONTH: '费款所属期的次月起',
  CROSS_YEAR_PERIOD: '按费款所属期的跨年规定',
  ASSESSED_NEXT_MONTH: '核定月的次月起',
  CROSS_YEAR_ASSESSED: '按核定月的跨年规定',
  AFTER_DEFERRAL_GRACE: '缓缴宽限期后起',
  FEN: '四舍五入到分',
  YUAN_UP: '进到元',
  JIAO_UP: '进到角',
  PROGRESSIVE: '分段累进',
  FULL: '满一年算一年',
  TWO_SEGMENTS: '分两段算',
  INDEX_WAGE: '按指数化工资',
  MEAN_WAGE: '按平均工资',
  MONTHS: '按月折算，不取整',
  DECIMALS_2: '保留两位小数',
  DECIMALS_4: '保留四位小数',
  WHOLE_AGE: '按整岁',
  INTERPOLATE_TENTHS: '按月插值，保留一位小数',
  DUE: '应缴月数',
  CHOSEN: '按选择退休的那年',
  STATUTORY: '按法定退休的那年',
  BY_TYPE: '按退休类型',
  KEEP: '不改先后',
};

/** Names of rows in a table. */
const ROWS: Readonly<Record<string, string>> = {
  full: '完全不能自理',
  most: '大部分不能自理',
  part: '部分不能自理',
  spouse: '配偶',
  other: '其他亲属',
  male: '男',
  female: '女',
  female_55: '女（原 55 岁）',
  female_50: '女（原 50 岁）',
  review: '审核',
  release: '转出',
  receive: '接收',
};

/** Items of a list. */
const ITEMS: Readonly<Record<string, string>> = { ...SUBSIDY_GROUPS, ...SUBSIDY_EXCLUSIONS };

/** A value in Chinese; a table's rows are parted by «；». */
export function policyWords({ key, value }: Pick<PolicyValue, 'key' | 'value'>): string {
  if (typeof value === 'string') {
    const own = BY_KEY[`${key}=${value}`] ?? RULES[value];
    if (own) return own;
    const items = value.split(',');
    return items.map((item) => (ITEMS[item] ?? item).replace('{year}年度', '当年')).join('；');
  }
  const text = valueText(key, value);
  return text
    .replace(/(^|；)(\w+)：/g, (_, before: string, row: string) => `${before}${ROWS[row] ?? row}：`)
    .replace(/(\d+)—：/g, '$1 以上：');
}
