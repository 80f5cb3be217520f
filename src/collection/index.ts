export { type EmployerFacts, loadFacts, withPlanned } from './assess/facts.ts';
export { type Cell, cellsOfMonths, isFall, obligation, planLines } from './assess/plan.ts';
export { type DueWithLines, postAssessment } from './assess/post.ts';
export { reverseAssessments, undoObstacles } from './assess/undo.ts';
export { hasArrears, listFreeDues } from './bills/dues-store.ts';
export { computeBill, type IssuedBill, issueBill } from './bills/issue.ts';
export {
  anyToExpire,
  applyBillState,
  applyCancelAnswer,
  applyInvoiced,
  applyInvoiceVoided,
  expireBill,
  expireBills,
  listBillsToExpire,
  markAccepted,
  markPushed,
  markRefused,
  releaseByWatermark,
  revokeBill,
} from './bills/life.ts';
export { BILL_STATE_NAMES, type Bill, type BillLine, type BillPorts, type BillState } from './bills/model.ts';
export { type BillPersonFilter, listBillPersonNos, listBillPersons, sumBillPersons } from './bills/person-store.ts';
export { getBillRecord, getBillState, listRevocableBills, undoBillObstacles } from './bills/queries.ts';
export { findBill, listBills, listOpenBills, type OpenBill } from './bills/store.ts';
export {
  type DueStatus,
  laterCasesOnPeople,
  linesOfDues,
  listDueStatus,
  refundState,
  settleDues,
} from './due-store.ts';
export { cellsOfDue, dueIs, isStanding, linesOfDue, netOfDue } from './dues.ts';
export { announce, type CollectionFact, type FactListener, type PartAmount, subscribe } from './facts.ts';
export { DUE_KIND_NAMES, DUE_KINDS, type Due, type DueKind, type Line, type Pivot, type Posted } from './model.ts';
export { countOpenBills, sumDuesByMonth, sumPersonsOfMonth } from './overview-store.ts';
export { casesPostedBeyond, listPaidCells, listStandingMonths, type PaidCell } from './paid-store.ts';
export {
  applyCorrected,
  applyReceipt,
  applyReversed,
  applyTreasured,
  attachWaiting,
  SUSPENSE_REASONS,
} from './receipts/apply.ts';
export { releaseArrears } from './receipts/arrears.ts';
export { type Arrears, listOpenArrears } from './receipts/arrears-store.ts';
export {
  allocateBills,
  allocateReceipts,
  anyToAllocate,
  anyToPost,
  listBillsToAllocate,
  listBillsToPost,
  type Posting,
  type PostingOptions,
  postBills,
  postReceipts,
} from './receipts/post.ts';
export {
  listMoneyOfDay,
  listReceiptsOfBill,
  listSuspense,
  type MoneyOfDay,
  type Receipt,
  type ReceiptLine,
  stillWaiting,
  waitingReceipts,
} from './receipts/store.ts';
export { requestRefund, revokeRefund } from './refunds.ts';
export { cellKey, insertPivot, listPivots, movePivot, sumPosted } from './store.ts';
