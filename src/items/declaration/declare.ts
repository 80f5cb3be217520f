import { listPivots, postAssessment, reverseAssessments, undoObstacles } from '../../collection/index.ts';
import { DomainError, type Problem } from '../../kernel/errors.ts';
import { INSURANCE_SHORT_NAMES, type Insurance } from '../../kernel/insurance.ts';
import { addMonths, dateOf, lastDay, type Month, monthOf, parseMonth } from '../../kernel/month.ts';
import { laterMonthProblems } from '../later-cases.ts';
import type { Item, ItemEnv, Outcome } from '../model.ts';
import { monthText, totalOf } from '../sections.ts';
import { remainderText, weekdayText } from '../words.ts';
import { consequence } from './declare-sections.ts';
import { behind, inUse, loadEmployerMonth, moveBack, movedOf, moveTo, planWholeMonths } from './month-plan.ts';

/** HB-DEC-04, verbatim. */
const PIVOT_TEXT = '该单位的最大做账期号不等于上一月或者当前月！';

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
    what: '每月申报一次当月应缴的养老、失业、工伤保险费。{quietMonth}。',
    who: '单位经办人',
    materials: ['先办完当月的增员、停保'],
    duration: '即时办结',
    cost: '按参保人员的缴费基数和费率核定，逐人逐险种算到分',
    follows: ['申报不是开单：申报后还要开具应缴认定单', '开单后{taxWait}到电子税务局缴费'],
    basis: ['当月只能申报当月', '最大做账期号须等于上一月或当前月；有漏报的月份先办单位补缴'],
  },
  form: { fields: [{ name: 'month', label: '费款所属期', type: 'month', required: true, help: '当月只能申报当月' }] },
  submitLabel: '确认提交',
  effect: '提交后应缴记为未开单，还没有发送税务。',
  today: async (env) => {
    const current = monthOf(dateOf(env.ctx.now));
    const { pivots } = await loadEmployerMonth(env);
    const until = lastDay(current);
    return pivots.length > 0 && pivots.every((pivot) => pivot.bookedThrough >= current)
      ? { usable: true, note: `${monthText(current)}已申报`, tone: 'none' }
      : {
          usable: true,
          note: `${monthText(current)}还没申报，到 ${weekdayText(env, until)}，${remainderText(env, until)}`,
          tone: 'wait',
          until,
        };
  },
  initial: async (env) => ({ month: monthOf(dateOf(env.ctx.now)) }),
  parse: async (env, values) => {
    const current = monthOf(dateOf(env.ctx.now));
    const month = parseMonth(String(values.month ?? current));
    if (month === current) return { form: { month } };
    return { problems: [otherMonthProblem(month, current)] };
  },
  submit,
  undo: {
    words: '没有开单（或单据已撤销）时，可在“单位办件记录”点【X】撤销',
    obstacles: declareUndoObstacles,
    run: undoDeclaration,
  },
};

/** Only a past month has somewhere else to go. */
function otherMonthProblem(month: Month | undefined, current: Month): Problem {
  const why = `现在是 ${monthText(current)}。`;
  if (month !== undefined && month < current) {
    return {
      code: 'DEC-003',
      message: '当月只能申报当月',
      why,
      next: '以前的月份请办单位补缴；以后的月份到当月再报。',
      field: 'month',
      link: { label: '去单位补缴', to: '/items/bp.unit' },
    };
  }
  return {
    code: 'DEC-003',
    message: '当月只能申报当月',
    why,
    next: `现在能申报的是 ${monthText(current)}，请把费款所属期改成它；以后的月份到当月再报。`,
    field: 'month',
  };
}

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
  const { facts, pivots } = await loadEmployerMonth(env);
  const ahead = pivots.filter((pivot) => pivot.bookedThrough > current && inUse(facts, pivot.insurance, current));
  const unfit = [...behind(facts, pivots, addMonths(current, -1)), ...ahead];
  if (unfit.length > 0) throw new DomainError(pivotProblem(current, unfit));

  const covered = pivots.filter((pivot) => pivot.bookedThrough <= current);
  const insurances = covered.map((pivot) => pivot.insurance);
  const lines = await planWholeMonths(
    env,
    facts,
    insurances.map((insurance) => ({ insurance, months: [current] })),
    'MONTHLY',
  );
  await postAssessment(ctx, law, employer.employerNo, { act: 'MONTHLY', caseNo }, lines);
  const open = covered.filter((pivot) => pivot.bookedThrough < current);
  const moved = await moveTo(env, open, current);

  // Also the submit of a preview that has gone stale: the other tab, the other agent. An empty case would be of no use to anybody.
  if (lines.length === 0 && open.length === 0) throw new DomainError(nothingNewProblem(current));
  const { sections, first } = await consequence(env, facts, lines, insurances, current);
  return {
    summary: monthText(current),
    headline: `${monthText(current)}缴费申报成功`,
    amount: { label: `${Number(current.slice(5))}月${first ? '要缴' : '本次增减'}`, fen: totalOf(lines) },
    // Before the submit nothing has succeeded yet.
    notices: lines.length > 0 && !env.rehearsal ? [{ code: 'DEC-007', text: '申报成功，尚未开具认定单' }] : [],
    sections,
    nextSteps:
      lines.length > 0
        ? [{ label: '开具应缴认定单', to: '/items/bill.issue', primary: true }]
        : [{ label: '回首页', to: '/', primary: true }],
    ...(lines.length > 0 ? { notDone: '尚未开具认定单：应缴数还没有发送税务' } : {}),
    undoUntil: '开具认定单之前',
    refs: { month: current, moved },
  };
}

function nothingNewProblem(month: Month): Problem {
  return {
    code: 'DEC-010',
    message: '本月已申报，没有新增',
    why: `${monthText(month)}已经申报，人员、工资、费率此后都没有变。`,
    next: '不用再申报。还没开单的，请开具应缴认定单。',
    link: { label: '去开单', to: '/items/bill.issue' },
  };
}

/** Months after this one that are already booked must be undone first; dues on a bill first revoked (DEC-009). */
async function declareUndoObstacles(
  env: ItemEnv,
  record: { caseNo: string; refs: Record<string, string> },
): Promise<readonly Problem[]> {
  const month = record.refs.month as Month;
  const pivots = await listPivots(env.ctx.tx, env.ctx.region, env.employer.employerNo);
  const moved = movedOf(record.refs, month);
  const later = pivots.find((pivot) => moved.has(pivot.insurance) && pivot.bookedThrough > month);
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
  const money = await undoObstacles(env.ctx, record.caseNo);
  return money.length > 0 ? money : laterMonthProblems(env, record.caseNo, moved);
}

async function undoDeclaration(
  env: ItemEnv,
  record: { caseNo: string; refs: Record<string, string> },
  undoCase: string,
): Promise<void> {
  const month = record.refs.month as Month;
  await reverseAssessments(env.ctx, env.law, record.caseNo, undoCase);
  await moveBack(env, record.refs, month);
}
