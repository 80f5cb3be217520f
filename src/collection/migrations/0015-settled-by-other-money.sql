-- 更正 after 配账 takes money from one fund to another, the months it paid stay paid: what it had settled is kept, so that 应收台账 comes right when it goes back, and somebody is told until it fits again.

create table collection_receipt_moved (
  region text not null,
  receipt_no text not null,
  -- Its lines as they settled the dues of its bill.
  lines jsonb not null,
  at timestamptz not null,
  primary key (region, receipt_no),
  foreign key (region, receipt_no) references collection_receipt
);
