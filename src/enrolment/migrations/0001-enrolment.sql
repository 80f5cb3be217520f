-- 参保关系: who is insured for what, at which employer, from which month to which; two time axes (months, recorded/superseded).
create table enrolment_employer_insurance (
  region text not null,
  employer_no text not null,
  insurance text not null check (insurance in ('pension', 'unemployment', 'injury')),
  month_from month not null,
  recorded_at timestamptz not null,
  primary key (region, employer_no, insurance)
);

create table enrolment_span (
  region text not null,
  span_id text not null,
  employer_no text not null,
  person_no text not null,
  insurance text not null check (insurance in ('pension', 'unemployment', 'injury')),
  month_from month not null,
  month_to month check (month_to >= month_from),
  entry_date date,
  suspend_date date,
  suspend_reason text,
  -- The first span of a person at an employer that a 增员 wrote keeps its case; a 停保 writes a new row with its own case.
  case_no text not null,
  replaces text,
  recorded_at timestamptz not null,
  superseded_at timestamptz,
  superseded_case text,
  months daterange generated always as (
    daterange(month_start(month_from), (month_start(month_to) + interval '1 month')::date)
  ) stored,
  primary key (region, span_id),
  foreign key (region, employer_no, insurance) references enrolment_employer_insurance,
  -- 一月一持有人: pension and unemployment of a person-month belong to one employer (design §2).
  constraint enrolment_one_holder exclude using gist (region with =, person_no with =, insurance with =, months with &&)
    where (superseded_at is null and insurance <> 'injury'),
  constraint enrolment_once_per_employer exclude using gist
    (region with =, employer_no with =, person_no with =, insurance with =, months with &&)
    where (superseded_at is null)
);
create index enrolment_span_employer on enrolment_span (region, employer_no, insurance) where superseded_at is null;
create index enrolment_span_person on enrolment_span (region, person_no);
create index enrolment_span_case on enrolment_span (region, case_no);
