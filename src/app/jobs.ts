/**
 * The calendar of the region's jobs (D-OPS-04); each job is idempotent and can be run again. Parameters are the times of 到期扫描 and 配账,
 * the interval of 登账 and the day of 月结; the times of 对账, 清理, 计息 and 核对 and the hour of 月结 are ours.
 */
import { annualInterest, firstYearOfBooks, lastInterestYear } from '../account/index.ts';
import { anyOldWorkbook, dropOldWorkbooks } from '../casework/index.ts';
import { CLOSE_WORKERS, monthClose, type Skipped } from '../collection/batch/index.ts';
import {
  allocateBills,
  anyToAllocate,
  anyToExpire,
  anyToPost,
  expireBill,
  listBillsToAllocate,
  listBillsToExpire,
  listBillsToPost,
  postBills,
} from '../collection/index.ts';
import { runIntegrity } from '../control/index.ts';
import type { createAgencyExchange } from '../exchange/index.ts';
import { DomainError, refuse } from '../kernel/errors.ts';
import { fen, formatYuan } from '../kernel/fen.ts';
import {
  addDays,
  addMonths,
  atTime,
  type CivilDate,
  dateOf,
  type Moment,
  type Month,
  monthOf,
  parseMoment,
} from '../kernel/month.ts';
import { type Law, loadLaw } from '../parameters/index.ts';
import { sealAudit } from '../platform/audit/index.ts';
import type { Ctx } from '../platform/context.ts';
import { openPool, sql } from '../platform/db.ts';
import { cronSlots, type Job, type JobControl, type JobResult, JobStopped } from '../platform/jobs/index.ts';
import { anyOldRow, purgeOldRows } from '../platform/purge.ts';
import { type Services, systemActor, transact } from '../platform/services.ts';
import { closeDay, findValue } from '../rules/index.ts';
import { eachBill, eachRange } from './each-bill.ts';

export type AgencyJobs = {
  readonly jobs: readonly Job[];
  /** Reads the law again: an overlay or a new calendar year moves times and close days. Before slots are asked for. */
  refresh(): Promise<void>;
};

type JobKey = 'allocation.at' | 'bill.expireAt' | 'socialPosting.intervalHours';

/** When nobody works and the day before has been reconciled. */
const INTEGRITY_AT = '04:00';
/** 记账日 is a day; the hour is ours, after the scan for expired bills. */
const CLOSE_AT = '00:30';
/** 记账利率 of a year is told in the middle of the next one (人社部发〔2017〕31号); without it the run fails, names it and waits for a person. */
const INTEREST_AT = '7 月 1 日 03:30';
const INTEREST_CRON = '30 3 1 7 *';
const daily = (time: string): Job['slots'] => {
  const [hour, minute] = time.split(':');
  return cronSlots(`${Number(minute)} ${Number(hour)} * * *`);
};

/** Slots at times the law gives for each day; what is no time of day gives none, and the page shows it as it stands. */
function daySlots(timesOf: (day: CivilDate) => readonly string[]): Job['slots'] {
  return (after, until) => {
    const slots: Moment[] = [];
    for (let day = dateOf(after); day <= dateOf(until); day = addDays(day, 1)) {
      for (const time of timesOf(day)) {
        const slot = parseMoment(`${day} ${time}`);
        if (slot && slot > after && slot <= until) slots.push(slot);
      }
    }
    return slots;
  };
}

/** 每 4 小时: 00:00, 04:00 … of each day. */
function everyHours(hours: number): string[] {
  if (!(hours >= 1)) return [];
  return Array.from({ length: Math.ceil(24 / hours) }, (_, n) => `${String(n * hours).padStart(2, '0')}:00`);
}

export async function agencyJobs(
  services: Services,
  exchange: ReturnType<typeof createAgencyExchange>,
  databaseUrl: string,
): Promise<AgencyJobs> {
  const { region } = services;
  let law = await loadLaw(services.db);
  const value = (key: JobKey, day: CivilDate = services.clock.today()) => findValue(law.book, region, key, day)?.value;
  const dailyBy = (key: JobKey): Job['slots'] => daySlots((day) => [String(value(key, day))]);
  const actAs =
    (name: string) =>
    <T>(work: (ctx: Ctx) => Promise<T>): Promise<T> =>
      transact(services, systemActor(`job:${name}`), work);
  const job =
    (name: string, work: (ctx: Ctx, slot: Moment) => Promise<JobResult>): Job['run'] =>
    (slot) =>
      actAs(name)((ctx) => work(ctx, slot));
  const jobs: Job[] = [
    {
      name: 'expire',
      title: '单据到期扫描',
      get rule() {
        return `每天 ${value('bill.expireAt')}`;
      },
      slots: dailyBy('bill.expireAt'),
      catchUp: 'last',
      wanted: (slot) => anyToExpire(region, dateOf(slot)),
      run: eachBill(services, {
        name: 'expire',
        label: '失效',
        list: (ctx, slot) => listBillsToExpire(ctx, dateOf(slot)),
        work: (ctx, billNo, slot) => expireBill(ctx, billNo, dateOf(slot)),
      }),
    },
    {
      name: 'month-close',
      title: '自动月结',
      get rule() {
        return closeRule(law, region, services.clock.today());
      },
      slots: (after, until) => closeSlots(law, region, after, until),
      // Each month is booked under its own day, also after down time.
      catchUp: 'every',
      run: (slot, control) => closeMonth(services, databaseUrl, slot, control),
    },
    {
      name: 'social-post',
      title: '社保登账',
      get rule() {
        return `每 ${value('socialPosting.intervalHours')} 小时`;
      },
      slots: daySlots((day) => everyHours(Number(value('socialPosting.intervalHours', day)))),
      catchUp: 'last',
      wanted: (slot) => anyToPost(region, slot),
      run: eachRange(services, { name: 'social-post', label: '登账', list: listBillsToPost, work: postBills }),
    },
    {
      name: 'allocate',
      title: '实收分配',
      get rule() {
        return `每天 ${value('allocation.at')}`;
      },
      slots: dailyBy('allocation.at'),
      catchUp: 'last',
      wanted: (slot) => anyToAllocate(region, dateOf(slot)),
      run: eachRange(services, { name: 'allocate', label: '配账', list: listBillsToAllocate, work: allocateBills }),
    },
    {
      name: 'reconcile',
      title: '日终对账',
      rule: '每天 02:30',
      slots: daily('02:30'),
      catchUp: 'every',
      run: async (slot) => ({
        合计行: await exchange.reconcile(actAs('reconcile'), addDays(dateOf(slot), -1)),
      }),
    },
    {
      name: 'drop-workbooks',
      title: '清理过期数据',
      rule: '每天 03:00',
      slots: daily('03:00'),
      catchUp: 'last',
      wanted: () => sql`${anyOldWorkbook(region, services.clock.now())} or ${anyOldRow()}`,
      run: job('drop-workbooks', async (ctx) => ({
        导盘: await dropOldWorkbooks(ctx.tx, ctx.region, ctx.now),
        会话: await purgeOldRows(ctx.tx),
      })),
    },
    {
      name: 'annual-interest',
      title: '年度计息',
      rule: `每年 ${INTEREST_AT}，计上一年`,
      slots: cronSlots(INTEREST_CRON),
      // Each year's interest stands on the year's before.
      catchUp: 'every',
      run: (slot, control) => yearInterest(services, databaseUrl, slot, control),
    },
    {
      name: 'integrity',
      title: '完整性核对',
      rule: `每天 ${INTEGRITY_AT}`,
      slots: daily(INTEGRITY_AT),
      catchUp: 'last',
      realPauseMs: 60_000,
      // What it finds stands on the operations page as an alert (overview.ts) and in the metrics, whose rules call somebody; the run itself
      // has done its work.
      async run() {
        while ((await sealAudit(services.db, region, true)) > 0);
        const { violations, promises } = await runIntegrity(services);
        return { 承诺: promises.length, 违反: violations };
      },
    },
  ];
  return {
    jobs,
    async refresh() {
      law = await loadLaw(services.db);
    },
  };
}

function closeRule(law: Law, region: string, today: CivilDate): string {
  const day = findValue(law.book, region, 'close.day', today)?.value;
  return day === undefined ? '本地区由单位逐月申报' : `每月 ${day} 日，遇节假日提前`;
}

/** 自动记账日 (TY-CLS-01) of the months between two moments; none while the employers declare themselves (declaration.mode). */
export function closeSlots(law: Law, region: string, after: Moment, until: Moment): Moment[] {
  const slots: Moment[] = [];
  // A holiday may move the day of a month into the month before.
  for (let month = monthOf(dateOf(after)); month <= addMonths(monthOf(dateOf(until)), 1); month = addMonths(month, 1)) {
    const slot = closeSlot(law, region, month);
    if (slot && slot > after && slot <= until) slots.push(slot);
  }
  return slots;
}

function closeSlot(law: Law, region: string, month: Month): Moment | undefined {
  if (findValue(law.book, region, 'declaration.mode', month)?.value !== 'AUTO_CLOSE') return undefined;
  try {
    return atTime(closeDay(law.book, law.calendar, region, month), CLOSE_AT);
  } catch (error) {
    // A year without a calendar has no day yet; the operations page asks for the calendar, and the month is made up once it is there.
    if (error instanceof DomainError) return undefined;
    throw error;
  }
}

/** Books the month of the slot; employers that cannot be booked are counted by reason, the others stand. Again: nothing more. */
async function closeMonth(
  services: Services,
  databaseUrl: string,
  slot: Moment,
  { signal, progress }: JobControl,
): Promise<JobResult> {
  const { region } = services;
  const law = await loadLaw(services.db);
  const day = monthOf(dateOf(slot));
  const month = [day, addMonths(day, 1)].find((one) => closeSlot(law, region, one) === slot);
  if (!month) {
    return refuse({
      code: 'OPS-007',
      message: '这个时点不是自动记账日',
      next: '请选记账日的时点，或等到下一个记账日。',
    });
  }
  const pool = openPool(databaseUrl, { max: CLOSE_WORKERS, applicationName: 'tongzheng-month-close' });
  try {
    const result = await monthClose(pool, {
      ...{ region, month, law, slot, signal, workers: CLOSE_WORKERS },
      onProgress: ({ rangesDone, ranges }) => progress({ done: rangesDone, total: ranges, unit: '批' }),
    });
    const told = { 月份: month, 单位: result.employers, 明细: result.lines, ...countSkipped(result.skipped) };
    if (!result.complete) throw new JobStopped(told);
    return told;
  } finally {
    await pool.end();
  }
}

/**
 * Interest of the year before the slot's; it counts from the last day of that year. Each year stands on the one before: what was given up
 * (its rate was not told in time), or broken off, is made up first. Again: nothing more.
 */
async function yearInterest(
  services: Services,
  databaseUrl: string,
  slot: Moment,
  { signal, progress }: JobControl,
): Promise<JobResult> {
  const { region } = services;
  const year = Number(slot.slice(0, 4)) - 1;
  const began = await firstYearOfBooks(services.db, region);
  // What accounts bore before the books began is in their opening balances.
  if (began === undefined || year < began) return { 年度: year, 人数: 0 };
  const law = await loadLaw(services.db);
  const written = (await lastInterestYear(services.db, region)) ?? began;
  const pool = openPool(databaseUrl, { max: 1, applicationName: 'tongzheng-annual-interest' });
  const sum = { persons: 0, interestFen: fen(0) };
  const toldOf = (upTo: number) => ({ 年度: upTo, 人数: sum.persons, 利息: formatYuan(sum.interestFen) });
  try {
    for (let of = Math.min(written, year); of <= year; of += 1) {
      const result = await annualInterest(pool, {
        ...{ region, year: of, law, slot, signal },
        onProgress: ({ done, total }) => progress({ done, total, unit: '批' }),
      });
      sum.persons += result.persons;
      sum.interestFen = fen(sum.interestFen + result.interestFen);
      if (!result.complete) throw new JobStopped(toldOf(of));
    }
    return toldOf(year);
  } finally {
    await pool.end();
  }
}

const SKIPPED_WORDS: Readonly<Record<Skipped['reason'], string>> = {
  LAGGING: '前月未记账',
  NO_WAGE: '缺缴费工资',
  NO_CLASS: '缺工伤类别',
  REFUSED: '差额未过账',
};

function countSkipped(skipped: readonly Skipped[]): JobResult {
  const counts = Map.groupBy(skipped, (one) => SKIPPED_WORDS[one.reason]);
  return Object.fromEntries([...counts].map(([words, group]) => [words, group.length]));
}
