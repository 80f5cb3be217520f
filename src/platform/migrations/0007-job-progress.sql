-- A long batch shows how far it is, can be cancelled by a person from any process, and a takeover after a death does not count as a failure of the job.
alter table platform_job_run
  add column done bigint,
  add column total bigint,
  add column unit text,
  -- Last sign of life of the process that runs it (real time).
  add column seen_real timestamptz,
  add column cancel_by text,
  add column cancel_reason text,
  add column cancel_real timestamptz,
  add column failures int not null default 0,
  drop constraint platform_job_run_state_check,
  add constraint platform_job_run_state_check check (state in ('RUNNING', 'DONE', 'FAILED', 'CANCELLED'));
update platform_job_run set failures = tries where state = 'FAILED';
create index platform_job_run_running on platform_job_run (region) where state = 'RUNNING';
