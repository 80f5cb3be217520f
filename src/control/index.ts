/** 内控: integrity, opening of the books, the operations page. The last domain: it may look into all others. */
export { type OpenedEmployer, type OpeningDeps, type OpeningInput, openBooks } from './opening.ts';
