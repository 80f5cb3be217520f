import { ulid } from '../kernel/ids.ts';
import type { CivilDate } from '../kernel/month.ts';
import type { Ctx } from '../platform/context.ts';
import type { AccountEntry } from './model.ts';
import { insertAccountEntries } from './store.ts';

/** Writes an entry once per person, kind and reference. */
export async function postAccountEntry(
  ctx: Ctx,
  entry: {
    readonly personNo: string;
    readonly kind: AccountEntry['kind'];
    readonly fen: number;
    readonly day: CivilDate;
    readonly ref: string;
  },
): Promise<void> {
  const actor = `${ctx.actor.kind}:${ctx.actor.id}`;
  await insertAccountEntries(ctx.tx, ctx.region, [{ ...entry, entryId: ulid(), at: ctx.now, actor }]);
}
