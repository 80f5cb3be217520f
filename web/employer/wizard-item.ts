import type { itemEndpoint, Preview } from '../../src/items/contract.ts';
import { formatYuanGrouped } from '../../src/kernel/fen.ts';
import type { Answer } from '../ui/call.ts';
import type { FormValues, Wizard } from './wizard-state.ts';

/** What the wizard makes of an item's declaration and of what was typed. */
export type ItemView = Answer<typeof itemEndpoint>;

/** Values to begin with: what the agency knows, then what the address carries (a link from another page). */
export function prefilled(item: ItemView, search: Readonly<Record<string, string | undefined>>): Partial<Wizard> {
  const line: Record<string, unknown> = {};
  for (const field of item.form.rows?.fields ?? []) {
    const given = givenOf(field.name, search);
    if (given) line[field.name] = given;
  }
  return { form: { ...item.initial, ...givenFields(item, search) }, line };
}

/** What the address carries for the fields. A number of a person goes where an id number would: no address holds those. */
export function givenFields(item: ItemView, search: Readonly<Record<string, string | undefined>>): FormValues {
  const form: Record<string, unknown> = {};
  for (const field of item.form.fields) {
    const given = givenOf(field.name, search);
    if (given) form[field.name] = ['months', 'insurances'].includes(field.type) ? given.split(',') : given;
  }
  return form;
}

const givenOf = (name: string, search: Readonly<Record<string, string | undefined>>): string | undefined =>
  search[name] ?? (name === 'idNo' ? search.personNo : undefined);

/** Why 下一步 stayed here; the reasons themselves stand where they belong. */
export function failingText(preview: Preview, item: ItemView): string {
  const rows = (preview.rows ?? []).filter((row) => row.state === 'bad').length;
  if (rows > 0) return `${rows} 行不通过，改好或去掉后再点“下一步”。`;
  const here = preview.problems.some((problem) => item.form.fields.some((field) => field.name === problem.field));
  return here ? '有不通过的地方，改好后再点“下一步”。' : '现在办不了，原因和办法写在上面。';
}

/** What of a checked workbook can be submitted, in the words and numbers of its chips. */
export function passingText(counts: { readonly bad: number; readonly notice: number }): string {
  const noticed = counts.notice > 0 ? `，其中 ${counts.notice} 行请留意` : '';
  if (counts.bad > 0) return `${noticed}，${counts.bad} 行不通过，改好再交`;
  return noticed || '，全部通过';
}

/** The button carries the object and the amount. */
export function submitLabel(item: ItemView, wizard: Wizard, passing: number): string {
  if (wizard.mode === 'workbook') return `确认提交（${passing} 人）`;
  const label = wizard.preview?.submitLabel ?? item.submitLabel;
  const headline = wizard.preview?.headline;
  if (/\d/.test(label) || headline?.fen === undefined) return label;
  const month = /^\d{1,2}月/.exec(headline.label)?.[0];
  return `${label} · ${month ? `${month} ` : ''}${formatYuanGrouped(headline.fen)} 元`;
}

export function filled(value: unknown): boolean {
  return Array.isArray(value) ? value.length > 0 : value !== undefined && value !== null && String(value).trim() !== '';
}

/** A line typed but not yet added goes along: nothing typed is lost. */
export function formWithLine(item: ItemView, wizard: Wizard): FormValues {
  const rows = item.form.rows;
  if (!rows || !Object.values(wizard.line).some(filled)) return wizard.form;
  return { ...wizard.form, [rows.name]: listWithLine(listOf(wizard.form, rows.name), wizard.line, wizard.editing) };
}

export function listOf(form: FormValues, name: string): readonly FormValues[] {
  return (form[name] as readonly FormValues[] | undefined) ?? [];
}

/** A mended row stands where it stood; any other line comes last. */
export function listWithLine(
  list: readonly FormValues[],
  line: FormValues,
  editing: number | undefined,
): readonly FormValues[] {
  return editing === undefined || editing >= list.length ? [...list, line] : list.with(editing, line);
}

/** Something stands in the line that is not in the list: it would be lost if another line came there. */
export function lineUnsaved(list: readonly FormValues[], line: FormValues, editing: number | undefined): boolean {
  const row = editing === undefined ? undefined : list[editing];
  return row ? JSON.stringify(line) !== JSON.stringify(row) : Object.values(line).some(filled);
}

export function periodOf(form: FormValues): string {
  const month = form.month;
  return typeof month === 'string' && /^\d{4}-\d{2}$/.test(month)
    ? `${month.slice(0, 4)}年${Number(month.slice(5))}月`
    : '';
}

/** DEC-007 is what will stand on the result page: before the submit it would be untrue. */
export function beforeSubmit(notice: { readonly code?: string | undefined }): boolean {
  return notice.code !== 'DEC-007';
}

/** `rows.3.idNo` and `idNo` both mean the cell idNo. */
export function fieldKey(path: string): string {
  return path.split('.').at(-1) ?? path;
}
