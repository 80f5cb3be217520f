import { openXlsx, saveXlsx } from 'hucre/xlsx';
import { formatYuan } from '../../src/kernel/fen.ts';
import { idNumberCheckDigit } from '../../src/kernel/id-number.ts';
import { DATA_SHEET } from '../../src/platform/workbook/spec.ts';

/** One line of the template, by header. A `Date` becomes a real date cell, as a spreadsheet program makes them. */
export type Line = Readonly<Record<string, string | Date>>;

/** Fills a downloaded template as a person would in a spreadsheet program: columns are found by their headers. */
export async function fillTemplate(template: Uint8Array, lines: readonly Line[]): Promise<Uint8Array> {
  const workbook = await openXlsx(template, { readStyles: true });
  const sheet = workbook.sheets.find((each) => each.name === DATA_SHEET);
  if (!sheet) throw new Error('the template has no sheet to fill in');
  const headers = (sheet.rows[0] ?? []).map((cell) => String(cell ?? '').replace(/^\*/, ''));
  for (const [index, line] of lines.entries()) {
    const row = sheet.rows[index + 1] ?? [];
    for (const [header, value] of Object.entries(line)) {
      const column = headers.indexOf(header);
      if (column < 0) throw new Error(`the template has no column ${header}`);
      row[column] = value as never;
      // The prepared cell would win over the row.
      sheet.cells?.delete(`${index + 1},${column}`);
    }
    sheet.rows[index + 1] = row;
  }
  return saveXlsx(workbook);
}

/** The forty of AT-02: 30 joined this month, 8 last month, one in January, one four months ago; wages 2987.65 and up by 423.21. */
export function fortyPeople(): Line[] {
  return Array.from({ length: 40 }, (_, index) => {
    const at = index + 1;
    const first17 = `42999919900101${String(at).padStart(3, '0')}`;
    return {
      证件号码: `${first17}${idNumberCheckDigit(first17)}`,
      姓名: `样员${at}`,
      本次参工时间: at <= 30 ? '2023-04-03' : at <= 38 ? '2023-03-15' : at === 39 ? '2023-01-09' : '2022-12-20',
      申报工资: formatYuan(298_765 + 42_321 * index),
    };
  });
}
