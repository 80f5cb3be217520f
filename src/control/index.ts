/** 内控: integrity, opening of the books, the operations page. The last domain: it may look into all others. */
export { checkIntegrity, type IntegrityInput, PROMISES, runIntegrity } from './integrity.ts';
export { integrityGauges } from './metrics.ts';
export { type OpenedEmployer, type OpeningDeps, type OpeningInput, openBooks } from './opening.ts';
export { type Integrity, lastIntegrity } from './store.ts';
