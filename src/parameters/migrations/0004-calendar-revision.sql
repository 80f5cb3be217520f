-- A year imported again from the same notice must be read again by every process: the name of the notice did not tell that its days had changed.
alter table parameters_calendar_year add column revision int not null default 1;
