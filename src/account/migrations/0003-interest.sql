-- 年度计息: the year's interest of a thousand person numbers is one row; in the long form each is an INTEREST entry of its person with the year as reference.
create table account_interest (
  region text not null,
  year int not null check (year between 1990 and 2200),
  -- The person numbers this row speaks for, both ends included; whoever is among them and not in person_nos had nothing to bear interest.
  first_no bigint not null,
  last_no bigint not null,
  person_nos bigint[] not null,
  -- What stood at the beginning of the year, what was booked in it, and that by the months it stood (月积数); then the interest. In fen.
  opening_fen bigint[] not null,
  principal_fen bigint[] not null,
  product_fen bigint[] not null,
  interest_fen bigint[] not null,
  rate_ppm int not null,
  at timestamptz not null,
  actor text not null,
  primary key (region, year, first_no),
  -- A number is spoken for once a year: nobody can be given the same year's interest twice.
  constraint account_interest_once exclude using gist (region with =, year with =, int8range(first_no, last_no, '[]') with &&),
  constraint account_interest_shape check (
    cardinality(person_nos) > 0 and cardinality(person_nos) = cardinality(opening_fen) and cardinality(person_nos) = cardinality(principal_fen)
    and cardinality(person_nos) = cardinality(product_fen) and cardinality(person_nos) = cardinality(interest_fen)
    and person_nos[1] >= first_no and person_nos[cardinality(person_nos)] <= last_no)
);
-- Eight kilobytes of amounts an array: out of line as they are, trying to compress them would cost more than writing them.
alter table account_interest alter person_nos set storage external, alter opening_fen set storage external,
  alter principal_fen set storage external, alter product_fen set storage external, alter interest_fen set storage external;

create trigger account_interest_append_only before update or delete or truncate on account_interest
  for each statement execute function account_append_only();

-- All entries in the long form.
create view account_all_entries as
  select region, entry_id, person_no, kind, fen, day, ref, at, actor from account_entry
  union all
  select i.region, i.year || '-' || lpad(p.person_no::text, 11, '0'), lpad(p.person_no::text, 11, '0'), 'INTEREST', p.fen,
         make_date(i.year, 12, 31), i.year::text, i.at, i.actor
  from account_interest i cross join lateral unnest(i.person_nos, i.interest_fen) as p (person_no, fen);
