import { refuse } from '../../kernel/errors.ts';
import type { Ctx } from '../../platform/context.ts';
import { release } from '../bills/release.ts';
import { lockBill } from '../bills/store.ts';
import { closeArrears, listOpenArrears } from './arrears-store.ts';
import { listReceiptsOfBill } from './store.ts';

/**
 * A person lets the dues of a bill go whose money went back (冲正后欠费): the bill keeps its state and its counter entries, its form counts
 * no more, and the dues can be billed again, with late fee from their own day. Refuses while the bill still holds money (BILL-015).
 */
export async function releaseArrears(ctx: Ctx, billNo: string): Promise<void> {
  const bill = await lockBill(ctx.tx, ctx.region, billNo);
  const open = bill ? await listOpenArrears(ctx.tx, ctx.region, billNo) : [];
  if (!bill || open.length === 0) {
    refuse(
      {
        code: 'BILL-015',
        message: '这张单据没有冲正后的欠费',
        why: '费款没有冲正，或者已经处理过。',
        next: '请在挂账清单里核对。',
      },
      409,
    );
  }
  const held = (await listReceiptsOfBill(ctx.tx, ctx.region, billNo)).filter((receipt) => receipt.state === 'MATCHED');
  if (held.length > 0) {
    refuse(
      {
        code: 'BILL-015',
        message: '单据上还有其他到账，不能退回未开单',
        why: `还有 ${held.length} 笔到账记在这张单据上。`,
        next: '请税务冲正其余到账，或者补足冲正的金额。',
      },
      409,
    );
  }
  await closeArrears(ctx.tx, ctx.region, billNo, 'RELEASED', `${ctx.actor.kind}:${ctx.actor.id}`, ctx.now);
  await release(ctx, billNo);
}
