export { type EmployerFacts, loadFacts, withPlanned } from './assess/facts.ts';
export { type Cell, cellsOfMonths, obligation, planLines } from './assess/plan.ts';
export { type DueWithLines, postAssessment } from './assess/post.ts';
export { reverseAssessments, undoObstacles } from './assess/undo.ts';
export { announce, type CollectionFact, type FactListener, type PartAmount, subscribe } from './facts.ts';
export { DUE_KIND_NAMES, DUE_KINDS, type Due, type DueKind, type Line, type Pivot, type Posted } from './model.ts';
export { requestRefund, revokeRefund } from './refunds.ts';
export {
  cellKey,
  insertPivot,
  laterCasesOnPeople,
  linesOfDues,
  listDueStatus,
  listPaidCells,
  listPivots,
  movePivot,
  type PaidCell,
  settleDues,
  sumPosted,
} from './store.ts';
