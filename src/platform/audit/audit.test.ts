import { afterEach, beforeEach, expect, test } from 'vitest';
import { one, run, sql } from '../db.ts';
import { systemActor, transact } from '../services.ts';
import { type TestServices, testServices } from '../testing/services.ts';
import { audit, auditRecord, type ChainHead, sealAudit, verifyChain } from './index.ts';

let services: TestServices;
beforeEach(async () => {
  services = await testServices();
  for (const object of ['case:1', 'case:2', 'case:3']) await act(object);
});
afterEach(() => services.close());

function act(object: string): Promise<void> {
  return transact(services, systemActor('test'), (ctx) =>
    audit(ctx, {
      action: 'item.submit emp.enroll',
      object,
      detail: { rows: 40, b: { y: 1, x: '样' }, none: undefined },
    }),
  );
}
const seal = () => sealAudit(services.db, services.region);
const verify = async (earlier: readonly ChainHead[] = []) => {
  const problems: { object: string; text: string }[] = [];
  const say = (object: string, text: string): void => void problems.push({ object, text });
  return { ...(await verifyChain(services.db, services.region, say, earlier)), problems };
};
const problems = async () => (await verify()).problems;

/** What somebody with the rights of the database's owner could do. */
async function tamper(change: Parameters<typeof run>[1]): Promise<void> {
  await services.db.transaction().execute(async (tx) => {
    await sql`set local session_replication_role = replica`.execute(tx);
    await run(tx, change);
  });
}

test('sealed rows verify; a second seal adds nothing', async () => {
  expect(await seal()).toBe(3);
  expect(await seal()).toBe(0);
  await act('case:4');
  expect(await seal()).toBe(1);
  expect(await verify()).toMatchObject({ checked: 4, problems: [], head: { seq: 4 } });
});

test('the log cannot be changed or emptied through the program', async () => {
  await seal();
  await expect(sql`update platform_audit set object = 'case:9'`.execute(services.db)).rejects.toThrow('append-only');
  await expect(sql`delete from platform_audit`.execute(services.db)).rejects.toThrow('append-only');
  await expect(sql`delete from platform_audit_seal`.execute(services.db)).rejects.toThrow('append-only');
});

test('a changed detail is found', async () => {
  await seal();
  await tamper(sql`update platform_audit set detail = '{"rows": 41}' where object = 'case:2'`);
  expect(await problems()).toHaveLength(1);
});

test('a changed row with a digest made to fit breaks the chain', async () => {
  await seal();
  await tamper(sql`update platform_audit set digest = repeat('a', 64) where object = 'case:2'`);
  expect((await problems()).map((problem) => problem.text).join()).toContain('审计链在第 2 环断开');
});

test('a removed row is found, in the middle and at the end', async () => {
  await seal();
  await tamper(sql`delete from platform_audit where object = 'case:2'`);
  expect(await problems()).not.toEqual([]);
  await tamper(sql`delete from platform_audit where object = 'case:3'`);
  expect((await problems()).map((problem) => problem.text)).toContain('审计链有环没有对应的记录');
});

test('a row that nobody sealed for more than a minute is named', async () => {
  expect(await problems()).toEqual([]);
  await tamper(sql`update platform_audit set real_at = real_at - interval '2 minutes' where object = 'case:1'`);
  expect((await problems()).map((problem) => problem.text)).toEqual(['审计记录超过一分钟未封入链']);
});

test('a check that takes long counts the minute from its beginning: it does not see what was sealed since', async () => {
  const texts: string[] = [];
  await services.db.transaction().execute(async (tx) => {
    const { began } = await one(tx, sql<{ began: string }>`select transaction_timestamp() as began`);
    await tamper(
      sql`update platform_audit set real_at = ${began}::timestamptz - interval '59 seconds' where object = 'case:1'`,
    );
    await run(tx, sql`select pg_sleep(1.1)`);
    await verifyChain(tx, services.region, (_object, text) => void texts.push(text));
  });
  expect(texts).toEqual([]);
});

test('a row that was written before the last sealed one but committed after it is still sealed', async () => {
  let written: (() => void) | undefined;
  let finish: (() => void) | undefined;
  const wrote = new Promise<void>((done) => {
    written = done;
  });
  const mayCommit = new Promise<void>((done) => {
    finish = done;
  });
  const slow = transact(services, systemActor('test'), async (ctx) => {
    await audit(ctx, { action: 'slow', object: 'case:slow' });
    written?.();
    await mayCommit;
  });
  await wrote;
  await act('case:quick');
  expect(await seal()).toBe(4);
  finish?.();
  await slow;
  expect(await seal()).toBe(1);
  expect(await problems()).toEqual([]);
});

test('a row that came hours late is found by the one who looks at all of them', async () => {
  await seal();
  await act('case:late');
  await tamper(sql`update platform_audit set real_at = real_at - interval '3 hours' where object = 'case:late'`);
  expect(await seal()).toBe(0);
  expect(await problems()).toHaveLength(1);
  expect(await sealAudit(services.db, services.region, true)).toBe(1);
  expect(await sealAudit(services.db, services.region, true)).toBe(0);
  expect(await problems()).toEqual([]);
});

const LOST = /^审计链第 \d+ 环不是以前核对时的那一环/;

test('a cut tail is found by the head of an earlier check, also when the chain has grown again', async () => {
  await seal();
  const { head } = await verify();
  await act('case:4');
  await seal();
  expect((await verify([head])).problems).toEqual([]);
  await tamper(sql`delete from platform_audit_seal where seq >= 3`);
  await tamper(sql`delete from platform_audit where object in ('case:3', 'case:4')`);
  expect((await verify()).problems).toEqual([]);
  expect((await verify([head])).problems).toEqual([{ object: 'audit:3', text: expect.stringMatching(LOST) }]);
  await act('case:5');
  await seal();
  expect((await verify([head])).problems).toEqual([{ object: 'audit:3', text: expect.stringMatching(LOST) }]);
});

test('a row that was changed with its digest and every ring after it is found by the head of an earlier check', async () => {
  await seal();
  const before = (await verify()).head;
  await tamper(sql`delete from platform_audit_seal`);
  const row = auditRecord(
    { region: services.region, now: services.clock.now(), actor: systemActor('test') },
    { action: 'item.submit emp.enroll', object: 'case:2' },
  );
  await tamper(sql`update platform_audit set audit_id = ${row.audit_id}, at = ${row.at}, detail = '{}', digest = ${row.digest},
                          actor_kind = ${row.actor_kind}, actor_id = ${row.actor_id}, actor_name = ${row.actor_name} where object = 'case:2'`);
  await seal();
  const after = await verify();
  expect(after.problems).toEqual([]);
  // Whoever looks later still finds it: the head of the changed chain does not take the place of the first.
  expect((await verify([before, after.head])).problems).toEqual([
    { object: 'audit:3', text: expect.stringMatching(LOST) },
  ]);
});

test('more rows than a page are all read', async () => {
  await tamper(sql`insert into platform_audit (region, audit_id, at, actor_kind, actor_id, actor_name, action, object, detail, digest)
                   select region, audit_id || lpad(n::text, 5, '0'), at, actor_kind, actor_id, actor_name, action, object, detail, 'wrong'
                   from platform_audit, generate_series(1, 5010) n where object = 'case:3'`);
  const unsealed = await verify();
  expect([unsealed.checked, unsealed.problems.length]).toEqual([5_013, 5_010]);
  // The planner has not seen the rings of a moment ago.
  while ((await seal()) > 0) await sql`analyze platform_audit, platform_audit_seal`.execute(services.db);
  const sealed = await verify();
  expect([sealed.checked, sealed.problems.length, sealed.head.seq]).toEqual([5_013, 5_010, 5_013]);
});
