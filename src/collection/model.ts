import type { Insurance } from '../kernel/insurance.ts';
import type { CivilDate, Moment, Month } from '../kernel/month.ts';

/** 核定数据类型 (design §2, table of acts), in the order in which they are printed. */
export const DUE_KINDS = [
  'MONTHLY',
  'AUTO_BACK',
  'BACK_UNIT',
  'BACK_PERSON',
  'CONTRACT',
  'DEFERRED',
  'INJURY_ONLY',
  'CORRECTION',
  'OPENING',
  'REFUND',
] as const;
export type DueKind = (typeof DUE_KINDS)[number];

export const DUE_KIND_NAMES: Readonly<Record<DueKind, string>> = {
  MONTHLY: '单位整体核定',
  AUTO_BACK: '自动补收',
  BACK_UNIT: '单位补缴',
  BACK_PERSON: '职工补缴',
  CONTRACT: '劳动合同补缴',
  DEFERRED: '缓缴补缴',
  INJURY_ONLY: '单工伤核定',
  CORRECTION: '差额调整',
  OPENING: '期初',
  REFUND: '多缴退费',
};

/** One person × insurance × month of an assessment; amounts are differences and may be negative. */
export type Line = {
  readonly personNo: string;
  readonly insurance: Insurance;
  readonly month: Month;
  readonly kind: DueKind;
  readonly baseFen: number;
  readonly employerFen: number;
  readonly personFen: number;
};

/** What has been posted of a person-insurance-month, summed over all assessments. */
export type Posted = { readonly baseFen: number; readonly employerFen: number; readonly personFen: number };

/** 应缴款: the lines of one assessment with the same insurance, month, kind and sign. */
export type Due = {
  readonly dueId: string;
  readonly employerNo: string;
  readonly assessmentId: string;
  readonly insurance: Insurance;
  readonly month: Month;
  readonly kind: DueKind;
  readonly persons: number;
  readonly baseFen: number;
  readonly employerFen: number;
  readonly personFen: number;
  /** Day from which late fee runs (D-CAL-04). */
  readonly lateFrom: CivilDate;
  readonly caseNo: string;
  readonly at: Moment;
};

/** 单位最大做账期号 bookedThrough of one insurance. */
export type Pivot = { readonly insurance: Insurance; readonly bookedThrough: Month };
