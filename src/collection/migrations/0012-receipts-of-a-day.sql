-- 挂账 and the money of a day (日终) are found by index: every night, and with every refused payment, the receipts of all years were read.

create index collection_receipt_suspense on collection_receipt (region, suspense_reason) where state = 'SUSPENSE';
create index collection_receipt_paid on collection_receipt (region, paid_at);
create index collection_receipt_reversed on collection_receipt (region, reversed_at) where reversed_at is not null;
