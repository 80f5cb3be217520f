-- 个人权益: only what is not a paid pension line is an entry of its own (design §4): opening balances, interest, corrections, payouts.
create table account_entry (
  region text not null,
  entry_id text not null,
  person_no text not null,
  kind text not null check (kind in ('OPENING', 'INTEREST', 'CORRECTION', 'PAYOUT')),
  fen bigint not null check (fen <> 0),
  -- The day it counts from, for interest.
  day date not null,
  ref text not null,
  at timestamptz not null,
  actor text not null,
  primary key (region, entry_id),
  unique (region, person_no, kind, ref),
  check (kind <> 'PAYOUT' or fen < 0)
);
create index account_entry_person on account_entry (region, person_no, day);

create function account_append_only() returns trigger language plpgsql as $$
begin
  raise exception '% is append-only', tg_table_name;
end $$;
create trigger account_entry_append_only before update or delete on account_entry
  for each statement execute function account_append_only();
