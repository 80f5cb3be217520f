import {
  cellsOfMonths,
  isFall,
  listPaidCells,
  listPivots,
  loadFacts,
  obligation,
  planLines,
  postAssessment,
  reverseAssessments,
  sumPosted,
  undoObstacles,
} from '../../collection/index.ts';
import {
  listSpansOfCase,
  listSpansOfPersons,
  revertSpansOfCase,
  type Span,
  SUSPEND_REASONS,
  type SuspendReason,
  suspend,
} from '../../enrolment/index.ts';
import { DomainError, type Problem } from '../../kernel/errors.ts';
import { formatYuanGrouped } from '../../kernel/fen.ts';
import { maskIdNo } from '../../kernel/id-number.ts';
import { INSURANCE_SHORT_NAMES, type Insurance } from '../../kernel/insurance.ts';
import { addMonths, type CivilDate, dateOf, type Month, monthOf, monthRange } from '../../kernel/month.ts';
import { findPersons, findPersonsByIdNo, type Person } from '../../registry/index.ts';
import { lookupText } from '../../rules/index.ts';
import type { Field } from '../contract.ts';
import { FieldReader, plainName } from '../fields.ts';
import { laterCaseProblems, namedProblem } from '../later-cases.ts';
import type { CheckedRow, Item, ItemEnv, TypedRow } from '../model.ts';
import { refundAfterStop } from '../refunds/after-stop.ts';
import { amountsOf, firstOf, monthText, totalOf } from '../sections.ts';
import { mustDeclare } from './month-plan.ts';

const FIELDS: readonly Field[] = [
  { name: 'idNo', label: '证件号码', type: 'idNo', required: true, help: '也可填个人编号' },
  { name: 'name', label: '姓名', type: 'text', required: false, help: '可不填，填了会核对' },
  {
    name: 'suspendDate',
    label: '停保时间',
    type: 'date',
    required: true,
    help: '按解除劳动合同的时间填写；停保当月要缴费，当月开始不缴的选上个月',
  },
  {
    name: 'reason',
    label: '停保原因',
    type: 'select',
    required: true,
    options: Object.entries(SUSPEND_REASONS).map(([value, label]) => ({ value, label })),
  },
  { name: 'insurances', label: '参保险种', type: 'insurances', required: false, help: '不填为正在参保的全部险种' },
];
const [ID_NO, , SUSPEND_DATE, REASON] = FIELDS as readonly [Field, Field, Field, Field, Field];

export type SuspendRow = {
  readonly person: Person;
  readonly spans: readonly Span[];
  readonly to: Month;
  readonly date: CivilDate;
  readonly reason: string;
};

/** #22 单位职工社会保险暂停 (HB-SUS-01…05). */
export const suspendItem: Item<null, SuspendRow> = {
  kind: 'item',
  code: 'emp.suspend',
  name: '单位职工社会保险暂停',
  group: '社会保险缴费申报',
  subgroup: '缴费人员增减申报',
  aliases: ['停保', '减员', '职工停保', '离职'],
  ends: '即时办结 · 可导盘',
  guide: {
    what: '员工离职，停止为他缴费。停保时间的当月要缴费，次月起不再核定。',
    who: '单位经办人',
    materials: ['解除或终止劳动关系的时间'],
    duration: '即时办结',
    cost: '不收费。停保当月不按天折算，整月缴',
    follows: ['次月起的单位缴费申报不再有他', '停保以后月份已经缴了的，可办多缴退费'],
    basis: ['先缴后停：停保当月费用到账后才能停保', '已审批退休的人员次月自动不参与核定，不需停保'],
  },
  form: {
    fields: [],
    rows: { name: 'people', label: '停保人员', addLabel: '添加校验', fields: [...FIELDS], max: 5000 },
  },
  workbookVersion: 2,
  submitLabel: '确认提交',
  effect: '提交后名单上的人员停保，次月起不再核定。',
  today: async () => ({ usable: true, note: '停保当月费用到账后可办', tone: 'info' }),
  parse: async () => ({ form: null }),
  checkRows,
  submit,
  undo: {
    words: '没有后续业务时，可在“单位办件记录”点【X】撤销，人员恢复参保',
    obstacles: undoSuspensionObstacles,
    run: async (env, record, undoCase) => {
      const { reverted, laterCases } = await revertSpansOfCase(env.ctx, record.caseNo, undoCase);
      if (!reverted) throw new DomainError(await namedProblem(env, laterCases), 409);
      await reverseAssessments(env.ctx, env.law, record.caseNo, undoCase);
    },
  },
};

async function findTyped(env: ItemEnv, rows: readonly TypedRow[]): Promise<Map<string, Person>> {
  const typed = rows.map((row) => (row.values.idNo ?? '').trim().toUpperCase());
  const byIdNo = await findPersonsByIdNo(env.ctx.tx, env.ctx.region, typed);
  const byNo = await findPersons(env.ctx.tx, env.ctx.region, typed);
  return new Map([...byNo, ...byIdNo]);
}

async function checkRows(env: ItemEnv, rows: readonly TypedRow[]): Promise<CheckedRow<SuspendRow>[]> {
  const { ctx, law, employer } = env;
  const today = dateOf(ctx.now);
  const found = await findTyped(env, rows);
  const personNos = [...new Set([...found.values()].map((person) => person.personNo))];
  const spans = Map.groupBy(await listSpansOfPersons(ctx.tx, ctx.region, personNos), (span) => span.personNo);
  const facts = await loadFacts(ctx.tx, ctx.region, employer.employerNo, personNos);
  const paidCells = await listPaidCells(ctx.tx, ctx.region, employer.employerNo, today, { personNos });
  const requiresPaid = lookupText(law.book, ctx.region, 'suspension.requires', today) === 'PAID';
  const standing = new Map(paidCells.map((cell) => [`${cell.personNo}/${cell.insurance}/${cell.month}`, cell]));
  const seen = new Set<string>();

  return rows.map((row): CheckedRow<SuspendRow> => {
    const reader = new FieldReader(row.values);
    const typedId = reader.required(ID_NO)?.toUpperCase();
    const date = reader.date(SUSPEND_DATE);
    const reason = reader.select<string>(REASON);
    const wanted = reader.insurances('insurances');
    const person = typedId ? found.get(typedId) : undefined;
    const own = (person ? (spans.get(person.personNo) ?? []) : []).filter(
      (span) => span.employerNo === employer.employerNo,
    );
    const open = own.filter((span) => span.to === null && (wanted ?? []).includes(span.insurance));
    if (typedId && open.length === 0) {
      reader.fail('idNo', {
        code: 'SUS-001',
        message: '该人员未在本单位参保',
        why: own.length > 0 ? '已经停保，或没有参加所选险种。' : '本单位没有这个人员的参保记录。',
        next: '请核对证件号码；可在单位参保人员查询里查。',
      });
    }
    if (person && seen.has(person.personNo)) {
      reader.fail('idNo', {
        code: 'REG-015',
        message: '与前面的行重复',
        next: '这一行不用提交；要给另一个人办，请改正证件号码。',
      });
    }
    if (person) seen.add(person.personNo);
    const typedName = reader.optional('name');
    if (person && typedName && plainName(typedName) !== plainName(person.name)) {
      reader.fail('name', { code: 'REG-016', message: '姓名与库中登记不一致', next: '请核对证件号码和姓名。' });
    }
    if (date && date > today) {
      reader.fail('suspendDate', {
        code: 'SUS-002',
        message: '停保时间不得晚于今天',
        why: `今天是 ${today}。`,
        next: '请到当天再办。',
      });
    }
    const to = date ? monthOf(date) : undefined;
    if (person && to && open.length > 0) {
      const before = open.filter((span) => span.from > to);
      if (before.length > 0) {
        reader.fail('suspendDate', {
          code: 'SUS-004',
          message: `停保时间早于参保时间`,
          why: `${names(before)}从 ${monthText(before[0]?.from ?? to)}起参保。`,
          next: '办错了参保的，请撤销参保登记。',
        });
      } else {
        const unpaid = open.filter((span) => {
          const due = obligation(law, ctx.region, facts, person.personNo, span.insurance, to);
          if (due.employerFen === 0 && due.personFen === 0) return false;
          const cell = standing.get(`${person.personNo}/${span.insurance}/${to}`);
          return requiresPaid ? !cell?.paid : !cell;
        });
        if (unpaid.length > 0) reader.fail('suspendDate', unpaidProblem(to, unpaid));
      }
    }
    const ok = person && date && to && reason && reader.problems.length === 0;
    return {
      view: {
        row: row.row,
        state: ok ? 'ok' : 'bad',
        name: person?.name ?? typedName ?? '',
        values: ok ? { ...row.values, idNo: maskIdNo(person.idNo), name: person.name } : { ...row.values },
        problems: reader.problems.map((problem) => ({ ...problem })),
        notices: [],
      },
      ...(ok ? { value: { person, spans: open, to, date, reason } } : {}),
    };
  });
}

const names = (spans: readonly { readonly insurance: Insurance }[]): string =>
  spans.map((span) => INSURANCE_SHORT_NAMES[span.insurance]).join('、');

function unpaidProblem(month: Month, spans: readonly Span[]): Problem {
  return {
    code: 'SUS-003',
    message: `停保当月（${monthText(month)}）费用尚未缴纳，请先申报缴费后再办理停保`,
    why: `停保时间当月要缴费；${names(spans)}的这个月还没有到账。`,
    next: '先申报、开单、缴费，到账后再停保；当月开始不缴的，停保时间选上个月。',
    link: { label: '去单位缴费申报', to: '/items/unit.declare' },
  };
}

async function submit(env: ItemEnv, caseNo: string, _form: null, rows: readonly SuspendRow[]) {
  const { ctx, law, employer } = env;
  for (const row of rows) await suspend(ctx, row.spans, { to: row.to, date: row.date, reason: row.reason, caseNo });

  // Months after the stop that are assessed but unpaid are corrected at once; paid ones wait for 多缴退费 (收支两条线).
  const personNos = rows.map((row) => row.person.personNo);
  const firstMonth = rows.map((row) => addMonths(row.to, 1)).reduce((a, b) => (a < b ? a : b));
  const pivots = await listPivots(ctx.tx, ctx.region, employer.employerNo);
  const last = pivots.map((pivot) => pivot.bookedThrough).reduce((a, b) => (a > b ? a : b), firstMonth);
  const months = monthRange(firstMonth, last);
  const facts = await loadFacts(ctx.tx, ctx.region, employer.employerNo, personNos);
  const posted = await sumPosted(ctx.tx, ctx.region, employer.employerNo, months, personNos);
  const standing = await listPaidCells(ctx.tx, ctx.region, employer.employerNo, dateOf(ctx.now), { personNos, months });
  const paid = new Set(
    standing
      .filter((cell) => cell.paid || cell.received)
      .map((cell) => `${cell.personNo}/${cell.insurance}/${cell.month}`),
  );
  const cells = cellsOfMonths(facts, posted, ['pension', 'unemployment', 'injury'], months, 'CORRECTION').filter(
    (cell) => !paid.has(`${cell.personNo}/${cell.insurance}/${cell.month}`),
  );
  const lines = planLines(law, ctx.region, facts, posted, cells).filter(isFall);
  await postAssessment(ctx, law, employer.employerNo, { act: 'CORRECTION', caseNo }, lines);

  const current = monthOf(dateOf(ctx.now));
  const undeclared = mustDeclare(env, dateOf(ctx.now)) && pivots.some((pivot) => pivot.bookedThrough < current);
  const absent = rows.filter((row) => row.to < current).length;
  // By the last month of each: what a later month costs may not be known yet.
  const monthlyFen = totalOf(
    rows.flatMap((row) =>
      row.spans.map((span) => obligation(law, ctx.region, facts, row.person.personNo, span.insurance, row.to)),
    ),
  );
  const refund = refundAfterStop(env, facts, rows, standing);
  const [head] = rows as readonly [SuspendRow, ...SuspendRow[]];
  return {
    summary: rows.length === 1 ? `${head.person.name}，${head.date} 停保` : `${head.person.name}等 ${rows.length} 人`,
    headline: `已为 ${rows.length} 人办结停保`,
    submitLabel: `确认停保 ${rows.length} 人`,
    notices: refund.notices,
    sections: [
      {
        type: 'facts' as const,
        title: '停保以后',
        rows: [
          { label: '每月少缴', value: `${formatYuanGrouped(monthlyFen)} 元，按各人最后缴费月的基数和费率` },
          ...(undeclared
            ? [
                {
                  label: monthText(current),
                  value: absent > 0 ? `还没申报，申报时不再算这 ${absent} 人` : '还没申报',
                  tone: 'wait' as const,
                },
              ]
            : []),
        ],
      },
      {
        type: 'table' as const,
        title: `停保人员 ${rows.length} 人`,
        columns: [
          { key: 'name', label: '姓名' },
          { key: 'idNo', label: '证件号码' },
          { key: 'insurances', label: '险种' },
          { key: 'date', label: '停保时间' },
          { key: 'reason', label: '停保原因' },
          { key: 'last', label: '最后缴费月' },
        ],
        ...firstOf(
          rows.map((row) => ({
            name: row.person.name,
            idNo: maskIdNo(row.person.idNo),
            insurances: names(row.spans),
            date: row.date,
            reason: SUSPEND_REASONS[row.reason as SuspendReason],
            last: row.to,
          })),
        ),
      },
      ...(lines.length > 0 ? [amountsOf('未缴的以后月份随之减少', lines)] : []),
    ],
    ...(lines.length > 0 ? { amount: { label: '未缴费用减少', fen: totalOf(lines) } } : {}),
    nextSteps: [
      ...(undeclared ? [{ label: `申报${monthText(current)}费款`, to: '/items/unit.declare', primary: true }] : []),
      ...refund.nextSteps,
      { label: '看参保人员', to: '/people', primary: !undeclared },
    ],
    ...(undeclared ? { notDone: `${monthText(current)}费款还没申报：停保不代替申报` } : {}),
    undoUntil: '有后续业务之前',
    refs: { booked: pivots.map((pivot) => `${pivot.insurance}:${pivot.bookedThrough}`).join(',') },
  };
}

/** 后办先撤: enrolled again here or elsewhere, refunded, or left out of a month declared since; the restored enrolment would contradict it. */
async function undoSuspensionObstacles(
  env: ItemEnv,
  record: { caseNo: string; refs: Readonly<Record<string, string>> },
): Promise<readonly Problem[]> {
  const { ctx, employer } = env;
  const money = await undoObstacles(ctx, record.caseNo);
  if (money.length > 0) return money;
  const written = await listSpansOfCase(ctx.tx, ctx.region, record.caseNo);
  const stopped = written.filter((span) => span.current && span.to !== null);
  const [earliest] = stopped.map((span) => addMonths(span.to as Month, 1)).sort();
  const again = await enrolledSince(env, stopped);
  const here = again.filter((span) => span.employerNo === employer.employerNo).map((span) => span.caseNo);
  if (here.length > 0) return namedProblem(env, here);
  if (again.length > 0) return [await elsewhereProblem(env, again)];
  const later = await laterCaseProblems(env, record.caseNo, written, earliest ?? monthOf(dateOf(ctx.now)));
  return later.length > 0 ? later : bookedSince(env, record.refs, stopped);
}

/** Enrolments of the same person that begin after the stop, at any employer; injury alone may have several holders. */
async function enrolledSince(env: ItemEnv, stopped: readonly Span[]): Promise<Span[]> {
  const { ctx, employer } = env;
  const personNos = [...new Set(stopped.map((span) => span.personNo))];
  const all = await listSpansOfPersons(ctx.tx, ctx.region, personNos);
  return all.filter((span) =>
    stopped.some(
      (own) =>
        own.personNo === span.personNo &&
        own.insurance === span.insurance &&
        own.to !== null &&
        (span.to === null || span.to > own.to) &&
        (span.employerNo === employer.employerNo || span.insurance !== 'injury'),
    ),
  );
}

async function elsewhereProblem(env: ItemEnv, again: readonly Span[]): Promise<Problem> {
  const people = await findPersons(env.ctx.tx, env.ctx.region, [...new Set(again.map((span) => span.personNo))]);
  const who = [...people.values()].map((person) => person.name).join('、');
  return {
    code: 'REG-009',
    message: '该人员已在其他单位参保，不能撤销停保',
    why: `${who}停保以后，别的单位已为他办了参保；同一个月的养老、失业只能由一个单位缴。`,
    next: '确要恢复的，请那个单位先停保，再由本单位办参保登记（续保）。',
  };
}

/** Months after the stop that were declared since, without these people. Cases before this was noted cannot tell. */
async function bookedSince(
  env: ItemEnv,
  refs: Readonly<Record<string, string>>,
  stopped: readonly Span[],
): Promise<Problem[]> {
  const { ctx, employer } = env;
  const before = new Map((refs.booked ?? '').split(',').map((text) => text.split(':') as [Insurance, Month]));
  const pivots = await listPivots(ctx.tx, ctx.region, employer.employerNo);
  const moved = pivots.find((pivot) => {
    const booked = before.get(pivot.insurance);
    const own = stopped.filter((span) => span.insurance === pivot.insurance);
    return (
      booked !== undefined &&
      pivot.bookedThrough > booked &&
      own.some((span) => span.to !== null && span.to < pivot.bookedThrough)
    );
  });
  if (!moved) return [];
  return [
    {
      code: 'CAN-001',
      message: `该业务已有后续业务（${monthText(moved.bookedThrough)}的申报），请先撤销后续业务`,
      why: '停保以后的月份已经申报，其中没有他。',
      next: '先撤销那个月的申报；已经缴费的，请为他办参保登记（续保），少缴的月份随之补收。',
    },
  ];
}
