import { type Db, one, sql } from '../db.ts';
import type { GaugeSource } from './gauge.ts';

/** Of a server that keeps its log for a point in time: while this is 1 it keeps every segment itself, until its disk is full. */
export function archiverGauge(db: Db): GaugeSource {
  return {
    name: 'log_archive_failing',
    help: '最近一段日志没有归档成为 1；没有开归档为 0',
    read: async () => {
      const { failing } = await one(
        db,
        sql<{ failing: boolean }>`
          select coalesce(last_failed_time > coalesce(last_archived_time, '-infinity'), false) as failing from pg_stat_archiver`,
      );
      return [{ value: failing ? 1 : 0 }];
    },
  };
}
