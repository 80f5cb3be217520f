-- 税务端自己的账：缴费人登记、征集单、票证、到账、撤销记忆、登录、对账、故障台 (wire.md §3–§6); separate from the agency's database.

do $$ begin
  create domain month as text check (value ~ '^\d{4}-(0[1-9]|1[0-2])$');
exception when duplicate_object then null; end $$;

-- Serial parts of our numbers; gaps are harmless, a repeat is stopped by the primary keys.
create sequence tax_ticket_serial maxvalue 999999 cycle;
create sequence tax_receipt_serial maxvalue 99999999 cycle;
create sequence tax_reg_serial;

-- 缴费人 as the agency's employer.sync tells it.
create table tax_employer (
  region text not null check (region ~ '^\d{6}$'),
  employer_no text not null,
  uscc text,
  other_id text,
  other_id_type text,
  name text not null,
  office text not null,
  tax_organ text not null,
  tax_reg_no text not null,
  agreement_state text not null check (agreement_state in ('NONE', 'SIGNED', 'ENDED')),
  state text not null check (state in ('ACTIVE', 'MOVED', 'CANCELLED', 'MERGED')),
  state_from date not null,
  insurances jsonb not null,
  as_of timestamptz not null,
  primary key (region, employer_no),
  unique (tax_reg_no)
);
create index tax_employer_uscc on tax_employer (region, uscc);

-- Every number under which an employer was known: 归集、合并 keeps old bills payable.
create table tax_employer_number (
  region text not null,
  number text not null,
  employer_no text not null,
  primary key (region, number),
  foreign key (region, employer_no) references tax_employer
);
create index tax_employer_number_of on tax_employer_number (region, employer_no);

create table tax_bill (
  region text not null,
  bill_no text not null,
  employer_no text not null,
  payer_name text not null,
  kind text not null,
  office text not null,
  issued_at timestamptz not null,
  valid_through date not null,
  total_fen bigint not null check (total_fen > 0),
  replaces text,
  state text not null check (state in ('OPEN', 'INVOICED', 'PAYING', 'POSTED', 'VOID', 'EXPIRED')),
  ticket_no text,
  invoiced_at timestamptz,
  received_at timestamptz not null,
  ended_at timestamptz,
  primary key (region, bill_no),
  constraint tax_bill_ticket check ((state in ('INVOICED', 'PAYING', 'POSTED')) <= (ticket_no is not null)),
  constraint tax_bill_void_never_invoiced check (state <> 'VOID' or ticket_no is null)
);
create index tax_bill_employer on tax_bill (region, employer_no, issued_at desc);
create index tax_bill_live on tax_bill (region, valid_through) where state in ('OPEN', 'INVOICED');

create table tax_bill_line (
  region text not null,
  bill_no text not null,
  line_no int not null,
  insurance text not null,
  kind text not null,
  month month not null,
  persons int not null,
  base_fen bigint not null,
  employer_fen bigint not null,
  person_fen bigint not null,
  interest_fen bigint not null,
  late_fen bigint not null,
  offset_fen bigint not null,
  total_fen bigint not null check (total_fen = employer_fen + person_fen + interest_fen + late_fen - offset_fen),
  primary key (region, bill_no, line_no),
  unique (region, bill_no, insurance, kind, month),
  foreign key (region, bill_no) references tax_bill
);

-- A cancel of a number never seen: granted, and the bill that turns up later is refused 404.
create table tax_cancel_memory (
  region text not null,
  bill_no text not null,
  reason text not null,
  granted_at timestamptz not null,
  primary key (region, bill_no)
);

-- 开票: at most one living ticket a bill.
create table tax_ticket (
  region text not null,
  ticket_no text not null,
  bill_no text not null,
  total_fen bigint not null,
  invoiced_at timestamptz not null,
  invoiced_by text not null,
  pay_by date not null,
  voided_at timestamptz,
  void_reason text,
  primary key (region, ticket_no),
  foreign key (region, bill_no) references tax_bill,
  check ((voided_at is null) = (void_reason is null))
);
create unique index tax_ticket_living on tax_ticket (region, bill_no) where voided_at is null;

-- 到账. `planted` names the fault that bent it, so that nobody mistakes a test for a fact.
create table tax_receipt (
  region text not null,
  receipt_no text not null,
  bill_no text not null,
  employer_no text not null,
  ticket_no text not null,
  channel text not null,
  total_fen bigint not null check (total_fen > 0),
  state text not null check (state in ('PAID', 'POSTED', 'REVERSED')),
  paid_at timestamptz not null,
  paid_by text not null,
  posted_at timestamptz,
  bank_serial text,
  remitted_at timestamptz,
  treasured_at timestamptz,
  treasury_batch text,
  reversal_no text,
  reversed_at timestamptz,
  reversed_reason text check (reversed_reason in ('BANK_RETURN', 'DOUBLE', 'ERROR')),
  reverse_due date,
  hidden_in_recon boolean not null default false,
  planted text,
  primary key (region, receipt_no),
  foreign key (region, bill_no) references tax_bill,
  check ((state = 'POSTED') <= (posted_at is not null)),
  check ((state = 'REVERSED') = (reversed_at is not null))
);
create index tax_receipt_bill on tax_receipt (region, bill_no);
create index tax_receipt_employer on tax_receipt (region, employer_no, paid_at desc);
create index tax_receipt_paid on tax_receipt (region, paid_at);
create index tax_receipt_waiting on tax_receipt (region, paid_at) where state = 'PAID';
create index tax_receipt_reversed on tax_receipt (region, reversed_at) where reversed_at is not null;

-- Lines are only added: 更正 writes the next revision.
create table tax_receipt_line (
  region text not null,
  receipt_no text not null,
  revision int not null,
  line_no int not null,
  insurance text not null,
  month_from month not null,
  month_to month not null,
  part text not null check (part in ('EMPLOYER', 'PERSON', 'LATE', 'INTEREST')),
  fen bigint not null,
  primary key (region, receipt_no, revision, line_no),
  foreign key (region, receipt_no) references tax_receipt
);

create table tax_watermark (
  region text primary key,
  paid_through timestamptz not null,
  emitted_at timestamptz not null
);

-- 日终合计 of both sides as exchanged; kept for the desk.
create table tax_recon (
  region text not null,
  day date not null,
  side text not null check (side in ('TAX', 'AGENCY')),
  totals jsonb not null,
  at timestamptz not null,
  primary key (region, day, side)
);

create table tax_recon_case (
  region text not null,
  case_no text not null,
  body jsonb not null,
  state text not null check (state in ('OPEN', 'AGREED', 'DONE')),
  at timestamptz not null,
  primary key (region, case_no)
);

-- 故障台: which planted faults are on.
create table tax_fault (
  region text not null,
  name text not null,
  ppm int not null check (ppm between 0 and 1000000),
  type text,
  times int check (times >= 0),
  hits int not null default 0,
  primary key (region, name)
);
create table tax_fault_desk (
  region text primary key,
  seed bigint not null,
  draws bigint not null default 0,
  down_until timestamptz,
  retry_after boolean not null default true
);
