import { createHash } from 'node:crypto';
import { formatYuan } from '../../kernel/fen.ts';
import { maskIdNo } from '../../kernel/id-number.ts';
import { ulid } from '../../kernel/ids.ts';
import { type CivilDate, compactMonth, dateOf } from '../../kernel/month.ts';
import type { Ctx } from '../../platform/context.ts';
import { certificateValidThrough, compactAuthCode, newAuthCode } from '../documents/authCode.ts';
import { BILL_TITLE, type BillDocument, chineseDate, renderBill } from '../documents/bill.ts';
import { type CertificateDocument, renderCertificate } from '../documents/certificate.ts';
import type { ArchivedDocument, DocumentKind, KeyField } from '../model.ts';
import { clearVoided, insertDocument, markVoided } from '../store.ts';
import { signingIdentity } from './signing.ts';

export type DocumentRequest<T> = {
  readonly kind: DocumentKind;
  readonly ref: string;
  readonly title: string;
  readonly employerNo: string;
  readonly officeName: string;
  readonly validThrough: CivilDate | null;
  /** Shown by the public page. */
  readonly fields: readonly KeyField[];
  /** Address of the public page, `http://host/verify`; the code is added. */
  readonly verifyPage: string;
  readonly document: (code: { authCode: string; verifyUrl: string }) => T;
  readonly render: (document: T) => Promise<Uint8Array>;
};

export type IssuedDocument = Omit<ArchivedDocument, 'voidedAt'> & { readonly bytes: Uint8Array };

/** Renders, signs and keeps a document, in the transaction of the act that it documents: no bill without its paper. */
export async function issueDocument<T>(ctx: Ctx, request: DocumentRequest<T>): Promise<IssuedDocument> {
  const authCode = newAuthCode(ctx.now);
  const document = request.document({ authCode, verifyUrl: `${request.verifyPage}?code=${compactAuthCode(authCode)}` });
  const identity = await signingIdentity(ctx, request.officeName);
  // What signs is loaded with the first document, not at the start.
  const { signPdf } = await import('../../platform/pdf/sign.ts');
  const bytes = await signPdf(await request.render(document), identity, {
    reason: request.title,
    name: request.officeName,
    at: ctx.now,
  });
  const issued: IssuedDocument = {
    region: ctx.region,
    documentId: ulid(),
    kind: request.kind,
    ref: request.ref,
    title: request.title,
    employerNo: request.employerNo,
    authCode,
    sha256: createHash('sha256').update(bytes).digest('hex'),
    fields: request.fields,
    issuedAt: ctx.now,
    validThrough: request.validThrough,
    bytes,
  };
  await insertDocument(ctx.tx, { ...issued, data: document });
  return issued;
}

type Uncoded<T> = Omit<T, 'authCode' | 'verifyUrl'>;

/** 认定单 (HB-BILL-01). */
export function issueBillDocument(ctx: Ctx, bill: Uncoded<BillDocument>, verifyPage: string): Promise<IssuedDocument> {
  return issueDocument<BillDocument>(ctx, {
    kind: 'BILL',
    ref: bill.billNo,
    title: BILL_TITLE,
    employerNo: bill.employerNo,
    officeName: bill.officeName,
    validThrough: null,
    fields: [
      { label: '单据号', value: bill.billNo },
      { label: '单位名称', value: bill.employerName },
      { label: '应缴金额（元）', value: formatYuan(bill.totalFen) },
      { label: '大写', value: bill.totalWords },
      { label: '缴费截止', value: bill.deadline },
      { label: '经办机构', value: bill.officeName },
      { label: '经办日期', value: bill.issuedOn },
    ],
    verifyPage,
    document: (code) => ({ ...bill, ...code }),
    render: (document) => renderBill(document, ctx.now),
  });
}

/** 单位参保证明 (HB-CERT); `ref` is its 办件编号. */
export function issueCertificateDocument(
  ctx: Ctx,
  certificate: Uncoded<CertificateDocument>,
  options: { readonly ref: string; readonly verifyPage: string },
): Promise<IssuedDocument> {
  const validThrough = certificateValidThrough(dateOf(ctx.now), certificate.verifyMonths);
  return issueDocument<CertificateDocument>(ctx, {
    kind: 'CERTIFICATE',
    ref: options.ref,
    title: certificate.certificateTitle,
    employerNo: certificate.employerNo,
    officeName: certificate.officeName,
    validThrough,
    fields: [
      { label: '单位名称', value: certificate.employerName },
      { label: '单位编号', value: certificate.employerNo },
      { label: '参保险种', value: certificate.insuranceName },
      { label: '参保所属地', value: certificate.region },
      { label: '做账期号', value: compactMonth(certificate.period) },
      { label: '缴费总人数', value: String(certificate.payerCount) },
      { label: '单位欠费', value: certificate.inArrears ? '是' : '否' },
      { label: '证明人数', value: String(certificate.rows.length) },
      ...certificate.rows.slice(0, PUBLIC_ROWS).map((row, index) => ({
        label: `${index + 1}. ${row.name}`,
        value: `${maskIdNo(row.idNo)}　${compactMonth(row.from)} – ${compactMonth(row.to)}　${row.status}`,
      })),
      { label: '打印时间', value: chineseDate(certificate.printedOn) },
      { label: '可验证至', value: chineseDate(validThrough) },
    ],
    verifyPage: options.verifyPage,
    document: (code) => ({ ...certificate, ...code }),
    render: (document) => renderCertificate(document, ctx.now),
  });
}

/** As many people as the page lists; the file check covers all of them. */
const PUBLIC_ROWS = 100;

/** Revoked or expired: from now on its verification says 已作废. Returns how many documents it met. */
export function voidDocument(ctx: Ctx, kind: DocumentKind, ref: string): Promise<number> {
  return markVoided(ctx.tx, ctx.region, kind, ref, ctx.now);
}

/** A bill that had been let go was paid in time after all: its paper is good again. Returns how many documents it met. */
export function reviveDocument(ctx: Ctx, kind: DocumentKind, ref: string): Promise<number> {
  return clearVoided(ctx.tx, ctx.region, kind, ref);
}
