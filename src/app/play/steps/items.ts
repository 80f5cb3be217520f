import { formatYuan } from '../../../kernel/fen.ts';
import { INSURANCE_SHORT_NAMES, INSURANCES, type Insurance } from '../../../kernel/insurance.ts';
import type { Session } from '../client.ts';
import { type Observed, type ObservedRow, observed } from '../observed.ts';
import type { Step } from '../parse.ts';
import { mistake, recall, remember, type Verb, type World } from '../world.ts';
import { amountColumns, fetchBill } from './bill-view.ts';
import { currentOf } from './session.ts';

export type Field = { readonly name: string; readonly label: string; readonly type: string };
export type ItemView = {
  readonly code: string;
  readonly name: string;
  readonly form: {
    readonly fields: readonly Field[];
    readonly rows?: { readonly name: string; readonly fields: readonly Field[] };
  };
};

type AmountRow = { readonly label: string; readonly insurance?: Insurance; readonly persons?: number };
type Section = {
  readonly type: string;
  readonly title: string;
  readonly columns?: readonly { readonly key: string; readonly label: string }[];
  readonly rows: readonly Record<string, unknown>[];
  readonly total?: Record<string, unknown>;
};
type RowView = {
  readonly row: number;
  readonly state: string;
  readonly name: string;
  readonly problems: readonly { readonly code: string; readonly message: string }[];
  readonly notices: readonly { readonly text: string }[];
  readonly baseFen?: number;
  readonly backMonths?: readonly string[];
  readonly backFen?: number;
};
type Answer = {
  readonly caseNo?: string;
  readonly headline?: string | { readonly label: string; readonly fen?: number; readonly text?: string };
  readonly ok?: boolean;
  readonly problems?: readonly { readonly code: string; readonly message: string }[];
  readonly notices?: readonly { readonly text: string }[];
  readonly notDone?: string;
  readonly sections?: readonly Section[];
  readonly rows?: readonly RowView[];
  readonly counts?: { readonly all: number; readonly bad: number; readonly ok: number; readonly notice: number };
  readonly refs?: Readonly<Record<string, string>>;
};

function sectionRows(section: Section): ObservedRow[] {
  if (section.type === 'amounts') {
    return [...section.rows, ...(section.total ? [section.total] : [])].map((row) => {
      const { label, insurance, persons } = row as AmountRow;
      return {
        label: insurance ? INSURANCE_SHORT_NAMES[insurance] : label,
        values: { ...amountColumns(row), ...(persons === undefined ? {} : { 人数: String(persons) }) },
      };
    });
  }
  const labels = section.columns ?? [];
  return section.rows.map((row) => {
    const values = Object.fromEntries(
      labels.length > 0
        ? labels.map(({ key, label }) => [label, String(row[key] ?? '')])
        : [['值', String(row.value ?? (typeof row.fen === 'number' ? formatYuan(row.fen) : ''))]],
    );
    return { label: String(row.label ?? row.name ?? Object.values(values)[0] ?? ''), values };
  });
}

/** A preview, a checked workbook or a result, in a story's words. */
export function viewAnswer(answer: Answer): Observed {
  const checked = answer.rows ?? [];
  const headline =
    typeof answer.headline === 'object'
      ? `${answer.headline.label} ${answer.headline.text ?? formatYuan(answer.headline.fen ?? 0)}`
      : answer.headline;
  return observed({
    raw: answer,
    ...(answer.problems && answer.problems.length > 0 ? { refused: answer.problems } : {}),
    facts: {
      ...(answer.caseNo ? { 办件号: answer.caseNo } : {}),
      ...(headline ? { 结果: headline } : {}),
      未完成: answer.notDone ?? '无',
      ...(answer.counts
        ? {
            行数: String(answer.counts.all),
            不通过: String(answer.counts.bad),
            通过: String(answer.counts.all - answer.counts.bad),
          }
        : {}),
      ...answer.refs,
    },
    notices: [
      ...(answer.notices ?? []).map((notice) => notice.text),
      ...checked.flatMap((row) => row.notices.map(({ text }) => `第${row.row}行 ${row.name}：${text}`)),
      ...checked.flatMap((row) =>
        row.problems.map((each) => `第${row.row}行 ${row.name}：${each.code} ${each.message}`),
      ),
      ...(answer.notDone ? [answer.notDone] : []),
    ],
    rows: [
      ...(answer.sections ?? []).flatMap(sectionRows),
      ...checked.map((row) => ({
        label: row.name || `第${row.row}行`,
        values: {
          校验: { ok: '通过', notice: '通过', bad: '不通过' }[row.state] ?? row.state,
          ...(row.baseFen === undefined ? {} : { 基数: formatYuan(row.baseFen) }),
          ...(row.backMonths ? { 补收月: row.backMonths.join('、') } : {}),
          ...(row.backFen === undefined ? {} : { 补收: formatYuan(row.backFen) }),
        },
      })),
    ],
  });
}

/** The declared field that a story names by its label or its name. */
function fieldNamed(fields: readonly Field[], name: string): Field | undefined {
  const plain = name.replace(/^\*/, '');
  return fields.find((field) => field.label === plain || field.name === plain);
}

function fieldValue(world: World, field: Field, text: string): unknown {
  if (field.type === 'bill') return recall(world, '单据', text === '上一单' ? undefined : text);
  if (field.type === 'files')
    return text
      .split(/[、,，]/)
      .map((part) => part.trim())
      .filter(Boolean);
  if (field.type === 'idNo' || field.type === 'person') return world.people.get(text) ?? text;
  return text;
}

const OURS = new Set(['记作', '文件']);

/** The form as a page would send it: every field by its declared name. */
function formOf(world: World, item: ItemView, step: Step): Record<string, unknown> {
  const form: Record<string, unknown> = {};
  const rowFields = item.form.rows?.fields ?? [];
  const single: Record<string, unknown> = {};
  for (const [label, text] of step.fields) {
    if (OURS.has(label)) continue;
    const field = fieldNamed(item.form.fields, label);
    const rowField = fieldNamed(rowFields, label);
    if (field) form[field.name] = fieldValue(world, field, text);
    else if (rowField) single[rowField.name] = fieldValue(world, rowField, text);
    else
      mistake(
        `${item.code} 没有“${label}”这一项；有：${[...item.form.fields, ...rowFields].map((each) => each.label).join('、')}`,
      );
  }
  if (!item.form.rows) return form;
  const rows = (step.table?.rows ?? []).map((row) =>
    Object.fromEntries(
      Object.entries(row.cells).map(([label, text]) => {
        const field = fieldNamed(rowFields, label) ?? mistake(`${item.code} 的名单没有“${label}”一列`);
        return [field.name, fieldValue(world, field, text)];
      }),
    ),
  );
  if (Object.keys(single).length > 0) rows.push(single);
  for (const row of rows) rememberPerson(world, row);
  return { ...form, [item.form.rows.name]: rows };
}

function rememberPerson(world: World, row: Readonly<Record<string, unknown>>): void {
  if (typeof row.name === 'string' && typeof row.idNo === 'string') world.people.set(row.name, row.idNo);
}

export async function itemOf(session: Session, step: Step): Promise<ItemView> {
  const code = step.words[0] ?? mistake('请写明事项代码，如 emp.enroll');
  return session.call<ItemView>('GET', `/api/items/${code}`);
}

/** `预演 emp.enroll`: the consequence page; nothing is written. */
export const preview: Verb = async (world, step) => {
  const { session } = currentOf(world);
  const item = await itemOf(session, step);
  const answer = await session.call<Answer>('POST', `/api/items/${item.code}/preview`, {
    form: formOf(world, item, step),
  });
  return viewAnswer(answer);
};

/** What a result made is remembered; a new bill is looked at at once. */
export async function afterSubmit(world: World, step: Step, code: string, answer: Answer): Promise<Observed> {
  const seen = viewAnswer(answer);
  if (answer.caseNo) {
    world.remembered.set(code, answer.caseNo);
    remember(world, step, '办件', answer.caseNo);
  }
  const billNo = answer.refs?.billNo;
  if (!billNo) return seen;
  remember(world, step, '单据', billNo);
  const bill = await fetchBill(currentOf(world).session, billNo);
  return { ...seen, facts: { ...seen.facts, ...bill.facts }, rows: [...seen.rows, ...bill.rows] };
}

/** `办理 unit.declare`: 确认提交. `重复提交：2` sends the same submission twice with one key (double click). */
export const submit: Verb = async (world, step) => {
  const { session } = currentOf(world);
  const item = await itemOf(session, step);
  const body = { form: formOf(world, item, step) };
  const answer = await session.call<Answer>('POST', `/api/items/${item.code}/submit`, body, {
    'idempotency-key': crypto.randomUUID(),
  });
  return afterSubmit(world, step, item.code, answer);
};

type CaseRow = {
  readonly caseNo: string;
  readonly itemCode: string;
  readonly stateName: string;
  readonly canUndo: boolean;
  readonly undoProblems: readonly { readonly message: string }[];
};

function viewCase(row: CaseRow): Observed {
  return observed({
    raw: row,
    facts: {
      办件号: row.caseNo,
      状态: row.stateName,
      可撤销: row.canUndo ? '是' : '否',
      不能撤销的原因: row.undoProblems[0]?.message ?? '无',
    },
  });
}

/** `撤销办件 emp.enroll`: 【X】 on the latest case of that item, or on the one named by `记作`. */
export const undoCase: Verb = async (world, step) => {
  const caseNo = recall(world, '办件', step.words[0]);
  return viewCase(await currentOf(world).session.call<CaseRow>('POST', `/api/cases/${caseNo}/undo`, {}));
};

/** `查办件 emp.enroll`. */
export const lookAtCase: Verb = async (world, step) => {
  const caseNo = recall(world, '办件', step.words[0]);
  return viewCase(await currentOf(world).session.call<CaseRow>('GET', `/api/cases/${caseNo}`));
};

/** `查单据` or `查单据 甲单`. */
export const lookAtBill: Verb = async (world, step) =>
  fetchBill(currentOf(world).session, recall(world, '单据', step.words[0]));

type PersonRow = {
  readonly personNo: string;
  readonly name: string;
  readonly stateName: string;
  readonly insurances: Readonly<Record<Insurance, string>>;
  readonly baseFen: number | null;
};

/** `查人员 样甲`: how 单位参保人员查询 shows this person. */
export const lookAtPerson: Verb = async (world, step) => {
  const who = step.words[0] ?? mistake('请写明姓名');
  const q = world.people.get(who) ?? who;
  const { rows } = await currentOf(world).session.call<{ rows: PersonRow[] }>('POST', '/api/people/search', { q });
  const row = rows[0];
  if (!row) return observed({ facts: { 状态: '未参保' }, raw: null });
  return observed({
    raw: row,
    facts: {
      个人编号: row.personNo,
      状态: row.stateName,
      基数: row.baseFen === null ? '无' : formatYuan(row.baseFen),
      ...Object.fromEntries(
        INSURANCES.map((insurance) => [INSURANCE_SHORT_NAMES[insurance], row.insurances[insurance]]),
      ),
    },
  });
};

type Home = {
  readonly headline: { readonly title: string; readonly sentence: string };
  readonly employer: {
    readonly persons: number;
    readonly paying: number;
    readonly arrears: string;
    readonly insurances: readonly { readonly insurance: Insurance; readonly bookedThrough: string }[];
  };
};

/** `查本单位`: 做账期号 of each insurance, arrears, people. */
export const lookAtEmployer: Verb = async (world) => {
  const home = await currentOf(world).session.call<Home>('GET', '/api/home');
  return observed({
    raw: home,
    facts: {
      标题: home.headline.title,
      人数: String(home.employer.persons),
      在缴人数: String(home.employer.paying),
      欠费: home.employer.arrears,
      ...Object.fromEntries(
        home.employer.insurances.map((each) => [
          `${INSURANCE_SHORT_NAMES[each.insurance]}做账期号`,
          each.bookedThrough,
        ]),
      ),
    },
  });
};
