import { z } from 'zod';
import { endpoint } from '../platform/contract.ts';
import { dateSchema, momentSchema, pageOf, pageQuery, problemSchema, sortBy } from '../platform/schemas.ts';

const caseStateSchema = z.enum(['ACCEPTED', 'AUTO_DONE', 'REVOKED']);
/** The words of the rows and of the filter. */
export const CASE_STATE_NAMES: Readonly<Record<z.infer<typeof caseStateSchema>, string>> = {
  ACCEPTED: '已受理，待审核',
  AUTO_DONE: '已办结',
  REVOKED: '已撤销',
};

const caseRowSchema = z.object({
  caseNo: z.string(),
  itemCode: z.string(),
  itemName: z.string(),
  summary: z.string(),
  actorName: z.string(),
  submittedAt: momentSchema,
  state: caseStateSchema,
  stateName: z.string(),
  revokedAt: momentSchema.nullable(),
  canUndo: z.boolean(),
  undoProblems: z.array(problemSchema).describe('为什么不能撤销、该怎么办；能撤销的为空'),
  voided: z.string().nullable().describe('办件开出的单据不能再用了：已作废；还能用的为 null'),
  refs: z.record(z.string(), z.string()),
});

export const caseSort = sortBy('caseNo', 'item', 'actor', 'submittedAt', 'state');

export const casesEndpoint = endpoint({
  method: 'GET',
  path: '/api/cases',
  summary: '单位办件记录（HB-QRY-13）',
  access: 'employer',
  query: z.object({
    from: dateSchema.optional(),
    to: dateSchema.optional(),
    itemCode: z.string().optional(),
    state: caseStateSchema.optional(),
    sort: caseSort,
    ...pageQuery,
  }),
  response: pageOf(caseRowSchema),
});

export const caseEndpoint = endpoint({
  method: 'GET',
  path: '/api/cases/:caseNo',
  summary: '办件详情',
  access: 'employer',
  params: z.object({ caseNo: z.string() }),
  response: caseRowSchema.extend({
    form: z.record(z.string(), z.unknown()),
    result: z.record(z.string(), z.unknown()),
    attachments: z
      .array(z.object({ no: z.int(), field: z.string(), name: z.string(), size: z.int(), sha256: z.string() }))
      .describe('档案袋：随件提交的材料'),
  }),
});

export const attachmentEndpoint = endpoint({
  method: 'GET',
  path: '/api/cases/:caseNo/attachments/:no',
  summary: '下载随件提交的材料（HB-GEN-04）',
  access: 'employer',
  params: z.object({ caseNo: z.string(), no: z.coerce.number().int().min(1) }),
  response: 'file',
});

export const undoCaseEndpoint = endpoint({
  method: 'POST',
  path: '/api/cases/:caseNo/undo',
  summary: '【X】撤销办件（HB-CAN-01）',
  access: 'employer',
  params: z.object({ caseNo: z.string() }),
  body: z.object({}).default({}),
  response: caseRowSchema,
});

const draftSchema = z.object({
  draftId: z.string(),
  itemCode: z.string(),
  itemName: z.string(),
  summary: z.string(),
  savedAt: momentSchema,
  form: z.record(z.string(), z.unknown()),
});

export const draftsEndpoint = endpoint({
  method: 'GET',
  path: '/api/drafts',
  summary: '未提交草稿',
  access: 'employer',
  response: z.array(draftSchema),
});

export const saveDraftEndpoint = endpoint({
  method: 'POST',
  path: '/api/drafts',
  summary: '保存草稿（不产生任何参保、应缴数据，HB-GEN-03）',
  access: 'employer',
  body: z.object({
    draftId: z.string().optional(),
    itemCode: z.string(),
    form: z.record(z.string(), z.unknown()),
  }),
  response: draftSchema,
});

export const deleteDraftEndpoint = endpoint({
  method: 'DELETE',
  path: '/api/drafts/:draftId',
  summary: '删除草稿',
  access: 'employer',
  params: z.object({ draftId: z.string() }),
  response: z.object({ deleted: z.boolean() }),
});
