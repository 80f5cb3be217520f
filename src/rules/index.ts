/** The law as pure functions over facts and policy, with traces. No I/O, no clock, no database; runs in a browser too. */

export {
  findRegion,
  officeOf,
  POLICY_FILES,
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
export {
  type AccountInterest,
  type AccountYear,
  accountInterest,
  type Credit,
  type InterestMethod,
  interestRatePpm,
  monthlyCredit,
  monthProductOf,
  yearInterest,
} from './account/account.ts';
export { type BaseLimits, limitsFromAverage, publishedLimits } from './base-limits.ts';
export {
  type Adjustment,
  type AdjustmentFacts,
  ageExtra,
  pensionAdjustment,
  wholeYears,
} from './benefits/adjustment.ts';
export {
  CARE_NAMES,
  type CareLevel,
  careAllowance,
  type DisabilityAllowance,
  type DisabilityGrade,
  disabilityAllowance,
  disabilityGrant,
  type EndingGrants,
  endingGrants,
  injuryOwnWage,
  PAYER_NAMES,
} from './benefits/injury.ts';
export {
  DEPENDANT_KINDS,
  type DependantAllowances,
  type DependantKind,
  deathGrant,
  dependantAllowances,
  injuryFuneral,
} from './benefits/injury-death.ts';
export { type ResidentPension, residentPension, residentPensionAge, residentYearExtra } from './benefits/resident.ts';
export { type ResidentContribution, residentContribution } from './benefits/resident-contribution.ts';
export {
  SUBSIDY_EXCLUSIONS,
  SUBSIDY_GROUPS,
  type Subsidy,
  type SubsidyExclusion,
  type SubsidyFacts,
  type SubsidyGroup,
  type SubsidyReason,
  subsidy4050,
} from './benefits/subsidy.ts';
export { type SurvivorsBenefit, type SurvivorsFacts, survivorsBenefit } from './benefits/survivors.ts';
export {
  type EmployerSize,
  SKILL_LEVEL_NAMES,
  type SkillFacts,
  type SkillLevel,
  type SkillSubsidy,
  skillSubsidy,
  stableJobRefund,
  unemploymentBenefit,
  unemploymentDuration,
} from './benefits/unemployment.ts';
export {
  bracketAt,
  createBook,
  findValue,
  lookup,
  lookupBrackets,
  lookupByKey,
  lookupNumber,
  lookupText,
  missingValue,
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
export { fillAll, fillWords } from './fill-words.ts';
export { type FlexibleContribution, flexibleContribution } from './flexible.ts';
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
export { type OfficeWords, officeWords } from './office-words.ts';
export { type Age, type AnnuityDivisor, ageText, annuityDivisor } from './pension/annuity.ts';
export { type AverageIndex, averageIndex, type IndexYear } from './pension/average-index.ts';
export { type IndexFact, type Pension, type PensionDays, type PensionFacts, pension } from './pension/pension.ts';
export {
  INJURY_CLASS_NAMES,
  INJURY_CLASSES,
  type InjuryClass,
  injuryClassKey,
  isPolicyKey,
  keyName,
  keySpec,
  POLICY_KEYS,
  type PolicyKey,
} from './policy-keys.ts';
export {
  type Expiring,
  expiringValues,
  lapsedValues,
  type PolicyDifference,
  type PolicyView,
  policyDifferences,
  policyFaults,
  valuesInForce,
  valueText,
} from './policy-view.ts';
export { policyWords } from './policy-words.ts';
export { type ElasticAnswer, type ElasticWish, elasticRetirement } from './retirement/elastic.ts';
export {
  minimumContribution,
  RETIREMENT_GROUP_NAMES,
  RETIREMENT_GROUPS,
  type Retirement,
  type RetirementGroup,
  retiredSince,
  statutoryRetirement,
} from './retirement/statutory.ts';
export { exactYuan, inputStep, plainYuan, rateStep, resultStep, type Trace, type TraceStep } from './trace.ts';
export { benefitPlace, type InsuredStay } from './transfer/benefit-place.ts';
export { pooledTransfer } from './transfer/pooled.ts';
