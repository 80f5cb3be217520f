-- 挂账, the money of a day (日终) and the ended bills of a due are found by index: every night, with every refused payment and every new bill, the rows of all years were read.

create index collection_receipt_suspense on collection_receipt (region, suspense_reason) where state = 'SUSPENSE';
create index collection_receipt_paid on collection_receipt (region, paid_at);
create index collection_receipt_reversed on collection_receipt (region, reversed_at) where reversed_at is not null;
create index collection_bill_due_ended on collection_bill_due (region, due_id) where not live;
