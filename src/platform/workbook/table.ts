import type { Cell, CellValue } from 'hucre/xlsx';
import { formatYuan } from '../../kernel/fen.ts';

export type TableColumn = {
  readonly key: string;
  readonly header: string;
  /** `money`: the value is fen. */
  readonly type?: 'text' | 'money' | 'number';
  readonly width?: number;
};

export type TableRow = Readonly<Record<string, string | number | null | undefined>>;

/** A list as a workbook (导出). Texts stay texts: identity numbers keep their digits and nothing becomes a formula (D-IMP-03). */
export async function writeTable(
  columns: readonly TableColumn[],
  rows: readonly TableRow[],
  sheetName = '导出',
): Promise<Uint8Array> {
  const cells = new Map<string, Partial<Cell>>(
    columns.map((column, index) => [
      `0,${index}`,
      { value: column.header, type: 'string' as const, style: { font: { bold: true } } },
    ]),
  );
  const { writeXlsx } = await import('hucre/xlsx');
  return await writeXlsx({
    sheets: [
      {
        name: sheetName,
        columns: columns.map((column) => ({
          width: column.width ?? 16,
          style: { numFmt: column.type === 'money' ? '#,##0.00' : column.type === 'number' ? '0' : '@' },
        })),
        rows: [
          columns.map((column) => column.header),
          ...rows.map((row) => columns.map((column) => cellOf(column, row[column.key]))),
        ],
        cells,
        freezePane: { rows: 1 },
      },
    ],
    properties: { creator: '统征' },
  });
}

function cellOf(column: TableColumn, value: string | number | null | undefined): CellValue {
  if (value === null || value === undefined) return null;
  if (column.type === 'money' && typeof value === 'number') return Number(formatYuan(value));
  if (column.type === 'number' && typeof value === 'number') return value;
  return safeText(String(value));
}

/** A text that a spreadsheet would take for a formula when the file is saved as CSV gets an apostrophe in front. */
export function safeText(text: string): string {
  return /^[=+\-@\t\r]/.test(text) && !/^[+-]?\d+(\.\d+)?$/.test(text) ? `'${text}` : text;
}
