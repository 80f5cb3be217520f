-- 单位最大做账期号, one row per employer: a month moves all its insurances together, and moved three rows.
create table collection_booked (
  region text not null,
  employer_no text not null,
  -- null: the employer has never begun to book this insurance.
  pension month,
  unemployment month,
  injury month,
  primary key (region, employer_no),
  constraint collection_booked_employer foreign key (region, employer_no) references registry_employer,
  constraint collection_booked_something check (coalesce(pension, unemployment, injury) is not null)
)
-- Every row moves once a month: half of each page is left for its next version (heap-only update).
with (fillfactor = 45);

insert into collection_booked (region, employer_no, pension, unemployment, injury)
select region, employer_no, max(booked_through) filter (where insurance = 'pension'),
       max(booked_through) filter (where insurance = 'unemployment'), max(booked_through) filter (where insurance = 'injury')
from collection_pivot group by region, employer_no order by region, employer_no;

drop table collection_pivot;
-- The same, a row per insurance.
create view collection_pivot as
  select b.region, b.employer_no, p.insurance, p.booked_through
  from collection_booked b
  cross join lateral (values ('pension', b.pension), ('unemployment', b.unemployment), ('injury', b.injury)) as p (insurance, booked_through)
  where p.booked_through is not null;
