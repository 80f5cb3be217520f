import { DomainError } from '../kernel/errors.ts';
import { dateOf } from '../kernel/month.ts';
import { takeNumberAhead } from '../parameters/index.ts';
import type { Actor, Ctx } from '../platform/context.ts';
import type { Db } from '../platform/db.ts';
import { isRepetition } from '../platform/idempotency.ts';
import { type Services, transact } from '../platform/services.ts';

/** Numbers of acts that were refused, by database and day: the next act takes them, so that refusals leave no gaps. */
const spare = new WeakMap<Db, Map<string, number[]>>();

function spareOf(db: Db, day: string): number[] {
  const days = spare.get(db) ?? new Map<string, number[]>();
  spare.set(db, days);
  const numbers = days.get(day) ?? [];
  days.set(day, numbers);
  return numbers;
}

/**
 * A command that is kept as a case, with its 办件编号: region + date + sequence of the day, readable and unique (D-CASE-02). The number is
 * taken before the transaction begins: taken inside, its counter would make every act of the region wait until the longest one is done.
 */
export async function transactCase<T>(
  services: Services,
  actor: Actor,
  work: (ctx: Ctx, caseNo: string) => Promise<T>,
): Promise<T> {
  const { db, region } = services;
  const day = dateOf(services.clock.now()).replaceAll('-', '');
  const refused = spareOf(db, `${region}/${day}`);
  const sequence = refused.shift() ?? (await takeNumberAhead(db, region, `caseNo/${day}`));
  const caseNo = `${region}${day}${String(sequence).padStart(6, '0')}`;
  try {
    return await transact(services, actor, (ctx) => work(ctx, caseNo));
  } catch (error) {
    // Only a refusal and a repetition are known to have left nothing; after a lost connection the act may stand.
    if (error instanceof DomainError || isRepetition(error)) refused.push(sequence);
    throw error;
  }
}
