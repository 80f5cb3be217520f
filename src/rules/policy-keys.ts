/** Every policy parameter by name. What is not listed here does not exist; the Chinese names appear in traces and in POL-001. */
import type { Insurance, Part } from '../kernel/insurance.ts';

export const POLICY_NAMES = {
  'rate.pension.employer': '养老保险单位费率',
  'rate.pension.person': '养老保险个人费率',
  'rate.unemployment.employer': '失业保险单位费率',
  'rate.unemployment.person': '失业保险个人费率',
  'rate.injury.person': '工伤保险个人费率',
  'rate.injury.class1': '工伤保险一类基准费率',
  'rate.injury.class2': '工伤保险二类基准费率',
  'rate.injury.class3': '工伤保险三类基准费率',
  'rate.injury.class4': '工伤保险四类基准费率',
  'rate.injury.class5': '工伤保险五类基准费率',
  'rate.injury.class6': '工伤保险六类基准费率',
  'rate.injury.class7': '工伤保险七类基准费率',
  'rate.injury.class8': '工伤保险八类基准费率',
  'rate.injury.stageFactor': '工伤保险阶段性系数',
  'relief.employerFactor': '阶段性减免后单位部分应缴比例',
  'base.standard': '缴费基数标准',
  'base.lower': '缴费基数下限',
  'base.upper': '缴费基数上限',
  'base.lower.pension': '养老保险缴费基数下限',
  'base.upper.pension': '养老保险缴费基数上限',
  'base.lower.unemployment': '失业保险缴费基数下限',
  'base.upper.unemployment': '失业保险缴费基数上限',
  'base.lower.injury': '工伤保险缴费基数下限',
  'base.upper.injury': '工伤保险缴费基数上限',
  'wage.roundTo': '缴费工资取整单位',
  'account.creditRatio': '个人账户记入比例',
  'collection.undeclaredFactor': '未申报暂定系数',
  'collection.mode': '征收模式',
  'declaration.mode': '月度申报方式',
  'close.day': '自动记账日',
  'bill.validRule': '认定单有效期规则',
  'bill.validWorkdays': '认定单有效工作日数',
  'bill.expireAt': '认定单失效处理时刻',
  'window.autoBackMonths': '自动补收月数',
  'window.selfBackMonths': '自行补缴月数',
  'window.refundBackMonths': '多缴退费月数',
  'suspension.requires': '先缴后停口径',
  'lateFee.dailyRate': '滞纳金日加收率',
  'lateFee.cap': '滞纳金封顶',
  'lateFee.untilRevocationAsked': '重开计至申请撤销日开关',
  'interest.annualRate': '补缴利息年利率',
  'interest.insurances': '计息险种',
  'interest.daysInYear': '计息年天数',
  'arrearsStart.MONTHLY': '当期核定滞纳金起算规则',
  'arrearsStart.AUTO_BACK': '自动补收滞纳金起算规则',
  'arrearsStart.BACK_UNIT': '单位补缴滞纳金起算规则',
  'arrearsStart.BACK_PERSON': '职工补缴滞纳金起算规则',
  'arrearsStart.CONTRACT': '劳动合同补缴滞纳金起算规则',
  'arrearsStart.DEFERRED': '缓缴补缴滞纳金起算规则',
  'arrearsStart.INJURY_ONLY': '单工伤核定滞纳金起算规则',
  'arrearsStart.CORRECTION': '差额调整滞纳金起算规则',
  'arrearsStart.OPENING': '期初滞纳金起算规则',
  'arrearsStart.REFUND': '多缴退费排序规则',
  'deferral.graceUntil': '缓缴补缴宽限末日',
  'crossYear.lastMonth': '跨年宽限：当年末月',
  'crossYear.grace': '跨年宽限：当年末日',
  'crossYear.graceAfter': '跨年宽限：次年末日',
  'tax.syncMinutes': '税务同步分钟数',
  'tax.peakWaitMinutes': '高峰期同步分钟数',
  'tax.peakDayFrom': '高峰期起日',
  'tax.peakDayTo': '高峰期止日',
  'socialPosting.intervalHours': '社保登账间隔小时',
  'allocation.at': '配账时刻',
  'certificate.spans': '参保证明时间段（月）',
  'certificate.verifyMonths': '参保证明可验证月数',
} as const;

export type PolicyKey = keyof typeof POLICY_NAMES;

export function isPolicyKey(text: string): text is PolicyKey {
  return Object.hasOwn(POLICY_NAMES, text);
}

/** Names of the requirements catalogue (appendix B, D-CAL), accepted in overlays. */
const ALIASES: Readonly<Record<string, PolicyKey>> = {
  interestAnnualRate: 'interest.annualRate',
  billValidWorkdays: 'bill.validWorkdays',
  selfBackPayMonths: 'window.selfBackMonths',
  autoBackPayMonths: 'window.autoBackMonths',
  refundMonthsBack: 'window.refundBackMonths',
  monthlyDeclarationMode: 'declaration.mode',
  collectionMode: 'collection.mode',
  lateFeeUntilRevocationAsked: 'lateFee.untilRevocationAsked',
  autoCloseDay: 'close.day',
  wageRoundTo: 'wage.roundTo',
};

export function policyKey(text: string): PolicyKey | undefined {
  if (isPolicyKey(text)) return text;
  return Object.hasOwn(ALIASES, text) ? ALIASES[text] : undefined;
}

export function rateKey(insurance: Exclude<Insurance, 'injury'>, part: Part): PolicyKey {
  return `rate.${insurance}.${part}`;
}

export const INJURY_CLASSES = [1, 2, 3, 4, 5, 6, 7, 8] as const;
export type InjuryClass = (typeof INJURY_CLASSES)[number];

export function injuryClassKey(injuryClass: InjuryClass): PolicyKey {
  return `rate.injury.class${injuryClass}`;
}

export const INJURY_CLASS_NAMES = ['', '一类', '二类', '三类', '四类', '五类', '六类', '七类', '八类'] as const;
