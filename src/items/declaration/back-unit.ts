import { listPivots, postAssessment, reverseAssessments, undoObstacles } from '../../collection/index.ts';
import type { Problem } from '../../kernel/errors.ts';
import { addMonths, dateOf, type Month, monthOf, monthRange, parseMonth } from '../../kernel/month.ts';
import { laterMonthProblems } from '../later-cases.ts';
import type { Item, ItemEnv } from '../model.ts';
import { amountsOf, monthsText, monthText, totalOf } from '../sections.ts';
import { wordsOf } from '../words.ts';
import { behind, loadEmployerMonth, moveBack, movedOf, moveTo, planWholeMonths } from './month-plan.ts';

type Form = { readonly from: Month; readonly to: Month };

/** #36 单位社会保险补缴申报 (HB-BP-01): months the whole employer missed, in order, up to last month. */
export const backUnitItem: Item<Form> = {
  kind: 'item',
  code: 'bp.unit',
  name: '单位社会保险补缴申报',
  group: '社会保险缴费申报',
  subgroup: '社会保险费断缴补缴申报',
  aliases: ['单位补缴', '社会保险补缴申报', '漏报补缴'],
  ends: '即时办结',
  guide: {
    what: '以前的月份整月没有申报，在这里按月补上，从最大做账期号的下一个月起连续补到上个月。',
    who: '单位经办人',
    materials: [],
    duration: '即时办结',
    cost: '本金按各月的基数和费率；{backFrom}加收{charges}',
    follows: ['补完后申报当月', '开具应缴认定单，当月缴清'],
    basis: ['社会保险法第八十六条：自欠缴之日起按日加收{lateRate}的滞纳金'],
  },
  form: {
    fields: [
      { name: 'from', label: '补缴开始月', type: 'month', required: true, help: '须从最大做账期号的下一月起' },
      { name: 'to', label: '补缴结束月', type: 'month', required: true, help: '最晚到上个月' },
    ],
  },
  submitLabel: '确认提交',
  effect: '提交后所选月份补报，应缴记为未开单。',
  today: async (env) => {
    const range = await missingRange(env);
    return range
      ? { usable: true, note: `${monthsText([range.from, range.to])} 没有申报`, tone: 'wait' }
      : { usable: false, note: '没有漏报月，不用办', tone: 'none' };
  },
  initial: async (env) => {
    const range = await missingRange(env);
    return range ? { from: range.from, to: range.to } : {};
  },
  parse,
  submit: async (env, caseNo, form) => {
    const { ctx, law, employer } = env;
    const { facts, pivots } = await loadEmployerMonth(env);
    const late = behind(facts, pivots, lastMonth(env)).filter((pivot) => pivot.bookedThrough < form.to);
    const scope = late.map((pivot) => ({
      insurance: pivot.insurance,
      months: monthRange(addMonths(pivot.bookedThrough, 1), form.to),
    }));
    const lines = await planWholeMonths(env, facts, scope, 'BACK_UNIT');
    await postAssessment(ctx, law, employer.employerNo, { act: 'BACK_UNIT', caseNo }, lines);
    const moved = await moveTo(env, late, form.to);
    const { charges } = wordsOf(env);
    return {
      summary: `补缴 ${monthsText([form.from, form.to])}`,
      headline: `已补报 ${monthsText([form.from, form.to])}`,
      amount: { label: '补缴本金', fen: totalOf(lines) },
      notices: [{ text: `${charges}在开具认定单时计到开单当天。` }],
      sections: [amountsOf('补缴本金', lines, { note: `不含${charges}，开单时计算。` })],
      nextSteps: [
        { label: '申报当月', to: '/items/unit.declare', primary: true },
        { label: '开具应缴认定单', to: '/items/bill.issue', primary: false },
      ],
      ...(lines.length > 0 ? { notDone: '尚未开具认定单' } : {}),
      undoUntil: '开具认定单之前',
      refs: { to: form.to, moved },
    };
  },
  undo: {
    words: '没有开单、以后月份没有做账时，可在“单位办件记录”点【X】撤销',
    obstacles: async (env, record) => {
      const moved = movedOf(record.refs, record.refs.to as Month);
      const pivots = await listPivots(env.ctx.tx, env.ctx.region, env.employer.employerNo);
      const later = pivots.find((pivot) => moved.has(pivot.insurance) && pivot.bookedThrough !== record.refs.to);
      if (later) {
        return [
          {
            code: 'CAN-001',
            message: `该业务已有后续业务（${monthText(addMonths(record.refs.to as Month, 1))}的申报），请先撤销后续业务`,
            why: '以后的月份已经做账。',
            next: '从最近的月份开始撤销。',
          },
        ];
      }
      const money = await undoObstacles(env.ctx, record.caseNo);
      return money.length > 0 ? money : laterMonthProblems(env, record.caseNo, moved);
    },
    run: async (env, record, undoCase) => {
      await reverseAssessments(env.ctx, env.law, record.caseNo, undoCase);
      await moveBack(env, record.refs, record.refs.to as Month);
    },
  },
};

const lastMonth = (env: ItemEnv): Month => addMonths(monthOf(dateOf(env.ctx.now)), -1);

async function missingRange(env: ItemEnv): Promise<Form | undefined> {
  const last = lastMonth(env);
  const { facts, pivots } = await loadEmployerMonth(env);
  const [first] = behind(facts, pivots, last)
    .map((pivot) => addMonths(pivot.bookedThrough, 1))
    .sort();
  return first ? { from: first, to: last } : undefined;
}

async function parse(env: ItemEnv, values: Readonly<Record<string, unknown>>) {
  const problems: Problem[] = [];
  const missing = await missingRange(env);
  const from = parseMonth(String(values.from ?? missing?.from ?? ''));
  const to = parseMonth(String(values.to ?? missing?.to ?? ''));
  const last = lastMonth(env);
  if (!missing) {
    problems.push({
      code: 'BP-002',
      message: '所选月份已缴费',
      why: `到 ${monthText(last)}，没有漏报的月份。`,
      next: '不用补缴；当月的请办单位缴费申报。',
      link: { label: '去单位缴费申报', to: '/items/unit.declare' },
      field: 'from',
    });
    return { problems };
  }
  if (!from || !to) {
    problems.push({
      code: 'GEN-007',
      message: '请填写补缴的开始月和结束月',
      next: '写成 2023-03。',
      field: from ? 'to' : 'from',
    });
    return { problems };
  }
  if (from !== missing.from || to < from) {
    problems.push({
      code: from < missing.from ? 'BP-002' : 'BP-001',
      message: from < missing.from ? '所选月份已缴费' : '补缴月份须从最大做账期号的下一月起连续',
      why: `最早漏报的是 ${monthText(missing.from)}。`,
      next: `请从 ${monthText(missing.from)}补起。`,
      field: 'from',
    });
  } else if (to > last) {
    problems.push({
      code: 'BP-004',
      message: '补缴只能补到上个月',
      why: `当月（${monthText(addMonths(last, 1))}）走单位缴费申报。`,
      next: `结束月请选 ${monthText(last)}或更早。`,
      field: 'to',
    });
  }
  return problems.length > 0 ? { problems } : { form: { from, to } };
}
