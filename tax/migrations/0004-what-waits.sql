-- What the nightly jobs look for has indexes of its own: bills and receipts of all years would be read to find the few of today.

drop index tax_bill_live;
create index tax_bill_live on tax_bill (region, valid_through) where state in ('OPEN', 'INVOICED', 'PAYING');
create index tax_receipt_to_treasure on tax_receipt (region, posted_at) where state = 'POSTED' and treasured_at is null;
create index tax_receipt_to_reverse on tax_receipt (region, reverse_due) where reverse_due is not null and state <> 'REVERSED';
create index tax_bill_expired on tax_bill (region, valid_through) where state = 'EXPIRED';
create index tax_ticket_bill on tax_ticket (region, bill_no);
create index tax_bill_issued on tax_bill (region, issued_at, bill_no);
