-- 基金账: chart of accounts, vouchers and entries per insurance fund (D-LAW-04: funds are kept apart, red entries instead of changes).
create table fund_account (
  code text primary key,
  book text not null check (book in ('CASH', 'MEMO')),
  name text not null unique,
  normal_side text not null check (normal_side in ('DEBIT', 'CREDIT')),
  unique (code, book)
);

-- The chart is data: a region that books finer adds rows here. CASH is the books of the fund, MEMO the 应收台账 balanced in itself (design §9.8).
insert into fund_account (code, book, name, normal_side) values
  ('1001', 'CASH', '银行存款-收入户', 'DEBIT'),
  ('2001', 'CASH', '暂收款', 'CREDIT'),
  ('3001', 'CASH', '期初结余', 'CREDIT'),
  ('4001', 'CASH', '保费收入-单位', 'CREDIT'),
  ('4002', 'CASH', '保费收入-个人', 'CREDIT'),
  ('4003', 'CASH', '滞纳金收入', 'CREDIT'),
  ('4004', 'CASH', '利息收入', 'CREDIT'),
  ('9001', 'MEMO', '应收保费', 'DEBIT'),
  ('9002', 'MEMO', '应收保费对方', 'CREDIT'),
  ('9003', 'MEMO', '期初已缴-单位', 'DEBIT'),
  ('9004', 'MEMO', '期初已缴-个人', 'DEBIT');

-- A red voucher (红字) takes back: its amounts are negative on the same sides. Nothing is ever changed or deleted.
create table fund_voucher (
  region text not null,
  voucher_id text not null,
  insurance text not null check (insurance in ('pension', 'unemployment', 'injury')),
  book text not null check (book in ('CASH', 'MEMO')),
  kind text not null check (kind in ('ASSESSED', 'OPENED', 'RECEIPT_POSTED', 'ALLOCATED', 'POSTING_REVERSED',
                                     'ALLOCATION_REVERSED', 'CORRECTED_OUT', 'CORRECTED_IN')),
  ref text not null,
  red boolean not null default false,
  day date not null,
  at timestamptz not null,
  actor text not null,
  primary key (region, voucher_id),
  unique (region, voucher_id, red),
  unique (region, insurance, book, kind, ref)
);
create index fund_voucher_day on fund_voucher (region, day);
create index fund_voucher_ref on fund_voucher (region, ref);

create table fund_entry (
  region text not null,
  voucher_id text not null,
  line_no int not null check (line_no > 0),
  red boolean not null,
  account text not null references fund_account,
  debit_fen bigint not null,
  credit_fen bigint not null,
  primary key (region, voucher_id, line_no),
  constraint fund_entry_one_side check ((debit_fen = 0) <> (credit_fen = 0)),
  constraint fund_entry_sign check (case when red then debit_fen <= 0 and credit_fen <= 0 else debit_fen >= 0 and credit_fen >= 0 end),
  foreign key (region, voucher_id, red) references fund_voucher (region, voucher_id, red)
);

-- 有借必有贷，借贷必相等: looked at when the transaction ends, because entries follow their voucher.
create function fund_voucher_balances() returns trigger language plpgsql as $$
declare
  debit bigint;
  credit bigint;
begin
  select sum(debit_fen), sum(credit_fen) into debit, credit
  from fund_entry where region = new.region and voucher_id = new.voucher_id;
  if debit is null or debit <> credit then
    raise exception 'voucher % does not balance: % / %', new.voucher_id, debit, credit;
  end if;
  return null;
end $$;
create constraint trigger fund_voucher_balances after insert on fund_voucher
  deferrable initially deferred for each row execute function fund_voucher_balances();
create constraint trigger fund_entry_balances after insert on fund_entry
  deferrable initially deferred for each row execute function fund_voucher_balances();

create function fund_append_only() returns trigger language plpgsql as $$
begin
  raise exception '% is append-only', tg_table_name;
end $$;
create trigger fund_voucher_append_only before update or delete on fund_voucher
  for each statement execute function fund_append_only();
create trigger fund_entry_append_only before update or delete on fund_entry
  for each statement execute function fund_append_only();
