import { createHash } from 'node:crypto';

export type ColumnType = 'text' | 'date' | 'month' | 'money' | 'idNo' | 'select' | 'phone';

export type WorkbookColumn = {
  readonly key: string;
  readonly header: string;
  readonly type: ColumnType;
  readonly required: boolean;
  /** In characters. */
  readonly width: number;
  /** For `select`. */
  readonly options?: readonly string[];
  readonly help: string;
  readonly example: string;
  /** For `idNo`: it has this many places while another column is empty or says this; a passport has as many as it likes. */
  readonly length?: { readonly places: number; readonly when: { readonly key: string; readonly says: string } };
};

/** A 导盘 template (HB-XLS): the same declaration makes the file, reads it back and marks its errors. */
export type WorkbookSpec = {
  /** Code of the service item, `emp.enroll`. */
  readonly itemCode: string;
  readonly title: string;
  /** Raise it when the columns change: older templates are then refused (XLS-001). */
  readonly version: number;
  readonly columns: readonly WorkbookColumn[];
};

export const DATA_SHEET = '填写';
export const GUIDE_SHEET = '填写说明';
/** Very hidden; holds item code, version and column signature (HB-XLS-02). */
export const MARK_SHEET = '_tongzheng';
export const MARK = 'tongzheng-workbook';
export const CHECK_HEADER = '校验提示';
export const RESULT_HEADER = '校验结果';
/** In that column: the line was submitted before and is not read again. */
export const SUBMITTED = '已经提交';
/** Data begins in row 2: what users call 第2行 is line 2. */
export const FIRST_LINE = 2;
/** D-IMP-01. */
export const DEFAULT_ROW_LIMIT = 5000;

export function columnSignature(spec: WorkbookSpec): string {
  const text = spec.columns.map(({ key, header, type }) => `${key}|${header}|${type}`).join('\n');
  return createHash('sha256').update(text).digest('hex').slice(0, 16);
}

export function headerText(column: WorkbookColumn): string {
  return column.required ? `*${column.header}` : column.header;
}

/** 0 → A, 26 → AA. */
export function columnLetter(index: number): string {
  let text = '';
  for (let rest = index; rest >= 0; rest = Math.floor(rest / 26) - 1)
    text = String.fromCharCode(65 + (rest % 26)) + text;
  return text;
}
