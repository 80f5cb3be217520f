import { listCases } from '../exchange/index.ts';
import type { Db } from '../platform/db.ts';
import type { GaugeSource } from '../platform/metrics/index.ts';

/** Open ones stand first in the list; beyond this it is no matter of a number any more. */
const CASES_MAX = 1_000;

/** 日终对账: differences that no night has settled yet. */
export function reconGauge(db: Db, region: string): GaugeSource {
  return {
    name: 'recon_cases_open',
    help: `没有了结的对账差异，至多数到 ${CASES_MAX}`,
    read: async () => {
      const open = (await listCases(db, region, CASES_MAX)).filter(({ state }) => state !== 'DONE');
      return [{ value: open.length }];
    },
  };
}
