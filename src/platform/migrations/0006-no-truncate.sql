-- TRUNCATE fires neither update nor delete triggers: the log and its chain could be emptied in one statement.
create trigger platform_audit_no_truncate before truncate on platform_audit
  for each statement execute function platform_append_only();
create trigger platform_audit_seal_no_truncate before truncate on platform_audit_seal
  for each statement execute function platform_append_only();
