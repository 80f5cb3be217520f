import { findCase, listCases, markRevoked } from '../../casework/index.ts';
import { DomainError } from '../../kernel/errors.ts';
import { dateOf, monthOf } from '../../kernel/month.ts';
import { audit } from '../../platform/audit/index.ts';
import type { Item } from '../model.ts';
import { monthText } from '../sections.ts';
import { declareItem } from './declare.ts';

/** #32 单位社会保险缴费撤销申报 (HB-DEC-09): the same undo as the X of the declaration's case, found by month. */
export const undeclareItem: Item<{ readonly targetCaseNo: string }> = {
  kind: 'item',
  code: 'unit.declare.revoke',
  name: '单位社会保险缴费撤销申报',
  group: '社会保险缴费申报',
  subgroup: '社会保险缴费申报与变更',
  aliases: ['撤销申报'],
  ends: '即时办结',
  guide: {
    what: '当月申报错了，没有开单（或单据已撤销）时，把申报撤回，期号退回一个月。',
    who: '单位经办人',
    materials: [],
    duration: '即时办结',
    cost: '不收费',
    follows: ['改好人员、工资后重新申报'],
    basis: ['已开具认定单的，须先撤销单据'],
  },
  form: { fields: [{ name: 'month', label: '费款所属期', type: 'readonly', required: false }] },
  submitLabel: '确认提交',
  effect: '提交后本月申报撤回，应缴冲回，期号退回一个月。',
  today: async (env) => {
    const month = monthOf(dateOf(env.ctx.now));
    const record = await currentDeclaration(env);
    return record
      ? { usable: true, note: `${monthText(month)}已申报，可以撤销`, tone: 'info' }
      : { usable: false, note: `${monthText(month)}还没申报，不用办`, tone: 'none' };
  },
  initial: async (env) => ({ month: monthOf(dateOf(env.ctx.now)) }),
  parse: async (env) => {
    const record = await currentDeclaration(env);
    if (record) return { form: { targetCaseNo: record.caseNo } };
    const month = monthText(monthOf(dateOf(env.ctx.now)));
    return {
      problems: [
        { code: 'DEC-008', message: `${month}没有可撤销的申报`, why: '本月还没有申报，或已经撤销。', next: '不用办。' },
      ],
    };
  },
  submit: async (env, caseNo, form) => {
    const { ctx, employer } = env;
    const record = await findCase(ctx.tx, ctx.region, employer.employerNo, form.targetCaseNo);
    if (!record || !declareItem.undo) throw new Error('declaration vanished under the employer lock');
    const obstacles = await declareItem.undo.obstacles(env, record);
    if (obstacles.length > 0) {
      throw new DomainError(
        obstacles.map((problem) =>
          problem.code === 'CAN-001' && /单据.*请先撤销/.test(problem.message)
            ? { ...problem, code: 'DEC-009', message: '已开具认定单，请先撤销单据' }
            : problem,
        ),
      );
    }
    await declareItem.undo.run(env, record, caseNo);
    await markRevoked(ctx.tx, ctx.region, record.caseNo, caseNo, ctx.now);
    // The same trace as by the X: promise 6 looks for it at the case that was taken back.
    await audit(ctx, {
      action: `item.undo ${declareItem.code}`,
      object: `case:${record.caseNo}`,
      detail: { employerNo: employer.employerNo, by: caseNo },
    });
    return {
      summary: `撤销 ${record.summary} 申报`,
      headline: `${record.summary}的申报已撤销`,
      notices: [],
      sections: [],
      nextSteps: [{ label: '重新申报', to: '/items/unit.declare', primary: true }],
      refs: { revokedCase: record.caseNo },
    };
  },
};

async function currentDeclaration(env: Parameters<NonNullable<typeof undeclareItem.initial>>[0]) {
  const month = monthOf(dateOf(env.ctx.now));
  const { rows } = await listCases(env.ctx.tx, env.ctx.region, env.employer.employerNo, {
    itemCode: 'unit.declare',
    state: 'AUTO_DONE',
    page: 1,
    size: 20,
  });
  return rows.find((record) => record.refs.month === month && record.refs.moved);
}
