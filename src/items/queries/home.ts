import type { z } from 'zod';
import { listDrafts } from '../../casework/index.ts';
import type { homeEndpoint } from '../../collection/contract.ts';
import { type Bill, computeBill, hasArrears, listBills, listDueStatus, loadFacts } from '../../collection/index.ts';
import { DomainError } from '../../kernel/errors.ts';
import { INSURANCE_NAMES, INSURANCES } from '../../kernel/insurance.ts';
import {
  addMonths,
  type CivilDate,
  dateOf,
  daysBetween,
  lastDay,
  type Month,
  monthOf,
  monthRange,
  weekday,
} from '../../kernel/month.ts';
import { listRefundAccounts } from '../../registry/index.ts';
import { INJURY_CLASS_NAMES } from '../../rules/index.ts';
import { findItem } from '../catalogue.ts';
import { loadEmployerMonth } from '../declaration/month-plan.ts';
import type { ItemEnv } from '../model.ts';
import { dayText, monthsText } from '../sections.ts';
import { taxWaitMinutes, trackOf } from './bills.ts';

type Home = z.infer<(typeof homeEndpoint)['response']>;
const WEEKDAYS = ['周日', '周一', '周二', '周三', '周四', '周五', '周六'] as const;

/** A date that decides, with its weekday and whether it is a make-up working day (ui §5). */
function deadlineText(day: CivilDate): string {
  const name = WEEKDAYS[weekday(day)] ?? '';
  const weekend = weekday(day) === 0 || weekday(day) === 6;
  return `${dayText(day)}（${name}${weekend ? '，补班' : ''}）24:00`;
}

const OPEN_STATES = ['ISSUED', 'PUSHED', 'INVOICED', 'REVOKING', 'PARTIAL', 'MISMATCH', 'TAX_POSTED', 'SS_POSTED'];

async function freeFees(env: ItemEnv): Promise<{ totalFen: number; persons: number; months: string } | undefined> {
  try {
    const draft = await computeBill(env.ctx, env.law, env.employer.employerNo);
    return {
      totalFen: draft.totalFen,
      persons: Math.max(...draft.lines.map((line) => line.persons)),
      months: monthsText(draft.lines.map((line) => line.month)),
    };
  } catch (error) {
    if (error instanceof DomainError) return undefined;
    throw error;
  }
}

function headlineOf(
  env: ItemEnv,
  month: Month,
  bill: Bill | undefined,
  declared: boolean,
  free: boolean,
  taxUrl: string | null,
): Home['headline'] {
  const name = `${Number(month.slice(5))}月费款`;
  const today = dateOf(env.ctx.now);
  if (bill) {
    const days = daysBetween(today, bill.deadline);
    const waiting = bill.state === 'ISSUED' || bill.state === 'PUSHED' || bill.state === 'INVOICED';
    const words: Partial<Record<Bill['state'], [string, string]>> = {
      ISSUED: [
        '等税务接收',
        `单据正在发送税务，约 ${taxWaitMinutes(env)} 分钟。请在 ${deadlineText(bill.deadline)} 前缴清，过期作废。`,
      ],
      PUSHED: ['等您缴费', `单据已送达税务。请在 ${deadlineText(bill.deadline)} 前到电子税务局缴清，过期作废。`],
      INVOICED: ['等您缴费', `税务已开票。请在 ${deadlineText(bill.deadline)} 前缴清，过期作废。`],
      REVOKING: ['等税务作废', '已请税务作废这张单据，回执后费用回到未开单。'],
      PARTIAL: ['部分到账', '到账金额少于应缴，补足后才配账到人。'],
      MISMATCH: ['金额不符', '到账金额或险种与单据不符，经办机构正在核对。'],
      TAX_POSTED: ['税务已登账', '费款已缴，每 4 小时社保登账一批。不用您做什么。'],
      SS_POSTED: ['社保已登账', '次日 02:00 配账到人，之后可开参保证明。不用您做什么。'],
      ALLOCATED: ['已到账', '费款已配账到人。不用您做什么。'],
    };
    const [state, sentence] = words[bill.state] ?? ['', ''];
    return {
      title: `${name}：${state}`,
      sentence,
      tone:
        bill.state === 'ALLOCATED'
          ? 'done'
          : waiting
            ? 'wait'
            : bill.state === 'PARTIAL' || bill.state === 'MISMATCH'
              ? 'bad'
              : 'info',
      tag: waiting ? `还剩 ${days} 天` : null,
      amountFen: bill.totalFen,
      employerFen: bill.employerFen,
      personFen: bill.personFen,
      billNo: bill.billNo,
      track: trackOf(env, bill),
      action:
        waiting && taxUrl && bill.state !== 'ISSUED'
          ? { label: '去电子税务局缴费', to: `${taxUrl}/?bill=${bill.billNo}`, external: true }
          : { label: '查看单据', to: `/bills/${bill.billNo}`, external: false },
    };
  }
  const rest = { amountFen: null, employerFen: null, personFen: null, billNo: null, track: [] };
  if (!declared) {
    const until = lastDay(month);
    return {
      ...rest,
      title: `${name}：还没申报`,
      sentence: `请在 ${dayText(until)} 前申报并开单。没有人员变动，每月也要申报。`,
      tone: 'wait',
      tag: `还剩 ${daysBetween(today, until)} 天`,
      action: { label: '去申报', to: '/items/unit.declare', external: false },
    };
  }
  if (free) {
    return {
      ...rest,
      title: `${name}：还没开单`,
      sentence: '已申报，尚未开具认定单，应缴数还没有发送税务。',
      tone: 'wait',
      tag: null,
      action: { label: '去开单', to: '/items/bill.issue', external: false },
    };
  }
  return {
    ...rest,
    title: `${name}：没有要缴的`,
    sentence: '本月已申报，没有未缴的费用。不用您做什么。',
    tone: 'done',
    tag: null,
    action: null,
  };
}

const MONTHS_SHOWN = 12;

async function lastMonths(env: ItemEnv, month: Month): Promise<Home['months']> {
  const months = monthRange(addMonths(month, 1 - MONTHS_SHOWN), month);
  const dues = await listDueStatus(env.ctx.tx, env.ctx.region, { employerNo: env.employer.employerNo, months });
  return months.map((at) => {
    const own = dues.filter((due) => due.month === at);
    const cells = INSURANCES.map((insurance) => ({
      insurance,
      employerFen: own.filter((due) => due.insurance === insurance).reduce((sum, due) => sum + due.employerFen, 0),
      personFen: own.filter((due) => due.insurance === insurance).reduce((sum, due) => sum + due.personFen, 0),
    }));
    return { month: at, cells, totalFen: cells.reduce((sum, cell) => sum + cell.employerFen + cell.personFen, 0) };
  });
}

/** What this month needs of the employer, in one answer (ui 01). */
export async function homeView(env: ItemEnv, taxUrl: string | null): Promise<Home> {
  const { ctx, employer } = env;
  const today = dateOf(ctx.now);
  const month = monthOf(today);
  const { pivots } = await loadEmployerMonth(env);
  const facts = await loadFacts(ctx.tx, ctx.region, employer.employerNo);
  const { rows: bills } = await listBills(ctx.tx, ctx.region, employer.employerNo, { page: 1, size: 20 });
  const current =
    bills.find((bill) => OPEN_STATES.includes(bill.state)) ??
    bills.find((bill) => bill.state === 'ALLOCATED' && monthOf(dateOf(bill.issuedAt)) === month);
  const declared = pivots.length > 0 && pivots.some((pivot) => pivot.bookedThrough >= month);
  const free = await freeFees(env);
  const drafts = await listDrafts(ctx.tx, ctx.region, employer.employerNo);

  const today_: Home['today'] = [];
  const add = (row: Omit<Home['today'][number], 'days' | 'until'> & { readonly until: CivilDate }) =>
    today_.push({ ...row, days: Math.max(0, daysBetween(today, row.until)) });
  if (current && ['ISSUED', 'PUSHED', 'INVOICED'].includes(current.state)) {
    add({
      title: '认定单缴费',
      words: `单据 ${current.billNo}`,
      note: '过期作废，要重新开单',
      until: current.deadline,
      tone: 'wait',
      action: { label: '去缴费', to: `/bills/${current.billNo}` },
    });
  }
  if (!declared) {
    add({
      title: `申报 ${Number(month.slice(5))} 月费款`,
      words: '没有人员变动也要申报',
      note: '当月只能申报当月',
      until: lastDay(month),
      tone: 'wait',
      action: { label: '去申报', to: '/items/unit.declare' },
    });
  }
  if (free) {
    add({
      title: `未开单 ${free.months}`,
      words: `${free.persons} 人，待开认定单`,
      note: '下月 1 日起加收滞纳金和利息',
      until: lastDay(month),
      tone: 'wait',
      action: { label: '去开单', to: '/items/bill.issue' },
    });
  }
  add({
    title: '新员工参保',
    words: `三个月以内的自动补收`,
    note: `下月起，${monthsText([addMonths(month, -3)])} 的要走劳动合同补缴`,
    until: lastDay(month),
    tone: 'info',
    action: { label: '去增员', to: '/items/emp.enroll' },
  });
  add({
    title: '多缴退费',
    words: `${monthsText([addMonths(month, -3), month])}，先停保再申报`,
    note: '停保当月不退',
    until: lastDay(month),
    tone: 'info',
    action: { label: '去申报', to: '/items/refund.emp' },
  });

  const todo: Home['todo'] = [];
  if (free) {
    todo.push({
      title: '未开单费用',
      words: `${free.persons} 人 · ${free.months}`,
      fen: free.totalFen,
      action: { label: '开认定单', to: '/items/bill.issue' },
    });
  }
  for (const draft of drafts.slice(0, 5)) {
    todo.push({
      title: findItem(draft.itemCode)?.name ?? '草稿',
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

  const persons = [...facts.persons.values()];
  const injuryClass = facts.injuryClasses.findLast((fact) => fact.from <= month)?.injuryClass;
  const accounts = await listRefundAccounts(ctx.tx, ctx.region, employer.employerNo);
  const paying = persons.filter((person) => person.spans.some((span) => span.to === null)).length;
  return {
    month,
    headline: headlineOf(env, month, current, declared, free !== undefined, taxUrl),
    today: today_,
    rulerEnd: today_.map((row) => row.until).reduce((a, b) => (a > b ? a : b), lastDay(month)),
    todo,
    months: await lastMonths(env, month),
    employer: {
      employerNo: employer.employerNo,
      name: employer.name,
      persons: persons.length,
      paying,
      insurances: pivots.map((pivot) => ({
        insurance: pivot.insurance,
        name: INSURANCE_NAMES[pivot.insurance],
        bookedThrough: pivot.bookedThrough,
        state: '正常参保',
      })),
      injuryClass: injuryClass ? (INJURY_CLASS_NAMES[injuryClass] ?? '') : '',
      arrears: (await hasArrears(ctx.tx, ctx.region, employer.employerNo, today)) ? '有' : '无',
      refundAccount: accounts[0] ? `尾号 ${accounts[0].account.slice(-4)}` : '未登记',
    },
  };
}
