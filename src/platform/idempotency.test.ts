import { afterAll, beforeAll, expect, test } from 'vitest';
import { refuse } from '../kernel/errors.ts';
import { one, run, sql } from './db.ts';
import type { Principal } from './http/principal.ts';
import { once, submissionKey } from './idempotency.ts';
import { systemActor, transact } from './services.ts';
import { type TestServices, testServices } from './testing/services.ts';

let services: TestServices;
beforeAll(async () => {
  services = await testServices();
  await sql`create table done_work (n int)`.execute(services.db);
});
afterAll(() => services.close());

const principal = { accountId: 'A1' } as Principal;
const key = (text: string, body: unknown = {}) => submissionKey(text, 'POST', '/api/items/bp.unit/submit', body);
const count = async () => (await one(services.db, sql<{ n: number }>`select count(*) as n from done_work`)).n;

function work(n: number, fail = false): () => Promise<{ n: number }> {
  return () =>
    transact(services, systemActor('test'), async ({ tx }) => {
      await run(tx, sql`insert into done_work values (${n})`);
      if (fail) refuse({ code: 'GEN-001', message: '不行' });
      return { n };
    });
}

test('a repetition has no second effect and gets the first answer', async () => {
  const before = await count();
  expect(await once(services, principal, key('k1'), work(1))).toEqual({ n: 1 });
  expect(await once(services, principal, key('k1'), work(2))).toEqual({ n: 1 });
  expect(await count()).toBe(before + 1);
});

test('eight repetitions at the same time have one effect and one answer', async () => {
  const before = await count();
  const answers = await Promise.all(
    [11, 12, 13, 14, 15, 16, 17, 18].map((n) => once(services, principal, key('k2'), work(n))),
  );
  expect(new Set(answers.map((answer) => answer.n)).size).toBe(1);
  expect(await count()).toBe(before + 1);
});

test('a refused command leaves the key free', async () => {
  await expect(once(services, principal, key('k3'), work(3, true))).rejects.toMatchObject({ code: 'GEN-001' });
  expect(await once(services, principal, key('k3'), work(4))).toEqual({ n: 4 });
});

test('the key is another one for another account, and no key means no memory', async () => {
  const before = await count();
  await once(services, principal, key('k4'), work(5));
  await once(services, { accountId: 'A2' } as Principal, key('k4'), work(6));
  await once(services, principal, undefined, work(7));
  await once(services, principal, undefined, work(7));
  expect(await count()).toBe(before + 4);
});

test('effect and answer are committed together: the answer is there although the request died after its command', async () => {
  const before = await count();
  await expect(
    once(services, principal, key('k5'), async () => {
      await work(8)();
      throw new Error('the connection to the browser broke');
    }),
  ).rejects.toThrow('broke');
  expect(await once(services, principal, key('k5'), work(9))).toEqual({ n: 8 });
  expect(await count()).toBe(before + 1);
});

test('a key that was used for another request is refused and does nothing: neither its effect nor the first one’s answer', async () => {
  const before = await count();
  await once(services, principal, key('k6', { month: '2023-04' }), work(20));
  const others = [
    key('k6', { month: '2023-05' }),
    submissionKey('k6', 'POST', '/api/items/unit.declare/submit', { month: '2023-04' }),
  ];
  for (const other of others) {
    await expect(once(services, principal, other, work(21))).rejects.toMatchObject({ code: 'SYS-409', status: 409 });
  }
  const [own, foreign] = await Promise.allSettled([
    once(services, principal, key('k7', 'a'), work(22)),
    once(services, principal, key('k7', 'b'), work(23)),
  ]);
  expect([own.status, foreign.status].sort()).toEqual(['fulfilled', 'rejected']);
  expect(await count()).toBe(before + 2);
});
