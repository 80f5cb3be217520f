import { expect, test } from 'vitest';
import { subscribe } from '../collection/index.ts';
import { checkIntegrity, type OpeningDeps } from '../control/index.ts';
import { fundListener } from '../fund/index.ts';
import { sealAudit } from '../platform/audit/index.ts';
import { rows, sql } from '../platform/db.ts';
import { testServices } from '../platform/testing/services.ts';
import { agencyMigrations } from './migrations.ts';
import { seedNeighbours } from './neighbours.ts';
import { seedDemo } from './seed.ts';

test('the demo city: its own employers first and as they are, neighbours beside them, all told to the tax side once', async () => {
  const services = await testServices({ region: '420500', folders: agencyMigrations(), mode: 'demo' });
  subscribe(fundListener);
  const told: string[] = [];
  const deps: OpeningDeps = {
    mode: 'demo',
    syncEmployer: async (_ctx, employer) => void told.push(employer.employerNo),
  };
  try {
    expect(await seedDemo(services, deps)).toBe(true);
    await seedNeighbours(services, services.database.url, deps);
    expect(await seedDemo(services, deps)).toBe(false);

    const employers = await rows(
      services.db,
      sql<{ employer_no: string; name: string; people: number }>`
        select e.employer_no, e.name, count(distinct s.person_no)::int as people
        from registry_employer e left join enrolment_span s on s.region = e.region and s.employer_no = e.employer_no
        group by 1, 2 order by 1`,
    );
    expect(employers.slice(0, 3)).toEqual([
      { employer_no: '990000101', name: '云帆示例制造有限公司', people: 88 },
      { employer_no: '990000102', name: '长堤示例物流有限公司', people: 24 },
      { employer_no: '990000103', name: '青禾示例软件有限公司', people: 12 },
    ]);
    expect(employers.length).toBeGreaterThan(20);
    // Whoever looks for a demo employer by its short name finds it alone.
    for (const word of ['云帆', '长堤', '青禾']) {
      expect(employers.filter(({ name }) => name.startsWith(word))).toHaveLength(1);
    }
    expect([...told].sort()).toEqual(employers.map((employer) => employer.employer_no));

    await sealAudit(services.db, '420500');
    const { promises } = await checkIntegrity({ db: services.db, region: '420500', now: services.clock.now() });
    expect(promises.flatMap((promise) => promise.violations)).toEqual([]);
  } finally {
    await services.close();
  }
});
