import type { FastifyInstance } from 'fastify';
import { type BillState, findBill } from '../collection/index.ts';
import { type Problem, refuse } from '../kernel/errors.ts';
import type { Moment } from '../kernel/month.ts';
import { route } from '../platform/http/index.ts';
import type { Services } from '../platform/services.ts';
import { taxBillStateEndpoint } from './contract.ts';
import type { AgencyExchange } from './index.ts';

/** Where the money has been seen here: what the tax side says is no news any more. */
const TOLD: ReadonlySet<BillState> = new Set(['TAX_POSTED', 'SS_POSTED', 'ALLOCATED', 'PARTIAL', 'MISMATCH']);

const NOT_TOLD: Problem = {
  code: 'TRK-001',
  message: '税务已登账、社保未登账',
  why: '税务已收到这张单据的费款，到账信息还没有传到社保。已请税务重新传输。',
  next: '请咨询税务部门何时传输到账信息。',
};

/** 到账跟踪 of what the tax side knows and has not told (wire.md §4). */
export function registerExchangeRoutes(app: FastifyInstance, services: Services, exchange: AgencyExchange): void {
  route(app, taxBillStateEndpoint, async ({ params, principal }) => {
    const bill = await findBill(services.db, services.region, params.billNo);
    // Another employer's bill is answered like one that does not exist (D-SEC-01).
    if (!bill || bill.employerNo !== principal?.employerNo) {
      return refuse({ code: 'BILL-012', message: '没有这张单据', next: '请在业务单据查询里核对单据号。' }, 404);
    }
    const answer = await exchange.askBill(bill.billNo);
    const now = await findBill(services.db, services.region, params.billNo);
    const missing = answer?.state === 'POSTED' && !TOLD.has(now?.state ?? bill.state);
    return {
      state: answer?.state ?? null,
      asOf: (answer?.asOf ?? null) as Moment | null,
      problem: missing ? NOT_TOLD : null,
    };
  });
}
