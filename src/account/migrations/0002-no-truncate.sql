-- Append-only holds against TRUNCATE too.
create trigger account_entry_no_truncate before truncate on account_entry
  for each statement execute function account_append_only();
