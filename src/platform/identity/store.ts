import { type Executor, first, rows, run, sql } from '../db.ts';
import type { Principal } from '../http/principal.ts';

export type Account = {
  readonly accountId: string;
  readonly login: string;
  readonly kind: Principal['kind'];
  readonly name: string;
  readonly passwordHash: string;
  readonly employerNo: string | null;
  readonly region: string;
  readonly roles: readonly string[];
  readonly disabled: boolean;
};

type AccountRow = {
  account_id: string;
  login: string;
  kind: Principal['kind'];
  name: string;
  password_hash: string;
  employer_no: string | null;
  region: string;
  roles: string[];
  disabled: boolean;
};
const toAccount = (row: AccountRow): Account => ({
  accountId: row.account_id,
  login: row.login,
  kind: row.kind,
  name: row.name,
  passwordHash: row.password_hash,
  employerNo: row.employer_no,
  region: row.region,
  roles: row.roles,
  disabled: row.disabled,
});
const COLUMNS = sql.raw(
  'account_id, login, kind, name, password_hash, employer_no, region, roles, disabled_at is not null as disabled',
);

export async function findAccount(on: Executor, login: string): Promise<Account | undefined> {
  const row = await first(on, sql<AccountRow>`select ${COLUMNS} from platform_account where login = ${login}`);
  return row && toAccount(row);
}

export async function findAccountById(on: Executor, accountId: string): Promise<Account | undefined> {
  const row = await first(on, sql<AccountRow>`select ${COLUMNS} from platform_account where account_id = ${accountId}`);
  return row && toAccount(row);
}

export type NewAccount = {
  readonly accountId: string;
  readonly login: string;
  readonly kind: Principal['kind'];
  readonly name: string;
  readonly passwordHash: string;
  readonly idNo: string | null;
  readonly mobile: string | null;
  readonly employerNo: string | null;
  readonly region: string;
  readonly roles: readonly string[];
  readonly demo: boolean;
};

export async function insertAccount(on: Executor, account: NewAccount): Promise<boolean> {
  return (
    (await run(
      on,
      sql`insert into platform_account (account_id, login, kind, name, password_hash, id_no, mobile, employer_no, region, roles, demo)
          values (${account.accountId}, ${account.login}, ${account.kind}, ${account.name}, ${account.passwordHash}, ${account.idNo},
                  ${account.mobile}, ${account.employerNo}, ${account.region}, ${[...account.roles]}::text[], ${account.demo})
          on conflict (login) do nothing`,
    )) === 1
  );
}

/**
 * Takes one of the tries of a name, known or not, before its password is looked at: tries made at the same time count too. Returns how
 * many are taken; undefined while the name is locked. A lock that has run out, or a day, starts the count again.
 */
export async function takeTry(
  on: Executor,
  nameHash: string,
  lockAt: number,
  lockMinutes: number,
): Promise<number | undefined> {
  await run(on, sql`delete from platform_login_attempt where changed_at < now() - interval '1 day'`);
  const counted = sql`case when a.locked_until <= now() then 1 else a.failed_count + 1 end`;
  const taken = await first(
    on,
    sql<{ failed_count: number }>`
      insert into platform_login_attempt as a (name_hash, failed_count) values (${nameHash}, 1)
      on conflict (name_hash) do update set failed_count = ${counted}, changed_at = now(),
        locked_until = case when ${counted} >= ${lockAt} then now() + make_interval(mins => ${lockMinutes}) end
        where a.locked_until is null or a.locked_until <= now()
      returning failed_count`,
  );
  return taken?.failed_count;
}

/** The password was right: the name has all its tries again. */
export async function clearFailures(on: Executor, nameHash: string): Promise<void> {
  await run(on, sql`delete from platform_login_attempt where name_hash = ${nameHash}`);
}

/** 封禁: the account can do nothing from the next request on. */
export async function disableAccount(on: Executor, accountId: string): Promise<void> {
  await run(
    on,
    sql`update platform_account set disabled_at = now() where account_id = ${accountId} and disabled_at is null`,
  );
  await run(
    on,
    sql`update platform_session set revoked_at = now() where account_id = ${accountId} and revoked_at is null`,
  );
}

export async function insertSession(
  on: Executor,
  session: {
    readonly tokenHash: string;
    readonly sessionId: string;
    readonly accountId: string;
    readonly hours: number;
  },
): Promise<void> {
  await run(
    on,
    sql`insert into platform_session (token_hash, session_id, account_id, expires_at)
        values (${session.tokenHash}, ${session.sessionId}, ${session.accountId}, now() + make_interval(hours => ${session.hours}))`,
  );
}

export async function findSessionPrincipal(on: Executor, tokenHash: string): Promise<Principal | undefined> {
  const row = await first(
    on,
    sql<AccountRow & { session_id: string }>`
      select ${COLUMNS}, session_id from platform_session s join platform_account a using (account_id)
      where s.token_hash = ${tokenHash} and s.revoked_at is null and s.expires_at > now() and a.disabled_at is null`,
  );
  return (
    row && {
      accountId: row.account_id,
      kind: row.kind,
      name: row.name,
      ...(row.employer_no ? { employerNo: row.employer_no } : {}),
      region: row.region,
      roles: row.roles,
      sessionId: row.session_id,
    }
  );
}

export async function revokeSession(on: Executor, tokenHash: string): Promise<void> {
  await run(
    on,
    sql`update platform_session set revoked_at = now() where token_hash = ${tokenHash} and revoked_at is null`,
  );
}

export async function insertScan(on: Executor, code: string, accountId: string, seconds: number): Promise<void> {
  await run(
    on,
    sql`insert into platform_scan (code, account_id, state, phone_token, expires_at)
        values (${code}, ${accountId}, 'WAITING', '', now() + make_interval(secs => ${seconds}))`,
  );
}

export type Scan = {
  readonly accountId: string;
  readonly state: string;
  readonly expired: boolean;
  readonly used: boolean;
};

export async function findScan(on: Executor, code: string): Promise<Scan | undefined> {
  const row = await first(
    on,
    sql<{ account_id: string; state: string; expired: boolean; used: boolean }>`
      select account_id, state, expires_at <= now() as expired, used_at is not null as used from platform_scan where code = ${code}`,
  );
  return row && { accountId: row.account_id, state: row.state, expired: row.expired, used: row.used };
}

export async function confirmScan(on: Executor, code: string): Promise<boolean> {
  return (
    (await run(
      on,
      sql`update platform_scan set state = 'CONFIRMED' where code = ${code} and state = 'WAITING' and expires_at > now()`,
    )) === 1
  );
}

/** A confirmed scan opens one session, once. */
export async function consumeScan(on: Executor, code: string): Promise<boolean> {
  return (
    (await run(
      on,
      sql`update platform_scan set used_at = now() where code = ${code} and state = 'CONFIRMED' and used_at is null and expires_at > now()`,
    )) === 1
  );
}

export async function listDemoAccounts(
  on: Executor,
): Promise<{ login: string; name: string; kind: Principal['kind'] }[]> {
  return rows(
    on,
    sql<{ login: string; name: string; kind: Principal['kind'] }>`
      select login, name, kind from platform_account where demo and disabled_at is null order by kind desc, login limit 50`,
  );
}

export async function countDemoAccounts(on: Executor): Promise<number> {
  return (
    (
      await first(
        on,
        sql<{ count: number }>`select count(*) as count from platform_account where demo and disabled_at is null`,
      )
    )?.count ?? 0
  );
}
