import { type Executor, run, sql } from './db.ts';

/** Answers of submissions, sessions and codes that nobody can use any more. Real time: they never lived in business time. */
export async function purgeOldRows(on: Executor): Promise<number> {
  return (
    (await run(on, sql`delete from platform_idempotency where created_at < now() - interval '7 days'`)) +
    (await run(on, sql`delete from platform_session where expires_at < now() - interval '30 days'`)) +
    (await run(on, sql`delete from platform_scan where expires_at < now() - interval '1 day'`)) +
    (await run(on, sql`delete from platform_login_attempt where changed_at < now() - interval '1 day'`))
  );
}
