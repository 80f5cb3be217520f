import type { Cell, Sheet, Workbook } from 'hucre/xlsx';
import { DomainError } from '../../kernel/errors.ts';
import {
  columnSignature,
  DATA_SHEET,
  DEFAULT_ROW_LIMIT,
  FIRST_LINE,
  headerText,
  MARK,
  MARK_SHEET,
  RESULT_HEADER,
  SUBMITTED,
  type WorkbookSpec,
} from './spec.ts';
import { type CellProblem, readValue } from './value.ts';

export type { CellProblem } from './value.ts';

export type WorkbookRow = {
  /** Row number as the user sees it. */
  readonly line: number;
  /** Text by column key; dates YYYY-MM-DD, months YYYY-MM, amounts in yuan; '' when empty or unreadable. */
  readonly values: Readonly<Record<string, string>>;
  readonly cellProblems: readonly CellProblem[];
};

export type WorkbookReading = { readonly rows: readonly WorkbookRow[] };

/** Physical rows looked at; blank ones between the filled do not count for the limit. */
const SCANNED_ROWS = 20_000;

/**
 * Reads an uploaded workbook. Throws DomainError XLS-001 (not this item's template), XLS-002 (headers changed), JH-001 (too many
 * rows). Faults of single cells are in the rows: the other rows can go on. Formulas are never evaluated, only their shown value is taken.
 */
export async function readWorkbook(
  bytes: Uint8Array,
  spec: WorkbookSpec,
  limit: number = DEFAULT_ROW_LIMIT,
): Promise<WorkbookReading> {
  const sheet = dataSheetOf(await open(bytes), spec);
  checkHeaders(sheet, spec);
  const rows: WorkbookRow[] = [];
  const result = sheet.rows[0]?.indexOf(RESULT_HEADER) ?? -1;
  for (let index = FIRST_LINE - 1; index < sheet.rows.length; index += 1) {
    if (result >= 0 && sheet.rows[index]?.[result] === SUBMITTED) continue;
    const row = readRow(sheet, spec, index);
    if (row) rows.push(row);
  }
  if (rows.length > limit || sheet.rows.length >= SCANNED_ROWS) {
    throw new DomainError({
      code: 'JH-001',
      message: '该批导入超过单次上限',
      why: `一次最多 ${limit} 行。`,
      next: '请分成几个文件上传。',
    });
  }
  return { rows };
}

async function open(bytes: Uint8Array): Promise<Workbook> {
  const { readXlsx } = await import('hucre/xlsx');
  try {
    return await readXlsx(bytes, { readStyles: true, maxRows: SCANNED_ROWS });
  } catch {
    throw notOurs('文件不是 .xlsx 工作簿，或已损坏、加密。');
  }
}

/** XLS-001: not this item's template, or no workbook that can be read. */
export function notOurs(why: string): DomainError {
  return new DomainError({
    code: 'XLS-001',
    message: '模板不是本功能下载的，请重新下载',
    why,
    next: '请在本功能点“下载模板”，把内容填入新模板后再上传。',
  });
}

/** The sheet to read, after the workbook has shown that it is this item's template (HB-XLS-02). */
export function dataSheetOf<T extends Sheet>(workbook: { readonly sheets: readonly T[] }, spec: WorkbookSpec): T {
  const mark = workbook.sheets.find((sheet) => sheet.name === MARK_SHEET);
  const [magic, itemCode, version, signature] = [0, 1, 2, 3].map((row) => String(mark?.rows[row]?.[0] ?? ''));
  if (magic !== MARK) throw notOurs('文件里没有模板标识。');
  if (itemCode !== spec.itemCode) throw notOurs('这是其他功能的模板。');
  if (version !== String(spec.version) || signature !== columnSignature(spec)) throw notOurs('模板版本已更新。');
  const sheet =
    workbook.sheets.find((one) => one.name === DATA_SHEET) ??
    workbook.sheets.find((one) => !one.hidden && !one.veryHidden);
  if (!sheet) throw notOurs('找不到填写页。');
  return sheet;
}

function checkHeaders(sheet: Sheet, spec: WorkbookSpec): void {
  const changed = spec.columns.flatMap((column, index) => {
    const found = String(sheet.rows[0]?.[index] ?? '').trim();
    return found === headerText(column) ? [] : [`第${index + 1}列应为“${headerText(column)}”，现为“${found || '空'}”`];
  });
  if (changed.length > 0) {
    throw new DomainError({
      code: 'XLS-002',
      message: '表头被修改',
      why: `${changed.slice(0, 3).join('；')}。`,
      next: '请不要改变表格形式；重新下载模板填写。',
    });
  }
}

function readRow(sheet: Sheet, spec: WorkbookSpec, index: number): WorkbookRow | undefined {
  const found = spec.columns.map((column, at) => {
    const cell: Cell | undefined = sheet.cells?.get(`${index},${at}`);
    const raw = cell?.formula === undefined ? sheet.rows[index]?.[at] : (cell.formulaResult ?? sheet.rows[index]?.[at]);
    return { column, cell, raw: raw ?? null };
  });
  const blank = (raw: unknown) => raw === null || (typeof raw === 'string' && raw.trim() === '');
  if (found.every(({ raw }) => blank(raw))) return undefined;
  const line = index + 1;
  const values: Record<string, string> = {};
  const cellProblems: CellProblem[] = [];
  for (const { column, cell, raw } of found) {
    const reading = readValue(column, raw, line, cell?.type === 'error');
    values[column.key] = reading.text;
    if (reading.problem) cellProblems.push(reading.problem);
  }
  return { line, values, cellProblems };
}
