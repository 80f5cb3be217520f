import type { Executor } from '../../platform/db.ts';
import { fillAll, officeOf } from '../../rules/index.ts';
import { type BillDocument, chineseDate, renderBill } from '../documents/bill.ts';
import type { ArchivedDocument } from '../model.ts';
import { findDocument, readContent } from '../store.ts';

export type OpenedDocument = ArchivedDocument & { readonly bytes: Uint8Array; readonly fileName: string };

type KeptBill = Omit<BillDocument, 'billNotes'> & Partial<Pick<BillDocument, 'billNotes'>>;

/** A bill of before its notes were kept with it was printed with those of 湖北, wherever it was issued. */
const asPrinted = (kept: KeptBill): BillDocument => ({
  billNotes: fillAll(officeOf('420000').billNotes, { deadline: chineseDate(kept.deadline) }),
  ...kept,
});

/** The signed file; of a void bill an unsigned copy with 已作废 across it, so that nobody pays by it. */
export async function openDocument(
  on: Executor,
  region: string,
  documentId: string,
): Promise<OpenedDocument | undefined> {
  const document = await findDocument(on, region, documentId);
  const content = document && (await readContent(on, region, documentId));
  if (!document || !content) return undefined;
  const bytes =
    document.kind === 'BILL' && document.voidedAt
      ? await renderBill({ ...asPrinted(content.data as KeptBill), voided: true }, document.issuedAt)
      : content.bytes;
  return { ...document, bytes, fileName: `${document.title}-${document.ref}.pdf` };
}
