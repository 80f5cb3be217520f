/** 任务: run again, look how far, cancel. Every act is audited with who did it. */
import { setTimeout as sleep } from 'node:timers/promises';
import type { FastifyInstance } from 'fastify';
import { refuse } from '../kernel/errors.ts';
import { type Moment, parseMoment } from '../kernel/month.ts';
import { audit } from '../platform/audit/index.ts';
import { portalActor, route } from '../platform/http/index.ts';
import type { Job, RunningJob, RunReport } from '../platform/jobs/index.ts';
import { transact } from '../platform/services.ts';
import { cancelJobEndpoint, runJobEndpoint, runningJobsEndpoint } from './contract.ts';
import { type OverviewDeps, resultText } from './overview.ts';

/** A run that takes longer goes on by itself; the page looks how far it is. */
const ANSWER_MS = 1_000;

export function registerJobRoutes(app: FastifyInstance, { services, scheduler }: OverviewDeps): void {
  const jobOf = (name: string): Job =>
    scheduler.jobs.find((one) => one.name === name) ??
    refuse({ code: 'OPS-001', message: `没有这个任务：${name}`, next: '请从任务表里选。' }, 404);

  route(app, runJobEndpoint, async ({ principal, params, body }) => {
    const job = jobOf(params.job);
    const running = scheduler.rerun(job.name, slotOf(body.slot));
    const report = body.wait ? await running : await Promise.race([running, sleep(ANSWER_MS, undefined)]);
    // Its end stands in the run record.
    if (!report) running.catch((err: unknown) => services.log.error({ job: job.name, err }, 'job by hand failed'));
    await transact(services, portalActor(principal), (ctx) =>
      audit(ctx, {
        action: 'ops.job.run',
        object: `job:${job.name}`,
        detail: { slot: report?.slot ?? body.slot ?? null, state: report?.state ?? 'RUNNING' },
      }),
    );
    return report ? answerOf(report) : { job: job.name, slot: null, state: 'RUNNING', result: '' };
  });

  route(app, runningJobsEndpoint, async () => {
    const titles = new Map(scheduler.jobs.map((job) => [job.name, job.title]));
    return (await scheduler.running()).map((one) => progressOf(one, titles.get(one.job) ?? one.job));
  });

  route(app, cancelJobEndpoint, async ({ principal, params, body }) => {
    const job = jobOf(params.job);
    const slot = await scheduler.cancel(job.name, { by: portalActor(principal).id, reason: body.reason });
    await transact(services, portalActor(principal), (ctx) =>
      audit(ctx, { action: 'ops.job.cancel', object: `job:${job.name}`, detail: { slot, reason: body.reason } }),
    );
    return { job: job.name, slot };
  });
}

function answerOf({ job, slot, state, error, result }: RunReport) {
  return { job, slot, state, result: error ?? resultText(result) };
}

/** Speed over the whole run: parts differ in size, and the last second says little about the next minute. */
function progressOf({ job, slot, startedReal, progress, seconds, alive, cancelAsked }: RunningJob, title: string) {
  const { done, total, unit } = progress ?? { done: null, total: null, unit: undefined };
  const perSecond = done !== null && done > 0 && seconds > 0 ? done / seconds : null;
  return {
    ...{ job, title, slot, alive, cancelAsked, done, total, perSecond },
    realStartedAt: String(startedReal),
    unit: unit ?? '件',
    restSeconds: perSecond === null || total === null || done === null ? null : Math.ceil((total - done) / perSecond),
  };
}

function slotOf(text: string | undefined): Moment | undefined {
  if (text === undefined) return undefined;
  return (
    parseMoment(text) ??
    refuse({ code: 'OPS-002', message: '时点写得不对', next: '写成 2023-04-11 02:00。', field: 'slot' })
  );
}
