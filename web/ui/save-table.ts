import { saveBlob } from './call.ts';
import type { Column } from './DataTable.tsx';

/** More rows than one list of an employer ever has; the server's pages are fetched one after another. */
const PAGE = 500;

type Page<Row> = { readonly total: number; readonly rows: readonly Row[] };

/** 导出: the whole list behind the page, with the columns that can be written, as a workbook. Numbers of bills keep their digits. */
export async function saveTable<Row>(
  name: string,
  columns: readonly Column<Row>[],
  load: (page: number, size: number) => Promise<Page<Row>>,
): Promise<void> {
  const rows: Row[] = [];
  for (let page = 1; ; page += 1) {
    const answer = await load(page, PAGE);
    rows.push(...answer.rows);
    if (answer.rows.length === 0 || rows.length >= answer.total) break;
  }
  const written = columns.filter((column) => column.text !== undefined);
  const { writeXlsx } = await import('hucre/xlsx');
  const bytes = await writeXlsx({
    sheets: [
      {
        name: '导出',
        columns: written.map((column) => ({ width: column.align === 'end' ? 16 : 22, style: { numFmt: '@' } })),
        rows: [
          written.map((column) => column.label),
          ...rows.map((row) => written.map((column) => textOf(column, row))),
        ],
        freezePane: { rows: 1 },
      },
    ],
  });
  const type = 'application/vnd.openxmlformats-officedocument.spreadsheetml.sheet';
  saveBlob(new Blob([new Uint8Array(bytes)], { type }), `${name}.xlsx`);
}

function textOf<Row>(column: Column<Row>, row: Row): string {
  return column.text?.(row) ?? '';
}
