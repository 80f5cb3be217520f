import type { z } from 'zod';
import type { homeEndpoint } from '../../collection/contract.ts';
import type { Bill } from '../../collection/index.ts';
import { formatYuanGrouped } from '../../kernel/fen.ts';
import { dateOf, daysBetween, lastDay, type Month } from '../../kernel/month.ts';
import { blockedWords, type FreeFees } from '../bills/free.ts';
import type { ItemEnv } from '../model.ts';
import { monthsText, monthText } from '../sections.ts';
import { remainderText, weekdayText, wordsOf } from '../words.ts';
import { taxWaitMinutes, trackOf } from './bills.ts';

export type Headline = z.infer<(typeof homeEndpoint)['response']>['headline'];
export type HomeBill = Bill & { readonly months: string };

/** What the first line is decided by. */
export type HomeState = {
  readonly month: Month;
  /** Bills that count, newest first. */
  readonly bills: readonly HomeBill[];
  /** The region asks for a declaration every month (HB-DEC-01), and this month's is not done. */
  readonly undeclared: boolean;
  /** Months with somebody insured that were never declared: they come first (HB-DEC-04). */
  readonly missed: readonly Month[];
  /** Dues that are on no bill. */
  readonly free: FreeFees | undefined;
};

const WAITING: ReadonlySet<Bill['state']> = new Set(['ISSUED', 'PUSHED', 'INVOICED']);
const HELD: ReadonlySet<Bill['state']> = new Set(['PARTIAL', 'MISMATCH']);
const UNDER_WAY: ReadonlySet<Bill['state']> = new Set(['REVOKING', 'TAX_POSTED', 'SS_POSTED']);

export const isWaiting = (bill: Bill): boolean => WAITING.has(bill.state) && !bill.pushProblem;
export const isRefused = (bill: Bill): boolean => WAITING.has(bill.state) && bill.pushProblem !== null;

/** 4月费款; several months are named in full. */
const feeName = (months: string): string =>
  /^\d{4}-\d{2}$/.test(months) ? `${Number(months.slice(5))}月费款` : `${months} 费款`;

/**
 * The first line: the month that is not declared, then the bill that needs something of the employer (the earliest deadline first),
 * then fees on no bill, then what is under way. Every other bill stands in the list below it.
 */
export function headlineOf(env: ItemEnv, state: HomeState, taxUrl: string | null): Headline {
  if (state.undeclared) return undeclaredLine(env, state);
  const inNeed = state.bills
    .filter((bill) => WAITING.has(bill.state) || HELD.has(bill.state))
    .sort((a, b) => a.deadline.localeCompare(b.deadline));
  const [needed] = inNeed;
  if (needed) return billLine(env, needed, taxUrl);
  const done = state.bills.find((bill) => UNDER_WAY.has(bill.state)) ?? state.bills.find(isOfThisMonth(state.month));
  if (state.free) return freeLine(env, state.free, done);
  if (done) return billLine(env, done, taxUrl);
  return {
    ...{ amountFen: null, employerFen: null, personFen: null, billNo: null, track: [] },
    title: `${feeName(state.month)}：没有要缴的`,
    sentence: '没有未缴的费用。不用您做什么。',
    tone: 'done',
    tag: null,
    action: null,
  };
}

/** `done`: the bill of the month, when these fees came after it. */
function freeLine(env: ItemEnv, free: FreeFees, done: HomeBill | undefined): Headline {
  const { totalFen: amountFen, employerFen, personFen, problem } = free;
  const rest = { amountFen, employerFen, personFen, billNo: null, track: [] };
  const lead = done ? `${feeName(done.months)}的单据${wordsOfBill(env, done).state}；后来核定的` : '已核定，';
  if (problem) {
    return {
      ...rest,
      title: `${feeName(free.months)}：${done ? '新增的' : ''}现在开不了单`,
      sentence: `${lead}尚未开具认定单。${blockedWords(env, problem)}。`,
      tone: 'bad',
      tag: null,
      action: { label: '看原因', to: '/items/bill.issue', external: false },
    };
  }
  const { charges } = wordsOf(env);
  const late = { now: `已在加收${charges}，早开少收`, after: `过了这天加收${charges}`, no: '' }[free.charged];
  return {
    ...rest,
    title: `${feeName(free.months)}：${done ? '新增的' : ''}还没开单`,
    sentence: `${lead}尚未开具认定单，应缴数还没有发送税务。请在 ${weekdayText(env, free.until)}24:00 前开单${late ? `，${late}` : ''}。`,
    tone: 'wait',
    tag: remainderText(env, free.until),
    action: { label: `开认定单 · ${formatYuanGrouped(amountFen)} 元`, to: '/items/bill.issue', external: false },
  };
}

const isOfThisMonth = (month: Month) => (bill: Bill) =>
  bill.state === 'ALLOCATED' && bill.issuedAt.slice(0, 7) === month;

function undeclaredLine(env: ItemEnv, { month, missed }: HomeState): Headline {
  const until = lastDay(month);
  const left = daysBetween(dateOf(env.ctx.now), until);
  const rest = { amountFen: null, employerFen: null, personFen: null, billNo: null, track: [], tone: 'wait' as const };
  if (missed.length > 0) {
    return {
      ...rest,
      title: `${feeName(month)}：还没申报`,
      sentence: `${monthsText(missed)} 没有申报，先补缴申报，再申报 ${monthText(month)}。请在 ${weekdayText(env, until)}24:00 前办完。`,
      tag: `还剩 ${left} 天`,
      action: { label: '去补缴申报', to: '/items/bp.unit', external: false },
    };
  }
  return {
    ...rest,
    title: `${feeName(month)}：还没申报`,
    sentence: `请在 ${weekdayText(env, until)}24:00 前申报并开单。${wordsOf(env).quietMonth}。`,
    tag: `还剩 ${left} 天`,
    action: { label: '去申报', to: '/items/unit.declare', external: false },
  };
}

type Words = { readonly state: string; readonly sentence: string; readonly tone: Headline['tone'] };

function wordsOfBill(env: ItemEnv, bill: Bill): Words {
  const { posting, allocation } = wordsOf(env);
  const until = `请在 ${weekdayText(env, bill.deadline)}24:00 前`;
  if (isRefused(bill)) {
    return {
      state: '税务没有接收',
      sentence: `税务没有接收这张单据（${bill.pushProblem}），不能缴费。请撤销后重新开单。`,
      tone: 'bad',
    };
  }
  const all: Partial<Record<Bill['state'], Words>> = {
    ISSUED: {
      state: '等税务接收',
      sentence: `单据正在发送税务，约 ${taxWaitMinutes(env)} 分钟。${until}缴清，过期作废。`,
      tone: 'wait',
    },
    PUSHED: {
      state: '等您缴费',
      sentence: `单据已送达税务。${until}到电子税务局缴清，过期作废。`,
      tone: 'wait',
    },
    INVOICED: { state: '等您缴费', sentence: `税务已开票。${until}缴清，过期作废。`, tone: 'wait' },
    REVOKING: { state: '等税务作废', sentence: '已请税务作废这张单据，回执后费用回到未开单。', tone: 'info' },
    PARTIAL: { state: '部分到账', sentence: '到账金额少于应缴，补足后才配账到人。', tone: 'bad' },
    MISMATCH: { state: '金额不符', sentence: '到账金额或险种与单据不符，经办机构正在核对。', tone: 'bad' },
    TAX_POSTED: {
      state: '税务已登账',
      sentence: `费款已缴，${posting}社保登账一批。不用您做什么。`,
      tone: 'info',
    },
    SS_POSTED: {
      state: '社保已登账',
      sentence: `${allocation} 配账到人，之后可开参保证明。不用您做什么。`,
      tone: 'info',
    },
    ALLOCATED: { state: '已到账', sentence: '费款已配账到人。不用您做什么。', tone: 'done' },
  };
  return all[bill.state] ?? { state: '', sentence: '', tone: 'info' };
}

function billLine(env: ItemEnv, bill: HomeBill, taxUrl: string | null): Headline {
  const words = wordsOfBill(env, bill);
  const waiting = isWaiting(bill);
  return {
    title: `${feeName(bill.months)}：${words.state}`,
    sentence: words.sentence,
    tone: words.tone,
    tag: waiting ? `还剩 ${Math.max(0, daysBetween(dateOf(env.ctx.now), bill.deadline))} 天` : null,
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
