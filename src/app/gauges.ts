import { type Db, one, sql } from '../platform/db.ts';
import type { GaugeSource } from '../platform/metrics/index.ts';

/** 日终对账: differences that no night has settled yet. */
export function reconGauge(db: Db, region: string): GaugeSource {
  return {
    name: 'recon_cases_open',
    help: '没有了结的对账差异',
    read: async () => [
      await one(
        db,
        sql<{ value: number }>`
          select count(*) as value from exchange_recon_case where region = ${region} and state <> 'DONE'`,
      ),
    ],
  };
}
