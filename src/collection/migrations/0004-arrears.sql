-- 冲正后欠费: money of a booked bill went back (wire §4, ARREARS): the bill keeps its state, a person decides how it is collected again.

create table collection_arrears (
  region text not null,
  bill_no text not null,
  -- The receipt that went back.
  receipt_no text not null,
  opened_at timestamptz not null,
  -- PAID: other money took its place. RELEASED: a person let the dues go, to be billed again.
  state text not null default 'OPEN' check (state in ('OPEN', 'PAID', 'RELEASED')),
  closed_at timestamptz,
  closed_by text,
  primary key (region, bill_no, receipt_no),
  foreign key (region, bill_no) references collection_bill,
  foreign key (region, receipt_no) references collection_receipt,
  check ((state = 'OPEN') = (closed_at is null))
);
create index collection_arrears_open on collection_arrears (region) where state = 'OPEN';

insert into collection_arrears (region, bill_no, receipt_no, opened_at)
select r.region, r.bill_no, r.receipt_no, r.reversed_at
from collection_receipt r join collection_bill b on b.region = r.region and b.bill_no = r.bill_no
where r.state = 'REVERSED' and r.ss_posted_at is not null and b.state in ('SS_POSTED', 'ALLOCATED')
  and (select coalesce(sum(m.total_fen), 0) from collection_receipt m
       where m.region = b.region and m.bill_no = b.bill_no and m.state = 'MATCHED') < b.total_fen;

-- A bill whose money went back can let its dues go, like an expired or revoked one.
do $$
declare found name;
begin
  select conname into strict found from pg_constraint
  where conrelid = 'collection_bill'::regclass and contype = 'c' and pg_get_constraintdef(oid) like '%NOT released%';
  execute format('alter table collection_bill drop constraint %I', found);
end $$;
alter table collection_bill add constraint collection_bill_released
  check (not released or state in ('EXPIRED', 'REVOKED', 'SS_POSTED', 'ALLOCATED'));
