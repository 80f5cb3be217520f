import type { Insurance } from '../kernel/insurance.ts';
import type { CivilDate, Moment, Month } from '../kernel/month.ts';

/** 参保关系: one person, one insurance, one employer, from a month to a month (both included; null = still insured). */
export type Span = {
  readonly spanId: string;
  readonly employerNo: string;
  readonly personNo: string;
  readonly insurance: Insurance;
  readonly from: Month;
  readonly to: Month | null;
  readonly entryDate: CivilDate | null;
  readonly suspendDate: CivilDate | null;
  readonly suspendReason: string | null;
  readonly caseNo: string;
  readonly recordedAt: Moment;
};

export function covers(span: Pick<Span, 'from' | 'to'>, month: Month): boolean {
  return span.from <= month && (span.to === null || month <= span.to);
}

/** 停保原因 (AAE160; the national values were not available, the codes are ours and mapped per region on exchange). */
export const SUSPEND_REASONS = {
  S01: '解除/终止劳动合同',
  S02: '本人辞职',
  S03: '调离（统筹内转移）',
  S04: '跨统筹转出',
  S05: '参军',
  S06: '升学',
  S08: '出国（境）定居',
  S09: '退休',
  S10: '死亡',
  S12: '重复参保清理',
  S99: '其他',
} as const;
export type SuspendReason = keyof typeof SUSPEND_REASONS;
