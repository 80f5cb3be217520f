import type { CivilDate, Moment } from '../kernel/month.ts';

export type DocumentKind = 'BILL' | 'CERTIFICATE';

/** A line that the public verification page shows. No full identity numbers here: the page is open to anybody with the code. */
export type KeyField = { readonly label: string; readonly value: string };

export type ArchivedDocument = {
  readonly region: string;
  readonly documentId: string;
  readonly kind: DocumentKind;
  /** billNo or caseNo. */
  readonly ref: string;
  readonly title: string;
  readonly employerNo: string;
  readonly authCode: string;
  /** Of the whole signed file, hex. */
  readonly sha256: string;
  readonly fields: readonly KeyField[];
  readonly issuedAt: Moment;
  /** Last day of verification; null: no limit. */
  readonly validThrough: CivilDate | null;
  readonly voidedAt: Moment | null;
};

/** Answer of the verification page (HB-CERT-05); `code` is the error code of a refusal. */
export type Verification = {
  readonly state: 'VALID' | 'EXPIRED' | 'NOT_FOUND' | 'VOIDED' | 'ALTERED';
  readonly title: string;
  readonly message: string;
  readonly code: string | null;
  readonly fields: KeyField[];
};
