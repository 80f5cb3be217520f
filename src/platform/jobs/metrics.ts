import { type Db, rows, sql } from '../db.ts';
import { type GaugeSource, readTogether } from '../metrics/gauge.ts';

type JobRow = { job: string; ended: number | null; seconds: number | null; failing: number };

/** Of each job its last good run. Looks at the last days of real time only: the table keeps every run there ever was. */
function lastRuns(db: Db, region: string): Promise<JobRow[]> {
  return rows(
    db,
    sql<JobRow>`
      select job,
             (extract(epoch from max(finished_real) filter (where state = 'DONE')))::float8 as ended,
             (extract(epoch from (array_agg(finished_real - started_real order by finished_real desc)
                filter (where state = 'DONE'))[1]))::float8 as seconds,
             (count(*) filter (where state = 'FAILED'))::int as failing
      from platform_job_run
      where region = ${region} and started_real > statement_timestamp() - interval '3 days'
      group by job order by job`,
  );
}

const of = (pick: (row: JobRow) => number | null) => (found: readonly JobRow[]) =>
  found.flatMap((row) => {
    const value = pick(row);
    return value === null ? [] : [{ labels: { job: row.job }, value }];
  });

export function jobGauges(db: Db, region: string): GaugeSource[] {
  const read = readTogether(() => lastRuns(db, region));
  const source = (name: string, help: string, pick: (row: JobRow) => number | null): GaugeSource => ({
    name,
    help,
    labels: ['job'],
    read: async () => of(pick)(await read()),
  });
  return [
    source('job_last_success_timestamp_seconds', '作业最近一次跑成的真实时间（三天内）', (row) => row.ended),
    source('job_last_duration_seconds', '作业最近一次跑成的用时', (row) => row.seconds),
    source('job_failed_runs', '三天内没有跑成的次数', (row) => row.failing),
  ];
}
