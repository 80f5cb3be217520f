import { getBillState, listRevocableBills, revokeBill, undoBillObstacles } from '../../collection/index.ts';
import { DomainError } from '../../kernel/errors.ts';
import { formatYuanGrouped } from '../../kernel/fen.ts';
import type { Item } from '../model.ts';
import { NO_SUCH_BILL } from '../queries/bills.ts';
import { wordsOf } from '../words.ts';

/** #31 单位社会保险费应缴认定单及退费单据撤销 (HB-BILL-10). */
export const revokeBillItem: Item<{ readonly billNo: string }> = {
  kind: 'item',
  code: 'bill.revoke',
  name: '单位社会保险费应缴认定单及退费单据撤销',
  group: '社会保险缴费申报',
  subgroup: '社会保险缴费申报与变更',
  aliases: ['撤销单据', '撤单', '作废认定单'],
  ends: '即时办结（已发送税务的，等税务作废）',
  guide: {
    what: '单据开错了、税务还没开票时，把单据作废。费用回到“未开单”，可以重新开具。',
    who: '单位经办人',
    materials: [],
    duration: '还没发送税务的即时作废；已发送的，税务回执后作废',
    cost: '不收费；{reissue}',
    follows: ['费用回到未开单，请在当月重新开具并缴费'],
    basis: ['已在税务开票的单据不能撤销'],
  },
  form: { fields: [{ name: 'billNo', label: '征集通知单据号', type: 'bill', required: true }] },
  submitLabel: '撤销这张单据',
  effect: '确认后单据作废，费用回到未开单。',
  today: async (env) => {
    const bills = await listRevocableBills(env.ctx, env.employer.employerNo);
    return bills.length > 0
      ? { usable: true, note: `有 ${bills.length} 张单据可以撤销`, tone: 'info' }
      : { usable: false, note: '没有可以撤销的单据，不用办', tone: 'none' };
  },
  initial: async (env) => {
    const [bill] = await listRevocableBills(env.ctx, env.employer.employerNo);
    return bill ? { billNo: bill.billNo } : {};
  },
  parse: async (env, values) => {
    const billNo = String(values.billNo ?? '').replaceAll(' ', '');
    const bill = await getBillState(env.ctx, billNo);
    if (bill && bill.employerNo === env.employer.employerNo) return { form: { billNo } };
    return { problems: [{ ...NO_SUCH_BILL, field: 'billNo' }] };
  },
  submit: async (env, _caseNo, form) => {
    const obstacles = await undoBillObstacles(env.ctx, form.billNo);
    if (obstacles.length > 0) throw new DomainError(obstacles);
    const bill = await getBillState(env.ctx, form.billNo);
    const state = await revokeBill(env.ctx, form.billNo, env.bills);
    return {
      summary: `撤销单据 ${form.billNo}`,
      headline: state === 'REVOKED' ? '单据已撤销' : '已请税务作废，等税务回执',
      notices: [],
      sections: [
        {
          type: 'facts',
          title: '撤销以后',
          rows: [
            { label: '单据', value: `${form.billNo} 作废，税务端同时失效` },
            { label: '费用', value: `${formatYuanGrouped(bill?.totalFen ?? 0)} 元回到“未开单”` },
            { label: '重开', value: wordsOf(env).reissue, tone: 'wait' },
          ],
        },
      ],
      nextSteps: [{ label: '重新开单', to: '/items/bill.issue', primary: true }],
      refs: { billNo: form.billNo },
    };
  },
};
