import { ulidMs } from '../kernel/ids.ts';
import type { Db } from '../platform/db.ts';
import { type GaugeSource, readTogether } from '../platform/metrics/index.ts';
import { lastIntegrityRun } from './store.ts';

/** What the last check of the promises found and when it was, in real time. Never checked: no value, and the year 1970. */
export function integrityGauges(db: Db, region: string): GaugeSource[] {
  const read = readTogether(() => lastIntegrityRun(db, region));
  return [
    {
      name: 'integrity_violations',
      help: '最近一次完整性核对违反的处数；还没有核对过没有值',
      read: async () => [{ value: (await read())?.violations ?? Number.NaN }],
    },
    {
      name: 'integrity_last_run_timestamp_seconds',
      help: '最近一次完整性核对的真实时间；还没有核对过为 0',
      read: async () => {
        const last = await read();
        return [{ value: last ? ulidMs(last.run_id) / 1000 : 0 }];
      },
    },
  ];
}
