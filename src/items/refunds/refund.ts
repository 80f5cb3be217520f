import {
  listPaidCells,
  loadFacts,
  type PaidCell,
  planLines,
  postAssessment,
  requestRefund,
  reverseAssessments,
  revokeRefund,
  sumPosted,
  undoObstacles,
} from '../../collection/index.ts';
import { covers, listSpansOfPersons } from '../../enrolment/index.ts';
import type { Problem } from '../../kernel/errors.ts';
import { maskIdNo } from '../../kernel/id-number.ts';
import { INSURANCES } from '../../kernel/insurance.ts';
import { dateOf, type Month, monthOf, parseMonth } from '../../kernel/month.ts';
import { findPersons, findPersonsByIdNo, listRefundAccounts, type Person } from '../../registry/index.ts';
import { ATTACHMENT_KINDS_TEXT, attachmentProblems } from '../attachments.ts';
import { laterPostingProblems } from '../later-cases.ts';
import type { Item, ItemEnv } from '../model.ts';
import { amountsOf, monthsText, monthText, totalOf } from '../sections.ts';
import { refundableFrom } from './after-stop.ts';

type Form = { readonly person: Person; readonly cells: readonly PaidCell[] };

/** #40 单位职工社会保险费多缴退费申报 (HB-REF-01…06). The order is registered here; paying it out is a later stage. */
export const refundItem: Item<Form> = {
  kind: 'item',
  code: 'refund.emp',
  name: '单位职工社会保险费多缴退费申报',
  group: '养老保险服务',
  subgroup: '退费申报',
  aliases: ['退费', '多缴退费'],
  ends: '登记退费申请',
  guide: {
    what: '员工离职停保以后，停保月之后的月份多缴了费，在这里申请退回。',
    who: '单位经办人',
    materials: ['加盖公章的《解除劳动合同通知书》或《单位职工减员申报表》'],
    duration: '申报后由经办机构审核、拨付',
    cost: '不收费',
    follows: ['经办机构据此拨付到退收银行账户，不需要打印交财务'],
    basis: ['可退当前月份往前{refundBack}；停保当月不可退', '重复缴费月只收的工伤费不能退'],
  },
  form: {
    fields: [
      { name: 'idNo', label: '证件号码', type: 'idNo', required: true, help: '也可填个人编号' },
      {
        name: 'months',
        label: '退费月份',
        type: 'months',
        required: true,
        help: '如 2023-02、2023-03，多个用顿号或逗号分开',
      },
      {
        name: 'attachments',
        label: '证明材料',
        type: 'files',
        required: true,
        help: `加盖公章的《解除劳动合同通知书》或《单位职工减员申报表》；${ATTACHMENT_KINDS_TEXT}`,
      },
    ],
  },
  submitLabel: '确认提交',
  effect: '提交后登记退费申请，经办机构审核后拨付。',
  today: async () => ({ usable: true, note: '先停保，再申报；停保当月不退', tone: 'info' }),
  parse,
  submit: async (env, caseNo, form) => {
    const { ctx, law, employer } = env;
    const months = [...new Set(form.cells.map((cell) => cell.month))].sort();
    const personNos = [form.person.personNo];
    const facts = await loadFacts(ctx.tx, ctx.region, employer.employerNo, personNos);
    const posted = await sumPosted(ctx.tx, ctx.region, employer.employerNo, months, personNos);
    const lines = planLines(
      law,
      ctx.region,
      facts,
      posted,
      form.cells.map((cell) => ({
        personNo: cell.personNo,
        insurance: cell.insurance,
        month: cell.month,
        kind: 'REFUND' as const,
      })),
    );
    const dues = await postAssessment(ctx, law, employer.employerNo, { act: 'REFUND', caseNo }, lines);
    const refundNo = await requestRefund(ctx, employer.employerNo, form.person.personNo, caseNo, dues);
    const positive = lines.map((line) => ({ ...line, employerFen: -line.employerFen, personFen: -line.personFen }));
    return {
      summary: `${form.person.name} ${monthsText(months)}`,
      headline: '退费申请已登记',
      amount: { label: '申请退费', fen: totalOf(positive) },
      notices: [{ text: '经办机构审核后拨付到退收银行账户。' }],
      sections: [
        {
          type: 'facts',
          title: '退谁、退哪几个月',
          rows: [
            { label: '人员', value: `${form.person.name}　${maskIdNo(form.person.idNo)}` },
            { label: '个人编号', value: form.person.personNo },
            { label: '退费月份', value: months.map(monthText).join('、') },
          ],
        },
        amountsOf('申请退费', positive),
      ],
      nextSteps: [{ label: '看办件记录', to: '/cases', primary: true }],
      undoUntil: '拨付之前',
      refs: { refundNo },
    };
  },
  undo: {
    words: '拨付之前，可在“单位办件记录”点【X】撤销',
    obstacles: async (env, record) => {
      const money = await undoObstacles(env.ctx, record.caseNo);
      return money.length > 0 ? money : laterPostingProblems(env, record.caseNo);
    },
    run: async (env, record, undoCase) => {
      await revokeRefund(env.ctx, record.refs.refundNo ?? '');
      await reverseAssessments(env.ctx, env.law, record.caseNo, undoCase);
    },
  },
};

async function parse(env: ItemEnv, values: Readonly<Record<string, unknown>>) {
  const { ctx, employer } = env;
  const problems: Problem[] = [];
  const typed = String(values.idNo ?? '')
    .trim()
    .toUpperCase();
  const person =
    (await findPersonsByIdNo(ctx.tx, ctx.region, [typed])).get(typed) ??
    (await findPersons(ctx.tx, ctx.region, [typed])).get(typed);
  const rawMonths = Array.isArray(values.months)
    ? values.months.map(String)
    : String(values.months ?? '').split(/[,，、\s]+/);
  const months = rawMonths.filter(Boolean).map(parseMonth);
  if (months.length === 0 || months.includes(undefined)) {
    problems.push({
      code: 'GEN-007',
      message: '请选择退费月份',
      next: '写成 2023-02，多个用顿号或逗号分开。',
      field: 'months',
    });
  }
  problems.push(
    ...attachmentProblems('attachments', values.attachments, {
      code: 'REF-003',
      message: '请上传：加盖公章的《解除劳动合同通知书》或《单位职工减员申报表》',
      why: '退费须有停保的证明材料。',
      next: '请上传其中一种。',
      field: 'attachments',
    }),
  );
  if ((await listRefundAccounts(ctx.tx, ctx.region, employer.employerNo)).length === 0) {
    problems.push({
      code: 'REF-005',
      message: '单位未登记退收银行账号，请先在“单位一般信息变更登记”中添加',
      why: '退费要拨到单位的退收银行账户。',
      next: '网上变更还没有开通：请到经办大厅登记账号，再来申报。',
    });
  }
  if (!person) {
    problems.push({
      code: 'SUS-001',
      message: '该人员未在本单位参保',
      why: '本单位没有这个人员的参保记录。',
      next: '请核对证件号码。',
      field: 'idNo',
    });
    return { problems };
  }
  const spans = (await listSpansOfPersons(ctx.tx, ctx.region, [person.personNo])).filter(
    (span) => span.employerNo === employer.employerNo,
  );
  const wanted = months.filter((month): month is Month => month !== undefined);
  const cells = await listPaidCells(ctx.tx, ctx.region, employer.employerNo, dateOf(ctx.now), {
    personNos: [person.personNo],
    months: wanted,
  });
  const current = monthOf(dateOf(ctx.now));
  const earliest = refundableFrom(env);
  for (const month of wanted) {
    const inMonth = cells.filter((cell) => cell.month === month);
    const stops = spans.filter((span) => span.to !== null).map((span) => span.to as Month);
    const text = monthText(month);
    if (month < earliest || month > current) {
      problems.push({
        code: 'REF-001',
        message: '所选月份不在可退范围',
        why: `可退 ${monthText(earliest)}到 ${monthText(current)}；${text}不在其中。`,
        next: '请去掉这个月。',
        field: 'months',
      });
    } else if (inMonth.some((cell) => cell.kinds.includes('INJURY_ONLY'))) {
      problems.push({
        code: 'REF-006',
        message: '该笔工伤保险费不能退费',
        why: `${text}只收了工伤，保障当月的工伤权益。`,
        next: '不用办。',
        field: 'months',
      });
    } else if (stops.includes(month)) {
      problems.push({
        code: 'REF-002',
        message: '停保当月不可办理多缴退费',
        why: `${text}是停保当月，当月要缴费。`,
        next: '请去掉这个月。',
        field: 'months',
      });
    } else if (spans.some((span) => covers(span, month))) {
      problems.push({
        code: 'REF-007',
        message: '请先办理停保',
        why: `${text}他还在本单位参保。`,
        next: '先按离职时间停保，再申报退费。',
        link: { label: '去停保', to: '/items/emp.suspend' },
        field: 'months',
      });
    } else if (inMonth.some((cell) => cell.received && !cell.paid)) {
      problems.push({
        code: 'REF-001',
        message: '所选月份不在可退范围',
        why: `${text}的费款刚到账，还没有配账到人。`,
        next: '请在配账以后再申报。',
        field: 'months',
      });
    } else if (!inMonth.some((cell) => cell.paid && cell.employerFen + cell.personFen > 0)) {
      problems.push({
        code: 'REF-001',
        message: '所选月份不在可退范围',
        why: inMonth.some((cell) => cell.refunded) ? `${text}已经申请过退费。` : `${text}没有到账的费用。`,
        next: '请去掉这个月。',
        field: 'months',
      });
    }
  }
  if (problems.length > 0) return { problems };
  const form: Form = {
    person,
    cells: cells
      .filter((cell) => cell.paid)
      .sort((a, b) => INSURANCES.indexOf(a.insurance) - INSURANCES.indexOf(b.insurance)),
  };
  return { form };
}
