-- Accounts, sessions, scans, audit with its chain, job runs, idempotency: what every program of the pair needs and knows no business.
create table platform_account (
  account_id text primary key,
  login text not null unique,
  kind text not null check (kind in ('LEGAL', 'AGENT', 'STAFF')),
  name text not null,
  password_hash text not null,
  id_no text,
  mobile text,
  employer_no text,
  region text not null,
  roles text[] not null default '{}',
  demo boolean not null default false,
  disabled_at timestamptz,
  failed_count int not null default 0,
  locked_until timestamptz,
  created_at timestamptz not null default now(),
  check ((kind = 'STAFF') = (employer_no is null))
);
create index platform_account_employer on platform_account (employer_no);

-- Sessions live in real time, not in business time.
create table platform_session (
  token_hash text primary key,
  session_id text not null unique,
  account_id text not null references platform_account,
  scanned_by text,
  created_at timestamptz not null default now(),
  expires_at timestamptz not null,
  revoked_at timestamptz
);

-- 电子社保卡扫码: the second factor of an agent.
create table platform_scan (
  code text primary key,
  account_id text not null references platform_account,
  state text not null check (state in ('WAITING', 'CONFIRMED', 'REFUSED')),
  phone_token text not null,
  created_at timestamptz not null default now(),
  expires_at timestamptz not null,
  used_at timestamptz
);

create table platform_audit (
  region text not null,
  audit_id text not null,
  at timestamptz not null,
  real_at timestamptz not null default clock_timestamp(),
  actor_kind text not null,
  actor_id text not null,
  actor_name text not null,
  action text not null,
  object text not null,
  detail jsonb not null,
  digest text not null,
  primary key (region, audit_id)
);

-- The sealer chains audit rows in commit order, so that writers never queue behind the chain.
create table platform_audit_seal (
  region text not null,
  seq bigint not null,
  audit_id text not null,
  chain text not null,
  primary key (region, seq),
  unique (region, audit_id)
);

create function platform_append_only() returns trigger language plpgsql as $$
begin
  raise exception '% is append-only', tg_table_name;
end $$;
create trigger platform_audit_append_only before update or delete on platform_audit
  for each statement execute function platform_append_only();
create trigger platform_audit_seal_append_only before update or delete on platform_audit_seal
  for each statement execute function platform_append_only();

-- One row per slot of a job; the slot has its own business date, the real times stand beside it.
create table platform_job_run (
  region text not null,
  job text not null,
  slot timestamptz not null,
  state text not null check (state in ('RUNNING', 'DONE', 'FAILED')),
  tries int not null default 1,
  started_real timestamptz not null default clock_timestamp(),
  finished_real timestamptz,
  result jsonb,
  error text,
  primary key (region, job, slot)
);

create table platform_idempotency (
  account_id text not null,
  key text not null,
  response jsonb,
  created_at timestamptz not null default now(),
  primary key (account_id, key)
);

-- Since when a program of this region has been running: jobs catch up from here, not from the beginning of time.
create table platform_job_since (
  region text primary key,
  since timestamptz not null
);
