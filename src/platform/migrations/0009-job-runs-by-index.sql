-- The runs of jobs are asked for all the time, by their slot and by what waits for a person: not through those of all years.

create index platform_job_run_slot on platform_job_run (region, slot);
create index platform_job_run_given_up on platform_job_run (region, job, slot) where state in ('CANCELLED', 'FAILED');
