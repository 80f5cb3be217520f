-- 缴费工资: declared wages (rounded and clamped by rule) and approved bases (核定基数, taken as they are).
create table wages_declaration (
  region text not null,
  wage_id text not null,
  employer_no text not null,
  person_no text not null,
  month_from month not null,
  basis text not null check (basis in ('DECLARED', 'APPROVED')),
  wage_fen bigint not null check (wage_fen > 0),
  case_no text not null,
  recorded_at timestamptz not null,
  superseded_at timestamptz,
  superseded_case text,
  primary key (region, wage_id)
);
create unique index wages_declaration_current on wages_declaration (region, employer_no, person_no, month_from) where superseded_at is null;
create index wages_declaration_case on wages_declaration (region, case_no);
