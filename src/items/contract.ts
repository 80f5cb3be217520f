import { z } from 'zod';
import { endpoint } from '../platform/contract.ts';
import { fenSchema, insuranceSchema, momentSchema, problemSchema } from '../platform/schemas.ts';

/** One field of a service item's form (事项表单). The wizard, the workbook template and the API are made from it. */
const fieldSchema = z.object({
  name: z.string(),
  label: z.string(),
  type: z.enum([
    'text',
    'date',
    'month',
    'money',
    'idNo',
    'phone',
    'select',
    'insurances',
    'months',
    'person',
    'bill',
    'files',
    'readonly',
  ]),
  required: z.boolean(),
  help: z.string().optional(),
  placeholder: z.string().optional(),
  options: z.array(z.object({ value: z.string(), label: z.string() })).optional(),
});
export type Field = z.infer<typeof fieldSchema>;

/** A form is single fields, and at most one list of people rows that can also come from a workbook. */
const formSchema = z.object({
  fields: z.array(fieldSchema),
  rows: z
    .object({ name: z.string(), label: z.string(), addLabel: z.string(), fields: z.array(fieldSchema), max: z.int() })
    .optional(),
});
export type FormDeclaration = z.infer<typeof formSchema>;

/** What the user typed. Money is yuan text as typed; checked and converted on the server. */
const formValuesSchema = z.record(z.string(), z.unknown());

export const todaySchema = z.object({
  usable: z.boolean(),
  note: z.string().describe('今天办它有没有意义：「没有漏报月，不用办」'),
  tone: z.enum(['info', 'wait', 'none']),
  until: z.string().optional(),
});

export const menuItemSchema = z.object({
  code: z.string(),
  name: z.string(),
  group: z.string(),
  subgroup: z.string().optional(),
  aliases: z.array(z.string()),
  route: z.string().describe('页面路径'),
  ends: z.string().describe('怎样办结：即时办结／查询'),
  today: todaySchema,
});

export const menuEndpoint = endpoint({
  method: 'GET',
  path: '/api/menu',
  summary: '服务菜单（只含已能办理的事项，HB-MENU）',
  access: 'employer',
  response: z.object({
    groups: z.array(z.object({ name: z.string(), items: z.array(menuItemSchema) })),
    total: z.int(),
  }),
});

export const itemViewSchema = z.object({
  code: z.string(),
  name: z.string(),
  group: z.string(),
  aliases: z.array(z.string()),
  guide: z.object({
    what: z.string(),
    who: z.string(),
    materials: z.array(z.string()),
    duration: z.string(),
    cost: z.string(),
    follows: z.array(z.string()),
    basis: z.array(z.string()),
  }),
  form: formSchema,
  workbook: z.boolean(),
  undo: z.string().nullable().describe('怎样撤销；null 表示不能撤销'),
  submitLabel: z.string(),
  effect: z.string().describe('提交做什么，一句话：写在提交按钮旁边'),
  today: todaySchema,
  initial: formValuesSchema.describe('库内已知、预先填好的值（免填表）'),
});

export const itemEndpoint = endpoint({
  method: 'GET',
  path: '/api/items/:code',
  summary: '事项声明与预填值',
  access: 'employer',
  params: z.object({ code: z.string() }),
  response: itemViewSchema,
});

const amountRowSchema = z.object({
  insurance: insuranceSchema.optional(),
  label: z.string(),
  persons: z.int().optional(),
  employerFen: fenSchema,
  personFen: fenSchema,
  interestFen: fenSchema.optional(),
  lateFen: fenSchema.optional(),
  totalFen: fenSchema,
  previousFen: fenSchema.optional(),
});

/** The consequence page (确认提交) is a list of sections; every item composes its own. */
export const sectionSchema = z.discriminatedUnion('type', [
  z.object({
    type: z.literal('amounts'),
    title: z.string(),
    note: z.string().optional(),
    rows: z.array(amountRowSchema),
    total: amountRowSchema,
  }),
  z.object({
    type: z.literal('reasons'),
    title: z.string(),
    note: z.string().optional(),
    rows: z.array(z.object({ label: z.string(), words: z.string(), fen: fenSchema })),
    totalFen: fenSchema,
  }),
  z.object({
    type: z.literal('facts'),
    title: z.string(),
    rows: z.array(z.object({ label: z.string(), value: z.string(), tone: z.enum(['info', 'wait', 'bad']).optional() })),
  }),
  z.object({
    type: z.literal('table'),
    title: z.string(),
    note: z.string().optional(),
    columns: z.array(z.object({ key: z.string(), label: z.string(), align: z.enum(['start', 'end']).optional() })),
    rows: z.array(z.record(z.string(), z.string())),
    empty: z.string().optional(),
  }),
]);
export type Section = z.infer<typeof sectionSchema>;

export const noticeSchema = z.object({ code: z.string().optional(), text: z.string(), row: z.int().optional() });

const rowNoticeSchema = z.object({ text: z.string(), field: z.string().optional().describe('请核对的栏') });
export type RowNotice = z.infer<typeof rowNoticeSchema>;

/** One row of a people list after checking. */
const rowResultSchema = z.object({
  row: z.int().describe('从 1 起；导盘时为工作表行号'),
  state: z.enum(['ok', 'notice', 'bad']),
  name: z.string(),
  values: z.record(z.string(), z.string()),
  problems: z.array(problemSchema.extend({ suggestion: z.string().optional() })),
  notices: z.array(rowNoticeSchema),
  baseFen: fenSchema.optional(),
  clamped: z.enum(['lower', 'upper']).optional(),
  backMonths: z.array(z.string()).optional(),
  backFen: fenSchema.optional(),
});
export type RowResult = z.infer<typeof rowResultSchema>;

const previewSchema = z.object({
  ok: z.boolean(),
  problems: z.array(problemSchema),
  notices: z.array(noticeSchema),
  headline: z.object({ label: z.string(), fen: fenSchema.optional(), text: z.string().optional() }).optional(),
  sections: z.array(sectionSchema),
  rows: z.array(rowResultSchema).optional(),
  submitLabel: z.string(),
});
export type Preview = z.infer<typeof previewSchema>;

export const previewEndpoint = endpoint({
  method: 'POST',
  path: '/api/items/:code/preview',
  summary: '预演：校验并算出后果，不产生任何数据',
  access: 'employer',
  params: z.object({ code: z.string() }),
  body: z.object({ form: formValuesSchema }),
  response: previewSchema,
});

const resultSchema = z.object({
  caseNo: z.string(),
  itemCode: z.string(),
  itemName: z.string(),
  at: momentSchema,
  headline: z.string(),
  notices: z.array(noticeSchema),
  sections: z.array(sectionSchema),
  nextSteps: z.array(z.object({ label: z.string(), to: z.string(), primary: z.boolean() })),
  notDone: z.string().optional().describe('还没完成的：「尚未开具认定单」（HB-DEC-07）'),
  undoUntil: z.string().optional(),
  refs: z.record(z.string(), z.string()).describe('billNo、documentId 等'),
  left: z
    .object({ workbookId: z.string(), rows: z.number().int() })
    .optional()
    .describe('导盘里没有通过、没有随这次提交的行，另存一份接着办'),
});
export type ItemResult = z.infer<typeof resultSchema>;

export const submitEndpoint = endpoint({
  method: 'POST',
  path: '/api/items/:code/submit',
  summary: '确认提交；带 Idempotency-Key 重发不会办两次',
  access: 'employer',
  params: z.object({ code: z.string() }),
  body: z.object({ form: formValuesSchema, draftId: z.string().optional() }),
  response: resultSchema,
});

export const templateEndpoint = endpoint({
  method: 'GET',
  path: '/api/items/:code/template',
  summary: '下载导盘模板（HB-XLS-01）',
  access: 'employer',
  params: z.object({ code: z.string() }),
  response: 'file',
});

export const workbookSchema = z.object({
  workbookId: z.string(),
  itemCode: z.string(),
  fileName: z.string(),
  uploadedAt: momentSchema,
  keptUntil: z.string(),
  checked: z.boolean(),
  submitted: z.boolean(),
  counts: z.object({ all: z.int(), bad: z.int(), notice: z.int(), ok: z.int() }),
  rows: z.array(rowResultSchema).describe('不通过的排在最前'),
  sections: z.array(sectionSchema).describe('可提交各行的合计影响'),
});

export const workbookUploadEndpoint = endpoint({
  method: 'POST',
  path: '/api/items/:code/workbook',
  summary: '上传导盘文件（multipart，字段 file）；上传后须【校验】',
  access: 'employer',
  params: z.object({ code: z.string() }),
  response: workbookSchema,
});

export const openWorkbooksEndpoint = endpoint({
  method: 'GET',
  path: '/api/items/:code/workbooks',
  summary: '上传过、还没有提交的导盘文件，新的在前',
  access: 'employer',
  params: z.object({ code: z.string() }),
  response: z.array(
    z.object({
      workbookId: z.string(),
      fileName: z.string(),
      uploadedAt: momentSchema,
      keptUntil: z.string(),
      persons: z.int(),
    }),
  ),
});

export const workbookCheckEndpoint = endpoint({
  method: 'POST',
  path: '/api/workbooks/:workbookId/check',
  summary: '【校验】；可带就地改正的单元格',
  access: 'employer',
  params: z.object({ workbookId: z.string() }),
  body: z.object({ edits: z.array(z.object({ row: z.int(), key: z.string(), value: z.string() })).default([]) }),
  response: workbookSchema,
});

export const workbookEndpoint = endpoint({
  method: 'GET',
  path: '/api/workbooks/:workbookId',
  summary: '导盘校验结果（保存 7 天）',
  access: 'employer',
  params: z.object({ workbookId: z.string() }),
  response: workbookSchema,
});

export const dropWorkbookEndpoint = endpoint({
  method: 'DELETE',
  path: '/api/workbooks/:workbookId',
  summary: '删除没有提交过的导盘文件',
  access: 'employer',
  params: z.object({ workbookId: z.string() }),
  response: z.object({ deleted: z.boolean() }),
});

export const workbookErrorsEndpoint = endpoint({
  method: 'GET',
  path: '/api/workbooks/:workbookId/errors',
  summary: '错误报告：同一工作簿，标出错误',
  access: 'employer',
  params: z.object({ workbookId: z.string() }),
  response: 'file',
});

export const workbookSubmitEndpoint = endpoint({
  method: 'POST',
  path: '/api/workbooks/:workbookId/submit',
  summary: '提交通过的行；未校验拒绝（XLS-004）',
  access: 'employer',
  params: z.object({ workbookId: z.string() }),
  body: z.object({}).default({}),
  response: resultSchema,
});
