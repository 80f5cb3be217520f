export { type EmployerFacts, loadFacts, withPlanned } from './assess/facts.ts';
export { type Cell, cellsOfMonths, obligation, planLines } from './assess/plan.ts';
export { type DueWithLines, postAssessment } from './assess/post.ts';
export { reverseAssessments, undoObstacles } from './assess/undo.ts';
export { DUE_KIND_NAMES, DUE_KINDS, type Due, type DueKind, type Line, type Pivot, type Posted } from './model.ts';
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
