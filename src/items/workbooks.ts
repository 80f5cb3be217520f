import type { z } from 'zod';
import {
  findWorkbook,
  insertWorkbook,
  listOpenWorkbooks,
  markWorkbookSubmitted,
  saveChecked,
  type Workbook,
  type WorkbookRow,
} from '../casework/index.ts';
import { refuse } from '../kernel/errors.ts';
import { ulid } from '../kernel/ids.ts';
import { addMs } from '../kernel/month.ts';
import type { Actor, Ctx } from '../platform/context.ts';
import { read, transact } from '../platform/services.ts';
import { buildTemplate, markErrors, readUpload, type WorkbookSpec } from '../platform/workbook/index.ts';
import { fillAll, type OfficeWords } from '../rules/index.ts';
import type { Field, ItemResult, RowResult, workbookSchema } from './contract.ts';
import { getItem, type ItemServices, previewItem, sortRows, submitItem } from './engine.ts';
import type { Item, TypedRow } from './model.ts';
import { ID_CARD } from './registration/enroll-form.ts';

type WorkbookView = z.infer<typeof workbookSchema>;

const KEEP_MS = 7 * 86_400_000;

const COLUMN_TYPES = {
  date: 'date',
  month: 'month',
  money: 'money',
  idNo: 'idNo',
  select: 'select',
  phone: 'phone',
} as const satisfies Partial<Record<Field['type'], WorkbookSpec['columns'][number]['type']>>;

const EXAMPLES: Partial<Record<Field['type'], string>> = {
  idNo: '429999199001010015',
  date: '2023-04-03',
  month: '2023-04',
  money: '5000.00',
  insurances: '养老,失业,工伤',
};

const WIDTHS: Partial<Record<Field['type'], number>> = { idNo: 22, date: 16, money: 14, select: 20, phone: 16 };

/** The template is made from the item's declaration: same fields, same help, same options (HB-XLS-01…03). */
function workbookSpec(item: Item<unknown, unknown>): WorkbookSpec {
  const declared = item.form.rows;
  if (!declared || item.workbookVersion === undefined) {
    refuse({ code: 'XLS-008', message: '该事项没有导盘模板', next: '请逐个添加。' }, 404);
  }
  const card = declared.fields.find(({ name }) => name === 'idType')?.options?.find(({ value }) => value === ID_CARD);
  return {
    itemCode: item.code,
    title: item.name,
    version: item.workbookVersion,
    columns: declared.fields.map((field) => ({
      key: field.name,
      header: field.label,
      type: COLUMN_TYPES[field.type as keyof typeof COLUMN_TYPES] ?? 'text',
      required: field.required,
      width: WIDTHS[field.type] ?? 16,
      example: EXAMPLES[field.type] ?? field.options?.[0]?.label ?? '',
      help: field.help ?? '',
      ...(field.options ? { options: field.options.map((option) => option.label) } : {}),
      ...(field.type === 'idNo' && card ? { length: { places: 18, when: { key: 'idType', says: card.label } } } : {}),
    })),
  };
}

/** The last one made for each item: writing its thousands of formulas would hold up the others at every download. */
const templates = new Map<string, { readonly made: string; readonly bytes: Promise<Uint8Array> }>();

export function templateOf(code: string, words: OfficeWords): Promise<Uint8Array> {
  const spec = fillAll(workbookSpec(getItem(code)), words);
  const made = JSON.stringify(spec);
  const last = templates.get(code);
  if (last?.made === made) return last.bytes;
  const bytes = buildTemplate(spec);
  templates.set(code, { made, bytes });
  return bytes;
}

/** 上传: stored with what was read; nothing is checked until 【校验】. */
export async function uploadWorkbook(
  deps: ItemServices,
  actor: Actor,
  employerNo: string,
  code: string,
  file: { readonly name: string; readonly bytes: Uint8Array },
): Promise<WorkbookView> {
  const spec = workbookSpec(getItem(code));
  const content = await readUpload(employerNo, file.bytes, spec);
  const rows: WorkbookRow[] = content.rows.map((row) => ({
    row: row.line,
    values: { ...row.values },
    cellProblems: row.cellProblems.map((problem) => ({ ...problem })),
  }));
  return transact(deps.services, actor, async (ctx) => {
    const workbook: Workbook = {
      workbookId: ulid(),
      employerNo,
      itemCode: code,
      fileName: file.name,
      bytes: file.bytes,
      rows,
      checked: false,
      uploadedAt: ctx.now,
      keepUntil: addMs(ctx.now, KEEP_MS),
      submittedCase: null,
    };
    await insertWorkbook(ctx.tx, ctx.region, actor.id, workbook);
    return emptyView(workbook);
  });
}

function emptyView(workbook: Workbook): WorkbookView {
  return {
    workbookId: workbook.workbookId,
    itemCode: workbook.itemCode,
    fileName: workbook.fileName,
    uploadedAt: workbook.uploadedAt,
    keptUntil: workbook.keepUntil,
    checked: workbook.checked,
    submitted: workbook.submittedCase !== null,
    counts: { all: workbook.rows.length, bad: 0, notice: 0, ok: 0 },
    rows: [],
    sections: [],
  };
}

async function getWorkbook(
  deps: ItemServices,
  actor: Actor,
  employerNo: string,
  workbookId: string,
): Promise<Workbook> {
  const workbook = await read(deps.services, actor, (ctx) =>
    findWorkbook(ctx.tx, ctx.region, employerNo, workbookId, false),
  );
  return workbook ?? refuseUnknown();
}

function refuseUnknown(): never {
  return refuse(
    { code: 'XLS-009', message: '没有这份导盘文件', why: '校验结果只保存 7 天。', next: '请重新上传。' },
    404,
  );
}

/** Locked until the transaction ends: two clerks who save or submit at once do so one after the other. Submitted ones are closed. */
async function lockOpen(ctx: Ctx, employerNo: string, workbookId: string): Promise<Workbook> {
  const workbook = (await findWorkbook(ctx.tx, ctx.region, employerNo, workbookId, true)) ?? refuseUnknown();
  return workbook.submittedCase ? refuseSubmitted() : workbook;
}

/** Cells that could not be read as text keep their row from passing; correcting the cell in place removes the problem. */
function passable(rows: readonly WorkbookRow[]): TypedRow[] {
  return rows.filter((row) => row.cellProblems.length === 0).map((row) => ({ row: row.row, values: row.values }));
}

function cellProblemRows(rows: readonly WorkbookRow[]): RowResult[] {
  return rows
    .filter((row) => row.cellProblems.length > 0)
    .map((row) => ({
      row: row.row,
      state: 'bad' as const,
      name: row.values.name ?? '',
      values: { ...row.values },
      problems: row.cellProblems.map((problem) => ({
        code: problem.code,
        message: problem.message,
        next: problem.next ?? '请改正后再校验。',
        field: problem.key,
        ...(problem.suggestion ? { suggestion: problem.suggestion } : {}),
      })),
      notices: [],
    }));
}

async function viewOf(deps: ItemServices, actor: Actor, employerNo: string, workbook: Workbook): Promise<WorkbookView> {
  if (!workbook.checked || workbook.submittedCase) return emptyView(workbook);
  const preview = await previewItem(deps, actor, employerNo, workbook.itemCode, {}, passable(workbook.rows));
  const rows = sortRows([...cellProblemRows(workbook.rows), ...(preview.rows ?? [])]);
  const count = (state: RowResult['state']) => rows.filter((row) => row.state === state).length;
  return {
    ...emptyView(workbook),
    counts: { all: rows.length, bad: count('bad'), notice: count('notice'), ok: count('ok') },
    rows,
    sections: preview.sections,
  };
}

type Edits = readonly { readonly row: number; readonly key: string; readonly value: string }[];

function withEdits(workbook: Workbook, edits: Edits): WorkbookRow[] {
  const keys = new Set(workbookSpec(getItem(workbook.itemCode)).columns.map((column) => column.key));
  return workbook.rows.map((row) => {
    const own = edits.filter((edit) => edit.row === row.row && keys.has(edit.key));
    if (own.length === 0) return row;
    return {
      row: row.row,
      values: { ...row.values, ...Object.fromEntries(own.map((edit) => [edit.key, edit.value])) },
      cellProblems: row.cellProblems.filter((problem) => !own.some((edit) => edit.key === problem.key)),
    };
  });
}

/** 【校验】, with cells corrected in place. */
export async function checkWorkbook(
  deps: ItemServices,
  actor: Actor,
  employerNo: string,
  workbookId: string,
  edits: Edits,
): Promise<WorkbookView> {
  const saved = await transact(deps.services, actor, async (ctx) => {
    const workbook = await lockOpen(ctx, employerNo, workbookId);
    const rows = withEdits(workbook, edits);
    await saveChecked(ctx.tx, ctx.region, workbookId, rows);
    return { ...workbook, rows, checked: true };
  });
  return viewOf(deps, actor, employerNo, saved);
}

export async function showWorkbook(
  deps: ItemServices,
  actor: Actor,
  employerNo: string,
  workbookId: string,
): Promise<WorkbookView> {
  return viewOf(deps, actor, employerNo, await getWorkbook(deps, actor, employerNo, workbookId));
}

/** What was uploaded and not submitted yet, to go on with. */
export async function openWorkbooks(deps: ItemServices, actor: Actor, employerNo: string, code: string) {
  const item = getItem(code);
  const found = await read(deps.services, actor, (ctx) =>
    listOpenWorkbooks(ctx.tx, ctx.region, employerNo, item.code, ctx.now),
  );
  return found.map(({ keepUntil, ...workbook }) => ({ ...workbook, keptUntil: keepUntil }));
}

/** 错误报告: the same workbook back, wrong cells marked, a result column added. */
export async function workbookErrors(
  deps: ItemServices,
  actor: Actor,
  employerNo: string,
  workbookId: string,
): Promise<{ name: string; bytes: Uint8Array }> {
  const workbook = await getWorkbook(deps, actor, employerNo, workbookId);
  const view = await viewOf(deps, actor, employerNo, workbook);
  const spec = workbookSpec(getItem(workbook.itemCode));
  const bytes = await markErrors(
    workbook.bytes,
    spec,
    view.rows.flatMap((row) => [
      ...row.problems.map((problem) => ({
        line: row.row,
        ...(problem.field ? { key: problem.field } : {}),
        message: [problem.message, problem.why, problem.next, problem.code].filter(Boolean).join(' '),
      })),
    ]),
    new Map(workbook.rows.map(({ row, values }) => [row, values])),
  );
  return { name: `${workbook.fileName.replace(/\.xlsx$/i, '')}_校验结果.xlsx`, bytes };
}

function refuseSubmitted(): never {
  return refuse(
    {
      code: 'XLS-010',
      message: '这份文件已经提交过',
      next: '没有通过的行另存在“以前上传、还没有提交的”里，点“接着办”；都通过了就不用再办。',
    },
    409,
  );
}

/**
 * Submits the rows that pass as one case; unchecked workbooks are refused (XLS-004), a second submit too (XLS-010). Rows that did not
 * pass stay, with what was mended in them and their lines, as a workbook to go on with.
 */
export async function submitWorkbook(
  deps: ItemServices,
  actor: Actor,
  employerNo: string,
  workbookId: string,
): Promise<ItemResult> {
  const { itemCode } = await getWorkbook(deps, actor, employerNo, workbookId);
  return submitItem(deps, actor, employerNo, itemCode, { values: {} }, async (ctx) => {
    const workbook = await lockOpen(ctx, employerNo, workbookId);
    if (!workbook.checked) {
      refuse({ code: 'XLS-004', message: '尚未校验', why: '上传后要先点【校验】，才能提交。', next: '请点【校验】。' });
    }
    return {
      rows: passable(workbook.rows),
      submitted: async (caseNo, lines) => {
        await markWorkbookSubmitted(ctx.tx, ctx.region, workbookId, caseNo);
        return keepLeft(ctx, workbook, lines);
      },
    };
  });
}

async function keepLeft(ctx: Ctx, workbook: Workbook, submitted: ReadonlySet<number>) {
  const rows = workbook.rows.filter(({ row }) => !submitted.has(row));
  if (rows.length === 0) return {};
  const left: Workbook = {
    ...workbook,
    workbookId: ulid(),
    fileName: workbook.fileName.replace(/(?:_余下)?\.xlsx$/i, '_余下.xlsx'),
    rows,
    uploadedAt: ctx.now,
    keepUntil: addMs(ctx.now, KEEP_MS),
  };
  await insertWorkbook(ctx.tx, ctx.region, ctx.actor.id, left);
  await saveChecked(ctx.tx, ctx.region, left.workbookId, rows);
  return { left: { workbookId: left.workbookId, rows: rows.length } };
}
