export { insertAttachments, listAttachments, readAttachment } from './attachment-store.ts';
export type { Attachment, Case, Draft, HandedIn, Workbook, WorkbookRow } from './model.ts';
export { transactCase } from './numbers.ts';
export {
  anyOldWorkbook,
  deleteDraft,
  deleteWorkbook,
  draftsKept,
  dropOldWorkbooks,
  findCase,
  findCases,
  findWorkbook,
  insertCase,
  insertWorkbook,
  listCases,
  listDrafts,
  listOpenWorkbooks,
  markRevoked,
  markWorkbookSubmitted,
  saveChecked,
  saveDraft,
} from './store.ts';
