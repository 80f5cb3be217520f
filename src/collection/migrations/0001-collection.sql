-- 核定、应缴、征集单、到账: assessments and lines by difference, dues, bills, receipts (design §2).

-- 单位最大做账期号.
create table collection_pivot (
  region text not null,
  employer_no text not null,
  insurance text not null check (insurance in ('pension', 'unemployment', 'injury')),
  booked_through month not null,
  primary key (region, employer_no, insurance)
);

-- One act of 核定: who, when, why, by which compiled rules.
create table collection_assessment (
  region text not null,
  assessment_id text not null,
  employer_no text not null,
  act text not null,
  case_no text not null,
  actor text not null,
  at timestamptz not null,
  rules_hash text not null,
  primary key (region, assessment_id)
);
create index collection_assessment_case on collection_assessment (region, case_no);

-- 应缴款: one per insurance, month and kind of an assessment. Never changed.
create table collection_due (
  region text not null,
  due_id text not null,
  employer_no text not null,
  assessment_id text not null,
  insurance text not null check (insurance in ('pension', 'unemployment', 'injury')),
  month month not null,
  kind text not null check (kind in ('MONTHLY','AUTO_BACK','BACK_UNIT','BACK_PERSON','CONTRACT','DEFERRED','INJURY_ONLY','CORRECTION','OPENING','REFUND')),
  persons int not null check (persons > 0),
  base_fen bigint not null,
  employer_fen bigint not null,
  person_fen bigint not null,
  late_from date not null,
  case_no text not null,
  at timestamptz not null,
  -- The due this one reverses (撤销): the undo of a case mirrors its dues one by one.
  reverses text,
  primary key (region, due_id),
  foreign key (region, assessment_id) references collection_assessment
);
create index collection_due_employer on collection_due (region, employer_no, month);
create index collection_due_case on collection_due (region, case_no);
create unique index collection_due_reversed_once on collection_due (region, reverses) where reverses is not null;

-- 核定明细: packed, one row per due; the long form is the view collection_line. Never changed.
create table collection_lines (
  region text not null,
  due_id text not null,
  employer_no text not null,
  insurance text not null,
  month month not null,
  person_nos bigint[] not null,
  base_fen bigint[] not null,
  employer_fen bigint[] not null,
  person_fen bigint[] not null,
  primary key (region, due_id),
  foreign key (region, due_id) references collection_due,
  check (cardinality(person_nos) > 0
    and cardinality(person_nos) = cardinality(base_fen)
    and cardinality(person_nos) = cardinality(employer_fen)
    and cardinality(person_nos) = cardinality(person_fen))
);
create index collection_lines_employer on collection_lines (region, employer_no, month);

create view collection_line as
  select l.region, l.due_id, l.employer_no, l.insurance, l.month, d.kind, d.case_no, d.at,
         lpad(p.person_no::text, 11, '0') as person_no, p.base_fen, p.employer_fen, p.person_fen
  from collection_lines l
  join collection_due d on d.region = l.region and d.due_id = l.due_id
  cross join lateral unnest(l.person_nos, l.base_fen, l.employer_fen, l.person_fen) as p (person_no, base_fen, employer_fen, person_fen);

-- 冲抵: a negative due offset against the due it corrects, without money.
create table collection_offset (
  region text not null,
  offset_id text not null,
  credit_due_id text not null,
  debit_due_id text not null,
  employer_fen bigint not null,
  person_fen bigint not null,
  at timestamptz not null,
  primary key (region, offset_id),
  foreign key (region, credit_due_id) references collection_due,
  foreign key (region, debit_due_id) references collection_due
);
create index collection_offset_credit on collection_offset (region, credit_due_id);
create index collection_offset_debit on collection_offset (region, debit_due_id);

-- A due is settled at most once: by money, by offset, by opening balance, or by a refund order.
create table collection_settlement (
  region text not null,
  due_id text not null,
  how text not null check (how in ('RECEIPT', 'OFFSET', 'OPENING', 'REFUND')),
  ref text not null,
  at timestamptz not null,
  primary key (region, due_id),
  foreign key (region, due_id) references collection_due
);
create index collection_settlement_ref on collection_settlement (region, ref);

create table collection_bill (
  region text not null,
  bill_no text not null check (bill_no ~ '^\d{16}$'),
  employer_no text not null,
  state text not null check (state in ('ISSUED','PUSHED','INVOICED','TAX_POSTED','SS_POSTED','ALLOCATED','EXPIRED','REVOKING','REVOKED','PARTIAL','MISMATCH')),
  -- Dues of a released bill are free to be billed again (wire §4).
  released boolean not null default false,
  issued_at timestamptz not null,
  effective_from date not null,
  deadline date not null,
  employer_fen bigint not null check (employer_fen >= 0),
  person_fen bigint not null check (person_fen >= 0),
  late_fen bigint not null check (late_fen >= 0),
  interest_fen bigint not null check (interest_fen >= 0),
  total_fen bigint not null check (total_fen > 0 and total_fen = employer_fen + person_fen + late_fen + interest_fen),
  replaces text,
  case_no text not null,
  actor_name text not null,
  version int not null default 1,
  pushed_at timestamptz,
  accepted_at timestamptz,
  push_problem text,
  invoiced_at timestamptz,
  ticket_no text,
  tax_posted_at timestamptz,
  paid_at timestamptz,
  ss_posted_at timestamptz,
  allocated_at timestamptz,
  expired_at timestamptz,
  revoke_asked_at timestamptz,
  revoked_at timestamptz,
  released_at timestamptz,
  primary key (region, bill_no),
  check (state not in ('SS_POSTED', 'ALLOCATED') or ss_posted_at is not null),
  check (state <> 'ALLOCATED' or allocated_at is not null),
  check (not released or state in ('EXPIRED', 'REVOKED'))
);
create index collection_bill_employer on collection_bill (region, employer_no, issued_at);
create index collection_bill_open on collection_bill (region, state) where state not in ('ALLOCATED', 'REVOKED');

create table collection_bill_line (
  region text not null,
  bill_no text not null,
  line_no int not null,
  insurance text not null,
  kind text not null,
  month month not null,
  late_from date not null,
  late_days int not null check (late_days >= 0),
  persons int not null,
  base_fen bigint not null,
  employer_fen bigint not null check (employer_fen >= 0),
  person_fen bigint not null check (person_fen >= 0),
  late_fen bigint not null check (late_fen >= 0),
  interest_fen bigint not null check (interest_fen >= 0),
  total_fen bigint not null check (total_fen = employer_fen + person_fen + late_fen + interest_fen),
  primary key (region, bill_no, line_no),
  unique (region, bill_no, insurance, kind, month, late_from),
  foreign key (region, bill_no) references collection_bill
);

create table collection_bill_due (
  region text not null,
  bill_no text not null,
  line_no int not null,
  due_id text not null,
  employer_fen bigint not null,
  person_fen bigint not null,
  live boolean not null default true,
  primary key (region, bill_no, due_id),
  foreign key (region, bill_no, line_no) references collection_bill_line,
  foreign key (region, due_id) references collection_due
);
-- 一条应缴同一时刻至多归属一张有效认定单 (D-BILL-03).
create unique index collection_due_on_one_live_bill on collection_bill_due (region, due_id) where live;

-- 到账 as the tax side reported it; money is never refused, only parked (wire §2).
create table collection_receipt (
  region text not null,
  receipt_no text not null,
  bill_no text,
  basis text not null,
  payer text not null,
  ticket_no text not null,
  invoiced_at timestamptz,
  paid_at timestamptz not null,
  posted_at timestamptz not null,
  received_at timestamptz not null,
  total_fen bigint not null,
  channel text not null,
  lines jsonb not null,
  -- MATCHED counts for its bill; SUSPENSE is 挂账 with a reason.
  state text not null check (state in ('MATCHED', 'SUSPENSE', 'REVERSED')),
  suspense_reason text,
  ss_posted_at timestamptz,
  allocated_at timestamptz,
  reversed_at timestamptz,
  treasured_at timestamptz,
  primary key (region, receipt_no),
  check (state <> 'SUSPENSE' or suspense_reason is not null)
);
create index collection_receipt_bill on collection_receipt (region, bill_no);

-- 退费申请: a paid negative difference becomes an order of its own, never a deduction on a bill (收支两条线).
create table collection_refund (
  region text not null,
  refund_no text not null,
  employer_no text not null,
  person_no text not null,
  case_no text not null,
  state text not null check (state in ('REQUESTED', 'REVOKED')),
  employer_fen bigint not null,
  person_fen bigint not null,
  due_ids text[] not null,
  months text[] not null,
  at timestamptz not null,
  primary key (region, refund_no)
);
