/** Who visits the portal in a benchmark, and the portal they visit. */
import { createHash, randomUUID } from 'node:crypto';
import { join } from 'node:path';
import type { Pool } from 'pg';
import { ensureKeys } from '../../src/app/launcher/keys.ts';
import { idNumberCheckDigit } from '../../src/kernel/id-number.ts';
import { REGION } from '../city.ts';
import type { Asked } from './load.ts';

export const PORTAL_PROGRAM = join(import.meta.dirname, '../../src/app/server.ts');
const AT = '2023-04-10T09:00:00.000+08:00';

/** The environment the launcher would give it; its clock stands still. */
export function portalEnv(databaseUrl: string, folder: string): NodeJS.ProcessEnv {
  const keys = ensureKeys(folder);
  return {
    ...{ DATABASE_URL: databaseUrl, TONGZHENG_REGION: REGION, TONGZHENG_MODE: 'test', CONTROL_TOKEN: randomUUID() },
    TONGZHENG_CLOCK: JSON.stringify({ offsetMs: 0, frozenAt: AT }),
    SEAL_SECRET: join(keys, 'seal.json'),
    WIRE_SIGNER: join(keys, 'agency.json'),
    WIRE_PEER_KEY: join(keys, 'tax.pub.json'),
    // Nobody listens there: nothing of this load is sent to the tax side.
    ...{ TAX_URL: 'http://127.0.0.1:9', AGENCY_URL: 'http://127.0.0.1:9' },
  };
}

/** A signed-in account for every employer, written as the sign-in would have left it. Returns the cookies. */
export async function openSessions(pool: Pool, employers: number): Promise<string[]> {
  const { rows } = await pool.query<{ employer_no: string }>(
    'select employer_no from registry_employer where region = $1 order by employer_no limit $2',
    [REGION, employers],
  );
  const tokens = rows.map(() => randomUUID());
  await pool.query(
    `insert into platform_account (account_id, login, kind, name, password_hash, employer_no, region)
     select 'bench-' || e, 'bench-' || e, 'LEGAL', '样经办', '', e, $2 from unnest($1::text[]) as e`,
    [rows.map((row) => row.employer_no), REGION],
  );
  await pool.query(
    `insert into platform_session (token_hash, session_id, account_id, expires_at)
     select h, h, 'bench-' || e, now() + interval '1 day' from unnest($1::text[], $2::text[]) as t(h, e)`,
    [tokens.map((token) => createHash('sha256').update(token).digest('hex')), rows.map((row) => row.employer_no)],
  );
  return tokens.map((token) => `tz_session=${token}`);
}

/** Every request comes from the next employer; every enrolment brings somebody new. */
export function visits(cookies: readonly string[]) {
  let count = 0;
  const headers = (): Record<string, string> => {
    count += 1;
    return { cookie: cookies[count % cookies.length] as string, 'x-requested-by': 'tongzheng' };
  };
  const reads: readonly { what: string; ask: () => Asked }[] = [
    { what: '首页', ask: () => ({ method: 'GET', path: '/api/home', headers: headers() }) },
    { what: '单据列表', ask: () => ({ method: 'GET', path: '/api/bills', headers: headers() }) },
    { what: '参保人员列表', ask: () => ({ method: 'POST', path: '/api/people/search', headers: headers(), body: {} }) },
  ];
  return {
    reads,
    enrol: (): Asked => ({
      method: 'POST',
      path: '/api/items/emp.enroll/submit',
      headers: { ...headers(), 'idempotency-key': randomUUID() },
      body: { form: { people: [newcomer(count)] } },
    }),
  };
}

/** Of the unassigned area 429999. Employed since March: that month is collected with the enrolment. */
export function newcomer(n: number): Record<string, string> {
  const born = new Date(Date.UTC(1970, 0, 1 + (n % 10_000))).toISOString().slice(0, 10);
  const first17 = `429999${born.replaceAll('-', '')}${String(Math.floor(n / 10_000) % 1_000).padStart(3, '0')}`;
  return {
    ...{ idNo: `${first17}${idNumberCheckDigit(first17)}`, name: '样新人' },
    ...{ entryDate: '2023-03-01', wage: '6543.21' },
  };
}
