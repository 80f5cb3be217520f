-- Our side of the exchange: the tax side's watermarks, what it knows of employers, daily reconciliation and its differences.
create table exchange_watermark (
  region text primary key,
  paid_through timestamptz not null,
  money_seq bigint not null,
  applied boolean not null default false
);

create table exchange_employer_link (
  region text not null,
  employer_no text not null,
  tax_reg_no text,
  tax_organ text,
  agreement_state text not null,
  match text not null,
  at timestamptz not null,
  primary key (region, employer_no)
);

create table exchange_recon_run (
  region text not null,
  day date not null,
  ours jsonb not null,
  theirs jsonb,
  state text not null check (state in ('SENT', 'EQUAL', 'DIFFERENT')),
  at timestamptz not null,
  primary key (region, day)
);

create table exchange_recon_case (
  region text not null,
  case_no text not null,
  day date not null,
  kind text not null check (kind in ('OURS_ONLY', 'THEIRS_ONLY', 'AMOUNT', 'INSURANCE', 'DOUBLE')),
  insurance text not null,
  direction text not null,
  receipt_no text not null,
  our_fen bigint,
  their_fen bigint,
  state text not null check (state in ('OPEN', 'AGREED', 'DONE')),
  resolution text,
  at timestamptz not null,
  primary key (region, case_no),
  unique (region, day, kind, insurance, direction, receipt_no)
);
