import { openXlsx, saveXlsx } from 'hucre/xlsx';
import { DATA_SHEET, RESULT_HEADER } from '../../../platform/workbook/spec.ts';
import { type Observed, observed } from '../observed.ts';
import type { Step } from '../parse.ts';
import { mistake, remember, type Verb, type World } from '../world.ts';
import { afterSubmit, type ItemView, itemOf, viewAnswer } from './items.ts';
import { currentOf } from './session.ts';

const PASSED = '通过';

type Checked = Parameters<typeof viewAnswer>[0] & {
  readonly workbookId: string;
  readonly left?: { readonly workbookId: string; readonly rows: number };
};

/** Marks a date that is typed as a real date instead of text: `日期:2023-04-03`. */
const REAL_DATE = '日期:';

/**
 * Fills the downloaded template as a user would: the columns are found by their headers. A cell written `日期:2023-04-03` becomes a
 * date cell, which the system must refuse row by row (XLS-003).
 */
async function fill(template: Buffer, step: Step): Promise<Uint8Array> {
  const table = step.table ?? mistake('导盘要有一张名单表');
  const workbook = await openXlsx(new Uint8Array(template), { readStyles: true });
  const sheet = workbook.sheets.find((each) => each.name === DATA_SHEET) ?? mistake('模板里没有填写页');
  const header = sheet.rows[0] ?? [];
  const columnOf = (label: string): number => {
    const at = header.findIndex((cell) => String(cell ?? '').replace(/^\*/, '') === label);
    return at >= 0 ? at : mistake(`模板没有“${label}”一列；有：${header.map(String).join('、')}`);
  };
  for (const [index, row] of table.rows.entries()) {
    for (const [label, text] of Object.entries(row.cells)) {
      const column = columnOf(label);
      const value = text.startsWith(REAL_DATE) ? new Date(`${text.slice(REAL_DATE.length)}T00:00:00Z`) : text;
      const line = sheet.rows[index + 1] ?? [];
      line[column] = value as never;
      sheet.rows[index + 1] = line;
      // The prepared cell would win over the row.
      sheet.cells?.delete(`${index + 1},${column}`);
    }
  }
  return saveXlsx(workbook);
}

function rememberPeople(world: World, step: Step): void {
  for (const row of step.table?.rows ?? []) {
    if (row.cells.姓名 && row.cells.证件号码) world.people.set(row.cells.姓名, row.cells.证件号码);
  }
}

async function upload(world: World, item: ItemView, step: Step): Promise<Checked> {
  const { session } = currentOf(world);
  const template = await session.file(`/api/items/${item.code}/template`);
  const form = new FormData();
  const type = 'application/vnd.openxmlformats-officedocument.spreadsheetml.sheet';
  form.set('file', new Blob([new Uint8Array(await fill(template, step))], { type }), `${item.name}.xlsx`);
  return session.call<Checked>('POST', `/api/items/${item.code}/workbook`, form);
}

/** `导盘 emp.enroll`: download the template, fill it, upload it, 【校验】. What failed shows in rows and notices. */
export const uploadWorkbook: Verb = async (world, step): Promise<Observed> => {
  const { session } = currentOf(world);
  const item = await itemOf(session, step);
  rememberPeople(world, step);
  const uploaded = await upload(world, item, step);
  remember(world, step, '工作簿', uploaded.workbookId);
  world.remembered.set('工作簿事项', item.code);
  if (step.fields.get('校验') === '否') return observed({ raw: uploaded, facts: { 工作簿: uploaded.workbookId } });
  const checked = await session.call<Checked>('POST', `/api/workbooks/${uploaded.workbookId}/check`, { edits: [] });
  return viewAnswer({ ...checked, problems: [] });
};

/** `提交导盘`: submits the rows that passed. */
export const submitWorkbook: Verb = async (world, step) => {
  const { session } = currentOf(world);
  const id = world.remembered.get('工作簿') ?? mistake('前面没有“导盘 …”');
  const answer = await session.call<Checked>('POST', `/api/workbooks/${id}/submit`, {});
  const seen = await afterSubmit(world, step, world.remembered.get('工作簿事项') ?? '', answer);
  if (!answer.left) return seen;
  remember(world, step, '工作簿', answer.left.workbookId);
  return { ...seen, facts: { ...seen.facts, 余下行数: String(answer.left.rows) } };
};

/** `改导盘`: mends cells (行, 栏目, 改成) in place and checks again; after a submit these are the rows that did not pass. */
export const mendWorkbook: Verb = async (world, step): Promise<Observed> => {
  const { session } = currentOf(world);
  const id = world.remembered.get('工作簿') ?? mistake('前面没有“导盘 …”');
  const item = await session.call<ItemView>('GET', `/api/items/${world.remembered.get('工作簿事项')}`);
  const edits = (step.table?.rows ?? []).map(({ cells }) => ({
    row: Number(cells.行),
    key: item.form.rows?.fields.find((field) => field.label === cells.栏目)?.name ?? mistake(`没有栏目：${cells.栏目}`),
    value: cells.改成 ?? '',
  }));
  const checked = await session.call<Checked>('POST', `/api/workbooks/${id}/check`, { edits });
  return viewAnswer({ ...checked, problems: [] });
};

/** `下载错误报告`: the same workbook with its errors marked. */
export const errorReport: Verb = async (world) => {
  const { session } = currentOf(world);
  const id = world.remembered.get('工作簿') ?? mistake('前面没有“导盘 …”');
  const workbook = await openXlsx(new Uint8Array(await session.file(`/api/workbooks/${id}/errors`)));
  const rows = workbook.sheets.find((each) => each.name === DATA_SHEET)?.rows ?? [];
  const at = (rows[0] ?? []).indexOf(RESULT_HEADER);
  const texts = rows
    .slice(1)
    .map((row) => String(row[at] ?? ''))
    .filter((text) => text !== '' && text !== PASSED);
  return observed({ raw: texts, facts: { 标出行数: String(texts.length) }, notices: texts });
};
