-- Messages about a receipt that came before the receipt itself, and bill lines whose late fee was spared for different outages.

-- 更正、冲正、入库 told before the 登账 they belong to: kept and applied when it comes (wire §4, conformance 54).
create table collection_receipt_early (
  region text not null,
  receipt_no text not null,
  kind text not null check (kind in ('CORRECTED', 'REVERSED', 'TREASURED')),
  message jsonb not null,
  at timestamptz not null,
  primary key (region, receipt_no, kind)
);

-- Dues with the same start of late fee can count to different days (design §9.5): they are lines of their own.
do $$
declare found name;
begin
  select conname into strict found from pg_constraint where conrelid = 'collection_bill_line'::regclass and contype = 'u';
  execute format('alter table collection_bill_line drop constraint %I', found);
end $$;
alter table collection_bill_line
  add constraint collection_bill_line_content unique (region, bill_no, insurance, kind, month, late_from, late_days);
