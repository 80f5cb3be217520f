import type { Problem } from '../../src/kernel/errors.ts';
import { ApiError, saveBlob } from './call.ts';
import type { Column } from './DataTable.tsx';

/** The most that the server gives at once. */
const PAGE = 500;
/** More than a list of an employer has, and than somebody reads of a region's. */
const MOST = 10_000;
const TOO_MANY: Problem = {
  code: 'WEB-413',
  message: `导出的名单超过 ${MOST} 行。`,
  why: '一份工作簿放不下，也没有人看得完。',
  next: '请先用查询条件缩小范围，再导出。',
};

type Page<Row> = { readonly total: number; readonly rows: readonly Row[] };

/**
 * 导出: the whole list behind the page, with the columns that can be written, as a workbook. Numbers of bills keep their digits.
 * @throws ApiError WEB-413 for a list that is too long
 */
export async function saveTable<Row>(
  name: string,
  columns: readonly Column<Row>[],
  keyOf: (row: Row) => string,
  load: (page: number, size: number) => Promise<Page<Row>>,
): Promise<void> {
  const rows = await wholeList(keyOf, load);
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

/** Page after page. What comes in meanwhile moves a row to the page behind: it is taken once. */
export async function wholeList<Row>(
  keyOf: (row: Row) => string,
  load: (page: number, size: number) => Promise<Page<Row>>,
): Promise<Row[]> {
  const rows = new Map<string, Row>();
  for (let page = 1; ; page += 1) {
    const answer = await load(page, PAGE);
    if (answer.total > MOST) throw new ApiError(413, [TOO_MANY]);
    for (const row of answer.rows) rows.set(keyOf(row), row);
    if (answer.rows.length < PAGE) return [...rows.values()];
  }
}

function textOf<Row>(column: Column<Row>, row: Row): string {
  return column.text?.(row) ?? '';
}
