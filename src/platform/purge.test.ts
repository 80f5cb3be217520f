import { afterAll, beforeAll, expect, test } from 'vitest';
import { one, sql } from './db.ts';
import { createAccount } from './identity/index.ts';
import { anyOldRow, purgeOldRows } from './purge.ts';
import { type TestServices, testServices } from './testing/services.ts';

let services: TestServices;
beforeAll(async () => {
  services = await testServices();
});
afterAll(() => services.close());

test('what is past use goes, what is in use stays', async () => {
  const { db } = services;
  await createAccount(db, { login: 'staff', password: 'x', kind: 'STAFF', name: '样柜员', region: '429999' });
  for (const [name, days] of [
    ['new', 0],
    ['old', 40],
  ] as const) {
    const at = sql`now() - make_interval(days => ${days})`;
    await sql`insert into platform_idempotency (account_id, key, created_at) values ('A', ${name}, ${at})`.execute(db);
    await sql`insert into platform_session (token_hash, session_id, account_id, expires_at)
              select ${name}, ${name}, account_id, ${at} + interval '1 hour' from platform_account`.execute(db);
    await sql`insert into platform_scan (code, account_id, state, phone_token, expires_at)
              select ${name}, account_id, 'WAITING', '', ${at} + interval '1 minute' from platform_account`.execute(db);
    await sql`insert into platform_login_attempt (name_hash, failed_count, changed_at) values (${name}, 1, ${at})`.execute(
      db,
    );
    await sql`insert into platform_limit (key_hash, taken, changed_at) values (${name}, '{}', ${at})`.execute(db);
  }
  const { wanted } = await one(db, sql<{ wanted: boolean }>`select ${anyOldRow()} as wanted`);
  expect(wanted).toBe(true);
  expect(await purgeOldRows(db)).toBe(5);
  expect((await one(db, sql<{ wanted: boolean }>`select ${anyOldRow()} as wanted`)).wanted).toBe(false);
  const left = await one(
    db,
    sql`select (select string_agg(key, '') from platform_idempotency) as keys, (select string_agg(token_hash, '') from platform_session) as sessions,
               (select string_agg(code, '') from platform_scan) as scans, (select string_agg(name_hash, '') from platform_login_attempt) as names`,
  );
  expect(left).toEqual({ keys: 'new', sessions: 'new', scans: 'new', names: 'new' });
  expect(await purgeOldRows(db)).toBe(0);
});
