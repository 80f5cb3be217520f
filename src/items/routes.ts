import type { FastifyInstance } from 'fastify';
import {
  attachmentEndpoint,
  CASE_STATE_NAMES,
  caseEndpoint,
  casesEndpoint,
  deleteDraftEndpoint,
  draftsEndpoint,
  saveDraftEndpoint,
  undoCaseEndpoint,
} from '../casework/contract.ts';
import {
  type Case,
  deleteDraft,
  deleteWorkbook,
  draftsKept,
  findCase,
  listAttachments,
  listCases,
  listDrafts,
  readAttachment,
  saveDraft,
} from '../casework/index.ts';
import { getBillState } from '../collection/index.ts';
import { refuse } from '../kernel/errors.ts';
import { ulid } from '../kernel/ids.ts';
import { loadLaw } from '../parameters/index.ts';
import { type Principal, portalActor, readFile, route, sendFile } from '../platform/http/index.ts';
import { once, onceInCommand } from '../platform/idempotency.ts';
import { read, transact } from '../platform/services.ts';
import { XLSX } from '../platform/workbook/index.ts';
import { findItem } from './catalogue.ts';
import {
  dropWorkbookEndpoint,
  itemEndpoint,
  menuEndpoint,
  openWorkbooksEndpoint,
  previewEndpoint,
  submitEndpoint,
  templateEndpoint,
  workbookCheckEndpoint,
  workbookEndpoint,
  workbookErrorsEndpoint,
  workbookSubmitEndpoint,
  workbookUploadEndpoint,
} from './contract.ts';
import { getItem, type ItemServices, openEnv, previewItem, submitItem, undoCase, undoProblems } from './engine.ts';
import { buildMenu, itemView } from './menu.ts';
import type { ItemEnv } from './model.ts';
import { wordsOf } from './words.ts';
import {
  checkWorkbook,
  openWorkbooks,
  showWorkbook,
  submitWorkbook,
  templateOf,
  uploadWorkbook,
  workbookErrors,
} from './workbooks.ts';

/** An employer account always belongs to an employer; the access rule of the endpoint has seen to it. */
function employerOf(principal: Principal | null): string {
  if (!principal?.employerNo) throw new Error('route without employer access');
  return principal.employerNo;
}

export function registerItemRoutes(app: FastifyInstance, deps: ItemServices): void {
  const { services } = deps;

  route(app, menuEndpoint, ({ principal }) =>
    read(services, portalActor(principal), async (ctx) =>
      buildMenu(await openEnv(ctx, deps, employerOf(principal), false)),
    ),
  );
  route(app, itemEndpoint, ({ principal, params }) =>
    read(services, portalActor(principal), async (ctx) =>
      itemView(await openEnv(ctx, deps, employerOf(principal), false), params.code),
    ),
  );
  route(app, previewEndpoint, ({ principal, params, body }) =>
    previewItem(deps, portalActor(principal), employerOf(principal), params.code, body.form),
  );
  route(app, submitEndpoint, ({ principal, params, body, idempotencyKey }) =>
    onceInCommand(principal, idempotencyKey, () =>
      submitItem(deps, portalActor(principal), employerOf(principal), params.code, {
        values: body.form,
        draftId: body.draftId,
      }),
    ),
  );

  route(app, templateEndpoint, async ({ principal, params, reply }) => {
    const words = await read(services, portalActor(principal), async (ctx) =>
      wordsOf({ ctx, law: await loadLaw(ctx.tx) }),
    );
    return sendFile(reply, {
      name: `${getItem(params.code).name.replaceAll('/', '')}模板.xlsx`,
      type: XLSX,
      bytes: await templateOf(params.code, words),
    });
  });
  route(app, workbookUploadEndpoint, async ({ principal, params, raw }) =>
    uploadWorkbook(deps, portalActor(principal), employerOf(principal), params.code, await readFile(raw)),
  );
  route(app, openWorkbooksEndpoint, ({ principal, params }) =>
    openWorkbooks(deps, portalActor(principal), employerOf(principal), params.code),
  );
  route(app, workbookCheckEndpoint, ({ principal, params, body }) =>
    checkWorkbook(deps, portalActor(principal), employerOf(principal), params.workbookId, body.edits),
  );
  route(app, workbookEndpoint, ({ principal, params }) =>
    showWorkbook(deps, portalActor(principal), employerOf(principal), params.workbookId),
  );
  route(app, dropWorkbookEndpoint, ({ principal, params }) =>
    transact(services, portalActor(principal), async (ctx) => ({
      deleted: await deleteWorkbook(ctx.tx, ctx.region, employerOf(principal), params.workbookId),
    })),
  );
  route(app, workbookErrorsEndpoint, async ({ principal, params, reply }) => {
    const file = await workbookErrors(deps, portalActor(principal), employerOf(principal), params.workbookId);
    return sendFile(reply, { ...file, type: XLSX });
  });
  route(app, workbookSubmitEndpoint, ({ principal, params, idempotencyKey }) =>
    once(services, principal, idempotencyKey, () =>
      submitWorkbook(deps, portalActor(principal), employerOf(principal), params.workbookId),
    ),
  );

  route(app, casesEndpoint, ({ principal, query }) =>
    read(services, portalActor(principal), async (ctx) => {
      const employerNo = employerOf(principal);
      const found = await listCases(ctx.tx, ctx.region, employerNo, query);
      const env = await openEnv(ctx, deps, employerNo, false);
      const rows = [];
      for (const record of found.rows) rows.push(await caseView(env, record));
      return { total: found.total, page: query.page, size: query.size, rows };
    }),
  );
  route(app, caseEndpoint, ({ principal, params }) =>
    read(services, portalActor(principal), async (ctx) => {
      const employerNo = employerOf(principal);
      const record = await findCase(ctx.tx, ctx.region, employerNo, params.caseNo);
      if (!record) refuse({ code: 'SYS-404', message: '没有这个办件', next: '请在单位办件记录里选择。' }, 404);
      return {
        ...(await caseView(await openEnv(ctx, deps, employerNo, false), record)),
        form: record.form,
        result: record.result,
        attachments: await listAttachments(ctx.tx, ctx.region, record.caseNo),
      };
    }),
  );
  route(app, attachmentEndpoint, async ({ principal, params, reply }) => {
    const file = await read(services, portalActor(principal), async (ctx) => {
      const record = await findCase(ctx.tx, ctx.region, employerOf(principal), params.caseNo);
      return record && readAttachment(ctx.tx, ctx.region, record.caseNo, params.no);
    });
    if (!file) refuse({ code: 'SYS-404', message: '没有这份材料', next: '请在单位办件记录里选择。' }, 404);
    return sendFile(reply, { name: file.name, type: 'application/octet-stream', bytes: file.bytes });
  });
  route(app, undoCaseEndpoint, async ({ principal, params }) => {
    const employerNo = employerOf(principal);
    const record = await undoCase(deps, portalActor(principal), employerNo, params.caseNo);
    return read(services, portalActor(principal), async (ctx) =>
      caseView(await openEnv(ctx, deps, employerNo, false), record),
    );
  });

  route(app, draftsEndpoint, ({ principal }) =>
    read(services, portalActor(principal), async (ctx) =>
      (await listDrafts(ctx.tx, ctx.region, employerOf(principal))).map((draft) => ({
        ...draft,
        form: { ...draft.form },
        itemName: findItem(draft.itemCode)?.name ?? draft.itemCode,
      })),
    ),
  );
  route(app, saveDraftEndpoint, ({ principal, body }) =>
    transact(services, portalActor(principal), async (ctx) => {
      const item = getItem(body.itemCode);
      const draftId = body.draftId ?? ulid();
      const kept = await draftsKept(ctx.tx, ctx.region, employerOf(principal), draftId);
      if (kept.count >= DRAFTS_MAX || kept.bytes + JSON.stringify(body.form).length > DRAFT_BYTES_MAX) {
        refuse({
          code: 'GEN-016',
          message: '草稿存满了',
          why: `一个单位最多存 ${DRAFTS_MAX} 份草稿。`,
          next: '请先删除不用的草稿，或直接提交。',
        });
      }
      const saved = await saveDraft(ctx.tx, ctx.region, employerOf(principal), portalActor(principal).id, {
        draftId,
        itemCode: body.itemCode,
        summary: draftSummary(body.form),
        form: body.form,
        savedAt: ctx.now,
      });
      if (!saved) refuse({ code: 'SYS-404', message: '没有这份草稿', next: '请重新保存。' }, 404);
      return { ...saved, form: { ...saved.form }, itemName: item.name };
    }),
  );
  route(app, deleteDraftEndpoint, ({ principal, params }) =>
    transact(services, portalActor(principal), async (ctx) => ({
      deleted: await deleteDraft(ctx.tx, ctx.region, employerOf(principal), params.draftId),
    })),
  );
}

/** Drafts are kept for people; beyond this they are somebody filling the disk. */
const DRAFTS_MAX = 100;
const DRAFT_BYTES_MAX = 20_000_000;

function draftSummary(form: Record<string, unknown>): string {
  const people = Array.isArray(form.people) ? (form.people as { name?: string }[]) : [];
  if (people.length === 0) return '尚未填写人员';
  const [first] = people;
  return people.length === 1 ? (first?.name ?? '1 人') : `${first?.name ?? ''}等 ${people.length} 人`;
}

async function caseView(env: ItemEnv, record: Case) {
  const problems = await undoProblems(env, record);
  const bill = record.refs.billNo ? await getBillState(env.ctx, record.refs.billNo) : undefined;
  return {
    caseNo: record.caseNo,
    itemCode: record.itemCode,
    itemName: record.itemName,
    summary: record.summary,
    actorName: record.actorName,
    submittedAt: record.submittedAt,
    state: record.state,
    stateName: CASE_STATE_NAMES[record.state],
    revokedAt: record.revokedAt,
    canUndo: problems.length === 0,
    undoProblems: problems.map((problem) => ({ ...problem })),
    voided: bill?.state === 'REVOKED' ? '单据已作废' : bill?.state === 'EXPIRED' ? '单据已过期作废' : null,
    refs: { ...record.refs },
  };
}
