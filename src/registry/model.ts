import type { CivilDate, Month } from '../kernel/month.ts';

/** 单位 employer (LD/T 92 AAB001 单位编号). */
export type Employer = {
  readonly employerNo: string;
  readonly uscc: string;
  readonly name: string;
  readonly enjoysRelief2020: boolean;
};

/** 参保人 person (AAC001 个人编号). */
export type Person = {
  readonly personNo: string;
  readonly idType: string;
  readonly idNo: string;
  readonly name: string;
  readonly sex: 'male' | 'female';
  readonly birthDate: CivilDate;
  readonly firstWorkDate: CivilDate | null;
  readonly mobile: string | null;
};

/** 不可做账的原因 (HB-DEC-05). */
export type ExemptionReason = 'RETIREMENT_APPROVED' | 'CUSTODY' | 'TREATY';

/** What an employer may be told: retirement and treaty by name, custody without the reason (health and criminal reasons never in plain text). */
export const EXEMPTION_WORDS: Readonly<Record<ExemptionReason, { readonly name: string; readonly todo: string }>> = {
  RETIREMENT_APPROVED: { name: '退休审批已通过', todo: '不需停保，请及时办理待遇申领' },
  CUSTODY: { name: '当月不能做账', todo: '不用做什么；有疑问请联系经办机构' },
  TREATY: { name: '中外互免人员', todo: '不用做什么；到期前会提醒' },
};

export type Exemption = {
  readonly personNo: string;
  readonly reason: ExemptionReason;
  readonly from: Month;
  readonly to: Month | null;
};

/** 工伤行业风险类别 from a month on. */
export type InjuryClassFact = { readonly from: Month; readonly injuryClass: number };

export type RefundAccount = { readonly bankName: string; readonly account: string; readonly holder: string };
