/** What each message of the agency does here. The wire's transaction carries the effect, its answer and the inbox row together. */
import type { Actor } from '../src/platform/context.ts';
import type {
  BillCancel,
  BillIssue,
  BillQuery,
  EmployerSync,
  Handler,
  ItemContext,
  ItemOutcome,
  QueryHandler,
  ReconCase,
  ReconDetailRequest,
  ReconTotals,
} from '../wire/index.ts';
import { contextOf, type TaxCtx, type TaxServices } from './act.ts';
import { billStateOf, cancelBill, receiveBill } from './commands/bill.ts';
import { syncEmployer } from './commands/employer.ts';
import { answerDetail, receiveCase, receiveTotals } from './commands/recon.ts';

const ACCEPTED: ItemOutcome = { result: 'accepted' };

/** `region` of a party is the part behind the dot; we serve one. */
export function createHandlers(services: TaxServices): {
  readonly handlers: Readonly<Record<string, Handler>>;
  readonly queries: Readonly<Record<string, QueryHandler>>;
} {
  const contextFor = (item: ItemContext): TaxCtx => {
    const actor: Actor = { kind: 'wire', id: item.from, name: item.from };
    return contextOf(services, { tx: item.tx, region: services.region, now: item.now, actor });
  };
  const applied =
    <B>(work: (ctx: TaxCtx, body: B, item: ItemContext) => Promise<ItemOutcome>) =>
    (item: ItemContext, body: never): Promise<ItemOutcome> =>
      work(contextFor(item), body, item);

  return {
    handlers: {
      'employer.sync': applied<EmployerSync>(async (ctx, body, item) => {
        const link = await syncEmployer(ctx, body);
        await ctx.tell({
          stream: 'registry',
          type: 'employer.link',
          entity: `employer:${body.employerNo}`,
          body: link,
          replyTo: item.itemId,
        });
        return ACCEPTED;
      }),
      'bill.issue': applied<BillIssue>((ctx, body) => receiveBill(ctx, body)),
      'bill.cancel': applied<BillCancel>((ctx, body, item) => cancelBill(ctx, body, item.itemId)),
      'recon.totals': applied<ReconTotals>(async (ctx, body) => {
        await receiveTotals(ctx, body);
        return ACCEPTED;
      }),
      'recon.detailRequest': applied<ReconDetailRequest>(async (ctx, body, item) => {
        await answerDetail(ctx, body, item.itemId);
        return ACCEPTED;
      }),
      'recon.case': applied<ReconCase>(async (ctx, body, item) => {
        await receiveCase(ctx, body, item.itemId);
        return ACCEPTED;
      }),
      'window.notice': applied<unknown>(async () => ACCEPTED),
    },
    queries: {
      'bill.query': (item, body: never) => billStateOf(contextFor(item), (body as BillQuery).billNo),
    },
  };
}
