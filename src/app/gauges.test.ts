import { afterAll, beforeAll, expect, test } from 'vitest';
import { run, sql } from '../platform/db.ts';
import { archiverGauge } from '../platform/metrics/index.ts';
import { type TestServices, testServices } from '../platform/testing/services.ts';
import { reconGauge } from './gauges.ts';
import { agencyMigrations } from './migrations.ts';

let services: TestServices;
beforeAll(async () => {
  services = await testServices({ folders: agencyMigrations(), region: '420500' });
});
afterAll(() => services.close());

test('differences of 日终对账 are counted until a night has settled them', async () => {
  const { db } = services;
  const open = reconGauge(db, '420500');
  expect(await open.read()).toEqual([{ value: 0 }]);
  for (const [no, state] of Object.entries({ C1: 'OPEN', C2: 'AGREED', C3: 'DONE' })) {
    await run(
      db,
      sql`insert into exchange_recon_case (region, case_no, day, kind, insurance, direction, receipt_no, state, at)
          values ('420500', ${no}, '2023-04-10', 'OURS_ONLY', 'pension', 'IN', ${no}, ${state}, now())`,
    );
  }
  expect(await open.read()).toEqual([{ value: 2 }]);
  expect(await reconGauge(db, '421300').read()).toEqual([{ value: 0 }]);
});

test('a server that keeps no log archive has none that fails', async () => {
  expect(await archiverGauge(services.db).read()).toEqual([{ value: 0 }]);
});
