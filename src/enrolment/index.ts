export { enrol, revertSpansOfCase, spansOf, suspend } from './commands/enrol.ts';
export { type EnrolmentPlan, type EnrolmentRequest, type PlannedSpan, planEnrolment } from './commands/plan.ts';
export { covers, type Span, SUSPEND_REASONS, type SuspendReason } from './model.ts';
export {
  insertEmployerInsurance,
  listEmployerInsurances,
  listSpanHistory,
  listSpans,
  listSpansOfCase,
  listSpansOfPersons,
  listStanding,
} from './store.ts';
