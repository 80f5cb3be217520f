import type { Actor, Ctx } from '../src/platform/context.ts';
import { run, sql, type Tx } from '../src/platform/db.ts';
import { type Services, transact } from '../src/platform/services.ts';
import type { OutItem } from '../wire/index.ts';

/** What a command of the tax side may use beside the database: the exchange, in the same transaction. */
export type TaxCtx = Ctx & {
  readonly mode: Services['mode'];
  readonly tell: (item: Omit<OutItem, 'peer'>) => Promise<string>;
  /** Last seq used in our money stream. */
  readonly moneySeq: () => Promise<number>;
};

export type TaxServices = Services & {
  readonly enqueue: (tx: Tx, item: Omit<OutItem, 'peer'>) => Promise<string>;
  readonly moneySeq: () => Promise<number>;
};

export function contextOf(services: TaxServices, ctx: Ctx): TaxCtx {
  return {
    ...ctx,
    mode: services.mode,
    tell: (item) => services.enqueue(ctx.tx, item),
    moneySeq: services.moneySeq,
  };
}

const MONEY_LOCK = 'tongzheng-tax-money';

/**
 * One act, one transaction. Its moment is taken behind a shared lock which the watermark takes alone: so when a watermark says «everything
 * paid until now is in the stream», no payment with an earlier moment is still on its way (wire.md §3.3).
 */
export function act<T>(services: TaxServices, actor: Actor, work: (ctx: TaxCtx) => Promise<T>): Promise<T> {
  return transact(services, actor, async (ctx) => {
    await run(ctx.tx, sql`select pg_advisory_xact_lock_shared(hashtext(${MONEY_LOCK}), hashtext(${ctx.region}))`);
    return work(contextOf(services, { ...ctx, now: services.clock.now() }));
  });
}

/** Waits until no act is under way; new ones wait until this one has ended. */
export function actAlone<T>(services: TaxServices, actor: Actor, work: (ctx: TaxCtx) => Promise<T>): Promise<T> {
  return transact(services, actor, async (ctx) => {
    await run(ctx.tx, sql`select pg_advisory_xact_lock(hashtext(${MONEY_LOCK}), hashtext(${ctx.region}))`);
    return work(contextOf(services, { ...ctx, now: services.clock.now() }));
  });
}
