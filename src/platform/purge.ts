import { type Executor, run, sql } from './db.ts';

const SPENT = [
  ['platform_idempotency', "created_at < now() - interval '7 days'"],
  ['platform_session', "expires_at < now() - interval '30 days'"],
  ['platform_scan', "expires_at < now() - interval '1 day'"],
  ['platform_login_attempt', "changed_at < now() - interval '1 day'"],
  ['platform_limit', "changed_at < now() - interval '1 day'"],
] as const;

/** Answers of submissions, sessions and codes that nobody can use any more. Real time: they never lived in business time. */
export async function purgeOldRows(on: Executor): Promise<number> {
  let count = 0;
  for (const [table, where] of SPENT)
    count += await run(on, sql`delete from ${sql.table(table)} where ${sql.raw(where)}`);
  return count;
}

/** Would it find any? For the scheduler. */
export const anyOldRow = () =>
  sql.join(
    SPENT.map(([table, where]) => sql`exists (select 1 from ${sql.table(table)} where ${sql.raw(where)})`),
    sql` or `,
  );
