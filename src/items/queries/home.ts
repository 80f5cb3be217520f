import type { z } from 'zod';
import { type Draft, listDrafts } from '../../casework/index.ts';
import type { homeEndpoint } from '../../collection/contract.ts';
import { hasArrears, listBills, listPivots, loadFacts, type Pivot, sumDuesByMonth } from '../../collection/index.ts';
import { listStanding } from '../../enrolment/index.ts';
import { INSURANCE_NAMES, INSURANCES } from '../../kernel/insurance.ts';
import {
  addDays,
  addMonths,
  type CivilDate,
  dateOf,
  daysBetween,
  lastDay,
  type Month,
  monthOf,
  monthRange,
} from '../../kernel/month.ts';
import { listExemptions, listInjuryClasses, listRefundAccounts } from '../../registry/index.ts';
import { findValue, INJURY_CLASS_NAMES } from '../../rules/index.ts';
import { blockedWords, type FreeFees, freeFees } from '../bills/free.ts';
import { findItem } from '../catalogue.ts';
import { behind, mustDeclare } from '../declaration/month-plan.ts';
import type { ItemEnv } from '../model.ts';
import { dayText, monthsText } from '../sections.ts';
import { wordsOf } from '../words.ts';
import { type HomeBill, headlineOf, isRefused, isWaiting } from './home-headline.ts';

type Home = z.infer<(typeof homeEndpoint)['response']>;

const MONTHS_SHOWN = 12;

async function lastMonths(env: ItemEnv, month: Month): Promise<Home['months']> {
  const months = monthRange(addMonths(month, 1 - MONTHS_SHOWN), month);
  const sums = await sumDuesByMonth(env.ctx.tx, env.ctx.region, env.employer.employerNo, months);
  return months.map((at) => {
    const cells = INSURANCES.map((insurance) => {
      const own = sums.find((sum) => sum.month === at && sum.insurance === insurance);
      return { insurance, employerFen: own?.employerFen ?? 0, personFen: own?.personFen ?? 0 };
    });
    return { month: at, cells, totalFen: cells.reduce((sum, cell) => sum + cell.employerFen + cell.personFen, 0) };
  });
}

/** Months never declared that had somebody insured; people are looked at only where a pivot lags. */
async function missedMonths(env: ItemEnv, pivots: readonly Pivot[], last: Month): Promise<Month[]> {
  if (pivots.every((pivot) => pivot.bookedThrough >= last)) return [];
  const facts = await loadFacts(env.ctx.tx, env.ctx.region, env.employer.employerNo);
  const [first] = behind(facts, pivots, last)
    .map((pivot) => addMonths(pivot.bookedThrough, 1))
    .sort();
  return first ? monthRange(first, last) : [];
}

type Row = Home['today'][number];

/** What can be done today and until when: to pay, to declare, to bill, then what is always open. */
function rulerOf(
  env: ItemEnv,
  month: Month,
  bills: readonly HomeBill[],
  state: { readonly undeclared: boolean; readonly missed: readonly Month[]; readonly free: FreeFees | undefined },
): Row[] {
  const today = dateOf(env.ctx.now);
  const rows: Row[] = [];
  const add = (row: Omit<Row, 'days' | 'until'> & { readonly until: CivilDate }) =>
    rows.push({ ...row, days: Math.max(0, daysBetween(today, row.until)) });
  for (const bill of bills.filter(isWaiting).sort((a, b) => a.deadline.localeCompare(b.deadline))) {
    add({
      title: '认定单缴费',
      words: `单据 ${bill.billNo}`,
      note: '过期作废，要重新开单',
      until: bill.deadline,
      tone: 'wait',
      action: { label: '去缴费', to: `/bills/${bill.billNo}` },
    });
  }
  if (state.undeclared) {
    const [label, to] = state.missed.length > 0 ? ['去补缴', '/items/bp.unit'] : ['去申报', '/items/unit.declare'];
    add({
      title: `申报 ${Number(month.slice(5))} 月费款`,
      words: state.missed.length > 0 ? `先补 ${monthsText(state.missed)}` : '没有人员变动也要申报',
      note: '当月只能申报当月',
      until: lastDay(month),
      tone: 'wait',
      action: { label, to },
    });
  }
  if (state.free) {
    const { charges } = wordsOf(env);
    const notes = {
      now: `已在加收${charges}`,
      after: `${dayText(addDays(state.free.until, 1))}起加收${charges}`,
      no: '',
    };
    add({
      title: `未开单 ${state.free.months}`,
      words: state.free.problem ? '现在开不了单，原因见“要您处理”' : `${state.free.persons} 人，待开认定单`,
      note: notes[state.free.charged],
      until: state.free.until,
      tone: 'wait',
      action: { label: state.free.problem ? '看原因' : '去开单', to: '/items/bill.issue' },
    });
  }
  const monthsOf = (key: 'window.autoBackMonths' | 'window.refundBackMonths') => {
    const value = findValue(env.law.book, env.ctx.region, key, today)?.value;
    return typeof value === 'number' ? value : undefined;
  };
  const autoBack = monthsOf('window.autoBackMonths');
  if (autoBack !== undefined) {
    add({
      title: '新员工参保',
      words: `${wordsOf(env).autoBack}以内的自动补收`,
      note: `下月起，${addMonths(month, -autoBack)} 的不再自动补收`,
      until: lastDay(month),
      tone: 'info',
      action: { label: '去增员', to: '/items/emp.enroll' },
    });
  }
  const refundBack = monthsOf('window.refundBackMonths');
  if (refundBack !== undefined) {
    add({
      title: '多缴退费',
      words: `${monthsText([addMonths(month, -refundBack), month])}，先停保再申报`,
      note: '停保当月不退',
      until: lastDay(month),
      tone: 'info',
      action: { label: '去申报', to: '/items/refund.emp' },
    });
  }
  return rows;
}

function todoOf(
  env: ItemEnv,
  bills: readonly HomeBill[],
  free: FreeFees | undefined,
  drafts: readonly Draft[],
): Home['todo'] {
  const todo: Home['todo'] = [];
  for (const bill of bills.filter(isRefused)) {
    todo.push({
      title: '税务没有接收单据',
      words: `${bill.billNo}，请撤销后重新开单`,
      fen: bill.totalFen,
      action: { label: '看单据', to: `/bills/${bill.billNo}` },
    });
  }
  if (free) {
    todo.push({
      title: '未开单费用',
      words: free.problem
        ? `${free.months}，${blockedWords(env, free.problem)}`
        : `${free.persons} 人 · ${free.months}`,
      fen: free.totalFen,
      action: { label: free.problem ? '看原因' : '开认定单', to: '/items/bill.issue' },
    });
  }
  for (const draft of drafts.slice(0, 5)) {
    todo.push({
      title: `草稿 · ${findItem(draft.itemCode)?.name ?? draft.itemCode}`,
      words: `${draft.summary} · 尚未点“确认提交”，未生效`,
      fen: null,
      action: { label: '继续', to: `/items/${draft.itemCode}?draft=${draft.draftId}` },
    });
  }
  for (const bill of bills.filter((one) => one.state === 'EXPIRED').slice(0, 1)) {
    if (free && !bill.released) continue;
    todo.push({
      title: '单据已过期',
      words: `${bill.billNo}，${bill.released ? '请重新开单' : '约 15 分钟后可重新开单'}`,
      fen: null,
      action: { label: '看单据', to: `/bills/${bill.billNo}` },
    });
  }
  return todo;
}

async function employerOf(env: ItemEnv, month: Month): Promise<Omit<Home['employer'], 'insurances'>> {
  const { ctx, employer } = env;
  const [standing, classes, [account], arrears] = await Promise.all([
    listStanding(ctx.tx, ctx.region, employer.employerNo, month),
    listInjuryClasses(ctx.tx, ctx.region, employer.employerNo),
    listRefundAccounts(ctx.tx, ctx.region, employer.employerNo),
    hasArrears(ctx.tx, ctx.region, employer.employerNo, dateOf(ctx.now)),
  ]);
  const insured = standing.filter((one) => one.open.length > 0).map((one) => one.personNo);
  const exempt = new Set(
    (await listExemptions(ctx.tx, ctx.region, insured))
      .filter((one) => one.from <= month && (one.to === null || month <= one.to))
      .map((one) => one.personNo),
  );
  const injuryClass = classes.findLast((fact) => fact.from <= month)?.injuryClass;
  return {
    employerNo: employer.employerNo,
    name: employer.name,
    persons: insured.length,
    paying: insured.length - exempt.size,
    injuryClass: injuryClass ? (INJURY_CLASS_NAMES[injuryClass] ?? '') : '',
    arrears: arrears ? '有' : '无',
    refundAccount: account ? `尾号 ${account.account.slice(-4)}` : '未登记',
  };
}

const insuranceOf = (pivot: Pivot): Home['employer']['insurances'][number] => ({
  insurance: pivot.insurance,
  name: INSURANCE_NAMES[pivot.insurance],
  bookedThrough: pivot.bookedThrough,
  state: '正常参保',
});

const BILLS_LOOKED_AT = 50;

/** What this month needs of the employer, in one answer (ui 01). */
export async function homeView(env: ItemEnv, taxUrl: string | null): Promise<Home> {
  const { ctx } = env;
  const today = dateOf(ctx.now);
  const month = monthOf(today);
  // What does not depend on another is asked at the same moment.
  const own = [ctx.tx, ctx.region, env.employer.employerNo] as const;
  const [pivots, { rows: bills }, free, drafts, months, employer] = await Promise.all([
    listPivots(...own),
    listBills(...own, { page: 1, size: BILLS_LOOKED_AT }),
    freeFees(env),
    listDrafts(...own),
    lastMonths(env, month),
    employerOf(env, month),
  ]);
  const declared = pivots.length > 0 && pivots.every((pivot) => pivot.bookedThrough >= month);
  const undeclared = mustDeclare(env, today) && !declared;
  const missed = undeclared ? await missedMonths(env, pivots, addMonths(month, -1)) : [];
  const ruler = rulerOf(env, month, bills, { undeclared, missed, free });
  return {
    month,
    headline: headlineOf(env, { month, bills, undeclared, missed, free }, taxUrl),
    today: ruler,
    rulerEnd: ruler.map((row) => row.until).reduce((a, b) => (a > b ? a : b), lastDay(month)),
    todo: todoOf(env, bills, free, drafts),
    months,
    employer: { ...employer, insurances: pivots.map(insuranceOf) },
  };
}
