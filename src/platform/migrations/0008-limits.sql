-- Tries of public pages are counted for all processes of the program, not for each: two processes had let twice as many guesses through. Unlogged: a crash forgets a minute.
create unlogged table platform_limit (
  key_hash text primary key,
  taken timestamptz[] not null,
  changed_at timestamptz not null
);
create index platform_limit_changed on platform_limit (changed_at);
