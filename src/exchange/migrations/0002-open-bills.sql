-- The daily totals also speak of open bills (wire.md §3.6): what the tax side said of them, and whether it agrees with ours.
-- A difference of this kind has the direction BILL and the bill's number (or the state, when only the sums differ) in receipt_no.
alter table exchange_recon_run
  add column bills text check (bills in ('EQUAL', 'DIFFERENT', 'NAMED')),
  add column their_bills jsonb;
create index exchange_recon_run_bills on exchange_recon_run (region, day) where bills = 'DIFFERENT';
