import type { OpeningDeps } from '../control/index.ts';
import { INSURANCES } from '../kernel/insurance.ts';
import { addMonths, dateOf, month, monthOf } from '../kernel/month.ts';
import { loadLaw } from '../parameters/index.ts';
import { openCopySession } from '../platform/copy/index.ts';
import { openPool } from '../platform/db.ts';
import { type Services, systemActor } from '../platform/services.ts';
import { fillCity } from './generate/fill.ts';

/** The demo city's other employers: enough that lists have pages and the office has something to look at, few enough to be there at once. */
const NEIGHBOURS = { seed: '邻里', people: 320, from: month('2022-07') } as const;

/** Lays a small made-up city beside the demo's own employers, and tells the tax side of them. */
export async function seedNeighbours(services: Services, databaseUrl: string, deps: OpeningDeps): Promise<void> {
  const { region } = services;
  const now = services.clock.now();
  const pool = openPool(databaseUrl, { max: 1, applicationName: 'tongzheng-seed' });
  const copy = await openCopySession(pool);
  try {
    await copy.db.transaction().execute(async (tx) => {
      const employers: Parameters<NonNullable<OpeningDeps['syncEmployer']>>[1][] = [];
      await fillCity(copy, tx, await loadLaw(tx), {
        ...NEIGHBOURS,
        through: addMonths(monthOf(dateOf(now)), -1),
        region,
        now,
        onEmployer: ({ employerNo, uscc, name, since }) =>
          employers.push({
            employerNo,
            uscc,
            name,
            enjoysRelief2020: false,
            insurances: INSURANCES.map((insurance) => ({ insurance, from: since })),
          }),
      });
      const ctx = { tx, region, now, actor: systemActor('seed') };
      for (const employer of employers) await deps.syncEmployer?.(ctx, employer);
    });
  } finally {
    copy.release();
    await pool.end();
  }
}
