/** 期限: until when a bill can be paid (HB-BILL-04) and on which day a month is booked automatically (TY-CLS-01). */

import { nextWorkdayFrom, previousWorkday, type WorkCalendar, workdaysAfter } from '../kernel/calendar.ts';
import { DomainError } from '../kernel/errors.ts';
import { addDays, type CivilDate, civilDate, type Month, monthOf } from '../kernel/month.ts';
import { lookup, lookupNumber, type PolicyBook, type PolicyValue } from './book.ts';
import { crossYearGrace } from './late-charges.ts';
import type { Trace, TraceStep } from './trace.ts';

export type BillDeadline = {
  /** The issue day, or the next working day after it. */
  readonly effectiveFrom: CivilDate;
  /** The last day on which the bill can be paid, until 24:00. */
  readonly deadline: CivilDate;
  /** The working days counted, in order; empty where the region counts otherwise. */
  readonly counted: readonly CivilDate[];
  readonly trace: Trace<CivilDate>;
};

/**
 * @param earliestLateFrom of the dues on the bill; only cross-year regions use it: the deadline is the last day of grace,
 *   and an overdue bill is payable on the day it is issued (design §9.5).
 * @throws DomainError BILL-006 for a year without a calendar, POL-001
 */
export function billDeadline(
  book: PolicyBook,
  calendar: WorkCalendar,
  region: string,
  issuedOn: CivilDate,
  earliestLateFrom?: CivilDate,
): BillDeadline {
  const rule = lookup(book, region, 'bill.validRule', issuedOn);
  if (rule.value === 'WORKDAYS') return workdayDeadline(book, calendar, region, issuedOn);
  if (rule.value === 'CROSS_YEAR') return crossYearDeadline(book, region, issuedOn, rule, earliestLateFrom);
  throw new DomainError({ code: 'POL-003', message: `不认识的有效期规则：${rule.value}` });
}

function workdayDeadline(book: PolicyBook, calendar: WorkCalendar, region: string, issuedOn: CivilDate): BillDeadline {
  const validity = lookup(book, region, 'bill.validWorkdays', issuedOn);
  const effectiveFrom = nextWorkdayFrom(calendar, issuedOn);
  const counted = workdaysAfter(calendar, effectiveFrom, Number(validity.value));
  const deadline = counted.at(-1) ?? effectiveFrom;
  const steps: TraceStep[] = [{ kind: 'input', label: '开具日期', words: '', valueText: issuedOn }];
  if (effectiveFrom !== issuedOn) {
    const words = `${issuedOn} 不是工作日，视同下一工作日开具。`;
    steps.push({ kind: 'days', label: '顺延', words, valueText: effectiveFrom });
  }
  steps.push({
    kind: 'days',
    label: `第 ${counted.length} 个工作日`,
    words: `从 ${effectiveFrom} 次日起数：${counted.map((day) => day.slice(5)).join('、')}。已计法定节假日和调休。`,
    valueText: deadline,
    value: counted.length,
    source: validity.source,
  });
  return { effectiveFrom, deadline, counted, trace: deadlineTrace(deadline, steps) };
}

function deadlineTrace(deadline: CivilDate, steps: TraceStep[]): Trace<CivilDate> {
  const result: TraceStep = { kind: 'result', label: '缴费截止', words: '当日 24:00 前有效。', valueText: deadline };
  return { title: '缴费截止日期', result: deadline, resultText: deadline, steps: [...steps, result] };
}

function crossYearDeadline(
  book: PolicyBook,
  region: string,
  issuedOn: CivilDate,
  rule: PolicyValue,
  earliestLateFrom?: CivilDate,
): BillDeadline {
  const grace = earliestLateFrom
    ? addDays(earliestLateFrom, -1)
    : crossYearGrace(book, region, monthOf(issuedOn), issuedOn);
  const overdue = grace < issuedOn;
  const deadline = overdue ? issuedOn : grace;
  const words = overdue ? `宽限末日 ${grace} 已过，开具当日缴清。` : '跨年口径，宽限末日当日缴清不加收。';
  const steps: TraceStep[] = [
    { kind: 'input', label: '开具日期', words: '', valueText: issuedOn },
    { kind: 'days', label: '宽限末日', words, valueText: deadline, source: rule.source },
  ];
  return { effectiveFrom: issuedOn, deadline, counted: [], trace: deadlineTrace(deadline, steps) };
}

/** 自动记账日: the region's day of the month, earlier when it is not worked. @throws DomainError POL-001, BILL-006 */
export function closeDay(book: PolicyBook, calendar: WorkCalendar, region: string, month: Month): CivilDate {
  const day = lookupNumber(book, region, 'close.day', month);
  return previousWorkday(calendar, civilDate(`${month}-${String(day).padStart(2, '0')}`));
}
