import { type Moment, momentToMs } from '../src/kernel/month.ts';
import { type Db, rows, sql } from '../src/platform/db.ts';
import { type GaugeSource, readTogether } from '../src/platform/metrics/index.ts';
import { type Depth, openItems } from './engine/status.ts';

/** Documents that are not applied yet, items that wait for an earlier one or failed, letters that a person has to look at. */
function inbox(db: Db, region: string): Promise<Depth[]> {
  return rows(
    db,
    sql<Depth>`
      select sender as peer, state, count(*)::int as count, min(received_at) as since from wire_inbox_document
      where region = ${region} and state in ('received', 'quarantined') group by sender, state
      union all
      select sender, 'parked', count(*)::int, min(since) from wire_parked where region = ${region} group by sender
      union all
      select peer, 'dead', count(*)::int, min(at) from wire_dead_letter
      where region = ${region} and resolved_at is null group by peer`,
  );
}

/** Depth and age of both directions. Ages are business time, as everything in the exchange is. */
export function wireGauges(db: Db, region: string, now: () => Moment): GaugeSource[] {
  const pair = (box: string, what: string, read: () => Promise<Depth[]>): GaugeSource[] => [
    {
      name: `${box}_items`,
      help: `${what}的数目`,
      labels: ['peer', 'state'],
      read: async () => (await read()).map(({ peer, state, count }) => ({ labels: { peer, state }, value: count })),
    },
    {
      name: `${box}_oldest_seconds`,
      help: `${what}中最早一件等了多久（业务时间）`,
      labels: ['peer', 'state'],
      read: async () => {
        const at = momentToMs(now());
        return (await read()).map(({ peer, state, since }) => ({
          labels: { peer, state },
          value: Math.max(0, (at - momentToMs(since)) / 1000),
        }));
      },
    },
  ];
  return [
    ...pair(
      'outbox',
      '发出而未了结',
      readTogether(() => openItems(db, region)),
    ),
    ...pair(
      'inbox',
      '收到而未入账',
      readTogether(() => inbox(db, region)),
    ),
  ];
}
