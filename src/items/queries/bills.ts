import type { z } from 'zod';
import { chineseDate, findByRef, issueBillDocument } from '../../archive/index.ts';
import {
  type billEndpoint,
  type billRowSchema,
  PAYABLE_NAME,
  type personLineSchema,
  type personLineSort,
  type trackNodeSchema,
} from '../../collection/contract.ts';
import {
  BILL_STATE_NAMES,
  type Bill,
  type BillLine,
  DUE_KIND_NAMES,
  DUE_KINDS,
  getBillRecord,
  type Line,
  listBillPersonNos,
  listBillPersons,
  listBills,
  sumBillPersons,
  undoBillObstacles,
} from '../../collection/index.ts';
import { amountInWords } from '../../kernel/amount-words.ts';
import { type Problem, refuse } from '../../kernel/errors.ts';
import { sumFen } from '../../kernel/fen.ts';
import { maskIdNo } from '../../kernel/id-number.ts';
import { INSURANCE_NAMES, INSURANCES, type Insurance } from '../../kernel/insurance.ts';
import { addDays, addMs, atTime, type CivilDate, dateOf, type Moment, momentToMs } from '../../kernel/month.ts';
import { findPersons } from '../../registry/index.ts';
import { type BillDeadline, billDeadline, fillAll, lookupNumber, lookupText, officeOf } from '../../rules/index.ts';
import type { ItemEnv } from '../model.ts';
import { monthsText } from '../sections.ts';
import { weekdayText, wordsOf } from '../words.ts';

type BillRow = z.infer<typeof billRowSchema>;
type BillView = z.infer<(typeof billEndpoint)['response']>;
type TrackNode = z.infer<typeof trackNodeSchema>;
type PersonLine = z.infer<typeof personLineSchema>;

const MINUTE_MS = 60_000;
const HOUR_MS = 3_600_000;

/** How long the tax side takes to see a bill issued now, in minutes (HB-BILL-07): 20, and 30 on the first ten days of a month. */
export function taxWaitMinutes(env: Pick<ItemEnv, 'ctx' | 'law'>): number {
  const { book } = env.law;
  const region = env.ctx.region;
  const today = dateOf(env.ctx.now);
  const day = Number(today.slice(8));
  const peak =
    day >= lookupNumber(book, region, 'tax.peakDayFrom', today) &&
    day <= lookupNumber(book, region, 'tax.peakDayTo', today);
  return lookupNumber(book, region, peak ? 'tax.peakWaitMinutes' : 'tax.syncMinutes', today);
}

/** 待推送 / 已推送 / 税务已接收 / 失败 (HB-BILL-07). */
function pushOf(env: ItemEnv, bill: Bill): Pick<BillRow, 'pushState' | 'pushText'> {
  if (bill.pushProblem)
    return { pushState: 'FAILED', pushText: `税务没有接收（${bill.pushProblem}）。请撤销后重新开单。` };
  if (bill.acceptedAt) return { pushState: 'ACCEPTED', pushText: '税务已接收' };
  const minutes = taxWaitMinutes(env);
  const waited = (momentToMs(env.ctx.now) - momentToMs(bill.issuedAt)) / MINUTE_MS;
  const open = bill.state === 'ISSUED' || bill.state === 'PUSHED';
  if (open && waited > minutes) {
    return {
      pushState: bill.pushedAt ? 'SENT' : 'WAITING',
      pushText: `税务尚未同步，请等待约${wordsOf(env).peakWait}；仍未同步请持征集通知单据号联系税务专管员`,
    };
  }
  return bill.pushedAt
    ? { pushState: 'SENT', pushText: '已推送，等税务接收' }
    : { pushState: 'WAITING', pushText: `待推送，约 ${minutes} 分钟内税务可见` };
}

const isPayable = (bill: Bill): boolean => bill.acceptedAt !== null && bill.pushProblem === null;

/** The next 4-hourly run at or after a moment. */
function nextPosting(env: ItemEnv, after: Moment): Moment {
  const hours = lookupNumber(env.law.book, env.ctx.region, 'socialPosting.intervalHours', dateOf(after));
  const hour = Number(after.slice(11, 13));
  const next = Math.floor(hour / hours) * hours + hours;
  return addMs(atTime(dateOf(after), '00:00'), next * HOUR_MS);
}

function allocationAfter(env: ItemEnv, posted: Moment): Moment {
  const day = dateOf(posted);
  return atTime(addDays(day, 1), lookupText(env.law.book, env.ctx.region, 'allocation.at', day));
}

/** 放大镜 (HB-TRK-01): always the five names; what is done, what is next and who must act, what stopped it. */
export function trackOf(env: ItemEnv, bill: Bill): TrackNode[] {
  const { posting, allocation } = wordsOf(env);
  const expectedPosting = bill.taxPostedAt ? nextPosting(env, bill.taxPostedAt) : null;
  const nodes: { code: TrackNode['code']; at: Moment | null; expectedAt: Moment | null; words: string }[] = [
    { code: 'ISSUED', at: bill.issuedAt, expectedAt: null, words: `${bill.actorName} 开单` },
    {
      code: 'INVOICED',
      at: bill.invoicedAt,
      expectedAt: null,
      words: isPayable(bill) ? PAYABLE_NAME : pushOf(env, bill).pushText,
    },
    { code: 'TAX_POSTED', at: bill.taxPostedAt, expectedAt: null, words: '缴款成功即登' },
    { code: 'SS_POSTED', at: bill.ssPostedAt, expectedAt: expectedPosting, words: `${posting}一批` },
    {
      code: 'ALLOCATED',
      at: bill.allocatedAt,
      expectedAt: bill.ssPostedAt
        ? allocationAfter(env, bill.ssPostedAt)
        : expectedPosting && allocationAfter(env, expectedPosting),
      words: `登账${allocation}`,
    },
  ];
  const held = HOLD_WORDS[bill.state];
  const stopped = bill.state === 'EXPIRED' || bill.state === 'REVOKED' || bill.state === 'REVOKING';
  const firstOpen = nodes.findIndex((node) => node.at === null);
  return nodes.map((node, index) => {
    const state = node.at
      ? 'done'
      : index !== firstOpen
        ? 'future'
        : stopped
          ? 'stopped'
          : !held && node.expectedAt && node.expectedAt < env.ctx.now
            ? 'late'
            : 'current';
    const words =
      state === 'stopped'
        ? STOP_WORDS[bill.state as keyof typeof STOP_WORDS]
        : state === 'late' && node.code === 'SS_POSTED'
          ? '请咨询税务部门何时传输到账信息'
          : node.words;
    return {
      code: node.code,
      name: BILL_STATE_NAMES[node.code],
      state,
      at: node.at,
      expectedAt: node.expectedAt,
      words,
    };
  });
}

const ARREARS_WORDS = {
  OPEN: '这笔费款登账后被税务冲正，费用还欠着。请联系经办机构。',
  RELEASED: '这笔费款登账后被税务冲正，费用已回到未开单，请重新开单缴费。',
} as const;

const HOLD_WORDS: Partial<Record<Bill['state'], string>> = {
  PARTIAL: '金额不足，等补足',
  MISMATCH: '金额或险种不符，等税务更正',
};

const STOP_WORDS = {
  EXPIRED: '已过期作废，请重新开具认定单',
  REVOKED: '已撤销，可重新开具认定单',
  REVOKING: '已请税务作废，等回执',
} as const;

function rowOf(env: ItemEnv, bill: Bill, months: string, receivedFen: number): BillRow {
  return {
    billNo: bill.billNo,
    state: bill.state,
    stateName: bill.state === 'PUSHED' && isPayable(bill) ? PAYABLE_NAME : BILL_STATE_NAMES[bill.state],
    released: bill.released,
    months,
    issuedAt: bill.issuedAt,
    deadline: bill.deadline,
    deadlineText: `${weekdayText(env, bill.deadline)}24:00`,
    employerFen: bill.employerFen,
    personFen: bill.personFen,
    lateFen: bill.lateFen,
    interestFen: bill.interestFen,
    totalFen: bill.totalFen,
    receivedFen,
    actorName: bill.actorName,
    caseNo: bill.caseNo,
    ...pushOf(env, bill),
  };
}

export async function billPage(env: ItemEnv, filter: Parameters<typeof listBills>[3]) {
  const found = await listBills(env.ctx.tx, env.ctx.region, env.employer.employerNo, filter);
  return {
    total: found.total,
    page: filter.page,
    size: filter.size,
    rows: found.rows.map((bill) => rowOf(env, bill, bill.months, bill.receivedFen)),
  };
}

type Sums = { employerFen: number; personFen: number; interestFen: number; lateFen: number; totalFen: number };
const sumsOf = (lines: readonly BillLine[]): Sums => ({
  employerFen: sumFen(lines, (line) => line.employerFen),
  personFen: sumFen(lines, (line) => line.personFen),
  interestFen: sumFen(lines, (line) => line.interestFen),
  lateFen: sumFen(lines, (line) => line.lateFen),
  totalFen: sumFen(lines, (line) => line.totalFen),
});

function byInsurance(lines: readonly BillLine[]): (Sums & { insurance: Insurance })[] {
  return INSURANCES.flatMap((insurance) => {
    const own = lines.filter((line) => line.insurance === insurance);
    return own.length > 0 ? [{ insurance, ...sumsOf(own) }] : [];
  });
}

function byKind(lines: readonly BillLine[]) {
  return DUE_KINDS.flatMap((kind) => {
    const own = lines.filter((line) => line.kind === kind);
    if (own.length === 0) return [];
    return [
      {
        kind,
        name: DUE_KIND_NAMES[kind],
        persons: Math.max(...own.map((line) => line.persons)),
        months: monthsText(own.map((line) => line.month)),
        ...sumsOf(own),
      },
    ];
  });
}

/** Said of a bill that does not exist, and of another employer's: the two must not be told apart (D-SEC-01). */
export const NO_SUCH_BILL: Problem = {
  code: 'BILL-012',
  message: '没有这张单据',
  why: '本单位没有这个单据号。',
  next: '请在业务单据查询里核对单据号。',
  link: { label: '去业务单据查询', to: '/bills' },
};

async function ownBill(env: ItemEnv, billNo: string) {
  const bill = await getBillRecord(env.ctx, billNo);
  if (!bill || bill.employerNo !== env.employer.employerNo) refuse(NO_SUCH_BILL, 404);
  return bill;
}

/** The deadline counted again, from the same day and the same dues as when the bill was issued. */
export function deadlineOf(
  env: Pick<ItemEnv, 'ctx' | 'law'>,
  bill: { readonly issuedOn: CivilDate; readonly lines: readonly Pick<BillLine, 'lateFrom'>[] },
): BillDeadline {
  const [earliest] = bill.lines.map((line) => line.lateFrom).sort();
  return billDeadline(env.law.book, env.law.calendar, env.ctx.region, bill.issuedOn, earliest);
}

export async function billView(env: ItemEnv, billNo: string, taxUrl: string | null): Promise<BillView> {
  const bill = await ownBill(env, billNo);
  const obstacles = await undoBillObstacles(env.ctx, billNo);
  const document = await findByRef(env.ctx.tx, env.ctx.region, 'BILL', billNo);
  const paid = ['TAX_POSTED', 'SS_POSTED', 'ALLOCATED'].includes(bill.state) && bill.arrears === null;
  const row = rowOf(env, bill, monthsText(bill.lines.map((line) => line.month)), paid ? bill.totalFen : 0);
  const { counted } = deadlineOf(env, bill);
  const track = trackOf(env, bill);
  return {
    ...row,
    employerNo: bill.employerNo,
    employerName: env.employer.name,
    officeName: officeOf(env.ctx.region).officeName,
    totalWords: amountInWords(bill.totalFen as never),
    countedDays: [...counted],
    effectiveFrom: bill.effectiveFrom,
    track,
    byInsurance: byInsurance(bill.lines).map((one) => ({ ...one, insuranceName: INSURANCE_NAMES[one.insurance] })),
    byKind: byKind(bill.lines),
    lines: bill.lines.map((line) => ({
      ...line,
      insuranceName: INSURANCE_NAMES[line.insurance],
      kindName: DUE_KIND_NAMES[line.kind],
    })),
    canRevoke: obstacles.length === 0,
    revokeBlocked: obstacles[0]?.message ?? null,
    documentId: document?.documentId ?? null,
    taxUrl:
      ['ISSUED', 'PUSHED', 'INVOICED'].includes(bill.state) && !bill.pushProblem && taxUrl
        ? `${taxUrl}/?bill=${bill.billNo}`
        : null,
    alert:
      (bill.arrears && ARREARS_WORDS[bill.arrears]) ??
      (bill.pushProblem && ['ISSUED', 'PUSHED', 'INVOICED'].includes(bill.state) ? pushOf(env, bill).pushText : null) ??
      track.find((node) => node.state === 'late')?.words ??
      (bill.state === 'EXPIRED' && !bill.released ? '单据已过期，约 15 分钟后可重新开单' : null),
  };
}

/** The official form of a bill, signed and kept, in the transaction that issues it. */
export async function printBill(env: ItemEnv, billNo: string, verifyPage: string): Promise<string> {
  const bill = await ownBill(env, billNo);
  const { officeName, billNotes } = officeOf(env.ctx.region);
  const issued = await issueBillDocument(
    env.ctx,
    {
      billNo,
      employerNo: bill.employerNo,
      employerName: env.employer.name,
      officeName,
      billNotes: fillAll(billNotes, { ...wordsOf(env), deadline: chineseDate(bill.deadline) }),
      issuedOn: bill.issuedOn,
      deadline: bill.deadline,
      rows: byInsurance(bill.lines).map((one) => ({
        insuranceName: INSURANCE_NAMES[one.insurance],
        employerFen: one.employerFen,
        personFen: one.personFen,
        interestFen: one.interestFen,
        lateFen: one.lateFen,
        grossFen: one.totalFen,
        payableFen: one.totalFen,
      })),
      totalFen: bill.totalFen,
      totalWords: amountInWords(bill.totalFen as never),
      kinds: byKind(bill.lines).map((one) => ({
        name: one.name,
        employerFen: one.employerFen,
        personFen: one.personFen,
        lateFen: one.lateFen,
        interestFen: one.interestFen,
        payableFen: one.totalFen,
      })),
    },
    verifyPage,
  );
  return issued.documentId;
}

type PersonSort = z.infer<typeof personLineSort>;
type PersonSearch = {
  readonly insurance?: Insurance | undefined;
  readonly q?: string | undefined;
  readonly sort?: PersonSort;
};

/** 缴费明细: everybody on the bill with base and parts (FAQ27), all of them: for the workbook. */
export async function billPersons(env: ItemEnv, billNo: string, sort?: PersonSort): Promise<PersonLine[]> {
  await ownBill(env, billNo);
  return personLines(env, await listBillPersons(env.ctx.tx, env.ctx.region, billNo, {}, { sort }));
}

/** One page of it, cut by the database. */
export async function billPersonsPage(
  env: ItemEnv,
  billNo: string,
  search: PersonSearch & { readonly page: number; readonly size: number },
): Promise<{ total: number; rows: PersonLine[] }> {
  const { tx, region } = env.ctx;
  await ownBill(env, billNo);
  const wanted = search.q?.trim().toUpperCase();
  const filter = {
    insurance: search.insurance,
    personNos: wanted ? await peopleLike(env, billNo, wanted) : undefined,
  };
  const { lines } = await sumBillPersons(tx, region, billNo, filter);
  const { sort, page, size } = search;
  const found = await listBillPersons(tx, region, billNo, filter, { sort, page: { page, size } });
  return { total: lines, rows: await personLines(env, found) };
}

async function peopleLike(env: ItemEnv, billNo: string, wanted: string): Promise<string[]> {
  const { tx, region } = env.ctx;
  const people = await findPersons(tx, region, await listBillPersonNos(tx, region, billNo));
  return [...people.values()]
    .filter((one) => one.name.includes(wanted) || one.idNo.includes(wanted) || one.personNo.includes(wanted))
    .map((one) => one.personNo);
}

async function personLines(env: ItemEnv, lines: readonly Line[]): Promise<PersonLine[]> {
  const people = await findPersons(env.ctx.tx, env.ctx.region, [...new Set(lines.map((line) => line.personNo))]);
  return lines.flatMap((line) => {
    const person = people.get(line.personNo);
    if (!person) return [];
    return [
      {
        personNo: line.personNo,
        name: person.name,
        idNoMasked: maskIdNo(person.idNo),
        insurance: line.insurance,
        kind: line.kind,
        kindName: DUE_KIND_NAMES[line.kind],
        month: line.month,
        baseFen: line.baseFen,
        employerFen: line.employerFen,
        personFen: line.personFen,
      },
    ];
  });
}
