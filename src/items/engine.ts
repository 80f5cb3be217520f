import {
  type Case,
  deleteDraft,
  findCase,
  findCases,
  insertAttachments,
  insertCase,
  markRevoked,
  transactCase,
} from '../casework/index.ts';
import type { BillPorts } from '../collection/index.ts';
import { DomainError, type Problem, refuse } from '../kernel/errors.ts';
import { loadLaw } from '../parameters/index.ts';
import { audit } from '../platform/audit/index.ts';
import type { Actor, Ctx } from '../platform/context.ts';
import { settled } from '../platform/db.ts';
import { type Services, transact } from '../platform/services.ts';
import { findEmployer, lockEmployer } from '../registry/index.ts';
import { allHandedIn, materialsOf, withoutContents } from './attachments.ts';
import { findItem } from './catalogue.ts';
import { inWords } from './constraints.ts';
import type { ItemResult, Preview, RowResult } from './contract.ts';
import { isBlank, missingProblem } from './fields.ts';
import type { CheckedRow, FormValues, Item, ItemEnv, Outcome, TypedRow } from './model.ts';

type LooseItem = Item<unknown, unknown>;

/** What the engine needs beside the services: how a bill reaches the wire. */
export type ItemServices = { readonly services: Services; readonly bills: BillPorts; readonly verifyPage: string };

export function getItem(code: string): LooseItem {
  const item = findItem(code);
  if (!item)
    refuse(
      {
        code: 'MENU-002',
        message: `没有这个事项：${code}`,
        next: '请从服务菜单进入。',
        link: { label: '服务菜单', to: '/menu' },
      },
      404,
    );
  return item as unknown as LooseItem;
}

/** Employer accounts work for their own employer only (D-SEC-01). */
export async function openEnv(
  ctx: Ctx,
  deps: Pick<ItemServices, 'bills' | 'verifyPage'>,
  employerNo: string,
  lock: boolean,
  rehearsal = false,
): Promise<ItemEnv> {
  const [employer, law] = await Promise.all([
    lock ? lockEmployer(ctx.tx, ctx.region, employerNo) : findEmployer(ctx.tx, ctx.region, employerNo),
    loadLaw(ctx.tx),
  ]);
  if (!employer) refuse({ code: 'SYS-404', message: '没有找到本单位', next: '请重新登录。' }, 404);
  return { ctx, law, employer, bills: deps.bills, verifyPage: deps.verifyPage, rehearsal };
}

function typedRows(item: LooseItem, values: FormValues): TypedRow[] {
  const declared = item.form.rows;
  if (!declared) return [];
  const raw = values[declared.name];
  if (!Array.isArray(raw)) return [];
  if (raw.length > declared.max) {
    refuse({
      code: 'JH-001',
      message: '该批导入超过单次上限',
      why: `一次最多 ${declared.max} 行。`,
      next: '请分几次办。',
    });
  }
  return raw.map((one, index) => ({
    row: index + 1,
    values: Object.fromEntries(
      Object.entries((one ?? {}) as Record<string, unknown>).map(([key, value]) => [
        key,
        Array.isArray(value) ? value.join(',') : value === null || value === undefined ? '' : String(value),
      ]),
    ),
  }));
}

type Checked = {
  readonly form: unknown;
  readonly rows: readonly CheckedRow<unknown>[];
  readonly problems: readonly Problem[];
};

/**
 * Of a required field that was left empty it is said that it is empty, whatever the item would make of an empty value. A value that was
 * not sent at all may be one the item knows by itself (the current month). Papers that are missing have codes of their own.
 */
function withMissing(item: LooseItem, values: FormValues, problems: readonly Problem[]): Problem[] {
  const missing = item.form.fields.filter(
    (field) =>
      field.required &&
      field.type !== 'files' &&
      isBlank(values[field.name]) &&
      (values[field.name] !== undefined || problems.length > 0),
  );
  const names = new Set(missing.map((field) => field.name));
  return [...missing.map(missingProblem), ...problems.filter((problem) => !names.has(problem.field ?? ''))];
}

async function check(env: ItemEnv, item: LooseItem, values: FormValues, rows: readonly TypedRow[]): Promise<Checked> {
  const parsed = await item.parse(env, values);
  const problems = withMissing(item, values, 'problems' in parsed ? parsed.problems : []);
  if (item.form.rows && rows.length === 0) {
    problems.push({ code: 'GEN-010', message: `请先添加${item.form.rows.label}`, next: '至少填一行。' });
  }
  const checked = item.checkRows ? await item.checkRows(env, rows) : [];
  return { form: 'form' in parsed ? parsed.form : null, rows: checked, problems };
}

class RolledBack extends Error {
  readonly outcome: Outcome;
  constructor(outcome: Outcome) {
    super('preview');
    this.outcome = outcome;
  }
}

/** The act itself, carried out and rolled back: what the preview shows is exactly what submitting will do. */
async function rehearse(
  deps: ItemServices,
  actor: Actor,
  employerNo: string,
  item: LooseItem,
  checked: Checked,
): Promise<Outcome | readonly Problem[]> {
  try {
    await inWords(() =>
      transact(deps.services, actor, async (ctx) => {
        const env = await openEnv(ctx, deps, employerNo, true, true);
        const values = checked.rows.flatMap((row) => (row.value === undefined ? [] : [row.value]));
        const outcome = await item.submit(env, 'preview', checked.form, values);
        // What the database would refuse on submitting is refused here.
        await settled(ctx.tx);
        throw new RolledBack(outcome);
      }),
    );
    throw new Error('a preview must roll back');
  } catch (error) {
    if (error instanceof RolledBack) return error.outcome;
    if (error instanceof DomainError) return error.problems;
    throw error;
  }
}

export async function previewItem(
  deps: ItemServices,
  actor: Actor,
  employerNo: string,
  code: string,
  values: FormValues,
  given?: readonly TypedRow[],
): Promise<Preview> {
  const item = getItem(code);
  const checked = await transact(deps.services, actor, async (ctx) => {
    const env = await openEnv(ctx, deps, employerNo, false);
    return check(env, item, values, given ?? typedRows(item, values));
  });
  const bad = checked.rows.filter((row) => row.value === undefined);
  const passing = checked.rows.length - bad.length;
  const nothingToDo = checked.problems.length > 0 || (item.checkRows !== undefined && passing === 0);
  const rehearsed = nothingToDo ? checked.problems : await rehearse(deps, actor, employerNo, item, checked);
  const outcome = isOutcome(rehearsed) ? rehearsed : undefined;
  const problems = isOutcome(rehearsed) ? [] : [...rehearsed];
  return {
    ok: problems.length === 0 && bad.length === 0 && outcome !== undefined,
    problems,
    notices: [...(outcome?.notices ?? [])],
    ...(outcome
      ? {
          headline: {
            label: outcome.amount?.label ?? outcome.headline,
            ...(outcome.amount ? { fen: outcome.amount.fen } : {}),
            text: outcome.headline,
          },
        }
      : {}),
    sections: outcome ? [...outcome.sections, ...materialsOf(values)] : [],
    ...(item.checkRows ? { rows: sortRows(checked.rows.map((row) => row.view)) } : {}),
    submitLabel: outcome?.submitLabel ?? item.submitLabel,
  };
}

function isOutcome(value: Outcome | readonly Problem[]): value is Outcome {
  return !Array.isArray(value);
}

const ORDER = { bad: 0, notice: 1, ok: 2 } as const;
/** 不通过的排在最前, then those to look at. */
export function sortRows(rows: readonly RowResult[]): RowResult[] {
  return [...rows].sort((a, b) => ORDER[a.state] - ORDER[b.state] || a.row - b.row);
}

export type SubmitInput = {
  readonly values: FormValues;
  readonly draftId?: string | undefined;
};

/** Rows of a workbook that is locked. It may leave failing rows for later (a form may not), and hears which were submitted. */
export type LockedRows = {
  readonly rows: readonly TypedRow[];
  readonly submitted: (caseNo: string, rows: ReadonlySet<number>) => Promise<Pick<ItemResult, 'left'>>;
};

/**
 * One submitted act = one transaction: facts, lines, bill, books, case and audit stand or fall together. `lockRows` is the first thing
 * in it: what is typed into a workbook afterwards waits until the act is done.
 */
export async function submitItem(
  deps: ItemServices,
  actor: Actor,
  employerNo: string,
  code: string,
  input: SubmitInput,
  lockRows?: (ctx: Ctx) => Promise<LockedRows>,
): Promise<ItemResult> {
  const item = getItem(code);
  return inWords(() =>
    transactCase(deps.services, actor, async (ctx, caseNo) => {
      const locked = await lockRows?.(ctx);
      const env = await openEnv(ctx, deps, employerNo, true);
      const checked = await check(env, item, input.values, locked?.rows ?? typedRows(item, input.values));
      const bad = checked.rows.filter((row) => row.value === undefined);
      const problems = [
        ...checked.problems,
        ...(locked
          ? []
          : bad.flatMap((row) =>
              row.view.problems.map((problem) => ({
                ...problem,
                field: `rows.${row.view.row}.${problem.field ?? ''}`,
              })),
            )),
      ];
      const values = checked.rows.flatMap((row) => (row.value === undefined ? [] : [row.value]));
      if (problems.length === 0 && item.checkRows && values.length === 0) {
        problems.push({
          code: 'GEN-010',
          message: '没有可以提交的行',
          why: '所有的行都没有通过校验。',
          next: '请先改正。',
        });
      }
      if (problems.length > 0) throw new DomainError(problems);
      const outcome = await item.submit(env, caseNo, checked.form, values);
      const result: ItemResult = {
        caseNo,
        itemCode: item.code,
        itemName: item.name,
        at: ctx.now,
        headline: outcome.headline,
        notices: [...outcome.notices],
        sections: [...outcome.sections],
        nextSteps: [...outcome.nextSteps],
        ...(outcome.notDone ? { notDone: outcome.notDone } : {}),
        ...(outcome.undoUntil ? { undoUntil: outcome.undoUntil } : {}),
        refs: { ...outcome.refs },
      };
      await insertCase(ctx.tx, ctx.region, {
        caseNo,
        employerNo,
        itemCode: item.code,
        itemName: item.name,
        summary: outcome.summary,
        actorId: actor.id,
        actorName: actor.name,
        submittedAt: ctx.now,
        form: withoutContents(input.values),
        // The record shows later what the result page showed then (HB-QRY-13).
        result: {
          headline: outcome.headline,
          amountFen: outcome.amount?.fen ?? null,
          sections: outcome.sections,
        },
        refs: { ...outcome.refs },
      });
      await insertAttachments(ctx.tx, ctx.region, caseNo, allHandedIn(input.values));
      if (input.draftId) await deleteDraft(ctx.tx, ctx.region, employerNo, input.draftId);
      const submitted = checked.rows.filter((row) => row.value !== undefined).map((row) => row.view.row);
      const more = await locked?.submitted(caseNo, new Set(submitted));
      await audit(ctx, {
        action: `item.submit ${item.code}`,
        object: `case:${caseNo}`,
        detail: { employerNo, summary: outcome.summary },
      });
      return { ...result, ...more };
    }),
  );
}

/** Why a case cannot be undone now; empty when it can. */
export async function undoProblems(env: ItemEnv, record: Case): Promise<readonly Problem[]> {
  if (record.state === 'REVOKED') {
    return [{ code: 'CAN-003', message: '该业务已经撤销', next: '不用再办。' }];
  }
  const item = findItem(record.itemCode) as unknown as LooseItem | undefined;
  if (!item?.undo)
    return [
      { code: 'CAN-004', message: '该业务不能撤销', why: '这类业务办结后不能撤回。', next: '有疑问请联系经办机构。' },
    ];
  return item.undo.obstacles(env, record);
}

/** 【X】: reverses exactly what the case did; the record stays, marked 已撤销. */
export async function undoCase(deps: ItemServices, actor: Actor, employerNo: string, caseNo: string): Promise<Case> {
  return inWords(() =>
    transactCase(deps.services, actor, async (ctx, undoCaseNo) => {
      const env = await openEnv(ctx, deps, employerNo, true);
      const record = await findCase(ctx.tx, ctx.region, employerNo, caseNo);
      if (!record) refuse({ code: 'SYS-404', message: '没有这个办件', next: '请在单位办件记录里选择。' }, 404);
      const problems = await undoProblems(env, record);
      if (problems.length > 0) throw new DomainError(problems, 409);
      const item = getItem(record.itemCode);
      await item.undo?.run(env, record, undoCaseNo);
      await markRevoked(ctx.tx, ctx.region, caseNo, `${actor.kind}:${actor.id}`, ctx.now);
      await audit(ctx, { action: `item.undo ${item.code}`, object: `case:${caseNo}`, detail: { employerNo } });
      const [after] = await findCases(ctx.tx, ctx.region, [caseNo]);
      return after as Case;
    }),
  );
}
