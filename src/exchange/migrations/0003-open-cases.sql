-- Differences that are not done with have an index of their own: a day that agrees looks for them, and they are few.

create index exchange_recon_case_open on exchange_recon_case (region, direction, receipt_no) where state <> 'DONE';
