-- Wrong passwords are counted by the name that was typed, whether or not there is such an account: the answers must not tell which names exist.
create table platform_login_attempt (
  name_hash text primary key,
  failed_count int not null check (failed_count > 0),
  locked_until timestamptz,
  changed_at timestamptz not null default now()
);
create index platform_login_attempt_changed on platform_login_attempt (changed_at);
alter table platform_account drop column failed_count, drop column locked_until;
