/** HTTP of the tax clerks: search, invoice, cash desk, 登账, 冲正, 更正, 入库, jobs, fault desk. */
import type { FastifyInstance } from 'fastify';
import { refuse } from '../src/kernel/errors.ts';
import { sumFen } from '../src/kernel/fen.ts';
import { addMs, type CivilDate, dateOf, type Month } from '../src/kernel/month.ts';
import { portalActor, route } from '../src/platform/http/index.ts';
import { once } from '../src/platform/idempotency.ts';
import type { Scheduler } from '../src/platform/jobs/index.ts';
import type { Endpoint } from '../wire/index.ts';
import { act, type TaxServices } from './act.ts';
import { invoice, voidInvoice } from './commands/invoice.ts';
import { pay } from './commands/pay.ts';
import { correctReceipt, postReceipt, reverseReceipt, treasureReceipt } from './commands/receipt.ts';
import {
  cashDeskEndpoint,
  clearFaultsEndpoint,
  clerkBillEndpoint,
  clerkBillsEndpoint,
  clerkCorrectEndpoint,
  clerkInvoiceEndpoint,
  clerkPayEndpoint,
  clerkPostEndpoint,
  clerkReceiptEndpoint,
  clerkReceiptsEndpoint,
  clerkReverseEndpoint,
  clerkTreasureEndpoint,
  clerkVoidInvoiceEndpoint,
  faultDeskEndpoint,
  PAY_CHANNEL_NAMES,
  setDownEndpoint,
  setFaultEndpoint,
  taxJobsEndpoint,
} from './contract.ts';
import type { FaultDesk } from './fault-desk.ts';
import { billRowView, getBill, getReceipt, receiptView } from './queries/views.ts';
import { lookingOf } from './routes.ts';
import { receiptLines } from './store.ts';
import { deskOfDay, listBills, listReceipts } from './store-queries.ts';
import { taxLines } from './words.ts';

const DAY_MS = 86_400_000;
const JOB_DAYS_SHOWN = 3;

export type ClerkRouteDeps = {
  readonly services: TaxServices;
  readonly scheduler: Scheduler;
  readonly endpoint: Endpoint;
  readonly faults: FaultDesk;
};

export function registerClerkRoutes(app: FastifyInstance, deps: ClerkRouteDeps): void {
  const { services, scheduler, endpoint } = deps;
  const { db, region } = services;
  const bill = (billNo: string) => getBill(lookingOf(services), billNo);
  const receipt = (receiptNo: string) => getReceipt(lookingOf(services), receiptNo);

  route(app, clerkBillsEndpoint, async ({ body }) => {
    const filter = { ...(body.q ? { text: body.q } : {}), ...(body.state ? { state: body.state } : {}) };
    const found = await listBills(db, region, filter, body);
    return { total: found.total, page: body.page, size: body.size, rows: found.rows.map(billRowView) };
  });
  route(app, clerkBillEndpoint, ({ params }) => bill(params.billNo));
  route(app, clerkInvoiceEndpoint, async ({ params, principal }) => {
    await act(services, portalActor(principal), (ctx) => invoice(ctx, params.billNo));
    return bill(params.billNo);
  });
  route(app, clerkVoidInvoiceEndpoint, async ({ params, body, principal }) => {
    await act(services, portalActor(principal), (ctx) => voidInvoice(ctx, params.billNo, body.reason));
    return bill(params.billNo);
  });
  route(app, clerkPayEndpoint, async ({ params, body, principal, idempotencyKey }) => {
    // Kept for a repetition is what the command answers: the number. What it shows is looked up each time.
    const receiptNo = await once(services, principal, idempotencyKey, () =>
      act(services, portalActor(principal), (ctx) => pay(ctx, params.billNo, body.channel, { post: body.post })),
    );
    return { bill: await bill(params.billNo), receipt: await receipt(receiptNo) };
  });

  route(app, clerkReceiptsEndpoint, async ({ body }) => {
    const { page, size, sort, q, ...filter } = body;
    const found = await listReceipts(db, region, { ...filter, ...(q ? { text: q } : {}) }, { sort, page, size });
    const today = dateOf(services.clock.now());
    return { total: found.total, page, size, rows: found.rows.map((row) => receiptView(row, today)) };
  });
  route(app, clerkReceiptEndpoint, async ({ params }) => {
    const { lines } = await receiptLines(db, region, params.receiptNo);
    return { ...(await receipt(params.receiptNo)), lines: taxLines(lines) };
  });
  route(app, clerkPostEndpoint, async ({ params, principal }) => {
    await act(services, portalActor(principal), (ctx) => postReceipt(ctx, params.receiptNo));
    return receipt(params.receiptNo);
  });
  route(app, clerkReverseEndpoint, async ({ params, body, principal }) => {
    await act(services, portalActor(principal), (ctx) => reverseReceipt(ctx, params.receiptNo, body.reason));
    return receipt(params.receiptNo);
  });
  route(app, clerkCorrectEndpoint, async ({ params, body, principal }) => {
    const lines = body.lines?.map((line) => ({
      ...line,
      monthFrom: line.monthFrom as Month,
      monthTo: line.monthTo as Month,
    }));
    await act(services, portalActor(principal), (ctx) => correctReceipt(ctx, params.receiptNo, body.reason, lines));
    return receipt(params.receiptNo);
  });
  route(app, clerkTreasureEndpoint, async ({ params, principal }) => {
    const done = await act(services, portalActor(principal), (ctx) => treasureReceipt(ctx, params.receiptNo));
    if (!done) {
      refuse({ code: 'TZ-WIR-408', message: '只有已登账且未入库的款项可以入库', next: '请核对到账流水号。' }, 409);
    }
    return receipt(params.receiptNo);
  });

  route(app, cashDeskEndpoint, async ({ query }) => {
    const day = (query.day ?? dateOf(services.clock.now())) as CivilDate;
    const rows = await deskOfDay(db, region, day);
    return {
      day,
      rows: rows.map((row) => ({ ...row, channelName: PAY_CHANNEL_NAMES[row.channel] })),
      totalFen: sumFen(rows, (row) => row.fen),
    };
  });

  route(app, taxJobsEndpoint, async () => {
    const runs = await scheduler.recent(addMs(services.clock.now(), -JOB_DAYS_SHOWN * DAY_MS));
    const titles = new Map(scheduler.jobs.map((job) => [job.name, job.title]));
    return {
      runs: runs.map((run) => ({
        job: run.job,
        title: titles.get(run.job) ?? run.job,
        slot: run.slot,
        state: run.state,
        result: Object.entries(run.result ?? {})
          .map(([name, value]) => `${name} ${value}`)
          .join('，'),
        error: run.error,
      })),
      exchange: await endpoint.status(),
    };
  });

  if (services.mode !== 'production') registerFaultRoutes(app, deps.faults);
}

/** Demo and test only: production has no fault desk. */
function registerFaultRoutes(app: FastifyInstance, faults: FaultDesk): void {
  const state = async () => {
    const { faults: list, ...desk } = await faults.state();
    return { ...desk, faults: [...list] };
  };
  route(app, faultDeskEndpoint, state);
  route(app, setFaultEndpoint, async ({ params, body }) => {
    await faults.set({
      name: params.name,
      ppm: body.ppm,
      type: body.type,
      times: body.times,
      ...(body.seed === undefined ? {} : { seed: body.seed }),
    });
    return state();
  });
  route(app, clearFaultsEndpoint, async () => {
    await faults.clear();
    return state();
  });
  route(app, setDownEndpoint, async ({ body }) => {
    await faults.setDown(body.hours, body.withRetryAfter);
    return state();
  });
}
