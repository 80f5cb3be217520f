export { addPersons, type NewEmployer, registerEmployer, registerPersons } from './commands/register.ts';
export type { Employer, Exemption, ExemptionReason, InjuryClassFact, Person, RefundAccount } from './model.ts';
export { EXEMPTION_WORDS } from './model.ts';
export {
  findEmployer,
  findPersons,
  findPersonsByIdNo,
  insertExemption,
  listEmployers,
  listExemptions,
  listInjuryClasses,
  listRefundAccounts,
  listRegions,
  lockEmployer,
} from './store.ts';
