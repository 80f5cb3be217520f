/** All use of the workbook library is behind this door. */

/** What a workbook is called when it is sent. */
export const XLSX = 'application/vnd.openxmlformats-officedocument.spreadsheetml.sheet';

export { markErrors, type RowProblem } from './mark.ts';
export { type CellProblem, readWorkbook, type WorkbookReading, type WorkbookRow } from './read.ts';
export { readUpload } from './read-aside.ts';
export type { ColumnType, WorkbookColumn, WorkbookSpec } from './spec.ts';
export { safeText, type TableColumn, type TableRow, writeTable } from './table.ts';
export { writeTableAside } from './table-aside.ts';
export { buildTemplate } from './template.ts';
