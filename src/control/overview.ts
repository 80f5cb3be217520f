import type { z } from 'zod';
import { SUSPENSE_REASONS } from '../collection/index.ts';
import {
  addMs,
  atTime,
  type CivilDate,
  dateOf,
  daysBetween,
  type Moment,
  momentToMs,
  monthOf,
} from '../kernel/month.ts';
import { inOrder, type SortValues } from '../kernel/sort.ts';
import { calendarThrough, loadLaw } from '../parameters/index.ts';
import type { Job, JobResult, Scheduler } from '../platform/jobs/index.ts';
import type { SortKey } from '../platform/schemas.ts';
import type { Services } from '../platform/services.ts';
import { findRegion } from '../rules/index.ts';
import type { jobSort, operationsEndpoint, suspenseSort } from './contract.ts';
import {
  databaseFacts,
  exchangeCounts,
  type Integrity,
  lastIntegrity,
  listReconciliations,
  listSuspense,
  type ReconRow,
  SUSPENSE_LISTED,
} from './store.ts';

type Overview = z.input<(typeof operationsEndpoint)['response']>;
type Sorts = { readonly jobs?: z.infer<typeof jobSort>; readonly suspense?: z.infer<typeof suspenseSort> };

/** What control needs to know of the exchange; the composition root gives the wire's endpoint. */
export type ExchangeStatus = {
  readonly status: () => Promise<{
    readonly outbox: Readonly<Record<string, number>>;
    readonly oldestUnsentAt: Moment | null;
    readonly parked: readonly unknown[];
  }>;
  /** What waits for a person; an alarm only wants to be seen. */
  readonly held: () => Promise<readonly { readonly kind: string }[]>;
};

export type OverviewDeps = {
  readonly services: Services;
  readonly scheduler: Scheduler;
  readonly endpoint: ExchangeStatus;
  readonly taxUrl: string | null;
  /** Null where the clock cannot be moved. */
  readonly conductorUrl: string | null;
};

const DAY_MS = 86_400_000;
/** The last for jobs of once a year. */
const NEXT_HORIZONS_DAYS = [2, 40, 400];
const TAX_PROBE_MS = 1_500;
/** A slot that has just come is under way, not missed. */
const MISSED_AFTER_MS = 600_000;
const RECONCILIATIONS_SHOWN = 7;
/** An unpublished next year is warned 60 days before (design §7). */
const CALENDAR_WARNING_DAYS = 60;

/** 运行总览 (ui 10): is it well, and if not, what. No personal data. */
export async function buildOverview(deps: OverviewDeps, sorts: Sorts): Promise<Overview> {
  const { services, scheduler } = deps;
  const now = services.clock.now();
  const today = dateOf(now);
  const [jobs, exchange, foundation, integrity] = await Promise.all([
    jobRows(scheduler, now),
    exchangePanel(deps, now, sorts.suspense),
    foundationFacts(services, today),
    lastIntegrity(services.db, services.region),
  ]);
  const year = await calendarThrough(services.db);
  const through = `${year ?? Number(today.slice(0, 4)) - 1}-12-31` as CivilDate;
  const { bad, wait } = alertsOf(jobs, exchange, integrity, daysBetween(today, through));
  bad.push(...(await missedSlots(scheduler, jobs, now)));
  const setting = services.clock.setting();
  return {
    headline: headlineOf(bad.length, wait.length, integrity !== null),
    tone: bad.length > 0 ? 'bad' : wait.length > 0 ? 'wait' : 'done',
    alerts: [...bad, ...wait],
    clock: {
      now,
      mode: setting.frozenAt !== null ? 'frozen' : setting.offsetMs === 0 ? 'real' : 'offset',
      frozen: setting.frozenAt !== null,
      adjustable: services.mode !== 'production' && deps.conductorUrl !== null,
      calendarThrough: through,
    },
    jobs: [...inOrder(jobs, JOB_ORDERS, sorts.jobs)],
    exchange,
    foundation,
    integrity,
  };
}

/** Nothing found is not the same as nothing wrong: before the first check of the promises it says so. */
function headlineOf(bad: number, wait: number, checked: boolean): string {
  if (bad > 0) return `有 ${bad + wait} 件要处理`;
  if (wait > 0) return `基本正常，${wait} 件要看`;
  return checked ? '一切正常' : '没有异常；承诺还没有校验过';
}

/** What needs somebody comes first counting up: failed, cancelled, running, done, never run. */
const JOB_STATES = ['FAILED', 'CANCELLED', 'RUNNING', 'DONE', undefined];
const JOB_ORDERS: SortValues<Overview['jobs'][number], SortKey<typeof jobSort>> = {
  title: (job) => job.title,
  last: (job) => job.last?.slot ?? null,
  state: (job) => JOB_STATES.indexOf(job.last?.state),
  next: (job) => job.next,
};

/** A job that never has a slot in this region (自动月结 where employers declare themselves) is not shown. */
async function jobRows(scheduler: Scheduler, now: Moment): Promise<Overview['jobs']> {
  const all = await Promise.all(scheduler.jobs.map((job) => jobRow(scheduler, job, now)));
  return all.filter((row) => row.last !== null || row.next !== null);
}

async function jobRow(scheduler: Scheduler, job: Job, now: Moment): Promise<Overview['jobs'][number]> {
  const dayStart = atTime(dateOf(now), '00:00');
  const runs = new Map(
    (await scheduler.recent(dayStart)).filter((run) => run.job === job.name).map((run) => [run.slot, run.state]),
  );
  const last = await scheduler.last(job.name);
  const slots = job
    .slots(addMs(dayStart, -1), addMs(dayStart, DAY_MS - 1))
    .flatMap((at): { at: Moment; state: 'done' | 'failed' | 'future' }[] => {
      const state = runs.get(at);
      if (state === 'DONE') return [{ at, state: 'done' }];
      if (state === 'FAILED' || state === 'CANCELLED') return [{ at, state: 'failed' }];
      // A slot that passed unrun lies before the program's first start, was made up by a later one, or is named among the alerts.
      return at > now || state === 'RUNNING' ? [{ at, state: 'future' }] : [];
    });
  return {
    job: job.name,
    title: job.title,
    rule: job.rule,
    last: last
      ? {
          slot: last.slot,
          state: last.state,
          result: last.error ?? resultText(last.result),
          realStartedAt: String(last.startedReal),
        }
      : null,
    next: nextSlot(job, now),
    slots,
  };
}

/** Slots that should have run: a job whose last run failed is named already. */
async function missedSlots(scheduler: Scheduler, jobs: Overview['jobs'], now: Moment): Promise<string[]> {
  const overdue = addMs(now, -MISSED_AFTER_MS);
  const rowOf = new Map(jobs.map((row) => [row.job, row]));
  return (await scheduler.missed()).flatMap(({ job, slot }) => {
    const row = rowOf.get(job);
    if (!row || row.last?.state === 'FAILED' || row.last?.state === 'CANCELLED' || slot > overdue) return [];
    return [`${row.title}漏了 ${slot.slice(0, 16).replace('T', ' ')} 的时点`];
  });
}

function nextSlot(job: Job, now: Moment): Moment | null {
  for (const days of NEXT_HORIZONS_DAYS) {
    const [next] = job.slots(now, addMs(now, days * DAY_MS));
    if (next) return next;
  }
  return null;
}

/** 登账 3，失败 0 */
export function resultText(result: JobResult | null): string {
  return Object.entries(result ?? {})
    .map(([name, value]) => `${name} ${value}`)
    .join('，');
}

async function exchangePanel(deps: OverviewDeps, now: Moment, sort: Sorts['suspense']): Promise<Overview['exchange']> {
  const { db, region } = deps.services;
  const [status, held] = await Promise.all([deps.endpoint.status(), deps.endpoint.held()]);
  const { accepted, retrying } = await exchangeCounts(db, region, atTime(dateOf(now), '00:00'));
  const suspense = await listSuspense(db, region, sort);
  const recon = await listReconciliations(db, region, RECONCILIATIONS_SHOWN);
  const oldest = status.oldestUnsentAt;
  return {
    tax: (await taxAnswers(deps.taxUrl)) ? 'up' : 'down',
    waiting: status.outbox.queued ?? 0,
    unconfirmed: (status.outbox.sent ?? 0) + (status.outbox.received ?? 0),
    acceptedToday: accepted,
    retrying,
    held: held.filter((one) => one.kind !== 'ALARM').length,
    alarms: held.filter((one) => one.kind === 'ALARM').length,
    parked: status.parked.length,
    oldestSeconds: oldest ? Math.max(0, Math.round((momentToMs(now) - momentToMs(oldest)) / 1000)) : null,
    suspense: suspense.map(({ receiptNo, billNo, reason, fen, at }) => ({
      receiptNo,
      reason: suspenseWords(reason),
      fen,
      at,
      arrearsOf: reason === 'ARREARS' ? billNo : null,
    })),
    recon: recon.map((row) => ({ day: row.day, ...reconWords(row) })),
  };
}

export function suspenseWords(reason: string): string {
  return (SUSPENSE_REASONS as Readonly<Record<string, string>>)[reason] ?? reason;
}

function reconWords(row: ReconRow): { state: string; text: string } {
  if (row.state === 'EQUAL') return { state: 'MATCHED', text: '两边合计相符' };
  if (row.state === 'SENT') return { state: 'WAITING', text: '等税务端的合计' };
  return { state: 'DIFFERENT', text: row.open > 0 ? `${row.open} 笔差异未了结` : '差异正在核对' };
}

async function taxAnswers(url: string | null): Promise<boolean> {
  if (!url) return true;
  try {
    return (await fetch(new URL('/healthz', url), { signal: AbortSignal.timeout(TAX_PROBE_MS) })).ok;
  } catch {
    return false;
  }
}

async function foundationFacts(services: Services, today: CivilDate): Promise<Overview['foundation']> {
  const { version, fsync, bytes } = await databaseFacts(services.db);
  const law = await loadLaw(services.db);
  const modes = { demo: '演示', test: '测试', production: '正式' } as const;
  return [
    { label: '统筹区', value: `${findRegion(services.region)?.name ?? ''} ${services.region}`.trim() },
    { label: '运行方式', value: modes[services.mode] },
    { label: '参数包', value: `${monthOf(today)} ${law.rules(services.region, monthOf(today)).hash.slice(0, 12)}` },
    { label: '数据库', value: `PostgreSQL ${version} · fsync ${fsync ? '开' : '关'}` },
    { label: '库大小', value: `${Math.ceil(bytes / 1_048_576)} MB` },
  ];
}

function alertsOf(
  jobs: Overview['jobs'],
  exchange: Overview['exchange'],
  integrity: Integrity | null,
  calendarDays: number,
): { bad: string[]; wait: string[] } {
  const bad = jobs.filter((job) => job.last?.state === 'FAILED').map((job) => `${job.title}失败`);
  if (exchange.held > 0) bad.push(`${exchange.held} 件报文待人处理`);
  if (integrity && integrity.violations > 0) bad.push(`完整性 ${integrity.violations} 处违反`);
  const wait = jobs.filter((job) => job.last?.state === 'CANCELLED').map((job) => `${job.title}已取消，没有做完`);
  if (exchange.tax === 'down') wait.push('税务不通，恢复后自动补发');
  if (exchange.alarms > 0) wait.push(`交换告警 ${exchange.alarms} 件`);
  const listed = exchange.suspense.length;
  if (listed > 0) wait.push(`挂账 ${listed} 笔${listed === SUSPENSE_LISTED ? '或更多，清单只列到这里' : ''}`);
  const different = exchange.recon.filter((row) => row.state === 'DIFFERENT').length;
  if (different > 0) wait.push(`${different} 天对账有差异`);
  if (calendarDays < CALENDAR_WARNING_DAYS) wait.push('下一年工作日历还没导入');
  return { bad, wait };
}
