import { DUE_KIND_NAMES, issueBill, revokeBill, undoBillObstacles } from '../../collection/index.ts';
import { amountInWords } from '../../kernel/amount-words.ts';
import { formatYuanGrouped } from '../../kernel/fen.ts';
import { inFours } from '../../kernel/fours.ts';
import { INSURANCE_NAMES } from '../../kernel/insurance.ts';
import type { Section } from '../contract.ts';
import type { Item } from '../model.ts';
import { printBill, taxWaitMinutes } from '../queries/bills.ts';
import { monthsText } from '../sections.ts';
import { remainderText, weekdayText } from '../words.ts';
import { freeFees } from './free.ts';

/** #29 单位社会保险费应缴认定单及退费单据开具 (HB-BILL-01…09): gathers all free dues of the employer. */
export const issueBillItem: Item<null> = {
  kind: 'item',
  code: 'bill.issue',
  name: '单位社会保险费应缴认定单及退费单据开具',
  group: '社会保险缴费申报',
  subgroup: '社会保险缴费申报与变更',
  aliases: ['社会保险应缴认定单及退费单据开具', '开单', '核定单', '征集通知单', '社会保险缴费单据管理'],
  ends: '即时办结',
  guide: {
    what: '把已核定、还没开单的费用开成一张《社会保险费应缴认定单》，发送税务。',
    who: '单位经办人',
    materials: [],
    duration: '即时开出；税务可见：{taxWait}',
    cost: '按核定金额；跨月的加收{charges}，计到开单当天',
    follows: ['在截止日期前到电子税务局缴清，过期作废', '缴后税务登账，{posting}社保登账，{allocation} 配账到人'],
    basis: ['认定单{billValid}有效', '社会保险法第八十六条'],
  },
  form: { fields: [] },
  submitLabel: '确认开单',
  effect: '确认后开出认定单并发送税务。',
  today: async (env) => {
    const free = await freeFees(env);
    if (!free) return { usable: false, note: '没有未开单的费用，不用办', tone: 'none' };
    const sum = formatYuanGrouped(free.totalFen);
    // Stays usable: the form says all of what is wrong.
    const note = free.problem ? `未开单本金 ${sum} 元，现在开不了单：${free.problem.message}` : `未开单 ${sum} 元`;
    return { usable: true, note, tone: 'wait' };
  },
  parse: async () => ({ form: null }),
  submit: async (env, caseNo) => {
    const { ctx, law, employer } = env;
    const bill = await issueBill(ctx, law, employer.employerNo, caseNo, env.bills);
    // A rehearsal prints nothing: it is rolled back, and the preview shows no document.
    if (!env.rehearsal) await printBill(env, bill.billNo, env.verifyPage);
    const sections: Section[] = [
      {
        type: 'facts',
        title: '单据',
        rows: [
          // What a rehearsal numbers is never seen again; its amount stands above.
          ...(env.rehearsal
            ? []
            : [
                { label: '征集通知单据号', value: inFours(bill.billNo) },
                { label: '应缴合计', value: `${formatYuanGrouped(bill.totalFen)} 元` },
              ]),
          {
            label: '截止',
            value: `${weekdayText(env, bill.deadline)}24:00，${remainderText(env, bill.deadline)}`,
            tone: 'wait',
          },
          { label: '大写', value: amountInWords(bill.totalFen) },
          { label: '滞纳金', value: formatYuanGrouped(bill.lateFen) },
          { label: '利息', value: formatYuanGrouped(bill.interestFen) },
        ],
      },
      {
        type: 'table',
        title: '单据明细',
        columns: [
          { key: 'insurance', label: '险种' },
          { key: 'kind', label: '核定数据类型' },
          { key: 'month', label: '费款所属期' },
          { key: 'persons', label: '人数', align: 'end' },
          { key: 'employer', label: '单位', align: 'end' },
          { key: 'person', label: '个人', align: 'end' },
          { key: 'late', label: '滞纳金', align: 'end' },
          { key: 'interest', label: '利息', align: 'end' },
          { key: 'total', label: '应缴金额', align: 'end' },
        ],
        rows: bill.lines.map((line) => ({
          insurance: INSURANCE_NAMES[line.insurance],
          kind: DUE_KIND_NAMES[line.kind],
          month: line.month,
          persons: String(line.persons),
          employer: formatYuanGrouped(line.employerFen),
          person: line.insurance === 'injury' ? '—' : formatYuanGrouped(line.personFen),
          late: formatYuanGrouped(line.lateFen),
          interest: formatYuanGrouped(line.interestFen),
          total: formatYuanGrouped(line.totalFen),
        })),
      },
    ];
    return {
      summary: `${monthsText(bill.lines.map((line) => line.month))} ${formatYuanGrouped(bill.totalFen)} 元`,
      headline: '认定单已开出，正在发送税务',
      amount: { label: '实际应缴金额合计', fen: bill.totalFen },
      notices: [],
      sections,
      nextSteps: [
        { label: '看单据', to: `/bills/${bill.billNo}`, primary: true },
        { label: '回首页', to: '/', primary: false },
      ],
      notDone: `还没有缴费：约 ${taxWaitMinutes(env)} 分钟后到电子税务局按单据号缴费`,
      undoUntil: '税务开票之前',
      refs: { billNo: bill.billNo },
    };
  },
  undo: {
    words: '税务开票之前，可以撤销单据',
    obstacles: (env, record) => undoBillObstacles(env.ctx, record.refs.billNo ?? ''),
    run: async (env, record) => {
      await revokeBill(env.ctx, record.refs.billNo ?? '', env.bills);
    },
  },
};
