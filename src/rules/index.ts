/** The law as pure functions over facts and policy, with traces. No I/O, no clock, no database; runs in a browser too. */
export {
  findRegion,
  type PolicyBracket,
  type PolicyByKey,
  type PolicyData,
  type PolicyEntry,
  type PolicyFile,
  type PolicySource,
  type PolicyStatus,
  REGIONS,
  type Region,
} from '../../policy/index.ts';
export { type DisabilityGrade, disabilityGrant } from './benefits/injury.ts';
export {
  bracketAt,
  createBook,
  findValue,
  lookup,
  lookupBrackets,
  lookupByKey,
  lookupNumber,
  lookupText,
  OVERLAY_TITLE,
  type Overlay,
  type PolicyBook,
  type PolicyValue,
  type TraceSource,
  withGiven,
} from './book.ts';
export {
  averageWage,
  baseOf,
  type Contribution,
  type ContributionColumns,
  contributionColumns,
  DEFERRED_BIT,
  employerRate,
  evaluate,
  evaluateColumns,
  type Modifiers,
  personRate,
  RELIEF_BIT,
  roundWage,
  type WageColumns,
  type WageFact,
} from './contribution.ts';
export { type BillDeadline, billDeadline, closeDay } from './deadlines.ts';
export { type ExplainOptions, explainContribution } from './explain-contribution.ts';
export {
  ACT_KINDS,
  type ActKind,
  crossYearGrace,
  type LateCharges,
  type LateInput,
  lateCharges,
  lateFrom,
} from './late-charges.ts';
export { compileRules, type InsuranceTable, MISSING, type MonthRules } from './month-rules.ts';
export {
  INJURY_CLASS_NAMES,
  INJURY_CLASSES,
  type InjuryClass,
  isPolicyKey,
  keyName,
  keySpec,
  POLICY_KEYS,
  type PolicyKey,
} from './policy-keys.ts';
export { exactYuan, plainYuan, type Trace, type TraceStep } from './trace.ts';
