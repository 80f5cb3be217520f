/** 期初建账: the accounts that come with an employer. */
import { afterAll, beforeAll, describe, expect, test } from 'vitest';
import { type Bureau, employer, idNo, openBureau } from '../../tests/domain/harness.ts';
import { DomainError, type Problem } from '../kernel/errors.ts';
import { loadLaw } from '../parameters/index.ts';
import { rows, sql } from '../platform/db.ts';
import { DEMO_PASSWORD } from '../platform/identity/index.ts';
import { type Mode, systemActor, transact } from '../platform/services.ts';
import { openBooks } from './index.ts';

let bureau: Bureau;
beforeAll(async () => {
  bureau = await openBureau({ at: '2023-04-10 09:00' });
});
afterAll(() => bureau.close());

type Passwords = { readonly legal: string; readonly agent: string };
const GOOD = '样例-口令-2023';

/** What is said against it; nothing when the employer was opened. */
async function open(mode: Mode, passwords: Passwords): Promise<Problem | undefined> {
  const input = employer({
    bookedThrough: '2023-03',
    legal: { login: 'fr', password: passwords.legal, name: '样法人' },
    agents: [{ login: 'jb', password: passwords.agent, name: '林样知', idNo: idNo(90) }],
  });
  const work = transact(bureau.services, systemActor('test'), async (ctx) =>
    openBooks(ctx, await loadLaw(ctx.tx), { employers: [input] }, { mode }),
  );
  return work.then(
    () => undefined,
    (error: unknown) => (error instanceof DomainError ? error.problems[0] : Promise.reject(error)),
  );
}

const accounts = () => rows(bureau.services.db, sql`select login, demo from platform_account order by login`);

describe('密码 of an opened account', () => {
  test.each([
    ['the legal account', { legal: DEMO_PASSWORD, agent: GOOD }],
    ['an agent', { legal: GOOD, agent: DEMO_PASSWORD }],
  ])('production refuses the one printed for demonstrations: %s', async (_, passwords) => {
    const problem = await open('production', passwords);
    expect(problem).toMatchObject({ code: 'OPN-005', why: expect.stringContaining('演示') });
    // What is said is logged and shown: the password itself stays out.
    expect(JSON.stringify(problem)).not.toContain(DEMO_PASSWORD);
    expect(await accounts()).toEqual([]);
  });

  test.each(['', '1234567', '样例口令一二三'])('«%s» is too short, wherever it runs', async (agent) => {
    for (const mode of ['production', 'demo'] as const) {
      expect(await open(mode, { legal: GOOD, agent })).toMatchObject({
        code: 'OPN-005',
        message: '云帆示例制造有限公司 林样知的密码不能用',
        why: expect.stringContaining('8'),
      });
    }
    expect(await accounts()).toEqual([]);
  });

  test('eight letters are enough', async () => {
    expect(await open('production', { legal: '12345678', agent: GOOD })).toBeUndefined();
    expect(await accounts()).toEqual([
      { login: 'fr', demo: false },
      { login: 'jb', demo: false },
    ]);
  });
});
