import type { Moment } from '../kernel/month.ts';

/**
 * 办件 case: one submitted act. Instant items are done as they are submitted (AUTO_DONE); one whose refund nobody has reviewed is only
 * ACCEPTED, which is read from the refund and never stored. Undo marks, never deletes.
 */
export type Case = {
  readonly caseNo: string;
  readonly employerNo: string;
  readonly itemCode: string;
  readonly itemName: string;
  readonly summary: string;
  readonly actorId: string;
  readonly actorName: string;
  readonly submittedAt: Moment;
  readonly state: 'AUTO_DONE' | 'ACCEPTED' | 'REVOKED';
  readonly revokedAt: Moment | null;
  readonly form: Record<string, unknown>;
  readonly result: Record<string, unknown>;
  readonly refs: Record<string, string>;
};

/** 档案袋: a file that came with an act. */
export type HandedIn = { readonly field: string; readonly name: string; readonly bytes: Uint8Array };
export type Attachment = {
  readonly no: number;
  readonly field: string;
  readonly name: string;
  /** Bytes. */
  readonly size: number;
  readonly sha256: string;
};

export type Draft = {
  readonly draftId: string;
  readonly itemCode: string;
  readonly summary: string;
  readonly form: Record<string, unknown>;
  readonly savedAt: Moment;
};

/** An uploaded workbook: kept 7 days (D-IMP-04), for good once it is a case. */
export type Workbook = {
  readonly workbookId: string;
  readonly employerNo: string;
  readonly itemCode: string;
  readonly fileName: string;
  readonly bytes: Uint8Array;
  readonly rows: readonly WorkbookRow[];
  readonly checked: boolean;
  readonly uploadedAt: Moment;
  readonly keepUntil: Moment;
  readonly submittedCase: string | null;
};

export type WorkbookRow = {
  /** Line in the sheet as the user sees it. */
  readonly row: number;
  readonly values: Readonly<Record<string, string>>;
  readonly cellProblems: readonly {
    readonly key: string;
    readonly code: string;
    readonly message: string;
    /** Absent in files of before it was kept. */
    readonly next?: string;
    readonly suggestion?: string;
  }[];
};
