import { dateOf } from '../kernel/month.ts';
import { nextNumber } from '../parameters/index.ts';
import type { Ctx } from '../platform/context.ts';

export { insertAttachments, listAttachments, readAttachment } from './attachment-store.ts';
export {
  type Attachment,
  CASE_STATE_NAMES,
  type Case,
  type Draft,
  type HandedIn,
  type Workbook,
  type WorkbookRow,
} from './model.ts';
export {
  deleteDraft,
  dropOldWorkbooks,
  findCase,
  findCases,
  findWorkbook,
  insertCase,
  insertWorkbook,
  listCases,
  listDrafts,
  markRevoked,
  markWorkbookSubmitted,
  saveChecked,
  saveDraft,
} from './store.ts';

/** 办件编号: region + date + sequence of the day, readable and unique (D-CASE-02). */
export async function nextCaseNo(ctx: Ctx): Promise<string> {
  const day = dateOf(ctx.now).replaceAll('-', '');
  const sequence = await nextNumber(ctx.tx, ctx.region, `caseNo/${day}`);
  return `${ctx.region}${day}${String(sequence).padStart(6, '0')}`;
}
