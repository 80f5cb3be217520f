import type { Problem } from '../../kernel/errors.ts';
import { INSURANCE_SHORT_NAMES, type Insurance } from '../../kernel/insurance.ts';
import { addMonths, type CivilDate, type Month, monthOf, monthsBetween } from '../../kernel/month.ts';
import type { Span } from '../model.ts';

export type EnrolmentRequest = {
  readonly employerNo: string;
  readonly insurances: readonly Insurance[];
  readonly entryDate: CivilDate;
};

export type PlannedSpan = { readonly insurance: Insurance; readonly from: Month };

/** A month that was assessed at another employer and stays so until it is refunded, although the person was taken out before it. */
export type HeldMonth = { readonly insurance: Insurance; readonly month: Month };

export type EnrolmentPlan = {
  readonly problems: readonly Problem[];
  readonly spans: readonly PlannedSpan[];
  /** gap > 3: registered from the current month, the earlier months need 劳动合同补缴 (HB-REG-05). */
  readonly contractBackNeeded: boolean;
  /** Months in which pension and unemployment are held elsewhere, so that only injury is assessed (HB-REG-07). */
  readonly injuryOnlyMonths: readonly Month[];
};

/**
 * Which months a newly enrolled person gets, per insurance (pure; HB-REG-04…09).
 * Injury starts with work; pension and unemployment after the months another employer still holds.
 */
export function planEnrolment(
  request: EnrolmentRequest,
  existing: readonly Span[],
  employerInsurances: readonly { readonly insurance: Insurance; readonly from: Month }[],
  current: Month,
  autoBackMonths: number,
  heldElsewhere: readonly HeldMonth[] = [],
): EnrolmentPlan {
  const problems: Problem[] = [];
  const entry = monthOf(request.entryDate);
  const contractBackNeeded = monthsBetween(entry, current) > autoBackMonths;
  const start = contractBackNeeded ? current : entry;

  const elsewhereOpen = existing.some((span) => span.employerNo !== request.employerNo && span.to === null);
  if (elsewhereOpen) {
    problems.push({
      code: 'REG-009',
      message: '该人员在原单位尚未停保，请先由原单位办理停保',
      why: '同一个月的养老、失业只能由一个单位缴。',
      next: '请联系本人，由原单位办理停保后再办。',
    });
  }

  const spans: PlannedSpan[] = [];
  const already: string[] = [];
  for (const { insurance, from: employerFrom } of employerInsurances) {
    if (!request.insurances.includes(insurance)) continue;
    const own = existing.filter((span) => span.insurance === insurance && span.employerNo === request.employerNo);
    if (own.some((span) => span.to === null)) {
      already.push(INSURANCE_SHORT_NAMES[insurance]);
      continue;
    }
    const held = existing.filter(
      (span) => span.insurance === insurance && (insurance !== 'injury' || span.employerNo === request.employerNo),
    );
    let from = start < employerFrom ? employerFrom : start;
    for (const span of held) if (span.to !== null && span.to >= from) from = addMonths(span.to, 1);
    if (insurance !== 'injury') {
      // HB-REG-07: money of that month is there already; once refunded it comes in by 职工补缴 (design §2).
      const months = heldElsewhere.filter((one) => one.insurance === insurance).map((one) => one.month);
      for (const month of months) if (month >= from) from = addMonths(month, 1);
    }
    spans.push({ insurance, from });
  }
  if (already.length > 0) {
    problems.push({
      code: 'REG-003',
      message: '该人员已在本单位参保',
      why: `${already.join('、')}正在参保。`,
      next: '不用再办；要改工资或险种，请联系经办机构。',
    });
  }

  const injury = spans.find((span) => span.insurance === 'injury');
  const others = spans.filter((span) => span.insurance !== 'injury');
  const injuryOnlyMonths: Month[] = [];
  if (injury && others.length > 0) {
    const firstOther = others.map((span) => span.from).reduce((a, b) => (a < b ? a : b));
    for (let month = injury.from; month < firstOther; month = addMonths(month, 1)) injuryOnlyMonths.push(month);
  }
  return { problems, spans, contractBackNeeded, injuryOnlyMonths };
}
