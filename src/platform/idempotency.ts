import { refuse } from '../kernel/errors.ts';
import { first, run, sql } from './db.ts';
import type { Principal } from './http/principal.ts';
import type { Services } from './services.ts';

/**
 * A POST that carries an Idempotency-Key is done once: the second call gets the first answer. While the first is still under way the second
 * is told so; a failed first call frees the key, because nothing was done.
 */
export async function once<T>(
  services: Services,
  principal: Principal | null,
  key: string | undefined,
  work: () => Promise<T>,
): Promise<T> {
  if (!key || !principal) return work();
  const { db } = services;
  const account = principal.accountId;
  const taken = await run(
    db,
    sql`insert into platform_idempotency (account_id, key) values (${account}, ${key}) on conflict do nothing`,
  );
  if (taken === 0) {
    const before = await first(
      db,
      sql<{
        response: T | null;
      }>`select response from platform_idempotency where account_id = ${account} and key = ${key}`,
    );
    if (before?.response) return before.response;
    refuse(
      {
        code: 'SYS-409',
        message: '这笔业务正在办理',
        why: '同一次提交已经收到。',
        next: '请稍候，到单位办件记录里看结果。',
      },
      409,
    );
  }
  try {
    const response = await work();
    await run(
      db,
      sql`update platform_idempotency set response = ${JSON.stringify(response)}::jsonb where account_id = ${account} and key = ${key}`,
    );
    return response;
  } catch (error) {
    await run(db, sql`delete from platform_idempotency where account_id = ${account} and key = ${key}`);
    throw error;
  }
}
