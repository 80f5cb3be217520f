-- 期初建账 and 完整性校验: whom the opening balance loaded, and what the last check of the promises found.
create table control_opening_person (
  region text not null,
  employer_no text not null,
  person_no text not null,
  case_no text not null,
  at timestamptz not null,
  primary key (region, employer_no, person_no)
);

create table control_integrity_run (
  region text not null,
  run_id text not null,
  at timestamptz not null,
  duration_ms int not null,
  violations int not null,
  result jsonb not null,
  primary key (region, run_id)
);
