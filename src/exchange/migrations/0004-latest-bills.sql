-- Only the latest totals of open bills are asked about, whether they differ or not.
drop index exchange_recon_run_bills;
create index exchange_recon_run_bills on exchange_recon_run (region, day) where their_bills is not null;
