-- Region parameters that live in the database: overlays (测试参数), the State Council work calendar (D-CAL-06), counters of public numbers.
create extension if not exists btree_gist;

create domain month as text check (value ~ '^\d{4}-(0[1-9]|1[0-2])$');

create function month_start(value month) returns date
  language sql immutable strict parallel safe
  as $$ select make_date(left(value, 4)::int, right(value, 2)::int, 1) $$;

create table parameters_overlay (
  overlay_id text primary key,
  region text not null,
  key text not null,
  valid_from text not null,
  valid_to text,
  value jsonb not null,
  label text,
  recorded_at timestamptz not null
);

create table parameters_calendar_year (
  year int primary key,
  source text not null
);

create table parameters_workday (
  day date primary key,
  working boolean not null,
  year int not null references parameters_calendar_year
);

create table parameters_counter (
  region text not null,
  name text not null,
  value bigint not null check (value >= 0),
  primary key (region, name)
);
