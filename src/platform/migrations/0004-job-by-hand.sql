-- A slot run by hand says nothing about the slots before it: only runs of the calendar move what is settled (a rerun out of turn had ended a job for good).
alter table platform_job_run add column by_hand boolean not null default false;
