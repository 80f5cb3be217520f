import {
  type EmployerFacts,
  type Line,
  listDueStatus,
  listPivots,
  movePivot,
  postAssessment,
  reverseAssessments,
  undoObstacles,
} from '../../collection/index.ts';
import { DomainError, type Problem } from '../../kernel/errors.ts';
import { formatYuanGrouped } from '../../kernel/fen.ts';
import { maskIdNo } from '../../kernel/id-number.ts';
import { INSURANCE_SHORT_NAMES, INSURANCES, type Insurance } from '../../kernel/insurance.ts';
import { addMonths, dateOf, lastDay, type Month, monthOf, parseMonth } from '../../kernel/month.ts';
import { EXEMPTION_WORDS, findPersons } from '../../registry/index.ts';
import type { Section } from '../contract.ts';
import type { Item, ItemEnv, Outcome } from '../model.ts';
import { amountsOf, dayText, monthText, totalOf } from '../sections.ts';
import { compareMonths } from './compare.ts';
import { insurancesInUse, loadEmployerMonth, obligationsOf, planWholeMonths } from './month-plan.ts';

/** HB-DEC-04, verbatim. */
export const PIVOT_TEXT = '该单位的最大做账期号不等于上一月或者当前月！';

/** #26 单位社会保险缴费申报 (HB-DEC-01…09). */
export const declareItem: Item<{ readonly month: Month }> = {
  kind: 'item',
  code: 'unit.declare',
  name: '单位社会保险缴费申报',
  group: '社会保险缴费申报',
  subgroup: '社会保险缴费申报与变更',
  aliases: ['缴费申报', '月度申报', '做账', '核定'],
  ends: '即时办结',
  guide: {
    what: '每月申报一次当月应缴的养老、失业、工伤保险费。没有人员变动，每月也要申报和开单。',
    who: '单位经办人',
    materials: ['先办完当月的增员、停保'],
    duration: '即时办结',
    cost: '按参保人员的缴费基数和费率核定，逐人逐险种算到分',
    follows: ['申报不是开单：申报后还要开具应缴认定单', '开单后约 20 分钟（每月 1–10 日约 30 分钟）到电子税务局缴费'],
    basis: ['当月只能申报当月', '最大做账期号须等于上一月或当前月；有漏报的月份先办单位补缴'],
  },
  form: { fields: [{ name: 'month', label: '费款所属期', type: 'month', required: true, help: '当月只能申报当月' }] },
  submitLabel: '确认提交',
  today: async (env) => {
    const current = monthOf(dateOf(env.ctx.now));
    const { pivots } = await loadEmployerMonth(env);
    const until = lastDay(current);
    return pivots.length > 0 && pivots.every((pivot) => pivot.bookedThrough >= current)
      ? { usable: true, note: `${monthText(current)}已申报`, tone: 'none' }
      : { usable: true, note: `${monthText(current)}还没申报，到 ${dayText(until)}`, tone: 'wait', until };
  },
  initial: async (env) => ({ month: monthOf(dateOf(env.ctx.now)) }),
  parse: async (env, values) => {
    const current = monthOf(dateOf(env.ctx.now));
    const month = parseMonth(String(values.month ?? current));
    if (month === current) return { form: { month } };
    return {
      problems: [
        {
          code: 'DEC-003',
          message: '当月只能申报当月',
          why: `现在是 ${monthText(current)}。`,
          next: '以前的月份请办单位补缴；以后的月份到当月再报。',
          field: 'month',
          link: { label: '去单位补缴', to: '/items/bp.unit' },
        },
      ],
    };
  },
  submit,
  undo: {
    words: '没有开单（或单据已撤销）时，可在“单位办件记录”点【X】撤销',
    obstacles: declareUndoObstacles,
    run: undoDeclaration,
  },
};

function pivotProblem(current: Month, lagging: readonly { insurance: Insurance; bookedThrough: Month }[]): Problem {
  const [first] = lagging as readonly [{ insurance: Insurance; bookedThrough: Month }, ...unknown[]];
  const ahead = first.bookedThrough > current;
  return {
    code: 'DEC-004',
    message: PIVOT_TEXT,
    why: `${lagging.map((one) => INSURANCE_SHORT_NAMES[one.insurance]).join('、')}的账做到 ${first.bookedThrough}，${
      ahead ? '比本月还晚。' : `${monthText(addMonths(first.bookedThrough, 1))}还没申报。`
    }`,
    next: ahead
      ? '请联系经办机构核对期号。'
      : `先补 ${monthText(addMonths(first.bookedThrough, 1))}，再回来申报 ${monthText(current)}。`,
    link: { label: '去补缴申报', to: '/items/bp.unit' },
  };
}

async function submit(env: ItemEnv, caseNo: string, form: { readonly month: Month }): Promise<Outcome> {
  const { ctx, law, employer } = env;
  const current = form.month;
  const previous = addMonths(current, -1);
  const { facts, pivots } = await loadEmployerMonth(env);
  const insurances = pivots.map((pivot) => pivot.insurance);
  const inUse = new Set(insurancesInUse(facts, insurances, current));
  const lagging = pivots.filter(
    (pivot) => inUse.has(pivot.insurance) && pivot.bookedThrough !== previous && pivot.bookedThrough !== current,
  );
  if (lagging.length > 0) throw new DomainError(pivotProblem(current, lagging));

  const covered = pivots.filter((pivot) => pivot.bookedThrough === previous || pivot.bookedThrough === current);
  const lines = await planWholeMonths(
    env,
    facts,
    covered.map((pivot) => ({ insurance: pivot.insurance, months: [current] })),
    'MONTHLY',
  );
  await postAssessment(ctx, law, employer.employerNo, { act: 'MONTHLY', caseNo }, lines);
  const moved = covered.filter((pivot) => pivot.bookedThrough === previous);
  for (const pivot of moved) {
    await movePivot(ctx.tx, ctx.region, employer.employerNo, pivot.insurance, previous, current);
  }

  const sections = await consequence(
    env,
    facts,
    lines,
    covered.map((pivot) => pivot.insurance),
    current,
  );
  const nothingNew = lines.length === 0 && moved.length === 0;
  return {
    summary: `${monthText(current)} ${nothingNew ? '没有新增' : ''}`.trim(),
    headline: nothingNew ? '本月已申报，没有新增' : `${monthText(current)}缴费申报成功`,
    amount: { label: `${Number(current.slice(5))}月要缴`, fen: totalOf(lines) },
    // Before the submit nothing has succeeded yet.
    notices: lines.length > 0 && !env.rehearsal ? [{ code: 'DEC-007', text: '申报成功，尚未开具认定单' }] : [],
    sections,
    nextSteps:
      lines.length > 0
        ? [{ label: '开具应缴认定单', to: '/items/bill.issue', primary: true }]
        : [{ label: '回首页', to: '/', primary: true }],
    ...(lines.length > 0 ? { notDone: '尚未开具认定单：应缴数还没有发送税务' } : {}),
    undoUntil: '开具认定单之前',
    refs: { month: current, moved: moved.map((pivot) => pivot.insurance).join(',') },
  };
}

/** The consequence page: amounts beside last month, reasons that add up to the fen, who is not included and why (ui 04). */
async function consequence(
  env: ItemEnv,
  facts: EmployerFacts,
  lines: readonly Line[],
  insurances: readonly Insurance[],
  month: Month,
): Promise<Section[]> {
  const before = await formerMonth(env, facts, insurances, addMonths(month, -1));
  const now = obligationsOf(env, facts, insurances, month);
  const beforeLines = [...(before?.values() ?? [])].flat();
  const previous = new Map(
    INSURANCES.map((insurance) => [insurance, totalOf(beforeLines.filter((line) => line.insurance === insurance))]),
  );
  const people = await findPersons(env.ctx.tx, env.ctx.region, [...facts.persons.keys()]);
  const nameOf = (personNo: string) => people.get(personNo)?.name ?? personNo;
  const comparison = before && compareMonths(env, facts, insurances, month, before, now, nameOf);
  const excluded = [...facts.persons].flatMap(([personNo, person]) => {
    if (now.has(personNo)) return [];
    const exemption = person.exemptions.find((one) => one.from <= month && (one.to === null || month <= one.to));
    const ended = person.spans.filter((span) => span.to === addMonths(month, -1));
    if (!exemption && ended.length === 0) return [];
    const words = exemption
      ? EXEMPTION_WORDS[exemption.reason]
      : { name: `已停保（${ended[0]?.suspendDate ?? ''}）`, todo: '不用做什么' };
    return [
      {
        name: nameOf(personNo),
        idNo: maskIdNo(people.get(personNo)?.idNo ?? ''),
        reason: words.name,
        todo: words.todo,
      },
    ];
  });
  return [
    amountsOf(`${Number(month.slice(5))}月要缴多少`, lines, {
      note: '不含补缴。补收、补缴在开认定单时一并列出。',
      previous,
    }),
    ...(comparison
      ? [
          {
            type: 'reasons' as const,
            title: '为什么和上月不一样',
            note: '逐项相加等于差额',
            rows: comparison.rows,
            totalFen: comparison.totalFen,
          },
        ]
      : []),
    {
      type: 'table',
      title: `不参与 ${excluded.length} 人`,
      columns: [
        { key: 'name', label: '姓名' },
        { key: 'idNo', label: '证件号码' },
        { key: 'reason', label: '原因' },
        { key: 'todo', label: '您要做什么' },
      ],
      rows: excluded,
      empty: '没有不参与的人员',
    },
    {
      type: 'table',
      title: `参与 ${now.size} 人`,
      columns: [
        { key: 'name', label: '姓名' },
        { key: 'idNo', label: '证件号码' },
        { key: 'base', label: '缴费基数', align: 'end' },
        { key: 'total', label: '本月合计', align: 'end' },
      ],
      rows: [...now].map(([personNo, own]) => ({
        name: nameOf(personNo),
        idNo: maskIdNo(people.get(personNo)?.idNo ?? ''),
        base: yuan(own[0]?.baseFen ?? 0),
        total: yuan(totalOf(own)),
      })),
      empty: '没有参保人员',
    },
  ];
}

const yuan = formatYuanGrouped;

/**
 * Last month by the rules of last month, without the people who were only collected back for it: to the clerk they are new this month.
 * Undefined where the book has no rules for it, and then nothing is compared.
 */
async function formerMonth(env: ItemEnv, facts: EmployerFacts, insurances: readonly Insurance[], month: Month) {
  try {
    const before = obligationsOf(env, facts, insurances, month);
    const dues = await listDueStatus(env.ctx.tx, env.ctx.region, {
      employerNo: env.employer.employerNo,
      months: [month],
    });
    const isBack = (kind: string): boolean => kind === 'AUTO_BACK' || kind === 'INJURY_ONLY';
    const ordinary = new Set(dues.filter((due) => !isBack(due.kind)).flatMap((due) => due.personNos));
    for (const due of dues.filter((one) => isBack(one.kind))) {
      for (const personNo of due.personNos) if (!ordinary.has(personNo)) before.delete(personNo);
    }
    return before;
  } catch (error) {
    if (error instanceof DomainError) return undefined;
    throw error;
  }
}

/** Months after this one that are already booked must be undone first; dues on a bill first revoked (DEC-009). */
async function declareUndoObstacles(
  env: ItemEnv,
  record: { caseNo: string; refs: Record<string, string> },
): Promise<readonly Problem[]> {
  const month = record.refs.month as Month;
  const pivots = await listPivots(env.ctx.tx, env.ctx.region, env.employer.employerNo);
  const moved = (record.refs.moved ?? '').split(',').filter(Boolean);
  const later = pivots.find((pivot) => moved.includes(pivot.insurance) && pivot.bookedThrough > month);
  if (later) {
    return [
      {
        code: 'CAN-001',
        message: `该业务已有后续业务（${monthText(addMonths(month, 1))}的申报），请先撤销后续业务`,
        why: '以后的月份已经做账。',
        next: '从最近的月份开始撤销。',
      },
    ];
  }
  return undoObstacles(env.ctx, record.caseNo);
}

async function undoDeclaration(
  env: ItemEnv,
  record: { caseNo: string; refs: Record<string, string> },
  undoCase: string,
): Promise<void> {
  const month = record.refs.month as Month;
  await reverseAssessments(env.ctx, env.law, record.caseNo, undoCase);
  for (const insurance of (record.refs.moved ?? '').split(',').filter(Boolean) as Insurance[]) {
    await movePivot(env.ctx.tx, env.ctx.region, env.employer.employerNo, insurance, month, addMonths(month, -1));
  }
}
