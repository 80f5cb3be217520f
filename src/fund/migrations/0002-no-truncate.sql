-- Append-only holds against TRUNCATE too.
create trigger fund_voucher_no_truncate before truncate on fund_voucher
  for each statement execute function fund_append_only();
create trigger fund_entry_no_truncate before truncate on fund_entry
  for each statement execute function fund_append_only();
