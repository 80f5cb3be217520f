-- Employers (单位), persons (参保人), the deployment-wide person directory, dated facts of both.
create table registry_employer (
  region text not null,
  employer_no text not null check (employer_no ~ '^\d{9}$'),
  uscc text not null check (length(uscc) = 18),
  name text not null check (name <> ''),
  enjoys_relief_2020 boolean not null default false,
  recorded_at timestamptz not null,
  primary key (region, employer_no),
  unique (region, uscc)
);

-- 行业风险类别: dated, corrected by superseding.
create table registry_injury_class (
  region text not null,
  employer_no text not null,
  month_from month not null,
  injury_class int not null check (injury_class between 1 and 8),
  recorded_at timestamptz not null,
  superseded_at timestamptz,
  fact_id text not null,
  primary key (region, fact_id),
  foreign key (region, employer_no) references registry_employer
);
create unique index registry_injury_class_current on registry_injury_class (region, employer_no, month_from) where superseded_at is null;

-- 退收银行账户 (HB-CHG-02): where refunds go.
create table registry_refund_account (
  region text not null,
  employer_no text not null,
  bank_name text not null,
  account text not null,
  holder text not null,
  recorded_at timestamptz not null,
  primary key (region, employer_no, account),
  foreign key (region, employer_no) references registry_employer
);

-- One row a person in the whole deployment: which region keeps the number of this identity.
create table registry_person_directory (
  id_no text primary key,
  person_no text not null unique check (person_no ~ '^\d{11}$'),
  region text not null
);

create table registry_person (
  region text not null,
  person_no text not null check (person_no ~ '^\d{11}$'),
  id_type text not null,
  id_no text not null,
  name text not null check (name <> ''),
  sex text not null check (sex in ('male', 'female')),
  birth_date date not null,
  first_work_date date,
  mobile text,
  recorded_at timestamptz not null,
  primary key (region, person_no),
  unique (region, id_no)
);

-- 不可做账 (HB-DEC-05): months of a person in which nothing is assessed.
create table registry_exemption (
  region text not null,
  exemption_id text not null,
  person_no text not null,
  reason text not null check (reason in ('RETIREMENT_APPROVED', 'CUSTODY', 'TREATY')),
  month_from month not null,
  month_to month check (month_to >= month_from),
  recorded_at timestamptz not null,
  superseded_at timestamptz,
  primary key (region, exemption_id),
  foreign key (region, person_no) references registry_person
);
create index registry_exemption_person on registry_exemption (region, person_no) where superseded_at is null;
