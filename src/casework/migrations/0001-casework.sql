-- 办件: one row per submitted act, drafts, uploaded workbooks with their check results (kept 7 days).
create table casework_case (
  region text not null,
  case_no text not null,
  employer_no text not null,
  item_code text not null,
  item_name text not null,
  summary text not null,
  actor_id text not null,
  actor_name text not null,
  submitted_at timestamptz not null,
  state text not null check (state in ('AUTO_DONE', 'REVOKED')),
  revoked_at timestamptz,
  revoked_by text,
  form jsonb not null,
  result jsonb not null,
  refs jsonb not null,
  primary key (region, case_no),
  check ((state = 'REVOKED') = (revoked_at is not null))
);
create index casework_case_employer on casework_case (region, employer_no, submitted_at);

create table casework_draft (
  region text not null,
  draft_id text not null,
  employer_no text not null,
  item_code text not null,
  actor_id text not null,
  summary text not null,
  form jsonb not null,
  saved_at timestamptz not null,
  primary key (region, draft_id)
);
create index casework_draft_employer on casework_draft (region, employer_no);

create table casework_workbook (
  region text not null,
  workbook_id text not null,
  employer_no text not null,
  item_code text not null,
  actor_id text not null,
  file_name text not null,
  bytes bytea not null,
  rows jsonb not null,
  checked jsonb,
  uploaded_at timestamptz not null,
  keep_until timestamptz not null,
  submitted_case text,
  primary key (region, workbook_id)
);
