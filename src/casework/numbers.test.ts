import { afterAll, beforeAll, expect, test } from 'vitest';
import { agencyMigrations } from '../app/migrations.ts';
import { refuse } from '../kernel/errors.ts';
import { systemActor } from '../platform/services.ts';
import { type TestServices, testServices } from '../platform/testing/services.ts';
import { transactCase } from './index.ts';

let services: TestServices;
beforeAll(async () => {
  services = await testServices({ folders: agencyMigrations() });
});
afterAll(() => services.close());

const actor = systemActor('test');
const take = () => transactCase(services, actor, async (_, caseNo) => caseNo);

test('an act of the region does not wait for a longer one: the number is no lock (D-CASE-02)', async () => {
  let finish: (() => void) | undefined;
  const open = new Promise<void>((done) => {
    finish = done;
  });
  const long = transactCase(services, actor, async (_, caseNo) => {
    await open;
    return caseNo;
  });
  const short = [await take(), await take()];
  finish?.();
  expect([await long, ...short].sort()).toEqual([
    '42999920230410000001',
    '42999920230410000002',
    '42999920230410000003',
  ]);
});

test('a refused act leaves no gap; an act of unknown end keeps its number', async () => {
  const refusal = transactCase(services, actor, async () => refuse({ code: 'GEN-001', message: '不行' }));
  await expect(refusal).rejects.toMatchObject({ code: 'GEN-001' });
  expect(await take()).toBe('42999920230410000004');
  const lost = transactCase(services, actor, async () => {
    throw new Error('connection lost');
  });
  await expect(lost).rejects.toThrow('connection lost');
  expect(await take()).toBe('42999920230410000006');
});
