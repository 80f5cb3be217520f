-- /metrics asks every few seconds what ran in the last days. Runs are written in the order they start: a summary of each stretch of the
-- table is enough, costs a few kilobytes and nothing when a run ends.
create index platform_job_run_started on platform_job_run using brin (started_real) with (pages_per_range = 16);
