/** 电子档案: the documents the agency hands out, and whether a paper somebody shows is one of them. */
export {
  type DocumentRequest,
  type IssuedDocument,
  issueBillDocument,
  issueCertificateDocument,
  issueDocument,
  reviveDocument,
  voidDocument,
} from './commands/issue.ts';
export { setSealSecret } from './commands/signing.ts';
export { warmDocuments } from './commands/warm.ts';
export { newAuthCode, parseAuthCode } from './documents/authCode.ts';
export {
  type BillDocument,
  type BillKindRow,
  type BillRow,
  chineseDate,
  KIND_NAMES,
  renderBill,
} from './documents/bill.ts';
export {
  type CertificateDocument,
  type CertificateRow,
  renderCertificate,
  renderCertificatePreview,
} from './documents/certificate.ts';
export type { ArchivedDocument, DocumentKind, KeyField, Verification } from './model.ts';
export { type OpenedDocument, openDocument } from './queries/open.ts';
export { verifyByCode, verifyFile } from './queries/verify.ts';
export { findByRef, findDocument, listDocuments } from './store.ts';
