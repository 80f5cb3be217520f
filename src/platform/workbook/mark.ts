import type { Cell, CellStyle } from 'hucre/xlsx';
import { dataSheetOf, readWorkbook } from './read.ts';
import { RESULT_HEADER, SUBMITTED, type WorkbookSpec } from './spec.ts';

/** A fault of a row; with `key` it is at a cell. */
export type RowProblem = { readonly line: number; readonly key?: string; readonly message: string };

const AUTHOR = '统征校验';
const RED = 'F8B4AE';
const redFill: CellStyle['fill'] = { type: 'pattern', pattern: 'solid', fgColor: { rgb: RED } };

/**
 * The user's own workbook again, with the wrong cells red and commented and a column 校验结果: 通过 or the reasons. What was mended since
 * (`open`: texts by line and key) stands in its cells; a line that is not in it was submitted before. Marks of an earlier round are taken
 * off first, so the corrected file can go round as often as needed.
 */
export async function markErrors(
  original: Uint8Array,
  spec: WorkbookSpec,
  problems: readonly RowProblem[],
  open?: ReadonlyMap<number, Readonly<Record<string, string | undefined>>>,
): Promise<Uint8Array> {
  const { rows } = await readWorkbook(original, spec, Number.MAX_SAFE_INTEGER);
  const { openXlsx, saveXlsx } = await import('hucre/xlsx');
  const workbook = await openXlsx(original, { readStyles: true });
  const sheet = dataSheetOf(workbook, spec);
  sheet.cells ??= new Map();
  const cells = sheet.cells;
  // One column after the check formulas.
  const resultColumn = spec.columns.length + 1;
  const put = (row: number, column: number, cell: Cell) => {
    cells.set(`${row},${column}`, cell);
    const line = sheet.rows[row];
    if (!line) return;
    while (line.length <= column) line.push(null);
    line[column] = cell.value;
  };
  for (const cell of cells.values()) clearMark(cell);
  put(0, resultColumn, { ...(cells.get('0,0') ?? {}), comment: undefined, value: RESULT_HEADER, type: 'string' });
  for (const { line, values } of rows) {
    for (const [column, { key }] of spec.columns.entries()) {
      const text = open?.get(line)?.[key];
      if (text !== undefined && text !== (values[key] ?? '')) {
        put(line - 1, column, { value: text, type: 'string', style: { numFmt: '@' } });
      }
    }
    const mine = problems.filter((problem) => problem.line === line);
    const passed = open && !open.has(line) ? SUBMITTED : '通过';
    const text = mine.length === 0 ? passed : mine.map((problem) => problem.message).join('；');
    put(line - 1, resultColumn, {
      value: text,
      type: 'string',
      style: { numFmt: '@', ...(mine.length > 0 ? { fill: redFill } : {}) },
    });
    for (const [column, messages] of byColumn(spec, mine)) {
      const key = `${line - 1},${column}`;
      const cell: Cell = cells.get(key) ?? { value: sheet.rows[line - 1]?.[column] ?? null, type: 'string' };
      cells.set(key, {
        ...cell,
        style: { ...cell.style, fill: redFill },
        comment: { author: AUTHOR, text: messages.join('\n') },
      });
    }
  }
  return await saveXlsx(workbook);
}

function clearMark(cell: Cell): void {
  if (cell.comment?.author === AUTHOR) cell.comment = undefined;
  const fill = cell.style?.fill;
  if (fill?.type === 'pattern' && fill.fgColor?.rgb?.endsWith(RED)) cell.style = { ...cell.style, fill: undefined };
}

function byColumn(spec: WorkbookSpec, problems: readonly RowProblem[]): Map<number, string[]> {
  const result = new Map<number, string[]>();
  for (const { key, message } of problems) {
    const column = spec.columns.findIndex((one) => one.key === key);
    if (column >= 0) result.set(column, [...(result.get(column) ?? []), message]);
  }
  return result;
}
