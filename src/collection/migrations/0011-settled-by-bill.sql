-- 登账 and 配账 are told by the bill: a paid month wrote three settlements a bill and every receipt anew, though its bills say it all.

alter table collection_bill
  -- The reference of the vouchers that booked its money (④, ⑤).
  add column ss_posting text,
  add column allocation text,
  -- Its dues are settled by its money since then; empty again when money goes back, though the bill keeps its state (wire §4).
  add column settled_at timestamptz;

update collection_bill b set
  ss_posting = case when b.ss_posted_at is not null then coalesce(r.ss_posting, b.bill_no) end,
  allocation = case when b.allocated_at is not null then coalesce(r.allocation, b.bill_no) end,
  settled_at = s.at
from collection_bill o
left join lateral (
  select max(ss_posting) as ss_posting, max(allocation) as allocation from collection_receipt
  where region = o.region and bill_no = o.bill_no and state = 'MATCHED'
) r on true
left join lateral (
  select min(at) as at from collection_settlement t
  where t.region = o.region and t.how = 'RECEIPT' and t.ref = o.bill_no
    and t.due_id in (select d.due_id from collection_bill_due d where d.region = o.region and d.bill_no = o.bill_no)
) s on true
where o.region = b.region and o.bill_no = b.bill_no and (o.ss_posted_at is not null or o.allocated_at is not null);

alter table collection_bill
  add constraint collection_bill_posted check ((ss_posted_at is null) = (ss_posting is null)),
  add constraint collection_bill_allocation check ((allocated_at is null) = (allocation is null)),
  add constraint collection_bill_settled check (settled_at is null or (state = 'ALLOCATED' and not released));

comment on column collection_receipt.ss_posting is 'null: that of its bill, if it counts there; its own since it parted from the bill (冲正)';
comment on column collection_receipt.allocation is 'null: that of its bill, if it counts there; its own since it parted from the bill (冲正)';

-- A receipt as it is booked: by postings of its own, or with the bill it counts for.
create view collection_receipt_booked as
  select r.region, r.receipt_no, r.bill_no, r.state, r.total_fen, r.lines,
         coalesce(r.ss_posted_at, b.ss_posted_at) as ss_posted_at, coalesce(r.ss_posting, b.ss_posting) as ss_posting,
         coalesce(r.allocated_at, b.allocated_at) as allocated_at, coalesce(r.allocation, b.allocation) as allocation
  from collection_receipt r
  left join collection_bill b on b.region = r.region and b.bill_no = r.bill_no and r.state = 'MATCHED';

-- What no bill settles has a row: by offset, by opening balance, by a refund order.
delete from collection_settlement where how = 'RECEIPT';
alter table collection_settlement rename to collection_settlement_unbilled;
do $$
declare found name;
begin
  select conname into strict found from pg_constraint
  where conrelid = 'collection_settlement_unbilled'::regclass and contype = 'c' and pg_get_constraintdef(oid) like '%RECEIPT%';
  execute format('alter table collection_settlement_unbilled drop constraint %I', found);
end $$;
alter table collection_settlement_unbilled
  add constraint collection_settlement_unbilled_how check (how in ('OFFSET', 'OPENING', 'REFUND'));
alter table collection_settlement_unbilled rename constraint collection_settlement_pkey to collection_settlement_unbilled_pkey;

-- A due with the bill that holds it and how it was settled (结清), by what and when; nulls while it is free, and while it is owed.
create view collection_due_state as
  select d.*, x.bill_no as live_bill_no, b.state as live_bill_state,
         case when b.settled_at is not null then 'RECEIPT' else u.how end as settled_how,
         case when b.settled_at is not null then b.bill_no else u.ref end as settled_by,
         coalesce(b.settled_at, u.at) as settled_at
  from collection_due d
  left join collection_settlement_unbilled u on u.region = d.region and u.due_id = d.due_id
  left join collection_bill_due x on x.region = d.region and x.due_id = d.due_id and x.live
  left join collection_bill b on b.region = x.region and b.bill_no = x.bill_no;

-- A due is on a live bill or settled without one, never both: what is on a bill is settled by that bill.
drop trigger collection_settlement_has_due on collection_settlement_unbilled;
drop function collection_settlement_has_due();
create function collection_settlement_unbilled_due() returns trigger language plpgsql as $$
declare
  wrong text;
begin
  select s.due_id into wrong from added s
  where not exists (select 1 from collection_due d where d.region = s.region and d.due_id = s.due_id)
  limit 1;
  if wrong is not null then
    raise exception 'settlement of no due: %', wrong
      using errcode = 'foreign_key_violation', table = 'collection_settlement_unbilled', constraint = 'collection_settlement_unbilled_due';
  end if;
  -- Held until the end: whoever puts one of them on a bill at the same time waits, and then sees this.
  perform 1 from collection_due d where (d.region, d.due_id) in (select region, due_id from added) order by d.due_id for no key update;
  select s.due_id into wrong from added s
  join collection_bill_due x on x.region = s.region and x.due_id = s.due_id and x.live
  limit 1;
  if wrong is not null then
    raise exception 'due % is on a bill', wrong
      using errcode = 'check_violation', table = 'collection_settlement_unbilled', constraint = 'collection_settlement_unbilled_due';
  end if;
  return null;
end $$;
create trigger collection_settlement_unbilled_due after insert on collection_settlement_unbilled
  referencing new table as added for each statement execute function collection_settlement_unbilled_due();

create function collection_bill_due_open() returns trigger language plpgsql as $$
declare
  wrong text;
begin
  perform 1 from collection_due d where (d.region, d.due_id) in (select region, due_id from held where live)
  order by d.due_id for no key update;
  select x.due_id into wrong from held x
  join collection_settlement_unbilled s on s.region = x.region and s.due_id = x.due_id
  where x.live
  limit 1;
  if wrong is not null then
    raise exception 'due % is settled', wrong
      using errcode = 'check_violation', table = 'collection_bill_due', constraint = 'collection_bill_due_open';
  end if;
  return null;
end $$;
create trigger collection_bill_due_open_new after insert on collection_bill_due
  referencing new table as held for each statement execute function collection_bill_due_open();
create trigger collection_bill_due_open_again after update on collection_bill_due
  referencing new table as held for each statement execute function collection_bill_due_open();
