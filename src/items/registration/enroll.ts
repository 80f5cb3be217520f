import {
  loadFacts,
  planLines,
  postAssessment,
  reverseAssessments,
  sumPosted,
  undoObstacles,
} from '../../collection/index.ts';
import { enrol, listSpansOfCase, revertSpansOfCase, spansOf } from '../../enrolment/index.ts';
import { DomainError, type Problem } from '../../kernel/errors.ts';
import { formatYuanGrouped } from '../../kernel/fen.ts';
import { maskIdNo } from '../../kernel/id-number.ts';
import { INSURANCE_SHORT_NAMES } from '../../kernel/insurance.ts';
import { dateOf, monthOf } from '../../kernel/month.ts';
import { addPersons } from '../../registry/index.ts';
import { declareWages, revertWagesOfCase } from '../../wages/index.ts';
import { laterCaseProblems, namedProblem } from '../later-cases.ts';
import type { Item, ItemEnv } from '../model.ts';
import { amountsOf, firstOf, monthsText, monthText, totalOf } from '../sections.ts';
import { wordsOf } from '../words.ts';
import { ENROLL_FIELDS } from './enroll-form.ts';
import { CONTRACT_BACK_TEXT, checkEnrollRows, type EnrollRow, INJURY_ONLY_TEXT } from './enroll-rows.ts';

/** #2 单位职工参保登记/续保 (HB-REG-01…09). */
export const enrollItem: Item<null, EnrollRow> = {
  kind: 'item',
  code: 'emp.enroll',
  name: '单位职工参保登记/续保',
  group: '社会保险登记',
  subgroup: '职工参保登记',
  aliases: ['单位职工新参保登记/续保', '增员', '新增员工', '参保登记'],
  ends: '即时办结 · 可导盘',
  guide: {
    what: '为新员工办参保，为以前参过保的员工办续保，同一个入口。可以逐个添加，也可以下载模板批量导入。',
    who: '单位经办人',
    materials: ['员工身份证件信息', '本次参工时间（与劳动合同一致）', '起薪当月工资'],
    duration: '即时办结',
    cost: '本次参工时间在{autoBack}以内的，自动补收已核定月份的费用；当月起随单位缴费申报计入',
    follows: [
      '有补收的，请在当月开具应缴认定单并缴费',
      '早于{autoBack}的月份不自动补收，登记后到经办大厅办劳动合同补缴',
    ],
    basis: [
      '社会保险法第五十八条：自用工之日起 {joinWithin}内申请办理社会保险登记',
      '养老、失业同一月份只由一个单位缴；调转先停后续',
    ],
  },
  form: {
    fields: [],
    rows: { name: 'people', label: '参保人员', addLabel: '添加校验', fields: [...ENROLL_FIELDS], max: 5000 },
  },
  workbookVersion: 3,
  submitLabel: '确认提交',
  effect: '提交后名单上的人员参保，有补收的记为未开单。',
  today: async (env) => ({
    usable: true,
    note: `随时可办，用工之日起 ${wordsOf(env).joinWithin}内`,
    tone: 'info',
  }),
  parse: async () => ({ form: null }),
  checkRows: checkEnrollRows,
  submit: submitEnrolment,
  undo: {
    words: '费用还没开单、没有后续业务时，可在“单位办件记录”点【X】撤销',
    obstacles: undoEnrolmentObstacles,
    run: async (env, record, undoCase) => {
      const { reverted, laterCases } = await revertSpansOfCase(env.ctx, record.caseNo, undoCase);
      if (!reverted) throw new DomainError(await namedProblem(env, laterCases), 409);
      await revertWagesOfCase(env.ctx.tx, env.ctx.region, record.caseNo, undoCase, env.ctx.now);
      await reverseAssessments(env.ctx, env.law, record.caseNo, undoCase);
    },
  },
};

const LIMITS = { lower: '按下限', upper: '达上限' } as const;

async function submitEnrolment(env: ItemEnv, caseNo: string, _form: null, rows: readonly EnrollRow[]) {
  const { ctx, law, employer } = env;
  // Who is registered was looked up when the rows were checked.
  const added = await addPersons(
    ctx,
    rows.flatMap((row) => (row.person.personNo ? [] : [row.person])),
  );
  const numbers = new Map(added.map((person) => [person.idNo, person.personNo]));
  const numbered = rows.map((row) => {
    const personNo = row.person.personNo ?? numbers.get(row.person.idNo);
    if (!personNo) throw new Error('person was not registered');
    return { ...row, personNo };
  });
  await enrol(
    ctx,
    numbered.flatMap((row) => spansOf(ctx, employer.employerNo, row.personNo, row.spans, row.entryDate, caseNo)),
  );
  await declareWages(
    ctx,
    employer.employerNo,
    caseNo,
    numbered.map((row) => ({ personNo: row.personNo, from: row.wageFrom, basis: 'DECLARED', wageFen: row.wageFen })),
  );

  const personNos = numbered.map((row) => row.personNo);
  const cells = numbered.flatMap((row) => row.backCells.map((cell) => ({ ...cell, personNo: row.personNo })));
  const months = [...new Set(cells.map((cell) => cell.month))];
  // Nothing was ever posted for newcomers.
  const knownNos = rows.flatMap((row) => row.person.personNo ?? []);
  const [facts, posted] = await Promise.all([
    loadFacts(ctx.tx, ctx.region, employer.employerNo, personNos),
    sumPosted(ctx.tx, ctx.region, employer.employerNo, months, knownNos),
  ]);
  const lines = planLines(law, ctx.region, facts, posted, cells);
  await postAssessment(ctx, law, employer.employerNo, { act: 'AUTO_BACK', caseNo }, lines);

  const backMonths = new Map(
    [...Map.groupBy(lines, (line) => line.personNo)].map(([personNo, own]) => [
      personNo,
      own.map((line) => line.month),
    ]),
  );
  const contract = rows.filter((row) => row.contractBackNeeded);
  const injuryOnly = rows.filter((row) => row.injuryOnlyMonths.length > 0);
  const next = rows.map((row) => row.declaredFrom).sort()[0] ?? monthOf(dateOf(ctx.now));
  return {
    summary: rows.length === 1 ? `${rows[0]?.person.name}` : `${rows[0]?.person.name}等 ${rows.length} 人`,
    headline: `已为 ${rows.length} 人办结参保登记`,
    submitLabel: `确认参保 ${rows.length} 人${lines.length > 0 ? ` · 补收 ${formatYuanGrouped(totalOf(lines))} 元` : ''}`,
    ...(lines.length > 0 ? { amount: { label: '补收（随单另列）', fen: totalOf(lines) } } : {}),
    notices: [
      ...contract.map((row) => ({ code: 'REG-005', text: `${row.person.name}：${CONTRACT_BACK_TEXT}` })),
      ...injuryOnly.map((row) => ({ code: 'REG-007', text: `${row.person.name}：${INJURY_ONLY_TEXT}` })),
    ],
    sections: [
      {
        type: 'table' as const,
        title: `参保人员 ${rows.length} 人`,
        columns: [
          { key: 'name', label: '姓名' },
          { key: 'idNo', label: '证件号码' },
          { key: 'insurances', label: '险种' },
          { key: 'entryDate', label: '本次参工时间' },
          { key: 'wage', label: '申报工资', align: 'end' as const },
          { key: 'base', label: '缴费基数', align: 'end' as const },
          ...(lines.length > 0 ? [{ key: 'backMonths', label: '补收月份' }] : []),
        ],
        ...firstOf(
          numbered.map((row) => ({
            name: row.person.name,
            idNo: maskIdNo(row.person.idNo),
            insurances: row.spans.map((span) => INSURANCE_SHORT_NAMES[span.insurance]).join('、'),
            entryDate: row.entryDate,
            wage: formatYuanGrouped(row.wageFen),
            base: `${row.clamped ? `${LIMITS[row.clamped]} ` : ''}${formatYuanGrouped(row.baseFen)}`,
            backMonths: monthsText(backMonths.get(row.personNo) ?? []),
          })),
        ),
      },
      ...(lines.length > 0
        ? [amountsOf('补收（随单另列）', lines, { note: `当月开单当月缴，不加收${wordsOf(env).charges}。` })]
        : []),
      amountsOf(
        `以后每月增加`,
        rows.flatMap((row, index) => row.monthlyLines.map((line) => ({ ...line, personNo: String(index) }))),
        {
          note: `从 ${monthText(next)}申报起计入。`,
        },
      ),
    ],
    nextSteps:
      lines.length > 0
        ? [
            { label: '开具应缴认定单', to: '/items/bill.issue', primary: true },
            { label: '继续增员', to: '/items/emp.enroll', primary: false },
          ]
        : [
            { label: '去单位缴费申报', to: '/items/unit.declare', primary: true },
            { label: '继续增员', to: '/items/emp.enroll', primary: false },
          ],
    ...(lines.length > 0 ? { notDone: '补收费用尚未开具认定单' } : {}),
    undoUntil: '开具认定单之前',
    refs: {},
  };
}

/** 后办先撤: later declarations or suspensions of these people must go first. */
async function undoEnrolmentObstacles(env: ItemEnv, record: { caseNo: string }): Promise<readonly Problem[]> {
  const { ctx } = env;
  const money = await undoObstacles(ctx, record.caseNo);
  if (money.length > 0) return money;
  const spans = await listSpansOfCase(ctx.tx, ctx.region, record.caseNo);
  const firstMonth = spans
    .map((span) => span.from)
    .reduce((a, b) => (a < b ? a : b), '9999-12' as (typeof spans)[0]['from']);
  return laterCaseProblems(env, record.caseNo, spans, firstMonth);
}
